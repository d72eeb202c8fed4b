"""Incidents run by the shipped protocols, decided for real: every step ticked, skipped or bound to what happened."""

from datetime import datetime, timedelta
from pathlib import Path

from tests.domain.playbooks import Room, request
from tests.domain.playbooks import ended as run_ended
from tests.reports.story import Reading
from warroom.config.playbook_files import load_playbook
from warroom.console.domain import intents as i
from warroom.console.domain.applying import steps_of
from warroom.console.domain.checklist import current_phase, settled
from warroom.console.domain.git.truth import BACKPORTED
from warroom.console.domain.playbook import Step
from warroom.console.domain.time.clocks import read_clocks
from warroom.console.domain.time.moments import step_ticked

FACTS = {
    "affected": "about 5,000 users",
    "impact": "nobody can sign in",
    "cause": "the session check reads a field that is null",
    "fix": "treat a missing field as signed out",
    "ticket": "ENG-42",
    "revenue": "about 300 orders",
    "reputation": "23 tickets, 5 posts",
    "pull-request": "https://git.example.com/shop/pull/7",
    "severity": "unavailable",
}
NAMES = {"production_tag": "v1.2.3", "base": "v1.2.3", "branch": "hotfix/ENG-42-sign-in", "tag": "v1.2.4"}


def incident(name: str, title: str = "Sign-in fails", level: str = "P0", *, facts: bool = True) -> Room:
    """An incident by a shipped protocol, from the declaration to the end of its checklist."""
    room = Room.declared(level=level, title=title, playbook=load_playbook(name, Path()))
    room.wait(2).say(i.Acknowledge(), i.FixNames(names=NAMES))
    if facts:
        room.say(*(i.LearnFact(name=fact, value=value) for fact, value in FACTS.items()))
    while (phase := current_phase(room.now)) is not None:
        before = room.now.version
        for step in steps_of(room.now, phase):
            if not settled(room.now, step) and step.required:
                _settle(room, step)
        assert room.now.version > before, f"{name}: {phase.key} goes no further"
        if phase.key in ("verify", "validate", "tell") and "resolved" not in room.now.moments:
            room.say(i.Resolve(summary="fixed in v1.2.4"))
    return room


def _sit_out(room: Room, step: Step) -> None:
    """Wait until a watch that the step ends has run to its lower mark."""
    for clock in read_clocks(room.now, room.at):
        mark = clock.early_at or clock.due_at
        if clock.kind == "window" and not clock.stopped and mark and step_ticked(step.key) in clock.stops:
            room.at = max(room.at, mark)


def _settle(room: Room, step: Step) -> None:
    room.wait(1)
    kind, _, key = step.ticked_by.partition(":")
    match kind:
        case "" | "pull-request" | "document":
            _sit_out(room, step)
            room.say(i.Tick(step=step.key, note="seen"))
        case "decision":
            room.say(i.Decide(choice="hotfix", why="the cause is known and small", panels=("error-rate failing",)))
        case "message":
            audience = room.now.playbook.message[key].audience
            room.say(i.SendMessage(message=key, audience=audience, channel="chat", text=f"{key}: we are on it"))
        case "role":
            room.say(i.RecordVerdict(probe=f"api {key}", role=key, status="ok", reason=""))
        case "git":
            if step.action:
                _run(room, step.action)
            branch = key.removeprefix(BACKPORTED)
            if branch != key:
                room.say(i.RecordBackport(branch=branch, state="fixed-by-patch", why="as 1234567890"))
            else:
                room.say(i.RecordGitFact(fact=key, holds=True, why="seen in the repository"))
        case "action":
            _run(room, key)
        case "rollout":
            _roll_out(room)


def _run(room: Room, action: str) -> None:
    run = f"run-{len(room.now.runs) + 1}"
    marks = "deployed" if action == "deploy-production" else ""
    environment = "staging" if "staging" in action else "production" if marks else ""
    asked = request(action, run, environment, marks=marks, tag="v1.2.4")
    room.say(asked, i.StartRun(run=run))
    room.wait(1).say(run_ended(run, room.at))


def _roll_out(room: Room) -> None:
    strategy = next(iter(room.now.playbook.strategy.values()))
    room.say(i.StartRollout(rollout="ro-1", strategy=strategy, values={"tag": "v1.2.4"}))
    for number in range(len(strategy.stage)):
        room.wait(5).say(i.EnterStage(rollout="ro-1", stage=number, run=f"shift-{number}"))
    room.say(i.CompleteRollout(rollout="ro-1"))


def rates(room: Room) -> list[Reading]:
    """Readings of the error rate, one a minute: bad until the deploy, with a hole of ten minutes."""
    begin, until = room.now.moments["impact"], room.now.moments["resolved"]
    deployed: datetime = room.now.moments.get("deployed", until)
    made = []
    for minute in range(-5, int((until - begin).total_seconds() // 60) + 5):
        at = begin + timedelta(minutes=minute)
        if 10 <= minute < 20:
            continue
        value = 8.0 + minute % 3 if begin <= at < deployed else 0.05
        made.append(Reading("api error-rate", at, "failing" if value > 1 else "ok", value))
    return made
