"""Rooms in a state worth looking at, made by putting intents to a desk."""

import asyncio
from datetime import timedelta

from tests.screens.memory_desk import Clock, MemoryDesk
from warroom.console.domain import intents as i
from warroom.console.domain.desk import Confirmation, Proposal
from warroom.console.domain.intents import By
from warroom.console.domain.view import Console, Outgoing, Outlet, Person, ProbeView, Series
from warroom.console.domain.watch.verdict import ConditionResult, Health, Sample, Status, observe

LEE = By(actor="lee", console="desk-2")
PEOPLE = (
    Person(name="Kai Lindqvist", roles=("commander", "on-call"), phone="+1-555-0101"),
    Person(name="Riku Aalto", roles=("team-lead",), phone="+1-555-0102", email="riku@acme.test"),
    Person(name="Mei Tanaka", roles=("release-manager",), phone="+1-555-0103"),
)
OUTLETS = (
    Outlet(name="chat", kind="slack", audiences=("team",)),
    Outlet(name="board-mail", kind="email", audiences=("stakeholders",)),
    Outlet(name="status-page", kind="statuspage", audiences=("users",), blocked="its token is not set"),
)
STEPS = ("open-channel", "alert-team", "affected-services", "user-impact")


def probes(clock: Clock, failing: bool) -> tuple[tuple[ProbeView, ...], tuple[Series, ...]]:
    """Four probes, two of which fail if asked to, and the error rate of the last half hour."""
    views = [
        _probe("web /", "health", clock, 38.0, True),
        _probe("api /health", "health", clock, 412.0, not failing, "[STATUS] (500) == 200"),
        _probe("sign-in errors", "error-rate", clock, 4.0, not failing, "[VALUE] (6.3) < 1", 6.3 if failing else 0.1),
    ]
    views.append(ProbeView(name="auth provider", role="third-party", every=5.0, health=Health(probe="auth provider")))
    start = clock() - timedelta(minutes=30)
    points = tuple(
        (
            start + timedelta(seconds=5 * n),
            0.1 if n < 120 or not failing else min(0.1 + (n - 120) / 12, 6.3 - n % 7 / 5),
        )
        for n in range(361)
    )
    series = Series(probe="sign-in errors", role="error-rate", unit="%", points=points, limit=1.0)
    return tuple(views), (series,)


def _probe(
    name: str, role: str, clock: Clock, latency: float, ok: bool, shown: str = "", value: float | None = None
) -> ProbeView:
    health = Health(probe=name)
    for n in range(4, -1, -1):
        health = observe(
            health,
            Sample(
                probe=name,
                at=clock() - timedelta(seconds=2 + 5 * n),
                status=Status.OK if ok else Status.FAILING,
                latency_ms=latency,
                value=value,
                unit="%" if value is not None else "",
                conditions=() if ok else (ConditionResult("[STATUS] == 200", False, shown),),
            ),
        )
    return ProbeView(name=name, role=role, every=5.0, health=health)


def calm(clock: Clock) -> MemoryDesk:
    """One mild incident, everything green."""
    desk = MemoryDesk(clock, people=PEOPLE)
    views, series = probes(clock, failing=False)
    now = clock.now
    clock.now = now - timedelta(minutes=9)
    desk.open("Search answers slowly in the evening", "P2")
    desk.put("INC-1", i.Acknowledge())
    clock.now = now
    desk.publish(probes=views, series=series)
    return desk


