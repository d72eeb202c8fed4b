"""The fold: what a snapshot becomes when an event happens. The only place where incident state changes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from warroom.console.domain import events as e
from warroom.console.domain.evolve.alert import evolve_alert
from warroom.console.domain.evolve.approval import evolve_approval
from warroom.console.domain.evolve.back import evolve_back
from warroom.console.domain.evolve.course import evolve_course
from warroom.console.domain.evolve.git import evolve_git
from warroom.console.domain.evolve.runs import evolve_rollout, evolve_run
from warroom.console.domain.evolve.shipping import evolve_shipping
from warroom.console.domain.evolve.watch import evolve_watch
from warroom.console.domain.model import (
    Correction,
    DecisionTaken,
    Incident,
    Note,
    Sent,
    State,
    StepMark,
    StepState,
    Verdict,
    Waiver,
)
from warroom.console.domain.time import moments


def evolve(incident: Incident | None, recorded: e.Recorded) -> Incident:
    """The snapshot after one more event.

    Raises:
        ValueError: the stream does not begin with a declaration, or declares twice.
    """
    event = recorded.event
    if isinstance(event, e.Declared):
        if incident is not None:
            raise ValueError(f"{incident.id} is declared twice")
        return _declared(event, recorded)
    if incident is None:
        raise ValueError("the stream does not begin with a declaration")
    incident = replace(incident, version=recorded.version)
    if isinstance(event, e.RunEvent):
        return evolve_run(incident, event, recorded)
    if isinstance(event, e.RolloutEvent):
        return evolve_rollout(incident, event, recorded)
    if isinstance(event, e.WatchEvent):
        return evolve_watch(incident, event, recorded)
    if isinstance(event, e.AlertEvent):
        return evolve_alert(incident, event, recorded)
    if isinstance(event, e.ApprovalEvent):
        return evolve_approval(incident, event, recorded)
    if isinstance(event, e.BackEvent):
        return evolve_back(incident, event, recorded)
    if isinstance(event, e.GitEvent):
        return evolve_git(incident, event, recorded)
    if isinstance(event, e.CourseEvent):
        return evolve_course(incident, event, recorded)
    if isinstance(event, e.ShippingEvent):
        return evolve_shipping(incident, event, recorded)
    if isinstance(event, e.ChecklistEvent):
        return _checklist(incident, event, recorded)
    if isinstance(event, e.PeopleEvent):
        return _people(incident, event, recorded)
    if isinstance(event, e.RecordEvent):
        return _record(incident, event, recorded)
    return _incident(incident, event, recorded)


def fold(incident: Incident | None, stream: Iterable[e.Recorded]) -> Incident | None:
    """The snapshot after a whole stream."""
    for recorded in stream:
        incident = evolve(incident, recorded)
    return incident


def _declared(event: e.Declared, recorded: e.Recorded) -> Incident:
    return Incident(
        id=event.incident,
        title=event.title,
        level=event.level,
        playbook=event.playbook,
        service=event.service,
        drill=event.drill,
        calendar=event.calendar,
        version=recorded.version,
        declared_by=recorded.actor,
        moments={"impact": event.impact_at, "detected": event.detected_at, "declared": recorded.at},
    )


def _at(incident: Incident, name: str, when: datetime) -> Incident:
    return replace(incident, moments={**incident.moments, name: when})


def _incident(incident: Incident, event: e.IncidentEvent, recorded: e.Recorded) -> Incident:
    match event:
        case e.Declared() | e.ClockStepped():
            return incident
        case e.Acknowledged():
            return _at(incident, "acknowledged", recorded.at)
        case e.TimeCorrected(moment=moment, was=was, now=now, why=why):
            note = Correction(moment=moment, was=was, now=now, why=why, by=recorded.actor, at=recorded.at)
            return replace(_at(incident, moment, now), corrections=(*incident.corrections, note))
        case e.LevelChanged(level=level):
            return replace(incident, level=level)
        case e.FactLearned(name=name, value=value):
            return replace(incident, facts={**incident.facts, name: value})
        case e.NamesFixed(names=names):
            return replace(incident, names={**incident.names, **names})
        case e.Mitigated():
            return replace(_at(incident, "mitigated", recorded.at), state=State.MITIGATED)
        case e.Resolved():
            return replace(_at(incident, "resolved", recorded.at), state=State.RESOLVED)
        case e.Reopened():
            kept = {
                name: at for name, at in incident.moments.items() if name not in ("resolved", "closed", "mitigated")
            }
            return replace(incident, state=State.OPEN, moments=kept)
        case e.Closed():
            return replace(_at(incident, "closed", recorded.at), state=State.CLOSED)
        case _:
            assert_never(event)


def _people(incident: Incident, event: e.PeopleEvent, recorded: e.Recorded) -> Incident:
    match event:
        case e.RoleAssigned(role=role, name=name):
            return replace(incident, roles={**incident.roles, role: name})
        case e.ConnTaken(name=name) | e.ConnHandedOver(name=name):
            return replace(incident, conn=name, conn_offer="", conn_card="", conn_since=recorded.at)
        case e.ConnOffered(to=to, card=card):
            return replace(incident, conn_offer=to, conn_card=card)
        case e.Escalated(level=level):
            return replace(incident, rung=max(level, incident.rung))
        case _:
            assert_never(event)


def _checklist(incident: Incident, event: e.ChecklistEvent, recorded: e.Recorded) -> Incident:
    match event:
        case e.PhaseEntered(phase=phase):
            kept = {name: at for name, at in incident.moments.items() if name != moments.phase_done(phase)}
            kept.setdefault(moments.phase_entered(phase), recorded.at)
            return replace(incident, phase=phase, moments=kept)
        case e.PhaseCompleted(phase=phase):
            return _at(replace(incident, phase=""), moments.phase_done(phase), recorded.at)
        case e.StepTicked(step=step, evidence=evidence, text=text):
            ticked = _at(incident, moments.step_ticked(step), recorded.at)
            return _mark(ticked, step, StepMark.DONE, recorded, evidence, text)
        case e.StepUnticked(step=step, why=why):
            return _mark(incident, step, StepMark.OPEN, recorded, "person", why)
        case e.StepRegressed(step=step, why=why):
            return _mark(incident, step, StepMark.REGRESSED, recorded, "", why)
        case _:
            assert_never(event)


def _mark(incident: Incident, step: str, mark: StepMark, recorded: e.Recorded, evidence: str, text: str) -> Incident:
    state = StepState(mark=mark, evidence=evidence, by=recorded.actor, text=text, at=recorded.at)
    return replace(incident, steps={**incident.steps, step: state})


def _record(incident: Incident, event: e.RecordEvent, recorded: e.Recorded) -> Incident:
    by, at = recorded.actor, recorded.at
    match event:
        case e.NoteAdded(text=text):
            return replace(incident, notes=(*incident.notes, Note(text=text, by=by, at=at)))
        case e.DecisionMade(choice=choice, why=why, rule=rule, refused=refused, panels=panels):
            window = incident.playbook.decision.objection
            taken = DecisionTaken(
                choice=choice,
                why=why,
                rule=rule,
                refused=refused,
                panels=panels,
                by=by,
                at=at,
                objections_until=at + window if window else None,
            )
            # A clock that asked for a decision was met by the first.
            known = incident if "decided" in incident.moments else _at(incident, "decided", at)
            return replace(known, decision=taken, decisions=(*incident.decisions, taken))
        case e.WaiverGranted(subject=subject, why=why, owner=owner, due=due):
            waiver = Waiver(subject=subject, why=why, by=by, owner=owner, at=at, due=due)
            waived = replace(incident, waivers=(*incident.waivers, waiver))
            kind, _, step = subject.partition(":")
            return _mark(waived, step, StepMark.WAIVED, recorded, "waiver", why) if kind == "step" else waived
        case e.WaiverRepaid(subject=subject):
            paid = tuple(
                replace(waiver, repaid_at=at) if waiver.subject == subject and waiver.repaid_at is None else waiver
                for waiver in incident.waivers
            )
            return replace(incident, waivers=paid)
        case e.VerdictChanged(probe=probe, role=role, status=status, reason=reason):
            verdict = Verdict(probe=probe, role=role, status=status, reason=reason, since=at)
            return replace(incident, verdicts={**incident.verdicts, probe: verdict})
        case e.MessageSent(message=message, audience=audience, channel=channel, text=text):
            sent = Sent(message=message, audience=audience, channel=channel, text=text, by=by, at=at)
            told = {moments.message_sent(message): at, moments.audience_told(audience): at}
            return replace(incident, messages=(*incident.messages, sent), moments={**incident.moments, **told})
        case e.DocumentSigned(document=document, text=text):
            signed = _at(incident, moments.document_signed(document), at)
            return replace(signed, documents={**incident.documents, document: text})
        case _:
            assert_never(event)
