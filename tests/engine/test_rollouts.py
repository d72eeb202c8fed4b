"""Rollouts behind gates that real probes read, from a real server whose error rate the test sets."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.engine.conftest import Project, Seat, Sit, script, wait_for
from warroom.config.settings import Probe
from warroom.console.actions.rollouts import Driver
from warroom.console.domain import intents as i
from warroom.console.domain.action import Action
from warroom.console.domain.desk import Confirmation
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Rollout, RolloutPhase, RunState
from warroom.console.session import utc_now


@dataclass
class Meter:
    """A server that says its error rate; `None`: it answers that it does not know."""

    rate: float | None = 0.0
    url: str = ""
    server: ThreadingHTTPServer | None = field(default=None, repr=False)


@pytest.fixture
def meter() -> Iterator[Meter]:
    meter = Meter()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b"" if meter.rate is None else f"error_rate {meter.rate}\n".encode()
            self.send_response(503 if meter.rate is None else 200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    meter.url = f"http://127.0.0.1:{server.server_port}/metrics"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield meter
    server.shutdown()
    server.server_close()


def probe(meter: Meter) -> Probe:
    """What the gate asks."""
    return Probe(
        name="errors",
        kind="metrics",
        url=meter.url,
        metric="error_rate",
        role="error-rate",
        every=timedelta(seconds=0.1),
        conditions=("[VALUE] < 5",),
        unit="%",
    )


def shift(project: Project, then: str = "true") -> Action:
    """Writes down where traffic stands, and what else is asked for."""
    return script(
        f"echo {{percent}} >> {project.folder}/traffic; {then}",
        title="Shift",
        danger="typed",
        target="production",
        environment="production",
        parameters={"percent": "100"},
    )


def waiting(project: Project) -> str:
    """Goes on when the test says so."""
    return f"while [ ! -e {project.folder}/go ]; do sleep 0.02; done"


@pytest.fixture
def actions(project: Project) -> dict[str, Action]:
    back = script("true", environment="production", title="Back")
    return {"shift": shift(project, f"[ ! -e {project.folder}/broken ]"), "back": back}


async def ramp(seat: Seat) -> str:
    """Start the ramp; gives its id."""
    proposal = await seat.engine.propose_rollout("INC-1", "ramp")
    assert not isinstance(proposal, Refused), proposal
    yes = Confirmation(fingerprint=proposal.fingerprint, typed="production")
    rollout = await seat.engine.rollout("INC-1", "ramp", yes)
    assert isinstance(rollout, str), rollout
    return rollout


def standing(seat: Seat) -> Rollout:
    found = seat.incident().rollout
    assert found is not None
    return found


async def until(seat: Seat, phase: RolloutPhase, percent: int | None = None) -> Rollout:
    def there() -> bool:
        found = seat.incident().rollout
        return found is not None and found.phase is phase and percent in (None, found.percent)

    await asyncio.to_thread(wait_for, there, f"{phase} at {percent}")
    return standing(seat)


def shifts(project: Project) -> list[int]:
    path = project.folder / "traffic"
    return [int(line) for line in path.read_text().split()] if path.exists() else []


async def test_a_rollout_goes_on_while_its_gate_passes(
    sit: Sit, project: Project, actions: dict[str, Action], meter: Meter
) -> None:
    seat = sit(actions, probes=(probe(meter),))
    await seat.declare()
    rollout = await ramp(seat)
    done = await until(seat, RolloutPhase.DONE, 100)
    assert done.id == rollout
    assert shifts(project) == [10, 50, 100]
    assert [gate.percent for gate in done.gates if gate.verdict == "passing"] == [10, 50, 100]
    assert all("errors 0 % (limit 1 %)" in gate.reason for gate in done.gates if gate.verdict == "passing")
    runs = [run for run in seat.incident().runs.values() if run.rollout == rollout]
    assert [run.values["percent"] for run in runs] == ["10", "50", "100"]


async def test_an_unknown_gate_waits(sit: Sit, project: Project, actions: dict[str, Action], meter: Meter) -> None:
    meter.rate = None
    seat = sit(actions, probes=(probe(meter),))
    await seat.declare()
    await ramp(seat)
    await until(seat, RolloutPhase.RUNNING, 10)
    await asyncio.to_thread(wait_for, lambda: standing(seat).gates)
    assert standing(seat).gates[-1].verdict == "unknown"
    assert shifts(project) == [10]
    meter.rate = 0.0
    await until(seat, RolloutPhase.DONE, 100)


async def test_a_failing_gate_holds_until_somebody_resumes(
    sit: Sit, project: Project, actions: dict[str, Action], meter: Meter
) -> None:
    meter.rate = 4.0
    seat = sit(actions, probes=(probe(meter),))
    await seat.declare()
    rollout = await ramp(seat)
    held = await until(seat, RolloutPhase.HELD, 10)
    assert "errors 4 % (limit 1 %)" in held.reason
    meter.rate = 0.0
    await asyncio.to_thread(wait_for, lambda: seat.engine.view().series[0].points[-1][1] == 0.0)
    assert standing(seat).phase is RolloutPhase.HELD
    assert not isinstance(await seat.engine.dispatch("INC-1", i.ResumeRollout(rollout=rollout)), Refused)
    await until(seat, RolloutPhase.DONE, 100)
    assert shifts(project) == [10, 50, 100]


async def test_a_stage_whose_command_fails_holds_where_it_was(
    sit: Sit, project: Project, actions: dict[str, Action], meter: Meter
) -> None:
    seat = sit(actions, probes=(probe(meter),))
    await seat.declare()
    (project.folder / "broken").touch()
    rollout = await ramp(seat)
    held = await until(seat, RolloutPhase.HELD, 0)
    assert held.reason == "Shift has failed"
    (project.folder / "broken").unlink()
    await seat.engine.dispatch("INC-1", i.ResumeRollout(rollout=rollout))
    await until(seat, RolloutPhase.DONE)
    assert shifts(project) == [10, 10, 50, 100]


async def test_the_way_back_gives_a_rollout_up(
    sit: Sit, project: Project, actions: dict[str, Action], meter: Meter
) -> None:
    meter.rate = None
    seat = sit(actions, probes=(probe(meter),))
    await seat.declare()
    await ramp(seat)
    await until(seat, RolloutPhase.RUNNING, 10)
    assert (await seat.run("back")).state is RunState.SUCCEEDED
    aborted = await until(seat, RolloutPhase.ABORTED)
    assert aborted.reason == "Back was started"
    meter.rate = 0.0
    await asyncio.to_thread(wait_for, lambda: seat.engine.view().series[0].points[-1][1] == 0.0)
    assert shifts(project) == [10]


async def test_only_what_was_confirmed_is_rolled_out(
    sit: Sit, project: Project, actions: dict[str, Action], meter: Meter
) -> None:
    seat = sit(actions, probes=(probe(meter),))
    await seat.declare()
    proposal = await seat.propose("shift", percent="50")
    yes = Confirmation(fingerprint=proposal.fingerprint, typed="production")
    answer = await seat.engine.rollout("INC-1", "ramp", yes)
    assert isinstance(answer, Refused)
    assert "something changed since you said yes" in answer.reason
    assert seat.incident().rollout is None


async def test_two_consoles_drive_a_rollout_once(
    sit: Sit, project: Project, actions: dict[str, Action], meter: Meter
) -> None:
    kai, mei = sit(actions, probes=(probe(meter),)), sit(actions, actor="mei", probes=(probe(meter),))
    await kai.declare()
    await ramp(kai)
    await until(kai, RolloutPhase.DONE)
    await until(mei, RolloutPhase.DONE)
    assert shifts(project) == [10, 50, 100]
    assert not mei.events("RolloutHeld")


async def test_a_console_that_is_here_and_slow_to_drive_is_not_taken_for_gone(
    sit: Sit, project: Project, actions: dict[str, Action]
) -> None:
    kai, mei = sit(actions), sit(actions, actor="mei")
    await kai.declare()
    await asyncio.to_thread(wait_for, lambda: mei.session.incident("INC-1"))
    for seat in (kai, mei):
        await asyncio.to_thread(seat.engine.stop)
    strategy = kai.incident().playbook.strategy["ramp"]
    kai.session.dispatch("INC-1", i.StartRollout(rollout="rollout-1", strategy=strategy, values={}))
    mei.session.refresh()
    now, console = utc_now(), kai.session.by.console
    times = iter([now, now + timedelta(seconds=10), now + timedelta(seconds=40), now + timedelta(seconds=50)])

    async def never(incident: str, rollout: Rollout, stage: int) -> Refused:
        raise AssertionError("it drives what is another's")

    driver = Driver(
        mei.session,
        mei.store.leases,
        run_stage=never,
        readings=dict,
        clock=lambda: next(times),
        trouble=lambda key, text: None,
    )
    mei.store.leases.take(f"console/{console}", console, now, timedelta(seconds=30))
    for held in (False, False, False, True):
        await driver.look()
        assert bool(mei.events("RolloutHeld")) is held


async def test_a_clock_that_jumps_makes_no_bake_shorter_where_another_console_went_on(
    sit: Sit, project: Project, actions: dict[str, Action]
) -> None:
    kai = sit(actions)
    await kai.declare()
    await asyncio.to_thread(kai.engine.stop)
    now = utc_now()
    entered = Rollout(
        id="rollout-1",
        strategy=kai.incident().playbook.strategy["ramp"],
        values={},
        driver="gone",
        started_at=now,
        stage=0,
        stage_at=now - timedelta(minutes=5),
    )

    async def never(incident: str, rollout: Rollout, stage: int) -> Refused:
        raise AssertionError("nothing is shifted here")

    driver = Driver(
        kai.session, kai.store.leases, run_stage=never, readings=dict, clock=utc_now, trouble=lambda key, text: None
    )
    for jumped in (timedelta(0), timedelta(hours=2), timedelta(hours=-2)):
        baked = driver._baked(entered, now + jumped)
        assert baked is not None
        assert timedelta(minutes=5) <= baked < timedelta(minutes=7)


async def test_closing_the_console_that_drives_holds_the_rollout(
    sit: Sit, actions: dict[str, Action], meter: Meter, project: Project
) -> None:
    meter.rate = None
    kai, also = sit(actions, probes=(probe(meter),)), sit(actions, probes=(probe(meter),))
    await kai.declare()
    rollout = await ramp(kai)
    await until(kai, RolloutPhase.RUNNING, 10)
    await asyncio.to_thread(kai.engine.stop)
    held = await until(also, RolloutPhase.HELD, 10)
    assert held.reason == "the console that drove it was closed; resume it where somebody watches"
    meter.rate = 0.0
    assert not isinstance(await also.engine.dispatch("INC-1", i.ResumeRollout(rollout=rollout)), Refused)
    await until(also, RolloutPhase.DONE)
    assert shifts(project) == [10, 50, 100]


async def test_a_stage_that_was_left_behind_is_not_run_twice(
    sit: Sit, project: Project, actions: dict[str, Action], meter: Meter
) -> None:
    slow = {**actions, "shift": shift(project, waiting(project))}
    kai, also = sit(slow, probes=(probe(meter),)), sit(slow, probes=(probe(meter),))
    await kai.declare()
    rollout = await ramp(kai)
    await asyncio.to_thread(wait_for, lambda: shifts(project) == [10])
    await asyncio.to_thread(kai.engine.stop)
    await until(also, RolloutPhase.HELD, 0)
    assert not isinstance(await also.engine.dispatch("INC-1", i.ResumeRollout(rollout=rollout)), Refused)
    (project.folder / "go").touch()
    await until(also, RolloutPhase.DONE)
    assert shifts(project) == [10, 50, 100]


async def test_a_rollout_whose_driver_vanished_is_held_and_can_be_resumed_here(
    sit: Sit, project: Project, actions: dict[str, Action], meter: Meter
) -> None:
    seat = sit(actions, probes=(probe(meter),))
    await seat.declare()
    # What a console that was killed has left: a rollout under its name, and a lease that runs out.
    gone = sit(actions, actor="kai", watch=False)
    gone.engine.stop()
    strategy = seat.incident().playbook.strategy["ramp"]
    gone.session.dispatch("INC-1", i.StartRollout(rollout="rollout-1", strategy=strategy, values={}))
    before = utc_now()
    gone.store.leases.take("rollout/rollout-1", "console-gone", before, timedelta(seconds=3))
    held = await until(seat, RolloutPhase.HELD, 0)
    assert held.reason == "the console that drove it is gone; resume it here"
    last = [record for record in seat.session.records("INC-1") if type(record.event).__name__ == "RolloutHeld"]
    assert last[-1].at - before > timedelta(seconds=3)
    assert not shifts(project)
    assert not isinstance(await seat.engine.dispatch("INC-1", i.ResumeRollout(rollout="rollout-1")), Refused)
    await until(seat, RolloutPhase.DONE, 100)
    assert shifts(project) == [10, 50, 100]


async def test_a_long_stage_keeps_its_driver(
    sit: Sit, project: Project, actions: dict[str, Action], meter: Meter, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The lease is short here, so that the stage outlasts it many times.
    from warroom.console.actions import rollouts

    monkeypatch.setattr(rollouts, "_LEASE", timedelta(seconds=1.5))
    monkeypatch.setattr(rollouts, "_RENEW", 0.2)
    monkeypatch.setattr(rollouts, "_GRACE", timedelta(seconds=0))
    kai = sit({**actions, "shift": shift(project, waiting(project))}, probes=(probe(meter),))
    await kai.declare()
    await ramp(kai)
    await asyncio.to_thread(wait_for, lambda: shifts(project) == [10])
    mei = sit(actions, actor="mei", probes=(probe(meter),))

    def expiry() -> datetime:
        (lease,) = mei.store.leases.list("rollout/")
        return lease.expires_at

    first = expiry()
    await asyncio.to_thread(wait_for, lambda: expiry() > first + timedelta(seconds=3))
    assert standing(mei).phase is RolloutPhase.RUNNING
    (project.folder / "go").touch()
    await until(mei, RolloutPhase.DONE, 100)
