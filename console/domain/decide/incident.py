"""From intent to events, or a refusal with its reason. No I/O: the same snapshot and intent give the same answer."""

from datetime import datetime

from warroom.console.domain import events as e
from warroom.console.domain import intents as i
from warroom.console.domain.checklist import consequences
from warroom.console.domain.debts import owes_step
from warroom.console.domain.decide.alert import decide_alert
from warroom.console.domain.decide.approval import decide_approval
from warroom.console.domain.decide.back import decide_back
from warroom.console.domain.decide.checklist import ChecklistIntent, decide_checklist
from warroom.console.domain.decide.course import DECLARED_SO, decide_course, declared_level, no_scenario
from warroom.console.domain.decide.git import decide_git
from warroom.console.domain.decide.people import PeopleIntent, decide_people
from warroom.console.domain.decide.runs import decide_rollout, decide_run
from warroom.console.domain.decide.shipping import decide_shipping
from warroom.console.domain.decide.state import StateIntent, decide_state
from warroom.console.domain.decide.watch import decide_watch
from warroom.console.domain.evolve import evolve
from warroom.console.domain.intents import By, Intent, Refused
from warroom.console.domain.model import Incident, State
from warroom.console.domain.time.moments import MADE, PLAIN, phase_done
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
    if isinstance(intent, i.RunIntent):
        return decide_run(incident, intent, at, by)
    if isinstance(intent, i.RolloutIntent):
        return decide_rollout(incident, intent, by)
    if isinstance(intent, i.ShippingIntent):
        return decide_shipping(incident, intent)
    if isinstance(intent, i.WatchIntent):
        return decide_watch(incident, intent, at)
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
    if isinstance(intent, ChecklistIntent):
        return decide_checklist(incident, intent, at, by)
    if isinstance(intent, PeopleIntent):
        return decide_people(incident, intent, at, by)
    if isinstance(intent, StateIntent):
        return decide_state(incident, intent)
    return _plain(incident, intent, at)


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


def _plain(incident: Incident, intent: Intent, at: datetime) -> Answer:
    match intent:
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
            made = e.DecisionMade(choice=choice, why=why, rule=rule, refused=refused, panels=panels)
            return (made, *_back_to(incident, choice))
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


def _back_to(incident: Incident, choice: str) -> tuple[e.Event, ...]:
    """Another decision than before leads to its own first phase that is not done, also where that stands earlier."""
    keys = [phase.key for phase in incident.playbook.phase]
    if incident.decision is None or incident.decision.choice == choice or incident.phase not in keys:
        return ()
    earlier = incident.playbook.phase[: keys.index(incident.phase)]
    own = (phase.key for phase in earlier if phase.decision == choice and phase_done(phase.key) not in incident.moments)
    first = next(own, "")
    return (e.PhaseEntered(phase=first),) if first else ()
