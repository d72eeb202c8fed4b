"""From intent to events, or a refusal with its reason. No I/O: the same snapshot and intent give the same answer."""

from datetime import datetime
from typing import assert_never

from warroom.console.domain import events as e
from warroom.console.domain import intents as i
from warroom.console.domain.backport import WAIVER, keeps_open, unknown_branch
from warroom.console.domain.checklist import consequences, find_step
from warroom.console.domain.debts import owes_step
from warroom.console.domain.decide_alert import decide_alert
from warroom.console.domain.decide_approval import decide_approval
from warroom.console.domain.decide_back import decide_back
from warroom.console.domain.decide_course import DECLARED_SO, decide_course, declared_level, no_scenario, pay_duty
from warroom.console.domain.decide_git import decide_git
from warroom.console.domain.decide_runs import decide_rollout, decide_run, has_conn
from warroom.console.domain.decide_shipping import decide_shipping
from warroom.console.domain.evolve import evolve
from warroom.console.domain.handover import handover_card
from warroom.console.domain.intents import By, Intent, Refused
from warroom.console.domain.model import Incident, State, StepMark, phases_of
from warroom.console.domain.moments import DUTY, MADE, PLAIN
from warroom.console.domain.playbook import Step
from warroom.console.domain.skipping import GUARDED, never_skipped, step_never_skipped
from warroom.console.domain.triage import ASSUMED, UNKNOWN_LEVEL, needs_level_review, worst_level

Answer = tuple[e.Event, ...] | Refused

_AFTERWARDS = (
    i.AddNote,
    i.Reopen,
    i.SignDocument,
    i.Repay,
    i.LearnFact,
    i.EndRun,
    i.LoseRun,
    i.SettleRun,
    i.CorrectTime,
    i.EndAlert,
    i.RecordGitFact,
    i.RecordBackport,
)
"""What may still be said about a closed incident."""

_STATES = ("mitigated", "resolved", "closed")
"""Moments that a state goes with: they come by their own intents only."""

_RUNS = (i.RequestRun, i.StartRun, i.CancelRun, i.EndRun, i.LoseRun, i.SettleRun)
_ROLLOUTS = (
    i.StartRollout,
    i.EnterStage,
    i.ReadGate,
    i.HoldRollout,
    i.ResumeRollout,
    i.CompleteRollout,
    i.AbortRollout,
)


def decide(incident: Incident | None, intent: Intent, at: datetime, by: By) -> Answer:
    """The events an intent leads to, with all that follows from them by itself; or why it is refused."""
    answer = _decide(incident, intent, at, by)
    if isinstance(answer, Refused):
        return answer
    return _with_consequences(incident, answer, at, by)


def _with_consequences(incident: Incident | None, events: tuple[e.Event, ...], at: datetime, by: By) -> Answer:
    done: list[e.Event] = []
    pending = events
    while pending:
        for event in pending:
            version = (incident.version if incident else 0) + 1
            recorded = e.Recorded(event=event, at=at, actor=by.actor, console=by.console, version=version)
            incident = evolve(incident, recorded)
        done.extend(pending)
        pending = consequences(incident) if incident else ()
    return tuple(done)


def _decide(incident: Incident | None, intent: Intent, at: datetime, by: By) -> Answer:
    if isinstance(intent, i.Declare):
        return _declare(incident, intent, at, by)
    if incident is None:
        return Refused(reason="there is no such incident")
    if incident.state is State.CLOSED and not (isinstance(intent, _AFTERWARDS) or _pays(incident, intent, at)):
        return Refused(reason=f"{incident.id} is closed; reopen it first")
    if isinstance(intent, _RUNS):
        return decide_run(incident, intent, at, by)
    if isinstance(intent, _ROLLOUTS):
        return decide_rollout(incident, intent, by)
    if isinstance(intent, i.ShippingIntent):
        return decide_shipping(incident, intent)
    if isinstance(intent, i.AlertIntent):
        return decide_alert(incident, intent)
    if isinstance(intent, i.ApprovalIntent):
        return decide_approval(incident, intent, at, by)
    if isinstance(intent, i.RecordWayBack):
        return decide_back(incident, intent)
    if isinstance(intent, i.GitIntent):
        return decide_git(incident, intent)
    if isinstance(intent, i.CourseIntent):
        return decide_course(incident, intent, at, by)
    return _plain(incident, intent, at, by)


