"""What the log can answer when a document asks for something by its name: `Severity`, `Users affected`, `Revenue` …

A fact that somebody stated under the same name always comes first. What nobody stated and the log can't tell has no
answer: the document keeps a blank.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from warroom.console.domain import events as e
from warroom.console.domain.model import Run, RunState
from warroom.console.reports.blocks import Cell, Field, stamp
from warroom.console.reports.source import Material

ERROR_RATE = "error-rate"
"""The role of the probes that say how many requests fail."""
_VERSIONS = ("tag", "version", "to", "next_tag", "previous_tag", "production_tag")
"""Names of a run's values that may say a version."""
Known = tuple[Cell, str] | None
"""A value and where it is from."""

_FACTS: Mapping[str, tuple[str, ...]] = {
    "affected": ("affected", "users-affected", "users"),
    "affected-tier": ("affected-tier", "affected"),
    "users": ("users", "users-affected", "affected"),
    "users-affected": ("users-affected", "affected", "users"),
    "experience": ("experience", "impact"),
    "impact-on-users": ("impact",),
    "business": ("business", "revenue"),
    "data-lost": ("data-lost", "data-loss"),
    "root-cause": ("root-cause", "cause"),
    "fix": ("fix", "resolution"),
    "smallest-fix": ("smallest-fix", "fix"),
    "resolution": ("resolution", "fix"),
    "commit": ("fix-commit", "merge-commit"),
    "commit-to-revert": ("commit-to-revert", "merge-commit", "fix-commit"),
    "rollback-plan": ("rollback-plan", "rollback"),
    "systems": ("systems", "services"),
    "services": ("services", "systems"),
    "how-it-was-detected": ("how-it-was-detected", "detected-by"),
    "severity": (),
}
"""Name to the facts that say it, the best first; a name that is not here is asked for as it is."""


def slug(name: str) -> str:
    """A name as facts are called: `Data lost (yes or no)` is `data-lost`."""
    bare = re.sub(r"\(.*?\)|\bin %", " ", name.lower())
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")


def answer(material: Material, name: str) -> Field:
    """The named value, or a blank under that name."""
    key = slug(name)
    known = stated(material, *_FACTS.get(key, (key,))) or (_DERIVED[key](material) if key in _DERIVED else None)
    return Field(name) if known is None else Field(name, *known)


def asked(name: str) -> tuple[str, ...]:
    """The facts that answer a field, the best first; empty where the log tells it by itself."""
    key = slug(name)
    return () if key in _DERIVED else _FACTS.get(key, (key,))


def stated(material: Material, *names: str) -> Known:
    """What somebody said, with who and when; a fact's name may be written with `-`, `_` or a space."""
    said = {slug(name): (name, value) for name, value in material.incident.facts.items() if value.strip()}
    for wanted in names:
        if wanted in said:
            name, value = said[wanted]
            return value, _who_said(material, name)
    return None


def _who_said(material: Material, fact: str) -> str:
    for recorded in reversed(material.records):
        if isinstance(recorded.event, e.FactLearned) and recorded.event.name == fact:
            return f"{recorded.actor}, {stamp(recorded.at)}"
    return ""


def _level(material: Material) -> Known:
    level = material.incident.playbook.level.get(material.incident.level)
    return material.incident.level + (f" {level.title}" if level else ""), "the log"


def _date(material: Material) -> Known:
    return f"{material.incident.moments['impact'].astimezone(UTC):%Y-%m-%d}", "the moment of impact"


def _start(material: Material) -> Known:
    return material.incident.moments["impact"], "the moment of impact"


def _duration(material: Material) -> Known:
    mitigated = "mitigated" in material.incident.moments
    if material.ended is None:
        return material.lasted, "from impact until now, and still going on"
    return material.lasted, "from impact until " + ("mitigated" if mitigated else "resolved")


def _resolution(material: Material) -> Known:
    for recorded in reversed(material.records):
        match recorded.event:
            case e.Resolved(summary=words) | e.Mitigated(how=words) if words.strip():
                return words, f"{recorded.actor}, {stamp(recorded.at)}"
    return None


def measured(material: Material) -> list[tuple[float, datetime]]:
    """The finite readings of the error rate while users felt it."""
    begin, end = material.incident.moments["impact"], material.ended or material.now
    probes = {one.probe for one in material.incident.verdicts.values() if one.role == ERROR_RATE}
    return [
        (sample.value, sample.at)
        for sample in material.samples
        if sample.probe in probes
        and begin <= sample.at <= end
        and sample.value is not None
        and math.isfinite(sample.value)
    ]


def unit(material: Material) -> str:
    """The unit of the error rate, as the protocol has it."""
    return next((one.unit for one in material.incident.playbook.threshold if one.role == ERROR_RATE and one.unit), "")


def _error_rate(material: Material) -> Known:
    worst = max(measured(material), key=lambda pair: pair[0], default=None)
    return None if worst is None else (f"{worst[0]:.4g} {unit(material)}".strip(), f"highest, {stamp(worst[1])}")


def goes_back(material: Material, run: Run) -> bool:
    """Whether a run is one of the protocol's ways back."""
    return run.action == "rollback" or run.action in {one.action for one in material.incident.playbook.rollback}


def version_of(material: Material, run: Run) -> str:
    """What a run brought to production; empty where that is not certain.

    A run is given every name, also those that its command does not use, so a version counts where the command says it;
    and where no version is said, a deploy is of the release that the names are about.
    """
    words = set(re.split(r"[\s=:,'\"/@]+", run.command))
    named = [run.values.get(key, "") for key in _VERSIONS]
    said = next((value for value in named if value and value in words), "")
    if said or goes_back(material, run):
        return said
    return run.values.get("tag") or run.values.get("version") or ""


def released(material: Material) -> Run | None:
    """The last deploy to production that succeeded."""
    runs = material.incident.runs.values()
    good = [run for run in runs if run.state is RunState.SUCCEEDED and run.environment not in ("", "staging")]
    ways = [run for run in good if not goes_back(material, run)]
    return next((run for run in reversed(ways) if run.marks == "deployed" or run.action.startswith("deploy")), None)


def _version(material: Material) -> Known:
    run = released(material)
    if run and (version := version_of(material, run)):
        return version, f"{run.id}, {stamp(run.ended_at)}"
    return (name, "names fixed in the log") if (name := material.incident.names.get("tag")) else None


def _previous(material: Material) -> Known:
    name = material.incident.names.get("production_tag")
    return (name, "live when names were fixed") if name else None


def _service(material: Material) -> Known:
    return (material.incident.service, "the declaration") if material.incident.service else None


def _fixed(name: str) -> Callable[[Material], Known]:
    def find(material: Material) -> Known:
        value = material.incident.names.get(name, "")
        return (value, "names fixed in the log") if value else None

    return find


_DERIVED: Mapping[str, Callable[[Material], Known]] = {
    "severity": _level,
    "date": _date,
    "start": _start,
    "duration": _duration,
    "how-long": _duration,
    "resolution": _resolution,
    "error-rate": _error_rate,
    "tag": _version,
    "version": _version,
    "version-to-redeploy": _previous,
    "systems": _service,
    "services": _service,
    "ticket": _fixed("ticket"),
    "branch": _fixed("branch"),
}
"""Name to what the log itself knows of it."""
