"""Deciding about the checklist: ticks, phases, and what may be skipped by whom."""

from datetime import UTC, datetime, timedelta
from typing import assert_never

from warroom.console.domain import events as e
from warroom.console.domain import intents as i
from warroom.console.domain.applying import phases_of
from warroom.console.domain.checklist import find_step
from warroom.console.domain.decide.course import pay_duty
from warroom.console.domain.decide.runs import has_conn
from warroom.console.domain.git.backport import WAIVER, unknown_branch
from warroom.console.domain.intents import By, Refused
from warroom.console.domain.model import Incident, StepMark
from warroom.console.domain.playbook import Step
from warroom.console.domain.skipping import GUARDED, never_skipped, step_never_skipped
from warroom.console.domain.time.clocks import read_clocks
from warroom.console.domain.time.duration import format_duration
from warroom.console.domain.time.moments import DUTY, step_ticked

Answer = tuple[e.Event, ...] | Refused
ChecklistIntent = i.Tick | i.Untick | i.EnterPhase | i.Waive | i.Repay


def decide_checklist(incident: Incident, intent: ChecklistIntent, at: datetime, by: By) -> Answer:
    """The events of steps, phases and waivers, or why not."""
    match intent:
        case i.EnterPhase(phase=phase):
            if phase not in (one.key for one in phases_of(incident)):
                return Refused(reason=f"there is no phase {phase!r} on this road")
            if phase == incident.phase:
                return ()
            return (e.PhaseEntered(phase=phase),)
        case i.Tick(step=key, note=note):
            if find_step(incident, key) is None:
                return Refused(reason=f"there is no step {key!r} in {incident.playbook.id}")
            if incident.mark(key) is StepMark.DONE:
                return ()
            if reason := _cuts_short(incident, key, at):
                return Refused(reason=reason)
            return (e.StepTicked(step=key, evidence="person", text=note),)
        case i.Untick(step=key, why=why):
            state = incident.steps.get(key)
            if state is None or state.mark is not StepMark.DONE:
                return ()
            if state.evidence != "person":
                return Refused(reason=f"{key} was ticked by {state.evidence}; it falls back when that does")
            return (e.StepUnticked(step=key, why=why),)
        case i.Waive():
            return _waive(incident, intent, by)
        case i.Repay(subject=subject, note=note) if subject.startswith(DUTY):
            return pay_duty(incident, subject.removeprefix(DUTY), note)
        case i.Repay(subject=subject, note=note):
            if not any(waiver.subject == subject and waiver.repaid_at is None for waiver in incident.waivers):
                return Refused(reason=f"there is no open waiver for {subject}")
            return (e.WaiverRepaid(subject=subject, note=note),)
        case _:
            assert_never(intent)


def _cuts_short(incident: Incident, step: str, now: datetime) -> str:
    """Why a tick would end a watch before its lower mark; empty: it would not. One key is no way to skip a rule."""
    for clock in read_clocks(incident, now):
        mark = clock.early_at or clock.due_at
        if clock.kind != "window" or clock.stopped or mark is None or step_ticked(step) not in clock.stops:
            continue
        if now < mark:
            span, so_far = mark - clock.started_at, timedelta(seconds=int(clock.elapsed.total_seconds()))
            till = mark.astimezone(UTC)
            return (
                f"{format_duration(so_far)} of {format_duration(span)} watched: it can be ticked from "
                f"{till:%H:%M:%S} UTC on, or skipped now, with a reason"
            )
    return ""


def _waive(incident: Incident, intent: i.Waive, by: By) -> Answer:
    if not intent.why.strip() or not intent.owner.strip():
        return Refused(reason="a waiver needs a reason and an owner")
    kind, _, key = intent.subject.partition(":")
    if kind == "step":
        step = find_step(incident, key)
        if step is None:
            return Refused(reason=f"there is no step {key!r} in {incident.playbook.id}")
        if reason := step_never_skipped(incident.playbook, step, incident.level):
            return Refused(reason=reason)
        if incident.mark(key) is StepMark.DONE:
            return Refused(reason=f"{key} is done; there is nothing to skip")
        if (refusal := _may_skip(incident, step, by)) is not None:
            return refusal
    if reason := unknown_branch(incident, intent.subject):
        return Refused(reason=reason)
    if intent.subject in GUARDED or intent.subject.startswith(WAIVER):
        if reason := never_skipped(incident.playbook, intent.subject, incident.level):
            return Refused(reason=reason)
        if (refusal := has_conn(incident, by)) is not None:
            return refusal
    return (e.WaiverGranted(subject=intent.subject, why=intent.why, owner=intent.owner, due=intent.due),)


def _may_skip(incident: Incident, step: Step, by: By) -> Refused | None:
    if not step.waivable_by:
        return has_conn(incident, by)
    holder = incident.roles.get(step.waivable_by, "")
    if holder == by.actor:
        return None
    who = f"{holder} ({step.waivable_by})" if holder else f"the {step.waivable_by}; nobody is assigned"
    return Refused(reason=f"skipping {step.key} takes the word of {who}")
