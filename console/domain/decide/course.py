"""From intent to events where the course of an incident changes: scenarios, objections, another playbook, duties."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from warroom.console.domain import events as e
from warroom.console.domain import intents as i
from warroom.console.domain.applying import phases_of
from warroom.console.domain.checklist import find_step, open_required
from warroom.console.domain.decide.runs import has_conn
from warroom.console.domain.evolve.course import switched
from warroom.console.domain.intents import By, Refused
from warroom.console.domain.model import Incident, StepMark
from warroom.console.domain.playbook import Playbook
from warroom.console.domain.skipping import step_never_skipped
from warroom.console.domain.time import moments
from warroom.console.domain.triage import UNKNOWN_LEVEL, worst_level

Answer = tuple[e.Event, ...] | Refused

DECLARED_SO = "declared as such"


def decide_course(incident: Incident, intent: i.CourseIntent, at: datetime, by: By) -> Answer:
    """The events such an intent leads to; or why it is refused."""
    match intent:
        case i.LayScenario():
            return _lay(incident, intent)
        case i.Object():
            return _object(incident, intent, at)
        case i.SwitchPlaybook():
            return _switch(incident, intent, by)
        case _:
            assert_never(intent)


def declared_level(playbook: Playbook, scenario: str, level: str) -> str:
    """The level to declare: the scenario's own, where nobody asked for one."""
    overlay = playbook.scenario.get(scenario)
    if overlay is None or level not in ("", UNKNOWN_LEVEL):
        return level
    return overlay.level if overlay.level in playbook.level else UNKNOWN_LEVEL


def no_scenario(playbook: Playbook, key: str) -> Refused | None:
    """A refusal that names what there is; nothing where the playbook has that scenario."""
    if key in playbook.scenario:
        return None
    there = ", ".join(playbook.scenario)
    known = f"it has {there}" if there else "it has none"
    return Refused(reason=f"{playbook.id} has no scenario {key!r}; {known}")


def _lay(incident: Incident, intent: i.LayScenario) -> Answer:
    playbook = incident.playbook
    if (refusal := no_scenario(playbook, intent.scenario)) is not None:
        return refusal
    if intent.scenario in incident.scenarios:
        return Refused(reason=f"{incident.id} is run as {intent.scenario} already")
    if not intent.why.strip():
        return Refused(reason="say why it is of this kind")
    laid = e.ScenarioLaid(scenario=intent.scenario, why=intent.why)
    overlay, order = playbook.scenario[intent.scenario], list(playbook.level)
    worse = overlay.level in order and order.index(overlay.level) < order.index(incident.level)
    if not worse:
        return (laid,)
    why = f"{overlay.title}: {intent.why}"
    return (laid, e.LevelChanged(was=incident.level, level=overlay.level, why=why))


def _object(incident: Incident, intent: i.Object, at: datetime) -> Answer:
    taken = incident.decision
    if taken is None:
        return Refused(reason="nothing is decided yet")
    if taken.objections_until is None:
        return Refused(reason=f"{incident.playbook.id} sets no time for objections; decide again to change it")
    if at > taken.objections_until:
        ended = f"{taken.objections_until:%H:%M:%S} UTC"
        return Refused(reason=f"the time for objections ended at {ended}; decide again to change it")
    if not intent.why.strip():
        return Refused(reason="an objection needs its reason")
    return (e.Objected(why=intent.why),)


def _switch(incident: Incident, intent: i.SwitchPlaybook, by: By) -> Answer:
    new = intent.playbook
    if (refusal := has_conn(incident, by)) is not None:
        return refusal
    if not intent.why.strip():
        return Refused(reason="another playbook needs its reason")
    if not new.phase or not new.level:
        return Refused(reason=f"{new.id} has no phases or no levels; try `warroom playbook check`")
    moved = switched(incident, new)
    if moved.playbook == incident.playbook:
        return Refused(reason=f"{incident.id} is run by {new.id} already")
    return (e.PlaybookSwitched(playbook=new, why=intent.why), *_settled(moved, intent.why))


def _settled(moved: Incident, why: str) -> Iterator[e.Event]:
    """What goes with another playbook: a level it knows, no skipped step it never skips, and a phase to be in."""
    playbook = moved.playbook
    if moved.level not in playbook.level:
        worst = worst_level(playbook)
        yield e.LevelChanged(was=moved.level, level=worst, why=f"{playbook.id} knows no {moved.level}; {why}")
        moved = replace(moved, level=worst)
    for key in moved.steps:
        step = find_step(moved, key)
        if step is not None and moved.mark(key) is StepMark.WAIVED:
            reason = step_never_skipped(playbook, step, moved.level)
            if reason:
                yield e.StepRegressed(step=key, why=reason)
                moved = replace(moved, steps={**moved.steps, key: replace(moved.steps[key], mark=StepMark.REGRESSED)})
    if not moved.phase:
        first = next((phase for phase in phases_of(moved) if open_required(moved, phase)), None)
        if first is not None:
            yield e.PhaseEntered(phase=first.key)


def pay_duty(incident: Incident, name: str, note: str) -> Answer:
    """A duty from outside was done."""
    names = [duty.name for duty in incident.playbook.compliance]
    if name not in names:
        known = ", ".join(names) or "none"
        return Refused(reason=f"{incident.playbook.id} knows no duty {name!r}; it knows {known}")
    if moments.duty_done(name) in incident.moments:
        return ()
    return (e.DutyDone(duty=name, note=note),)