def breach(clock: Clock) -> MemoryDesk:
    """Sign-in is down, the clocks run out, half the first phase is done; an older incident is over."""
    desk = MemoryDesk(clock, people=PEOPLE, consoles=(Console(id="desk-2", actor="lee", host="relay"),))
    now = clock.now
    clock.now = now - timedelta(hours=3)
    desk.open("Exports arrive late", "P2")
    clock.now = now - timedelta(hours=2)
    desk.put("INC-1", i.Resolve(summary="the queue was stuck"))
    clock.now = now - timedelta(minutes=40)
    desk.open("Sign-in fails for everyone", "P0", impact_at="-6m")
    for minute, step in enumerate(STEPS):
        clock.now = now - timedelta(minutes=36 - minute)
        desk.put("INC-2", i.Tick(step=step))
    clock.now = now - timedelta(minutes=30)
    desk.put(
        "INC-2", i.RecordVerdict(probe="api /health", role="health", status="failing", reason="[STATUS] (500) == 200")
    )
    desk.put(
        "INC-2", i.AddNote(text="Support has 140 tickets. All say the password is refused since the release."), LEE
    )
    desk.put(
        "INC-2", i.SendMessage(message="initial", audience="stakeholders", channel="by hand", text="We are on it.")
    )
    clock.now = now - timedelta(minutes=26)
    desk.open("Checkout is slow for some users in Asia and the Pacific", "P1")
    clock.now = now
    views, series = probes(clock, failing=True)
    desk.publish(probes=views, series=series)
    return desk


def mailing(clock: Clock) -> MemoryDesk:
    """`breach`, where messages can be sent; parcels in every state."""
    desk = breach(clock)
    parcels = (
        _parcel(clock, "1", "unknown", "chat", 12, 1, "the connection broke after it was sent"),
        _parcel(clock, "2", "failed", "board-mail", 131, 14, "550 5.1.1 no such user: board@acme.test"),
        _parcel(clock, "3", "waiting", "status-page", 3, 2, "HTTP 503; it asks for a minute"),
        _parcel(clock, "4", "sending", "chat", 0, 1),
        _parcel(clock, "5", "delivered", "chat", 1, 1),
        _parcel(clock, "6", "sent", "board-mail", 20, 1),
        _parcel(clock, "7", "cancelled", "chat", 25, 0),
    )
    desk.publish(outlets=OUTLETS, outbox=parcels)
    return desk


def _parcel(clock: Clock, id: str, state: str, channel: str, minutes: int, attempts: int, reason: str = "") -> Outgoing:
    queued = clock() - timedelta(minutes=minutes)
    return Outgoing(
        id=id,
        incident="INC-2",
        message="initial",
        title="First word to stakeholders",
        audience="stakeholders",
        channel=channel,
        state=state,
        by="kai",
        attempts=attempts,
        queued_at=queued,
        next_at=clock() + timedelta(seconds=42) if state == "waiting" else queued,
        changed_at=queued,
        reason=reason,
    )


async def deploying(clock: Clock) -> MemoryDesk:
    """The fix is at a tenth of the traffic and its gate has been read; the tests run."""
    desk = breach(clock)
    now = clock.now
    clock.now = now - timedelta(minutes=12)
    desk.put("INC-2", i.Decide(choice="hotfix", why="there is no safe way back: v1.2.3 reads the old sessions"))
    clock.now = now - timedelta(minutes=4)
    first = await desk.propose("INC-2", "shift-traffic", {"percent": "10"})
    assert isinstance(first, Proposal)
    await desk.rollout("INC-2", "ramp", Confirmation(fingerprint=first.fingerprint, typed="production"))
    clock.now = now - timedelta(seconds=31)
    gate = i.ReadGate(
        rollout="rollout-1", stage=0, verdict="unknown", reason="error rate 0.4 %, 1 of 3 samples below 1 %"
    )
    desk.put("INC-2", gate)
    tests = await desk.propose("INC-2", "test", {})
    assert isinstance(tests, Proposal)
    run = await desk.run(tests, Confirmation(fingerprint=tests.fingerprint))
    assert isinstance(run, str)
    lines = [f"test_session_{n:03} ... ok" for n in range(120)]
    desk.printed[run] += "\n".join(["collecting 214 tests", *lines, "test_sign_in_with_old_cookie ..."]) + "\n"
    clock.now = now
    views, series = probes(clock, failing=True)
    desk.publish(probes=views, series=series)
    return desk


def deploying_now(clock: Clock) -> MemoryDesk:
    """`deploying`, for callers without a loop."""
    return asyncio.run(deploying(clock))
