"""An incident in its third phase, with everything a panel can show."""

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from warroom.console.domain.model import (
    GateSeen,
    Incident,
    Rollout,
    Run,
    RunState,
    State,
    StepMark,
    StepState,
)
from warroom.console.domain.playbook import Clock, Level, Phase, Playbook, Step
from warroom.console.domain.strategy import Gate, Stage, Strategy
from warroom.console.domain.time.limit import Limit
from warroom.console.domain.timeline import Entry
from warroom.console.domain.view import Button, ProbeView, Series
from warroom.console.domain.watch.verdict import ConditionResult, Health, Sample, Status

NOW = datetime(2026, 11, 20, 14, 47, 12, tzinfo=UTC)
ZONE = timezone(timedelta(hours=1))


def ago(hours: int = 0, minutes: int = 0, seconds: int = 0) -> datetime:
    """So long before `NOW`."""
    return NOW - timedelta(hours=hours, minutes=minutes, seconds=seconds)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


RAMP = Strategy(
    title="Ramp",
    stage=(
        Stage(percent=10, bake=minutes(5)),
        Stage(percent=25, bake=minutes(5)),
        Stage(percent=50, bake=minutes(10)),
        Stage(percent=100),
    ),
    gate=(Gate(role="error-rate", below=1.0),),
)

PLAYBOOK = Playbook(
    id="release-protocol",
    title="Release protocol",
    level={
        "P0": Level(title="critical"),
        "P1": Level(title="high"),
        "P2": Level(title="medium"),
        "P3": Level(title="low"),
    },
    clock=(
        Clock(key="fix", title="Fix", starts="declared", stops=("deployed",), limit=Limit(max=minutes(60))),
        Clock(key="resolve", title="Resolve", starts="detected", limit=Limit(min=minutes(60), max=minutes(90))),
        Clock(
            key="update",
            title="Update",
            starts="declared",
            stops=("resolved",),
            restarts="audience:stakeholders",
            limit=Limit(max=minutes(15)),
        ),
        Clock(key="ack", title="Acknowledge", starts="declared", stops=("acknowledged",), limit=Limit(max=minutes(5))),
    ),
    phase=(
        Phase(
            key="assess",
            title="Assess",
            min=minutes(10),
            max=minutes(15),
            step=(Step(key="confirm", text="Confirm the impact"), Step(key="severity", text="Set the level")),
        ),
        Phase(key="prepare", title="Prepare", max=minutes(15), step=(Step(key="freeze", text="Freeze other deploys"),)),
        Phase(
            key="test",
            title="Test",
            max=minutes(15),
            step=(
                Step(key="branch", text="Branch from the production tag v1.2.3", ticked_by="action:branch"),
                Step(key="regression", text="Regression test added that fails without the fix"),
                Step(key="review", text="Review by a second person", waivable=True),
                Step(key="health", text="Health endpoint is green on staging", ticked_by="probe:api /health"),
                Step(key="smoke", text="Smoke test on staging", ticked_by="action:smoke-test", action="smoke-test"),
                Step(key="scan", text="Security scan", required=False),
            ),
        ),
        Phase(key="deploy", title="Deploy", max=minutes(20), step=(Step(key="ship", text="Deploy to production"),)),
        Phase(key="verify", title="Verify", max=minutes(30), step=(Step(key="watch", text="Watch for 30 minutes"),)),
        Phase(key="after", title="Aftermath", step=(Step(key="pm", text="Sign the post-mortem"),)),
    ),
    strategy={"ramp": RAMP},
)


def run(
    name: str = "RUN-3",
    action: str = "smoke-test",
    *,
    ended_at: datetime | None = None,
    command: str = "./ops/smoke --environment staging --base v1.2.3",
    environment: str = "staging",
) -> Run:
    """A run: still going, or a success that ended then."""
    state = RunState.SUCCEEDED if ended_at else RunState.RUNNING
    return Run(
        id=name,
        action=action,
        title=action,
        target=environment,
        environment=environment,
        command=command,
        danger="confirm",
        by="kai",
        host="bastion",
        requested_at=ago(minutes=1, seconds=2),
        started_at=ago(minutes=1),
        state=state,
        ended_at=ended_at,
        exit_code=0 if state is RunState.SUCCEEDED else None,
    )


