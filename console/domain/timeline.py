"""The timeline: every event as a line a person can read."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from warroom.console.domain import events as e
from warroom.console.domain.way_back import Readiness

NOTICE = "notice-"
"""What the name of a message begins with that `warroom watch` sends by itself."""
_TOLD_NAMES = ("branch", "tag", "base", "production_tag")
"""Of the names that were fixed, those a person looks for; the log keeps them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line: when, who or what, of which kind, and the words."""

    at: datetime
    who: str
    kind: str
    """`incident`, `clock`, `phase`, `step`, `conn`, `note`, `decision`, `run`, `rollout`, `health` …"""
    text: str
    tone: str = ""
    """`good`, `bad`, `warn` or nothing."""
    probe: str = ""
    """Whose verdict changed; empty: it tells of something else."""


def entry(recorded: e.Recorded) -> Entry:
    """The line for one event."""
    kind, text, tone = _describe(recorded.event)
    who = "probe" if kind == "health" else recorded.actor
    probe = recorded.event.probe if isinstance(recorded.event, e.VerdictChanged) else ""
    return Entry(at=recorded.at, who=who, kind=kind, text=text, tone=tone, probe=probe)


def _describe(event: e.Event) -> tuple[str, str, str]:
    if isinstance(event, e.IncidentEvent):
        return _incident(event)
    if isinstance(event, e.PeopleEvent):
        return _people(event)
    if isinstance(event, e.ChecklistEvent):
        return _checklist(event)
    if isinstance(event, e.RunEvent):
        return _run(event)
    if isinstance(event, e.RolloutEvent):
        return _rollout(event)
    if isinstance(event, e.WatchEvent):
        return _watch(event)
    if isinstance(event, e.AlertEvent):
        return _alert(event)
    if isinstance(event, e.ApprovalEvent):
        return _approval(event)
    if isinstance(event, e.BackEvent):
        return _way_back(event)
    if isinstance(event, e.GitEvent):
        return _git(event)
    if isinstance(event, e.CourseEvent):
        return _course(event)
    if isinstance(event, e.ShippingEvent):
        return _shipping(event)
    return _record(event)


def _record(event: e.RecordEvent) -> tuple[str, str, str]:
    match event:
        case e.NoteAdded(text=text):
            return "note", text, ""
        case e.DecisionMade(choice=choice, why=why):
            return "decision", f"{choice}: {why}", ""
        case e.MessageSent(message=message, text=text, audience=audience, channel=channel):
            way = channel if channel.startswith("by ") else f"by {channel}"
            if message.startswith(NOTICE):
                # It has no name that a person gave it; its subject says what it is.
                return "message", f"{text.partition(chr(10))[0] or 'a notice'}: told to {audience} {way}", ""
            return "message", f"{message} to {audience} {way}", ""
        case e.DocumentSigned(document=document):
            return "message", f"{document} signed", ""
        case e.VerdictChanged(probe=probe, status=status, reason=reason):
            tone = {"ok": "good", "failing": "bad"}.get(status, "warn")
            return "health", f"{probe} {status}" + (f": {reason}" if reason else ""), tone
        case e.WaiverGranted(subject=subject, why=why, owner=owner):
            return "waiver", f"{subject} skipped: {why} (owed by {owner})", "warn"
        case e.WaiverRepaid(subject=subject):
            return "waiver", f"{subject} repaid", "good"
        case _:
            assert_never(event)


def _incident(event: e.IncidentEvent) -> tuple[str, str, str]:
    match event:
        case e.Declared(level=level, title=title):
            return "incident", f"declared {level}: {title}", ""
        case e.Acknowledged(note=note):
            return "incident", "acknowledged" + (f": {note}" if note else ""), ""
        case e.TimeCorrected(moment=moment, now=now, why=why):
            return "clock", f"{moment} corrected to {now:%Y-%m-%d %H:%M:%S} UTC: {why}", "warn"
        case e.ClockStepped(seconds=seconds):
            return "clock", f"the system clock jumped by {seconds:+.0f} s", "warn"
        case e.LevelChanged(was=was, level=level, why=why):
            return "incident", f"{was} is now {level}: {why}", "warn"
        case e.FactLearned(name=name, value=value):
            return "incident", f"{name}: {value}", ""
        case e.NamesFixed(names=names):
            told = {name: value for name, value in names.items() if name in _TOLD_NAMES} or names
            return "incident", "fixed " + ", ".join(f"{name} {value}" for name, value in told.items()), ""
        case e.Mitigated(how=how):
            return "incident", f"mitigated: {how}", "good"
        case e.Resolved(summary=summary):
            return "incident", "resolved" + (f": {summary}" if summary else ""), "good"
        case e.Reopened(why=why):
            return "incident", f"reopened: {why}", "bad"
        case e.Closed(note=note):
            return "incident", "closed" + (f": {note}" if note else ""), "good"
        case _:
            assert_never(event)


def _run(event: e.RunEvent) -> tuple[str, str, str]:
    match event:
        case e.RunRequested(title=title, target=target, command=command, stopped=stopped, checkout=checkout):
            after = f", after {stopped} was stopped" if stopped else ""
            found = f", with {checkout} checked out" if checkout else ""
            return "run", f"{title}" + (f" on {target}" if target else "") + f": {command}{found}{after}", ""
        case e.RunStarted(run=run):
            return "run", f"{run} started", ""
        case e.RunCancelRequested(run=run, why=why):
            return "run", f"{run} cancel asked for" + (f": {why}" if why else ""), "warn"
        case e.RunEnded(run=run, outcome=outcome, reason=reason):
            return (
                "run",
                f"{run} {outcome}" + (f": {reason}" if reason else ""),
                "good" if outcome == "succeeded" else "bad",
            )
        case e.RunLost(run=run, why=why):
            return "run", f"{run} outcome unknown: {why}", "bad"
        case e.RunSettled(run=run, outcome=outcome, why=why):
            return "run", f"{run} settled as {outcome}: {why}", "warn"
        case _:
            assert_never(event)


def _rollout(event: e.RolloutEvent) -> tuple[str, str, str]:
    match event:
        case e.RolloutStarted(strategy=strategy):
            return "rollout", f"{strategy.title} started", ""
        case e.StageEntered(percent=percent):
            return "rollout", f"{percent} % of traffic on the new version", ""
        case e.GateRead(verdict=verdict, reason=reason):
            return "rollout", f"gate {verdict}: {reason}", {"passing": "good", "failing": "bad"}.get(verdict, "warn")
        case e.RolloutHeld(reason=reason):
            return "rollout", f"held: {reason}", "warn"
        case e.GateSkipped(why=why):
            return "rollout", f"goes on against its gate: {why}", "warn"
        case e.StagePromoted(why=why):
            return "rollout", f"goes on before its time, once its gate passes: {why}", "warn"
        case e.RolloutResumed():
            return "rollout", "resumed", ""
        case e.RolloutCompleted():
            return "rollout", "complete: all traffic on the new version", "good"
        case e.RolloutAborted(why=why):
            return "rollout", f"given up: {why}", "bad"
        case _:
            assert_never(event)


def _watch(event: e.WatchEvent) -> tuple[str, str, str]:
    match event:
        case e.ProbeMuted(probe=probe, until=until, why=why):
            return "mute", f"{probe} muted until {until:%H:%M} UTC: {why}", "warn"
        case e.ProbeUnmuted(probe=probe):
            return "mute", f"{probe} listened to again", ""
        case _:
            assert_never(event)


def _alert(event: e.AlertEvent) -> tuple[str, str, str]:
    match event:
        case e.AlertLinked(alert=alert):
            return "alert", f"{alert.name} fires" + (f": {alert.summary}" if alert.summary else ""), "bad"
        case e.AlertEnded(name=name):
            return "alert", f"{name} fires no more", "good"
        case _:
            assert_never(event)


def _approval(event: e.ApprovalEvent) -> tuple[str, str, str]:
    match event:
        case e.ApprovalAsked(request=request, proposal=proposal):
            return "approval", f"a second person is asked to approve {proposal.title} ({request})", "warn"
        case e.ApprovalCodeIssued(request=request, account=account):
            return "approval", f"a one-time code for {request} was shown to {account}", ""
        case e.ApprovalCodeRefused(request=request, account=account, left=left):
            tries = "1 try" if left == 1 else f"{left} tries"
            more = f"{tries} left" if left else "the codes shown so far are void"
            return "approval", f"a wrong code was typed for {request} at {account}; {more}", "warn"
        case e.ApprovalGranted(request=request, by=by, account=account, way="code"):
            return "approval", f"{by} approved {request} with their own code, from {account}", "good"
        case e.ApprovalGranted(request=request, by=by, account=account):
            return "approval", f"{by} approved {request} from {account}", "good"
        case e.ApprovalDenied(request=request, why=why):
            return "approval", f"{request} denied" + (f": {why}" if why else ""), "bad"
        case e.ApprovalWithdrawn(request=request):
            return "approval", f"{request} taken back", ""
        case _:
            assert_never(event)


def _way_back(event: e.WayBackSeen) -> tuple[str, str, str]:
    tone = {Readiness.READY: "good", Readiness.BLOCKED: "bad", Readiness.DOUBTFUL: "warn"}.get(event.readiness, "")
    return "way back", f"{event.title}: {event.readiness}" + (f": {event.reasons[0]}" if event.reasons else ""), tone


def _git(event: e.GitEvent) -> tuple[str, str, str]:
    match event:
        case e.GitSeen(fact=fact, holds=holds, why=why):
            answer = "unknown" if holds is None else "yes" if holds else "no"
            tone = "warn" if holds is False else ""
            return "git", f"{fact.replace('-', ' ')}: {answer}" + (f", {why}" if why else ""), tone
        case e.BackportSeen(branch=branch, state=state, why=why, files=files):
            conflicts = f", conflicts in {', '.join(files)}" if files else ""
            tone = {"missing": "warn", "unknown": ""}.get(state, "good")
            return "git", f"{branch}: {state.replace('-', ' ')}{conflicts}" + (f" ({why})" if why else ""), tone
        case _:
            assert_never(event)


def _shipping(event: e.ShippingEvent) -> tuple[str, str, str]:
    match event:
        case e.ChangeProven(proof=proof):
            tone = {"ok": "good", "warn": "warn"}.get(proof.verdict, "bad")
            what = f"{proof.candidate} against {proof.live}: " if proof.candidate else ""
            told = dict.fromkeys([proof.summary(), *(line.reason for line in proof.reds)])
            return "change", what + "; ".join(told), tone
        case e.PullRequestSeen(pull_request=request):
            tone = "bad" if request.failed or request.objected_by else "good" if request.approved_by else ""
            return "change", f"pull request {request.told()}", tone
        case _:
            assert_never(event)


def _course(event: e.CourseEvent) -> tuple[str, str, str]:
    match event:
        case e.ScenarioLaid(scenario=scenario, why=why):
            return "incident", f"scenario {scenario}: {why}", "warn"
        case e.Objected(why=why):
            return "decision", f"objection: {why}", "bad"
        case e.PlaybookSwitched(playbook=playbook, why=why):
            return "incident", f"goes on by {playbook.id}: {why}", "warn"
        case e.DutyDone(duty=duty, note=note):
            return "incident", f"{duty}: duty done" + (f", {note}" if note else ""), "good"
        case _:
            assert_never(event)


def _checklist(event: e.ChecklistEvent) -> tuple[str, str, str]:
    match event:
        case e.PhaseEntered(phase=phase):
            return "phase", f"{phase} begins", ""
        case e.PhaseCompleted(phase=phase):
            return "phase", f"{phase} done", "good"
        case e.StepTicked(step=step, evidence=evidence, text=text):
            by = "" if evidence == "person" else f" by {evidence}"
            return "step", f"{step} ticked{by}" + (f": {text}" if text else ""), ""
        case e.StepUnticked(step=step, why=why):
            return "step", f"{step} unticked" + (f": {why}" if why else ""), "warn"
        case e.StepRegressed(step=step, why=why):
            return "step", f"{step} fell back: {why}", "bad"
        case _:
            assert_never(event)


def _people(event: e.PeopleEvent) -> tuple[str, str, str]:
    match event:
        case e.RoleAssigned(role=role, name=name):
            return "conn", f"{name} is {role}", ""
        case e.ConnTaken(name=name):
            return "conn", f"{name} has the conn", ""
        case e.ConnOffered(to=to):
            return "conn", f"conn offered to {to}", ""
        case e.ConnHandedOver(was=was, name=name):
            return "conn", f"{name} has the conn from {was}", ""
        case e.Escalated(level=level, called=called):
            return "conn", f"level {level} called: {', '.join(called)}", "warn"
        case _:
            assert_never(event)