def _pays(incident: Incident, intent: Intent, at: datetime) -> bool:
    """What is owed can be paid, or forgiven, after the incident was closed as well."""
    if isinstance(intent, i.Waive):
        return intent.subject.startswith("step:") and owes_step(incident, intent.subject.partition(":")[2], at)
    return isinstance(intent, i.Tick) and owes_step(incident, intent.step, at)


def _declare(incident: Incident | None, intent: i.Declare, at: datetime, by: By) -> Answer:
    if incident is not None:
        return Refused(reason=f"{incident.id} is already declared")
    if not intent.title.strip():
        return Refused(reason='an incident needs a title, e.g. "Sign-in fails for everyone"')
    if not intent.playbook.phase:
        return Refused(reason=f"{intent.playbook.id} has no phases; try `warroom playbook check`")
    if intent.scenario and (refusal := no_scenario(intent.playbook, intent.scenario)) is not None:
        return refusal
    asked = declared_level(intent.playbook, intent.scenario, intent.level)
    assumed = asked == UNKNOWN_LEVEL and UNKNOWN_LEVEL not in intent.playbook.level
    level = worst_level(intent.playbook) if assumed else asked
    if level not in intent.playbook.level:
        levels = ", ".join(intent.playbook.level)
        return Refused(reason=f"{intent.playbook.id} knows no level {level}; it has {levels}")
    detected = intent.detected_at or at
    impact = intent.impact_at or detected
    if max(detected, impact) > at:
        return Refused(reason="impact and detection can't lie in the future")
    declared = e.Declared(
        incident=intent.incident,
        title=intent.title.strip(),
        level=level,
        playbook=intent.playbook,
        service=intent.service,
        impact_at=impact,
        detected_at=detected,
        drill=intent.drill,
        calendar=intent.calendar,
    )
    first = intent.playbook.phase[0].key
    return (
        declared,
        *((e.FactLearned(name=ASSUMED, value="yes"),) if assumed else ()),
        *((e.ScenarioLaid(scenario=intent.scenario, why=DECLARED_SO),) if intent.scenario else ()),
        e.RoleAssigned(role="commander", name=by.actor),
        e.ConnTaken(name=by.actor),
        e.PhaseEntered(phase=first),
    )


def _plain(incident: Incident, intent: Intent, at: datetime, by: By) -> Answer:
    match intent:
        case i.Tick() | i.Untick() | i.EnterPhase() | i.Waive() | i.Repay():
            return _checklist(incident, intent, by)
        case i.Assign() | i.TakeConn() | i.OfferConn() | i.AcceptConn() | i.Escalate():
            return _people(incident, intent, at, by)
        case i.Mitigate() | i.Resolve() | i.Reopen() | i.Close():
            return _state(incident, intent)
        case i.Acknowledge(note=note):
            return (e.Acknowledged(note=note),)
        case i.CorrectTime():
            return _correct(incident, intent, at)
        case i.ChangeLevel():
            return _level(incident, intent)
        case i.LearnFact(name=name, value=value):
            return (e.FactLearned(name=name, value=value),) if incident.facts.get(name) != value else ()
        case i.FixNames(names=names):
            fresh = {name: value for name, value in names.items() if incident.names.get(name) != value}
            return (e.NamesFixed(names=fresh),) if fresh else ()
        case i.AddNote(text=text):
            return (e.NoteAdded(text=text),) if text.strip() else Refused(reason="the note is empty")
        case i.Decide(choice=choice, why=why, rule=rule, refused=refused, panels=panels):
            if not why.strip():
                return Refused(reason="a decision needs its reason")
            return (e.DecisionMade(choice=choice, why=why, rule=rule, refused=refused, panels=panels),)
        case i.RecordVerdict():
            return _verdict(incident, intent)
        case i.SendMessage(message=message, audience=audience, channel=channel, text=text):
            return (e.MessageSent(message=message, audience=audience, channel=channel, text=text),)
        case i.SignDocument(document=document, text=text, checkpoint=checkpoint):
            return (e.DocumentSigned(document=document, text=text, checkpoint=checkpoint),)
        case i.NoticeClockStep(seconds=seconds):
            return (e.ClockStepped(seconds=seconds),)
        case _:
            raise TypeError(f"{type(intent).__name__} is decided elsewhere")


def _verdict(incident: Incident, intent: i.RecordVerdict) -> Answer:
    known = incident.verdicts.get(intent.probe)
    was = known.status if known else "unknown"
    if known and known.status == intent.status:
        return ()
    return (
        e.VerdictChanged(probe=intent.probe, role=intent.role, was=was, status=intent.status, reason=intent.reason),
    )