def rollout() -> Rollout:
    """Traffic at 25 %, in the bake time."""
    return Rollout(
        id="RO-1",
        strategy=RAMP,
        values={},
        driver="console-1",
        started_at=ago(minutes=9),
        stage=1,
        stage_at=ago(minutes=2, seconds=46),
        gates=(
            GateSeen(stage=0, percent=10, verdict="passing", reason="error-rate 0.3 % < 1 %", at=ago(minutes=3)),
            GateSeen(
                stage=1,
                percent=25,
                verdict="unknown",
                reason="error-rate 0.42 % < 1 %: 2 of 3 good readings",
                at=ago(seconds=4),
            ),
        ),
    )


def incident(name: str = "INC-7", title: str = "Sign-in fails for everyone", level: str = "P0") -> Incident:
    """An open incident, 58 minutes old."""
    done = StepMark.DONE
    return Incident(
        id=name,
        title=title,
        level=level,
        playbook=PLAYBOOK,
        service="acme/shop",
        drill=False,
        version=12,
        declared_by="kai",
        moments={
            "impact": ago(1, 4, 12),
            "detected": ago(1, 1),
            "declared": ago(minutes=54, seconds=12),
            "acknowledged": ago(minutes=52),
            "audience:stakeholders": ago(minutes=13, seconds=40),
            "phase:assess:entered": ago(minutes=54, seconds=12),
            "phase:assess:done": ago(minutes=42, seconds=8),
            "phase:prepare:entered": ago(minutes=42, seconds=8),
            "phase:prepare:done": ago(minutes=23),
            "phase:test:entered": ago(minutes=8, seconds=12),
        },
        conn="kai",
        phase="test",
        steps={
            "confirm": StepState(mark=done, evidence="person", by="kai", at=ago(minutes=50)),
            "severity": StepState(mark=done, evidence="person", by="kai", at=ago(minutes=49)),
            "freeze": StepState(mark=done, evidence="person", by="dana", at=ago(minutes=30)),
            "branch": StepState(mark=done, evidence="action:branch", text="hotfix/INC-7", by="kai", at=ago(minutes=7)),
            "regression": StepState(mark=done, evidence="person", by="kai", at=ago(minutes=3)),
            "review": StepState(mark=StepMark.WAIVED, by="dana", text="nobody awake", at=ago(minutes=2)),
            "health": StepState(
                mark=StepMark.REGRESSED, evidence="probe:api /health", text="[STATUS] (500) == 200", at=ago(minutes=1)
            ),
        },
        runs={
            "RUN-1": run("RUN-1", "deploy", ended_at=ago(minutes=24), environment="production"),
            "RUN-2": run("RUN-2", "rollback", ended_at=ago(minutes=12), environment="production"),
            "RUN-3": run(),
        },
        rollouts={"RO-1": rollout()},
    )


def incidents() -> Mapping[str, Incident]:
    """One of each kind."""
    drill = replace(
        incident("INC-8", "Search answers slowly in [eu-west-1]", "P1"),
        drill=True,
        conn="",
        runs={},
        moments={"impact": ago(minutes=12), "detected": ago(minutes=9), "declared": ago(minutes=8)},
        phase="assess",
    )
    late = replace(
        incident("INC-5", "Payments are declined for cards of one bank", "P1"),
        moments={"impact": ago(2), "detected": ago(1, 45), "declared": ago(1, 40), "acknowledged": ago(1, 38)},
        state=State.MITIGATED,
        phase="verify",
        conn="dana",
        runs={},
    )
    over = replace(
        incident("INC-4", "Mails are sent twice", "P2"),
        moments={"impact": ago(29), "detected": ago(28), "declared": ago(28), "resolved": ago(27, 30)},
        state=State.RESOLVED,
        phase="",
        runs={},
    )
    return {one.id: one for one in (over, drill, late, incident())}


