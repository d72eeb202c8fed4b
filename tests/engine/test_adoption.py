"""`kill -9` of a console in the middle of a run: the run goes on, and whoever comes next records its end, once."""

import asyncio
import os
import random
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.engine.conftest import Project, Seat, Sit, script, wait_for, yes
from warroom.console.domain import intents as i
from warroom.console.domain.model import RunState
from warroom.console.engine.unstored import Unstored
from warroom.console.store.log import Proof

KILLS = int(os.environ.get("WARROOM_TEST_KILLS", "10"))
"""Rounds of `kill -9`; set the variable to 100 for a longer hunt."""
CONSOLE = Path(__file__).with_name("console.py")


def victim(project: Project, *argv: str) -> "subprocess.Popen[str]":
    """A console that starts a deploy and then waits for its fate."""
    return subprocess.Popen(
        [sys.executable, str(CONSOLE), str(project.folder), project.address, str(project.runs), "deploy", *argv],
        stdout=subprocess.PIPE,
        text=True,
    )


def hear(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def ended(seat: Seat) -> bool:
    return all(not run.active for run in seat.incident().runs.values())


async def test_the_next_console_records_the_end_of_a_run_that_was_left(sit: Sit, project: Project) -> None:
    seat = sit()
    await seat.declare()
    await asyncio.to_thread(seat.engine.stop)
    wait = f"echo begun; while [ ! -e {project.folder}/go ]; do sleep 0.02; done; echo finished"
    process = victim(project, "sh", "-c", wait)
    assert hear(process) == "ready"
    run = hear(process)
    process.kill()
    process.communicate()
    heirs = [sit({"smoke": script("true")}), sit(actor="mei")]
    for heir in heirs:
        assert heir.incident().runs[run].active
    (project.folder / "go").touch()
    for heir in heirs:
        await asyncio.to_thread(wait_for, lambda: ended(heir))  # noqa: B023
        assert heir.incident().runs[run].state is RunState.SUCCEEDED
        assert heir.incident().runs[run].tail == "begun\nfinished"
        assert len(heir.events("RunEnded")) == 1
    # The dead console's lease on production still stands, and holds nobody up.
    assert heirs[0].store.leases.list("environment/")
    again = sit({"deploy": script("true", environment="production")})
    assert (await again.run("deploy")).state is RunState.SUCCEEDED


async def test_killed_at_any_moment_no_run_is_left_without_an_end(sit: Sit, project: Project) -> None:
    seat = sit()
    await seat.declare()
    moments = random.Random(5)
    begun = 0
    for number in range(KILLS):
        process = victim(project, "sh", "-c", f"echo x >> {project.folder}/done-{number}")
        assert hear(process) == "ready"
        try:
            process.wait(moments.uniform(0, 0.6))
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate()
        await asyncio.to_thread(seat.session.refresh)
        await asyncio.to_thread(wait_for, lambda: ended(seat))
        runs = list(seat.incident().runs.values())
        assert len(seat.events("RunEnded")) == len(runs)
        if len(runs) > begun:
            begun = len(runs)
            did = (project.folder / f"done-{number}").exists()
            # It says what is so: done and succeeded, or never started.
            assert (runs[-1].state is RunState.SUCCEEDED) == did
            assert did or "never started" in runs[-1].reason
        assert isinstance(seat.store.log.verify(), Proof)


async def test_a_run_that_was_never_started_is_known_to_be_so(sit: Sit, project: Project) -> None:
    seat = sit({"deploy": script("true")})
    await seat.declare()
    proposal = await seat.propose("deploy")
    # The console dies between the intent and the start: what it had written down is there, and nobody holds it.
    from warroom.console.actions.runs.runner import Runner
    from warroom.console.identity import host

    _, prepared = seat.engine._proposer.propose("INC-1", "deploy", {})  # type: ignore[misc]
    Runner(project.runs).prepare("deploy-1", prepared).release()
    seat.session.dispatch(
        "INC-1",
        i.RequestRun(
            run="deploy-1",
            action="deploy",
            title="Deploy",
            target="",
            environment="",
            command=proposal.command,
            fingerprint=proposal.fingerprint,
            danger="free",
            host=host(),
        ),
    )
    await asyncio.to_thread(wait_for, lambda: ended(seat))
    run = seat.incident().runs["deploy-1"]
    assert (run.state, run.exit_code) == (RunState.FAILED, None)
    assert run.reason.startswith("never started")


async def test_a_success_that_another_console_left_is_verified_by_who_records_it(sit: Sit, project: Project) -> None:
    wait = f"while [ ! -e {project.folder}/go ]; do sleep 0.02; done"
    actions = {"deploy": script(wait, verify="smoke"), "smoke": script("true")}
    kai = sit(actions)
    await kai.declare()
    await kai.start("deploy")
    await asyncio.to_thread(kai.engine.stop)
    heirs = sit(actions), sit(actions, actor="mei")
    (project.folder / "go").touch()

    def smoked() -> bool:
        return any(run.action == "smoke" and not run.active for run in heirs[0].incident().runs.values())

    await asyncio.to_thread(wait_for, smoked)
    assert [run.action for run in heirs[0].incident().runs.values()] == ["deploy", "smoke"]


async def test_a_wish_to_cancel_reaches_a_run_through_the_log(sit: Sit, project: Project) -> None:
    seat = sit({"deploy": script("sleep 600")})
    await seat.declare()
    run = await seat.start("deploy")
    # As another host would: it can only say so.
    seat.session.dispatch("INC-1", i.CancelRun(run=run))
    await asyncio.to_thread(wait_for, lambda: ended(seat))
    assert seat.incident().runs[run].state is RunState.CANCELLED


async def test_files_that_cannot_be_read_make_an_outcome_unknown(sit: Sit, project: Project) -> None:
    wait = f"while [ ! -e {project.folder}/go ]; do sleep 0.02; done"
    seat = sit({"deploy": script(wait)})
    await seat.declare()
    run = await seat.start("deploy")
    await asyncio.to_thread(wait_for, lambda: (project.runs / run / "started.json").exists())
    (project.runs / run / "status.json").write_text("{ torn")
    lost = await seat.engine.finish("INC-1", run)
    assert lost is not None
    assert lost.state is RunState.LOST
    assert "its files can't be read" in lost.reason
    (project.folder / "go").touch()
    await asyncio.to_thread(wait_for, lambda: "succeeded" in (project.runs / run / "status.json").read_text())


async def test_a_locked_store_delays_the_end_of_a_run_and_loses_nothing(sit: Sit, project: Project) -> None:
    wait = f"while [ ! -e {project.folder}/go ]; do sleep 0.02; done"
    seat = sit({"deploy": script(wait, environment="production")})
    await seat.declare()
    run = await seat.start("deploy")
    locker = sqlite3.connect(project.address, isolation_level=None, check_same_thread=False)
    locker.execute("BEGIN IMMEDIATE")
    (project.folder / "go").touch()
    # The store says that it is locked after five seconds; the watch says so on the screen, and goes on.
    await asyncio.to_thread(wait_for, lambda: any(run in trouble for trouble in seat.engine.view().troubles))
    answered = threading.Event()
    seat.engine._loop.call_soon_threadsafe(answered.set)
    assert await asyncio.to_thread(answered.wait, 30)
    assert seat.incident().runs[run].active
    locker.execute("ROLLBACK")
    locker.close()
    done = await seat.engine.finish("INC-1", run)
    assert done is not None
    assert done.state is RunState.SUCCEEDED
    await asyncio.to_thread(wait_for, lambda: seat.engine.view().troubles == ())
    assert isinstance(seat.store.log.verify(), Proof)


@pytest.mark.parametrize("rounds", [3])
async def test_stopping_while_runs_end_keeps_every_end_for_the_next(sit: Sit, project: Project, rounds: int) -> None:
    actions = {"look": script("true")}
    seat = sit(actions)
    await seat.declare()
    for _ in range(rounds):
        await asyncio.gather(*(seat.start("look") for _ in range(3)))
        await asyncio.to_thread(seat.engine.stop)
        seat = sit(actions)
        await asyncio.to_thread(wait_for, lambda: ended(seat))  # noqa: B023
    assert len(seat.incident().runs) == len(seat.events("RunEnded")) == 3 * rounds


async def test_a_locked_store_starts_nothing_and_says_so(sit: Sit, project: Project) -> None:
    seat = sit({"deploy": script("true", environment="production")})
    await seat.declare()
    proposal = await seat.propose("deploy")
    locker = sqlite3.connect(project.address, isolation_level=None, check_same_thread=False)
    locker.execute("BEGIN IMMEDIATE")
    answer = await seat.engine.run(proposal, yes(proposal))
    assert isinstance(answer, Unstored)
    assert project.address in answer.reason
    locker.execute("ROLLBACK")
    locker.close()
    assert not seat.events("RunRequested")
    assert (await seat.run("deploy")).state is RunState.SUCCEEDED


async def test_stopping_is_quick_while_the_store_is_locked(sit: Sit, project: Project) -> None:
    seat = sit({"deploy": script("true")})
    await seat.declare()
    locker = sqlite3.connect(project.address, isolation_level=None, check_same_thread=False)
    locker.execute("BEGIN IMMEDIATE")
    try:
        await asyncio.to_thread(seat.engine.stop)
        assert not seat.engine.works
    finally:
        locker.execute("ROLLBACK")
        locker.close()


async def test_an_end_is_recorded_and_proven_by_the_console_that_started_the_run(sit: Sit) -> None:
    actions = {"deploy": script("true", environment="production", verify="prove"), "prove": script("true")}
    kai, mei = sit(actions), sit(actions, actor="mei")
    await kai.declare()
    await asyncio.to_thread(wait_for, lambda: mei.session.incident("INC-1"))
    for _ in range(3):
        run = await kai.start("deploy")
        ended = await kai.engine.finish("INC-1", run)
        assert ended is not None
        proof = await kai.engine.proof("INC-1", run)
        assert proof is not None
        assert proof.action == "prove"
    ends = [record for record in kai.session.records("INC-1") if type(record.event).__name__ == "RunEnded"]
    assert {record.actor for record in ends} == {"kai"}
