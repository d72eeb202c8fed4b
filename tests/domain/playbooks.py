"""A small playbook with one of everything, and a room to put intents to."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from warroom.console.domain import intents as i
from warroom.console.domain.decide import decide
from warroom.console.domain.events import Event, Recorded
from warroom.console.domain.evolve import evolve
from warroom.console.domain.git.release import Review, Staging
from warroom.console.domain.intents import By, Intent, Refused
from warroom.console.domain.model import Incident
from warroom.console.domain.playbook import (
    Clock,
    Decision,
    Level,
    Overlay,
    Phase,
    Playbook,
    Role,
    Rollback,
    Rung,
    Step,
)
from warroom.console.domain.proposal import Proposal
from warroom.console.domain.strategy import Gate, Stage, Strategy
from warroom.console.domain.time.limit import Limit
from warroom.console.domain.words import Compliance, Document, Message, Section

START = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
KAI = By(actor="kai", console="desk-1")
LEE = By(actor="lee", console="desk-2")


def minutes(count: float) -> timedelta:
    """That many minutes."""
    return timedelta(minutes=count)


RAMP = Strategy(
    title="10, 100 %",
    stage=(Stage(percent=10, bake=minutes(5)), Stage(percent=100)),
    gate=(Gate(role="error-rate", below=1.0, samples=2),),
)

CLOCKS = (
    Clock(
        key="fix",
        title="Fix ready",
        starts="detected",
        stops=("deployed", "mitigated", "resolved"),
        limits={"P0": Limit(max=minutes(30)), "P1": Limit(min=minutes(30), max=minutes(60))},
    ),
    Clock(key="resolve", title="Resolved", starts="impact", limit=Limit(max=minutes(60))),
    Clock(
        key="update",
        title="Next update",
        starts="declared",
        restarts="audience:stakeholders",
        limit=Limit(max=minutes(15)),
    ),
    Clock(
        key="breach",
        title="Notice",
        starts="detected",
        stops=("step:notice",),
        limit=Limit(max=minutes(72 * 60)),
        only_if="data-breach",
    ),
    Clock(
        key="review",
        title="Post-mortem",
        starts="resolved",
        stops=("document:post-mortem",),
        limit=Limit(calendar="next-business-day"),
    ),
)

PHASES = (
    Phase(
        key="assess",
        title="Assess",
        max=minutes(15),
        step=(
            Step(key="impact", text="Estimate what users feel"),
            Step(key="alert", text="Send the first alert", ticked_by="message:initial"),
            Step(key="decide", text="Roll back or fix", ticked_by="decision", waivable=False),
            Step(key="breach", text="Tell legal", required=False, levels=("P0",)),
        ),
    ),
    Phase(
        key="back",
        title="Go back",
        decision="rollback",
        step=(Step(key="roll-back", text="Go back to the previous release", ticked_by="action:rollback"),),
    ),
    Phase(
        key="prepare",
        title="Prepare",
        min=minutes(10),
        max=minutes(15),
        decision="hotfix",
        step=(
            Step(key="branch", text="Branch from what is live", ticked_by="action:branch"),
            Step(key="review", text="Have it reviewed", waivable_by="lead"),
        ),
    ),
    Phase(
        key="deploy",
        title="Deploy",
        step=(
            Step(key="ship", text="Deploy the fix", ticked_by="action:deploy", decision="hotfix"),
            Step(key="ramp", text="Shift traffic", ticked_by="rollout", decision="hotfix"),
        ),
    ),
    Phase(
        key="verify",
        title="Verify",
        max=minutes(10),
        step=(
            Step(key="healthy", text="The health endpoint answers", ticked_by="role:health"),
            Step(key="errors", text="Error rate below 1 %", ticked_by="role:error-rate", levels=("P0", "P1")),
        ),
    ),
    Phase(
        key="after",
        title="After",
        step=(
            Step(key="all-clear", text="Send the all-clear", ticked_by="message:resolution"),
            Step(key="notice", text="Notify the authority", required=False),
        ),
    ),
)

MESSAGES = {
    "initial": Message(
        title="Initial alert",
        kind="initial",
        subject="[{{ level }}] {{ title }}",
        body="{{ service }}: {{ impact }}, expected end {{ eta }}",
    ),
    "progress": Message(
        title="Progress",
        kind="progress",
        body="Done:\n{% for item in done %}- {{ item }}\n{% else %}- nothing yet\n{% endfor %}As of {{ now }}.",
    ),
    "resolution": Message(
        title="Resolution",
        kind="resolution",
        claims_normal=True,
        roles=("health",),
        subject="{{ title }}: resolved",
        body="Live since {{ deployed_at }}. Back to normal.",
    ),
}

SOURCES = [
    "summary",
    "timeline",
    "impact",
    "clocks",
    "deploys",
    "gates",
    "decisions",
    "waivers",
    "roles",
    "messages",
    "phases",
    "health",
    "checkpoint",
]

POST_MORTEM = Document(
    title="Post-mortem",
    section=(
        *(
            Section(title=source.title(), source=source, prompt="In numbers, please." if source == "impact" else "")
            for source in SOURCES
        ),
        Section(title="Root cause", prompt="What made it possible, not who."),
    ),
)

SMALL = Playbook(
    id="small",
    title="Small protocol",
    version="1.0.0",
    level={"P0": Level(title="Critical"), "P1": Level(title="High"), "P2": Level(title="Medium")},
    clock=CLOCKS,
    phase=PHASES,
    ladder=(
        Rung(level=1, after=minutes(0), call=("on-call",)),
        Rung(level=2, after=minutes(15), call=("lead",)),
        Rung(level=4, after=minutes(60), call=("cto", "ceo")),
    ),
    role={"commander": Role(title="Incident commander"), "lead": Role(title="Lead developer")},
    strategy={"ramp": RAMP},
    rollback=(Rollback(title="All traffic back", action="rollback"),),
    message=MESSAGES,
    document={"post-mortem": POST_MORTEM},
)


OTHER = replace(
    SMALL,
    id="other",
    title="Other protocol",
    level={"P0": Level(title="Critical"), "P1": Level(title="High")},
    phase=(
        PHASES[0],
        Phase(
            key="build",
            title="Build",
            decision="hotfix",
            step=(
                Step(key="branch", text="Branch from what is live", ticked_by="action:branch"),
                Step(key="review", text="Have it reviewed by two"),
                Step(key="smoke-staging", text="See it on staging", ticked_by="action:smoke-staging"),
            ),
        ),
        *PHASES[3:],
    ),
    clock=(*(clock for clock in CLOCKS if clock.key != "update"), replace(CLOCKS[2], limit=Limit(max=minutes(5)))),
    decision=Decision(objection=minutes(1)),
    review=Review(minimum=2),
    staging=Staging(waivable_at=("P0",)),
    scenario={
        "flood": Overlay(
            title="Flood",
            level="P0",
            resolve=Limit(max=minutes(120)),
            phase="assess",
            step=(Step(key="shut", text="Shut the gates"),),
        ),
        "leak": Overlay(title="Leak", level="P1", resolve=Limit(max=minutes(240)), branch="hotfix/leak-{ticket}"),
    },
    compliance=(
        Compliance(name="Audit", duty="Keep a record", due=Limit(max=minutes(24 * 60))),
        Compliance(name="Breach", duty="Tell the authority", only_if="data-breach", due=Limit(max=minutes(72 * 60))),
    ),
)
"""Another protocol: fewer levels, other phases, scenarios, duties, and time to object."""


def request(action: str, run: str, environment: str = "production", danger: str = "typed", **more: str) -> i.RequestRun:
    """Ask for a run of an action."""
    return i.RequestRun(
        run=run,
        action=action,
        title=action.title(),
        target=environment,
        environment=environment,
        command=f"./ops/{action} --env {environment}",
        fingerprint="0" * 64,
        danger=danger,
        host="box",
        marks=more.pop("marks", ""),
        approval=more.pop("approval", ""),
        rollout=more.pop("rollout", ""),
        values=more,
    )


def proposal(action: str = "restore", target: str = "production", incident: str = "INC-7", **more: str) -> Proposal:
    """What `request` asks to run, as it is put to a second person."""
    return Proposal(
        incident=incident,
        action=action,
        title=action.title(),
        command=f"./ops/{action} --env {target}",
        folder="/srv/shop",
        environment=target,
        production=True,
        target=target,
        danger=more.pop("danger", "two"),
        fingerprint=more.pop("fingerprint", "0" * 64),
        undo="nothing undoes it",
    )


def ask_approval(request: str = "approval-1", **more: str) -> i.RequestApproval:
    """Ask a second person."""
    return i.RequestApproval(request=request, proposal=proposal(**more), account="1000@box")


def grant(request: str = "approval-1", typed: str = "production") -> i.GrantApproval:
    """The second person's yes."""
    return i.GrantApproval(request=request, typed=typed, account="1001@relay")