def probe(
    name: str,
    status: Status,
    *,
    latency: float | None = None,
    value: float | None = None,
    unit: str = "",
    error: str | None = None,
    seconds: int = 1,
    shown: str = "",
    role: str = "",
) -> ProbeView:
    """A probe that said the same three times."""
    sample = Sample(
        probe=name,
        at=ago(seconds=seconds),
        status=status,
        latency_ms=latency,
        value=value,
        unit=unit,
        error=error,
        conditions=(ConditionResult("", status is Status.OK, shown),) if shown else (),
    )
    health = Health(probe=name, status=status, since=ago(minutes=3), last=sample, run=status, run_length=3)
    return ProbeView(name=name, role=role, every=5.0, health=health)


def probes() -> tuple[ProbeView, ...]:
    """Failing, ok, with a value, stale, without any reading."""
    return (
        probe("web /", Status.OK, latency=38.2, seconds=2),
        probe("api /health", Status.FAILING, latency=412.0, shown="[STATUS] (500) == 200"),
        probe("db replica lag", Status.OK, latency=3.1, value=0.2, unit="s", seconds=4),
        probe("sign-in errors", Status.FAILING, latency=5.0, value=4.2, unit="%", shown="[VALUE] (4.2) < 1", seconds=3),
        probe("mail queue", Status.OK, value=12, unit="jobs", seconds=41),
        ProbeView(name="auth provider", role="", every=5.0, health=Health(probe="auth provider")),
    )


def series(*, hole: bool = True) -> Series:
    """Half an hour of an error rate: a bad deploy, a hole, a rollback."""
    points = []
    for second in range(0, 1800, 5):
        at = ago(seconds=1800 - second)
        value = 0.25 + 0.12 * math.sin(second / 37)
        if 360 < second < 1080:
            value = 4.1 + 2.2 * math.sin(second / 171) + 0.5 * math.sin(second / 23)
        if 1080 <= second < 1250:
            value = max(0.4, 4.0 - (second - 1080) / 45)
        if hole and 1320 <= second < 1440:
            continue
        points.append((at, math.nan if second == 900 else value))
    return Series(probe="sign-in errors", role="error-rate", unit="%", points=tuple(points), limit=1.0)


def entries() -> tuple[Entry, ...]:
    """A timeline that began the day before."""
    lines = (
        (ago(15, 2), "dana", "note", "The new certificate is in place; nothing to do until Monday", ""),
        (ago(minutes=54, seconds=12), "kai", "incident", "declared P0: Sign-in fails for everyone", ""),
        (ago(minutes=52), "kai", "incident", "acknowledged", ""),
        (ago(minutes=50), "kai", "conn", "kai has the conn", ""),
        (ago(minutes=24), "kai", "run", "Deploy on production: ./ops/deploy --tag v1.2.4", ""),
        (ago(minutes=23), "kai", "run", "RUN-1 succeeded", "good"),
        (ago(minutes=12), "kai", "waiver", "step:review skipped: nobody awake (owed by dana)", "warn"),
        (ago(minutes=3, seconds=10), "probe", "health", "api /health failing: [STATUS] (500) == 200", "bad"),
        (
            ago(seconds=14),
            "kai",
            "run",
            "smoke-test staging: ./ops/smoke --environment staging --base v1.2.3 --users 200 --timeout 60s "
            "--report /tmp/smoke.json passed in 41 s",
            "good",
        ),
    )
    return tuple(Entry(at=at, who=who, kind=kind, text=text, tone=tone) for at, who, kind, text, tone in lines)


def buttons() -> tuple[Button, ...]:
    """A room's buttons: one is blocked, one is the way back."""
    rows = (
        ("branch", "Branch the fix", "b", "confirm", "", ""),
        ("test", "Run the tests", "t", "free", "", ""),
        ("deploy-staging", "Deploy to staging", "s", "confirm", "staging", ""),
        ("deploy", "Deploy to production", "d", "typed", "production", "the smoke test on staging has not passed"),
        ("rollback", "Rollback", "r", "confirm", "production", ""),
        ("shift-traffic", "Shift traffic", "T", "typed", "production", "no rollout is under way"),
        ("message", "Message", "m", "confirm", "", ""),
        ("escalate", "Escalate", "e", "confirm", "", ""),
        ("note", "Note", "n", "free", "", ""),
    )
    return tuple(
        Button(action=action, title=title, key=key, danger=danger, environment=environment, blocked=blocked)
        for action, title, key, danger, environment, blocked in rows
    )
