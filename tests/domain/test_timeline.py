"""The timeline: every event as a line that names what happened, to whom, and how bad it is."""

import pytest

from tests.domain.playbooks import KAI, RAMP, SMALL, START, minutes
from warroom.console.domain import events as e
from warroom.console.domain.timeline import entry

LINES: list[tuple[e.Event, str, str, str]] = [
    (
        e.Declared(
            incident="INC-7",
            title="Down",
            level="P0",
            playbook=SMALL,
            service="shop",
            impact_at=START,
            detected_at=START,
        ),
        "incident",
        "declared P0: Down",
        "",
    ),
    (e.Acknowledged(note="on it"), "incident", "acknowledged: on it", ""),
    (
        e.TimeCorrected(moment="impact", was=START, now=START - minutes(5), why="graph"),
        "clock",
        "impact corrected to 2026-11-20 13:55:00 UTC: graph",
        "warn",
    ),
    (e.ClockStepped(seconds=-7.4), "clock", "the system clock jumped by -7 s", "warn"),
    (e.LevelChanged(was="P0", level="P1", why="half"), "incident", "P0 is now P1: half", "warn"),
    (e.Resolved(), "incident", "resolved", "good"),
    (e.Reopened(why="back"), "incident", "reopened: back", "bad"),
    (e.ConnHandedOver(was="kai", name="lee"), "conn", "lee has the conn from kai", ""),
    (e.Escalated(level=2, called=("lead", "cto")), "conn", "level 2 called: lead, cto", "warn"),
    (e.StepTicked(step="impact", evidence="person"), "step", "impact ticked", ""),
    (e.StepTicked(step="alert", evidence="message:initial"), "step", "alert ticked by message:initial", ""),
    (e.StepRegressed(step="healthy", why="500"), "step", "healthy fell back: 500", "bad"),
    (e.RunLost(run="run-1", why="host gone"), "run", "run-1 outcome unknown: host gone", "bad"),
    (
        e.RunEnded(run="run-1", outcome="failed", exit_code=1, ended_at=START, reason="exit status 1"),
        "run",
        "run-1 failed: exit status 1",
        "bad",
    ),
    (e.RolloutStarted(rollout="r", strategy=RAMP, values={}, driver="d"), "rollout", "10, 100 % started", ""),
    (
        e.GateRead(rollout="r", stage=0, verdict="unknown", reason="no data"),
        "rollout",
        "gate unknown: no data",
        "warn",
    ),
    (
        e.MessageSent(
            message="notice-rung:1", audience="team", channel="ops", text="INC-7 P0: level 1 is called\n\nDana"
        ),
        "message",
        "INC-7 P0: level 1 is called: told to team by ops",
        "",
    ),
    (
        e.VerdictChanged(probe="api", role="health", was="ok", status="failing", reason="500"),
        "health",
        "api failing: 500",
        "bad",
    ),
    (
        e.WaiverGranted(subject="step:review", why="one line", owner="lee"),
        "waiver",
        "step:review skipped: one line (owed by lee)",
        "warn",
    ),
]


@pytest.mark.parametrize(("event", "kind", "text", "tone"), LINES)
def test_an_event_is_a_line(event: e.Event, kind: str, text: str, tone: str) -> None:
    line = entry(e.Recorded(event=event, at=START, actor=KAI.actor, console=KAI.console, version=1))
    assert (line.at, line.kind, line.text, line.tone) == (START, kind, text, tone)
    assert line.who == ("probe" if kind == "health" else "kai")


def test_a_message_that_was_carried_by_hand_is_told_so_once() -> None:
    event = e.MessageSent(message="initial", audience="stakeholders", channel="by hand", text="")
    line = entry(e.Recorded(event=event, at=START, actor=KAI.actor, console=KAI.console, version=1))
    assert line.text == "initial to stakeholders by hand"
