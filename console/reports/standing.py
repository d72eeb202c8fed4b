"""The documents that every incident has, whatever its playbook says."""

from collections.abc import Mapping

from warroom.console.domain.model import Incident
from warroom.console.domain.words import Document, Section

POST_MORTEM, PULL_REQUEST, WAIVERS, EVIDENCE = "post-mortem", "pull-request", "waivers", "evidence"
PICTURES = ("error-rate", "clocks")
"""Sources that are pictures: they stand before the long tables."""

GENERIC = Document(
    title="Post-mortem",
    section=(
        Section(title="Summary", source="summary"),
        Section(title="Impact", source="impact", prompt="Users, data, money, trust: in numbers where there are any."),
        Section(title="Error rate", source="error-rate"),
        Section(title="Limits", source="clocks"),
        Section(title="Timeline", source="timeline"),
        Section(title="Phases", source="phases"),
        Section(title="Decisions", source="decisions"),
        Section(title="Runs", source="deploys"),
        Section(title="Rollouts", source="gates"),
        Section(title="Health", source="health"),
        Section(title="Messages", source="messages"),
        Section(title="People", source="roles"),
        Section(title="Skipped rules", source="waivers"),
        Section(title="Root cause", prompt="What made it possible, not who."),
        Section(title="What went well", prompt="What shortened it, and should happen again?"),
        Section(title="What could be better", prompt="Where did time go, and what was missing?"),
        Section(title="Actions", fields=("Action", "Owner", "Due"), prompt="Each with an owner and a date."),
        Section(title="The log", source="checkpoint"),
    ),
)
"""For a protocol that asks for no post-mortem of its own; and what is added to one that does."""

_NAMES = Section(title="Title and labels", source="naming")
_PULL_REQUEST = Document(
    title="Pull request",
    section=(
        _NAMES,
        Section(title="Critical issue", fields=("Severity", "Users affected", "Impact on users")),
        Section(title="Root cause", prompt="What caused it."),
        Section(title="Fix", prompt="What changes, and why that removes the cause."),
        Section(title="Testing", source="checked"),
        Section(title="Rollback plan", prompt="What takes it back if it makes things worse."),
        Section(title="Skipped rules", source="waivers"),
    ),
)

_WAIVERS = Document(title="Waiver ledger", section=(Section(title="Skipped rules", source="waivers"),))

_EVIDENCE = Document(
    title="Evidence packet",
    section=(
        Section(title="Incident", source="summary"),
        Section(title="Changes of production", source="changes"),
        Section(title="Rollouts", source="gates"),
        Section(title="Decisions", source="decisions"),
        Section(title="Skipped rules", source="waivers"),
        Section(title="Duties", source="compliance"),
        Section(title="Limits", source="clocks"),
        Section(title="People", source="roles"),
        Section(title="Messages", source="messages"),
        Section(title="Timeline", source="timeline"),
        Section(title="Proof", source="proof"),
    ),
)


def known(incident: Incident) -> Mapping[str, Document]:
    """The documents that can be written about an incident, by key."""
    own = dict(incident.playbook.document)
    # The button that opens one asks no protocol whether it speaks of pull requests.
    own[PULL_REQUEST] = _named(own.get(PULL_REQUEST, _PULL_REQUEST))
    return {POST_MORTEM: GENERIC, **own, WAIVERS: _WAIVERS, EVIDENCE: _EVIDENCE}


def _named(document: Document) -> Document:
    """A pull request says first what it is called."""
    if any(section.source == _NAMES.source for section in document.section):
        return document
    return Document(title=document.title, section=(_NAMES, *document.section), levels=document.levels, due=document.due)


def sections(incident: Incident, key: str) -> tuple[Section, ...]:
    """The sections of a document; of a post-mortem also what the log knows and the protocol leaves out.

    So a debt or a missed limit is never lost; pictures stand before the timeline, which is long.
    """
    own = known(incident)[key].section
    if key != POST_MORTEM:
        return own
    there = {section.source for section in own}
    more = tuple(section for section in GENERIC.section if section.source and section.source not in there)
    pictures = tuple(section for section in more if section.source in PICTURES)
    rest = tuple(section for section in more if section.source not in PICTURES)
    sources = [section.source for section in own]
    before = sources.index("timeline") if "timeline" in sources else len(own)
    return (*own[:before], *pictures, *own[before:], *rest)