@dataclass
class Room:
    """One incident with a clock that is moved by hand; `say` puts an intent and keeps what follows."""

    at: datetime = START
    incident: Incident | None = None
    stream: list[Recorded] = field(default_factory=list)

    @classmethod
    def declared(cls, level: str = "P0", title: str = "Sign-in fails", playbook: Playbook = SMALL) -> "Room":
        """A room in which kai has just declared."""
        room = cls()
        room.say(i.Declare(incident="INC-7", title=title, level=level, playbook=playbook, service="shop"))
        return room

    @property
    def now(self) -> Incident:
        """The snapshot."""
        assert self.incident is not None
        return self.incident

    def ask(self, intent: Intent, by: By = KAI) -> tuple[Event, ...] | Refused:
        """The answer, without keeping it."""
        return decide(self.incident, intent, self.at, by)

    def say(self, *intents: Intent, by: By = KAI) -> tuple[Event, ...]:
        """Put intents that must be accepted; gives the events."""
        events: list[Event] = []
        for intent in intents:
            answer = self.ask(intent, by)
            assert not isinstance(answer, Refused), answer.reason
            self.keep(answer, by)
            events.extend(answer)
        return tuple(events)

    def keep(self, events: tuple[Event, ...], by: By = KAI) -> None:
        """Append events and fold them."""
        for event in events:
            recorded = Recorded(
                event=event, at=self.at, actor=by.actor, console=by.console, version=len(self.stream) + 1
            )
            self.incident = evolve(self.incident, recorded)
            self.stream.append(recorded)

    def refusal(self, intent: Intent, by: By = KAI) -> str:
        """Put an intent that must be refused; gives the reason."""
        answer = self.ask(intent, by)
        assert isinstance(answer, Refused), answer
        return answer.reason

    def wait(self, count: float) -> "Room":
        """Let minutes pass."""
        self.at += minutes(count)
        return self

    def run(self, action: str, run: str, outcome: str = "succeeded", **more: str) -> tuple[Event, ...]:
        """Request, start and end a run within a minute."""
        begun = self.say(request(action, run, **more), i.StartRun(run=run))
        self.wait(1)
        return (*begun, *self.say(ended(run, self.at, outcome)))


def ended(run: str, at: datetime, outcome: str = "succeeded") -> i.EndRun:
    """How a run ended."""
    if outcome == "failed":
        return i.EndRun(run=run, outcome="failed", exit_code=1, ended_at=at, reason="exit status 1")
    return i.EndRun(run=run, outcome="succeeded", exit_code=0, ended_at=at)


def verdict(role: str, status: str, reason: str = "") -> i.RecordVerdict:
    """What the one probe of a role says now."""
    match status:
        case "ok":
            return i.RecordVerdict(probe=f"api {role}", role=role, status="ok", reason=reason)
        case "failing":
            return i.RecordVerdict(probe=f"api {role}", role=role, status="failing", reason=reason)
        case _:
            return i.RecordVerdict(probe=f"api {role}", role=role, status="unknown", reason=reason)
