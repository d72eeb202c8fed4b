"""The words of playbooks and the sections of documents are one list."""

from warroom.config.vocabulary import SOURCES as WORDS
from warroom.console.reports.sections import SOURCES


def test_every_source_a_playbook_may_name_can_be_written_and_no_other() -> None:
    assert set(WORDS) == set(SOURCES)