def _correct(incident: Incident, intent: i.CorrectTime, at: datetime) -> Answer:
    known = intent.moment in incident.moments
    if not known and intent.moment not in PLAIN and intent.moment.partition(":")[0] not in MADE:
        return Refused(reason=f"there is no moment {intent.moment!r}; known are {', '.join(PLAIN)}")
    if not known and intent.moment in _STATES:
        return Refused(reason=f"{incident.id} is not {intent.moment} yet; there is nothing to correct")
    if intent.to > at:
        return Refused(reason="a moment that has been can't lie in the future")
    if not intent.why.strip():
        return Refused(reason="a correction needs its reason")
    was = incident.moments.get(intent.moment)
    return (e.TimeCorrected(moment=intent.moment, was=was, now=intent.to, why=intent.why),) if was != intent.to else ()


def _level(incident: Incident, intent: i.ChangeLevel) -> Answer:
    if intent.level not in incident.playbook.level:
        return Refused(reason=f"{incident.playbook.id} knows no level {intent.level}")
    if not intent.why.strip():
        return Refused(reason="a change of level needs its reason")
    settled = (e.FactLearned(name=ASSUMED, value="no"),) if needs_level_review(incident) else ()
    if intent.level == incident.level:
        return (*settled, e.NoteAdded(text=f"{intent.level} it is: {intent.why}")) if settled else ()
    return (e.LevelChanged(was=incident.level, level=intent.level, why=intent.why), *settled)


def _checklist(incident: Incident, intent: i.Tick | i.Untick | i.EnterPhase | i.Waive | i.Repay, by: By) -> Answer:
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


def _people(
    incident: Incident, intent: i.Assign | i.TakeConn | i.OfferConn | i.AcceptConn | i.Escalate, at: datetime, by: By
) -> Answer:
    match intent:
        case i.Assign(role=role, name=name):
            return (e.RoleAssigned(role=role, name=name),) if incident.roles.get(role) != name else ()
        case i.TakeConn():
            if incident.conn == by.actor:
                return ()
            if incident.conn:
                return Refused(reason=f"{incident.conn} has the conn; ask for it to be handed over")
            return (e.ConnTaken(name=by.actor),)
        case i.OfferConn(to=to, card=card):
            if incident.conn != by.actor:
                return Refused(reason=f"only {incident.conn or 'its holder'} can hand the conn over")
            if not to.strip() or to == by.actor:
                return Refused(reason="name the person who is to take the conn")
            return (e.ConnOffered(to=to, card=handover_card(incident, at, remark=card)),)
        case i.AcceptConn():
            if incident.conn_offer != by.actor:
                return Refused(reason="the conn was not offered to you")
            return (e.ConnHandedOver(was=incident.conn, name=by.actor),)
        case i.Escalate(level=level):
            ladder = incident.playbook.ladder
            rung = next(
                (one for one in ladder if one.level == level or (not level and one.level > incident.rung)), None
            )
            if rung is None:
                return Refused(reason=f"there is no {f'level {level}' if level else 'higher rung'} on this ladder")
            return (e.Escalated(level=rung.level, called=rung.call),)
        case _:
            assert_never(intent)


def _under_way(incident: Incident) -> str:
    run = next((run for run in incident.runs.values() if run.active), None)
    if run is not None:
        return f"{run.title} ({run.id}) is still running"
    rollout = incident.rollout
    if rollout is not None and rollout.active:
        return f"the rollout {rollout.id} stands at {rollout.percent} %; complete it or give it up first"
    return ""


def _state(incident: Incident, intent: i.Mitigate | i.Resolve | i.Reopen | i.Close) -> Answer:
    busy = _under_way(incident)
    match intent:
        case i.Mitigate(how=how):
            if incident.state is not State.OPEN:
                return Refused(reason=f"{incident.id} is {incident.state}")
            return (e.Mitigated(how=how),) if how.strip() else Refused(reason="say what stopped the pain")
        case i.Resolve(summary=summary):
            if incident.over:
                return Refused(reason=f"{incident.id} is already {incident.state}")
            if busy:
                return Refused(reason=busy)
            return (e.Resolved(summary=summary),)
        case i.Reopen(why=why):
            if not incident.over:
                return Refused(reason=f"{incident.id} is {incident.state}")
            return (e.Reopened(why=why),) if why.strip() else Refused(reason="say why it is open again")
        case i.Close(note=note):
            if incident.state is not State.RESOLVED:
                return Refused(reason=f"{incident.id} is {incident.state}; resolve it first")
            if reason := busy or keeps_open(incident):
                return Refused(reason=reason)
            return (e.Closed(note=note),)
        case _:
            assert_never(intent)
