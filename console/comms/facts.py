"""The facts that messages are filled from: plain text, lists and dicts, read from a snapshot. Pure.

Always there: `id`, `title`, `level`, `level_title`, `state`, `commander`, `impact_at`, `detected_at`, `declared_at`,
`now`, `done`, `doing`, `health`. Only once known, else a blank: `service`, `services`, `phase`, `conn`, `version`,
`decision`, `cadence`, `fixed_at`, `deployed_at`, `verified_at`, `resolved_at`, `resolved_in`, and what people say:
`impact`, `cause`, `fix`, `eta`, `affected`, `postmortem_at` … `errors_now` is the error rate as it was read last,
unless somebody says it. A hyphen in the name of a fact is written `_`.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import isfinite

from warroom.console.domain.checklist import current_phase, open_required
from warroom.console.domain.model import Incident, Run, RunState, StepMark
from warroom.console.domain.text import clean
from warroom.console.domain.time import moments
from warroom.console.domain.view import ProbeView

Fact = str | list[str] | list[dict[str, str]]

MOST = 50
"""Lines of a list; a message that needs more is not read."""
LONGEST = 2_000
"""Characters of one fact."""
_STAMPS: Mapping[str, tuple[str, ...]] = {
    "impact_at": ("impact",),
    "detected_at": ("detected",),
    "declared_at": ("declared",),
    "fixed_at": ("fixed", "mitigated"),
    "verified_at": ("verified", moments.phase_done("verify"), moments.phase_done("validate")),
    "resolved_at": ("resolved",),
}
"""Fact to the moments it is read from, the first that is known."""


def facts(incident: Incident, now: datetime, audience: str, probes: Sequence[ProbeView] = ()) -> dict[str, Fact]:
    """Everything a template may name; what is not known is not in it.

    Args:
        incident: the snapshot.
        now: aware UTC.
        audience: who is to be told, so that `done` says what is new to them.
        probes: live health; without it what the log last knew is used.
    """
    said: dict[str, str] = {name.replace("-", "_"): value for name, value in incident.facts.items()}
    if incident.pull_request is not None:
        said.setdefault("pull_request", incident.pull_request.url)
    known = {**said, **_plain(incident, now), **_times(incident, now)}
    known.setdefault("services", incident.service)
    known.setdefault("errors_now", _errors_now(probes, now))
    filled: dict[str, Fact] = {name: _short(text, lines=True) for name, text in known.items() if text.strip()}
    filled["done"] = [_short(text) for text in _done(incident, audience)][-MOST:]
    filled["doing"] = [_short(text) for text in _doing(incident)][:MOST]
    rows = health(incident, now, probes)[:MOST]
    filled["health"] = [{key: _short(text) for key, text in row.items()} for row in rows]
    return filled


def _errors_now(probes: Sequence[ProbeView], now: datetime) -> str:
    """The error rate as it was read last; nothing where no reading is fresh."""
    for probe in probes:
        last = probe.health.last
        if probe.role != "error-rate" or last is None or last.value is None or not isfinite(last.value):
            continue
        if not probe.health.stale(now, timedelta(seconds=probe.every)):
            return f"{last.value:.3g} {last.unit}".strip()
    return ""


def _short(text: str, *, lines: bool = False) -> str:
    text = clean(text[: LONGEST + 1], keep_newlines=lines)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def health(incident: Incident, now: datetime, probes: Sequence[ProbeView] = ()) -> list[dict[str, str]]:
    """A row for each probe: `name`, `role`, `status`, `reason`. A stale reading is unknown."""
    if not probes:
        return [
            {"name": verdict.probe, "role": verdict.role, "status": verdict.status, "reason": verdict.reason}
            for verdict in incident.verdicts.values()
        ]
    return [
        {
            "name": probe.name,
            "role": probe.role,
            "status": str(probe.health.shown(now, timedelta(seconds=probe.every))),
            "reason": probe.health.reason,
        }
        for probe in probes
    ]


def stamp(at: datetime, now: datetime) -> str:
    """A time in UTC, with its date when that is not today."""
    at = at.astimezone(UTC)
    return f"{at:%H:%M} UTC" if at.date() == now.astimezone(UTC).date() else f"{at:%Y-%m-%d %H:%M} UTC"


def words(span: timedelta) -> str:
    """A span as people say it: `15 minutes`, `1 hour 5 minutes`."""
    seconds = round(max(span.total_seconds(), 0))
    if seconds < 60:
        return _count(seconds, "second")
    hours, minutes = divmod(seconds // 60, 60)
    parts = [_count(hours, "hour")] if hours else []
    return " ".join([*parts, *([_count(minutes, "minute")] if minutes else [])])


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" + ("" if number == 1 else "s")


def _plain(incident: Incident, now: datetime) -> Mapping[str, str]:
    phase = current_phase(incident)
    level = incident.playbook.level.get(incident.level)
    deploy = deployed(incident)
    return {
        "id": incident.id,
        "title": incident.title,
        "level": incident.level,
        "level_title": level.title if level else "",
        "service": incident.service,
        "state": str(incident.state),
        "phase": phase.title if phase else "",
        "commander": incident.roles.get("commander", incident.declared_by),
        "conn": incident.conn,
        "decision": incident.decision.choice if incident.decision else "",
        "version": (deploy.values.get("tag") or deploy.values.get("version") or "") if deploy else "",
        "cadence": _cadence(incident),
        "now": stamp(now, now),
    }


def _times(incident: Incident, now: datetime) -> Mapping[str, str]:
    at = {fact: _first(incident, names) for fact, names in _STAMPS.items()}
    at["deployed_at"] = _deployed_at(incident)
    known = {fact: stamp(when, now) for fact, when in at.items() if when is not None}
    over = incident.moments.get("resolved")
    if over is not None:
        known["resolved_in"] = words(over - incident.moments["impact"])
    return known


def deployed(incident: Incident) -> Run | None:
    """The last run that brought a version to users: a deploy, a shift of traffic, or a way back."""
    back = {means.action for means in incident.playbook.rollback if means.action}
    shifts = {strategy.action for strategy in incident.playbook.strategy.values()}
    ways = back | shifts | {"deploy"}
    runs = [
        run
        for run in incident.runs.values()
        if run.state is RunState.SUCCEEDED
        and run.environment not in ("", "staging")
        and (run.marks == "deployed" or run.action in ways or run.action.startswith("deploy-"))
    ]
    return runs[-1] if runs else None


def _deployed_at(incident: Incident) -> datetime | None:
    run = deployed(incident)
    return _first(incident, ("deployed", moments.ROLLOUT_DONE)) or (run.ended_at if run else None)


def _first(incident: Incident, names: tuple[str, ...]) -> datetime | None:
    return next((incident.moments[name] for name in names if name in incident.moments), None)


def _cadence(incident: Incident) -> str:
    for clock in incident.playbook.clock:
        limit = clock.limit_for(incident.level)
        if clock.restarts.startswith("audience:") and limit is not None and limit.max is not None:
            return words(limit.max)
    return ""


def _done(incident: Incident, audience: str) -> list[str]:
    told = incident.moments.get(moments.audience_told(audience))
    texts = {step.key: step for phase in incident.playbook.phase for step in phase.step}
    news = [
        (state.at, texts[key].text)
        for key, state in incident.steps.items()
        if state.mark is StepMark.DONE
        and key in texts
        and not texts[key].ticked_by.startswith("message:")
        and (told is None or state.at > told)
    ]
    return [text for _, text in sorted(news, key=lambda pair: pair[0])]


def _doing(incident: Incident) -> list[str]:
    busy = [run.title for run in incident.runs.values() if run.active]
    rollout = incident.rollout
    if rollout is not None and rollout.active:
        busy.append(f"{rollout.percent} % of traffic on the new version")
    if busy:
        return busy
    phase = current_phase(incident)
    steps = open_required(incident, phase) if phase else ()
    return [step.text for step in steps if not step.ticked_by.startswith("message:")][:1]
