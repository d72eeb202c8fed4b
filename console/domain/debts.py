"""What is still owed once users are well: watching, documents, merging back, follow-ups and rules that were skipped."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from warroom.console.domain.applying import phases_of
from warroom.console.domain.checklist import find_step, open_required, settled
from warroom.console.domain.git.backport import WAIVER, missing
from warroom.console.domain.model import Incident, RunState
from warroom.console.domain.time import moments
from warroom.console.domain.time.clocks import ClockReading, read_clocks
from warroom.console.domain.time.implied import merging_steps

Kind = Literal["watch", "document", "merge", "deadline", "waiver", "step", "action"]
_ROLLOUTS = {"gate": "skipped: the gate of {} at {} %", "bake": "shortened: the time {} was watched at {} %"}
"""Waivers of a rollout, in words: its id, the share of traffic."""
_ALWAYS_OWED = "post-mortem"
"""The document an incident owes even where its playbook sets no date for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """One thing that is owed."""

    kind: Kind
    key: str
    title: str
    owner: str = ""
    due: datetime | None = None
    """None: no date was set."""

    def overdue(self, now: datetime) -> bool:
        """It should have been paid."""
        return self.due is not None and self.kind != "watch" and now > self.due


def debts(incident: Incident, now: datetime) -> tuple[Debt, ...]:
    """What an incident that is over still owes, the nearest date first; nothing while it is not over."""
    if not incident.over:
        return ()
    readings = [reading for reading in read_clocks(incident, now) if _binding(incident, reading)]
    covered = {stop for reading in readings for stop in reading.stops}
    found = [
        # Where branches are known to lack the fix, each is a debt of its own, with that clock's date.
        *(_of_clock(reading) for reading in readings if reading.key != "merge-back" or not missing(incident)),
        *_documents(incident, covered),
        *_merging(incident, covered),
        *_backports(incident, readings),
        *_follow_ups(incident, covered),
        *_waivers(incident),
        *_left_by_runs(incident),
    ]
    unpaid = {(debt.kind, debt.key): debt for debt in found}
    return tuple(sorted(unpaid.values(), key=lambda debt: (debt.due is None, debt.due or now)))


def owed(incident: Incident, now: datetime) -> tuple[Debt, ...]:
    """`debts`; while the incident is not over yet, the skipped rules, the duties whose time runs, what runs left."""
    if incident.over:
        return debts(incident, now)
    duties = (
        _of_clock(reading)
        for reading in read_clocks(incident, now)
        if not reading.stopped and any(stop.startswith(moments.DUTY) for stop in reading.stops)
    )
    found = (*_waivers(incident), *duties, *_left_by_runs(incident))
    return tuple(sorted(found, key=lambda debt: (debt.due is None, debt.due or now)))


def owes_step(incident: Incident, step: str, now: datetime) -> bool:
    """Whether ticking this step would pay something."""
    if any(debt.key == step and debt.kind in ("step", "merge") for debt in debts(incident, now)):
        return True
    stop = moments.step_ticked(step)
    return any(stop in reading.stops for reading in read_clocks(incident, now) if _binding(incident, reading))


def payable(debt: Debt) -> str:
    """The subject with which `Repay` pays a debt; empty: a step, a document or time does."""
    return debt.key if debt.kind == "waiver" or debt.key.startswith(moments.DUTY) else ""


def nearest(owed: tuple[Debt, ...]) -> datetime | None:
    """When the first of them is due."""
    return min((debt.due for debt in owed if debt.due is not None), default=None)


def _binding(incident: Incident, reading: ClockReading) -> bool:
    """A clock that still runs, and that something done after the end can stop."""
    if reading.stopped or reading.repeats or reading.kind == "reminder":
        return False
    ended = incident.moments.get("resolved") or incident.moments.get("closed")
    after = ended is not None and reading.started_at >= ended
    return (
        reading.kind == "window"
        or after
        or any(stop.startswith(("step:", "document:", moments.DUTY)) for stop in reading.stops)
    )


def _of_clock(reading: ClockReading) -> Debt:
    kind: Kind = "deadline"
    if reading.kind == "window":
        kind = "watch"
    elif any(stop.startswith("document:") for stop in reading.stops):
        kind = "document"
    elif reading.key == "merge-back":
        kind = "merge"
    return Debt(kind=kind, key=reading.key, title=reading.title, due=reading.due_at)


def _documents(incident: Incident, covered: set[str]) -> Iterator[Debt]:
    document = incident.playbook.document.get(_ALWAYS_OWED)
    if document is None or _ALWAYS_OWED in incident.documents or moments.document_signed(_ALWAYS_OWED) in covered:
        return
    waived = any(waiver.subject == moments.document_signed(_ALWAYS_OWED) for waiver in incident.waivers)
    dated = any(moments.document_signed(_ALWAYS_OWED) in clock.stops for clock in incident.playbook.clock)
    if not (waived or dated) and (not document.levels or incident.level in document.levels):
        yield Debt(kind="document", key=_ALWAYS_OWED, title=document.title)


def _merging(incident: Incident, covered: set[str]) -> Iterator[Debt]:
    if incident.playbook.merge_back is None or (incident.decision and incident.decision.choice != "hotfix"):
        return
    if missing(incident) or covered.intersection({"action:merge", "action:merge-back"}):
        return
    for step in merging_steps(incident.playbook):
        if not settled(incident, step) and moments.step_ticked(step.key) not in covered:
            yield Debt(kind="merge", key=step.key, title=step.text)


def _backports(incident: Incident, readings: list[ClockReading]) -> Iterator[Debt]:
    """Live branches whose next release would bring the bug back."""
    due = next((reading.due_at for reading in readings if reading.key == "merge-back"), None)
    for row in missing(incident):
        title = f"carry the fix to {row.branch}: it is {row.told()}"
        yield Debt(kind="merge", key=f"{WAIVER}{row.branch}", title=title, due=due)


def _follow_ups(incident: Incident, covered: set[str]) -> Iterator[Debt]:
    """Required steps of the phases that come after the end; what was left open before it is history."""
    phases = phases_of(incident)
    keys = [phase.key for phase in phases]
    end = incident.playbook.resolved_after
    merging = {step.key for step in merging_steps(incident.playbook)}
    for phase in phases[keys.index(end) + 1 :] if end in keys else ():
        for step in open_required(incident, phase):
            if step.key not in merging and moments.step_ticked(step.key) not in covered:
                yield Debt(kind="step", key=step.key, title=step.text)


def _waivers(incident: Incident) -> Iterator[Debt]:
    for waiver in incident.waivers:
        if waiver.repaid_at is None:
            kind, _, key = waiver.subject.partition(":")
            step = find_step(incident, key) if kind == "step" else None
            title = f"skipped: {step.text if step else waiver.subject}"
            if kind in _ROLLOUTS:
                title = _ROLLOUTS[kind].format(*key.partition(":")[::2])
            if waiver.subject.startswith(WAIVER):
                title = f"carry the fix to {key}"
            yield Debt(kind="waiver", key=waiver.subject, title=title, owner=waiver.owner, due=waiver.due)


def _left_by_runs(incident: Incident) -> Iterator[Debt]:
    """What a success left to be done, e.g. a split of traffic that sticks; the action that it names pays it."""
    found: dict[str, Debt] = {}
    for run in incident.runs.values():
        if run.state is RunState.SUCCEEDED:
            found.pop(run.action, None)
            if run.owes:
                found[run.owes] = Debt(kind="action", key=run.owes, title=run.owes_why, owner=run.by)
    yield from found.values()
