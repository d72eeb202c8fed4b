"""The names commands use, under every playbook that is shipped."""

import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from warroom.config.playbook_files import load_playbook, shipped
from warroom.config.settings import Service, Settings
from warroom.console.actions.git.names import FIXED, work_out
from warroom.console.domain.events import Declared, Recorded
from warroom.console.domain.evolve import evolve
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Incident

AT = datetime(2026, 11, 20, 23, 59, 30, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    def git(*words: str) -> None:
        identity = ("-c", "user.name=kai", "-c", "user.email=kai@acme.test", "-c", "init.defaultBranch=main")
        subprocess.run(["git", *identity, *words], cwd=tmp_path, check=True, capture_output=True)

    git("init")
    for tag in ("v1.2.3", "v1.2.4", "hotfix-v1.0.0-beta.1"):
        git("commit", "--allow-empty", "-m", tag)
        git("tag", "-a", tag, "-m", tag)
    return Settings(service=Service(name="shop", repository=str(tmp_path)))


def incident(playbook: str, title: str) -> Incident:
    book = load_playbook(playbook, Path())
    event = Declared(
        incident="INC-7",
        title=title,
        level=next(iter(book.level)),
        playbook=book,
        service="shop",
        impact_at=AT,
        detected_at=AT,
    )
    return evolve(None, Recorded(event=event, at=AT, actor="kai", console="c", version=1))


@pytest.mark.parametrize("playbook", shipped())
def test_every_playbook_names_its_branch_and_tag(playbook: str, settings: Settings) -> None:
    names = work_out(incident(playbook, "Sign-in fails: [P1] $(reboot) /../ ünï"), settings)
    assert not isinstance(names, Refused)
    assert set(names) == set(FIXED)
    assert (names["production_tag"], names["previous_tag"], names["tag"]) == ("v1.2.4", "v1.2.3", "v1.2.5")
    assert names["branch"].startswith("hotfix/")
    assert names["branch"].isascii() and " " not in names["branch"] and ".." not in names["branch"]
    assert names["date"] == "20261120"


@pytest.mark.parametrize("playbook", shipped())
def test_a_service_among_others_in_one_repository_gets_a_tag_of_its_own(playbook: str, settings: Settings) -> None:
    where = settings.service.repository
    for tag in ("shop/v3.0.0", "billing/v9.0.0"):
        subprocess.run(["git", "tag", tag], cwd=where, check=True)
    production = replace(settings.service.production, tags="shop/v*")
    ours = replace(settings, service=replace(settings.service, production=production))
    names = work_out(incident(playbook, "Sign-in fails"), ours)
    assert not isinstance(names, Refused)
    assert (names["production_tag"], names["tag"], names["next_version"]) == ("shop/v3.0.0", "shop/v3.0.1", "3.0.1")


def test_a_scheme_with_a_fourth_number_keeps_to_its_release(settings: Settings) -> None:
    subject = incident("hotfix-workflow", "Sign-in fails")
    naming = replace(subject.playbook.naming, version="hotfix-suffix")
    names = work_out(replace(subject, playbook=replace(subject.playbook, naming=naming)), settings)
    assert not isinstance(names, Refused)
    assert names["tag"] == "v1.2.4.1"


def test_a_title_without_letters_still_makes_a_branch(settings: Settings) -> None:
    names = work_out(incident("hotfix-workflow", "!!!"), settings)
    assert not isinstance(names, Refused)
    assert names["branch"] == "hotfix/inc-7"
