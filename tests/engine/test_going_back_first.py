"""Going back while something runs: one yes names what hangs, that is stopped, and then the way back begins."""

import asyncio
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.engine.conftest import Project, Seat, Sit, script, wait_for, yes
from warroom.console.actions.runs import stopping
from warroom.console.actions.runs.runner import Runner
from warroom.console.domain import intents as i
from warroom.console.domain.action import Action
from warroom.console.domain.desk import Confirmation, Proposal
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import RolloutPhase, RunState

PRODUCTION: dict[str, Any] = {"danger": "confirm", "target": "production", "environment": "production"}
HANGS = "echo half-way; while :; do sleep 0.05; done"
DEAF = f"trap '' INT TERM; {HANGS}"


async def until(condition: Callable[[], object]) -> None:
    await asyncio.to_thread(wait_for, condition)


def actions(project: Project, deploy: str = HANGS, **more: Any) -> dict[str, Action]:
    """A deploy that does what the test says, and a way back that writes down when it was there."""
    return {
        "deploy": script(deploy, title="Deploy", **PRODUCTION),
        "back": script(f"echo back >> {project.folder}/back", title="Back", **{**PRODUCTION, **more}),
        "flush": script("true", title="Flush", **PRODUCTION),
    }


async def hanging(seat: Seat, project: Project) -> str:
    """A deploy that has come half-way, and stays there."""
    run = await seat.start("deploy")
    runner = Runner(project.runs)
    await until(lambda: b"half-way" in runner.output(run).data)
    return run


def went_back(project: Project) -> bool:
    return (project.folder / "back").exists()


@pytest.mark.parametrize(("deploy", "ended_by"), [(HANGS, ""), (DEAF, "SIGKILL")])
async def test_a_deploy_that_hangs_is_stopped_and_the_way_back_begins(
    sit: Sit, project: Project, deploy: str, ended_by: str
) -> None:
    seat = sit(actions(project, deploy))
    await seat.declare()
    run = await hanging(seat, project)
    proposal = await seat.propose("back")
    assert not proposal.refused
    assert proposal.stops == run
    assert f"Deploy ({run}), by kai, running since" in proposal.stopping
    assert ("no-other-run", "warn") in [(check.name, check.verdict) for check in proposal.checks]
    back = await seat.engine.run(proposal, yes(proposal))
    assert isinstance(back, str), back
    ended = await seat.engine.finish("INC-1", back)
    assert ended is not None
    assert ended.state is RunState.SUCCEEDED
    stopped = seat.incident().runs[run]
    assert stopped.state is RunState.CANCELLED
    assert stopped.ended_at is not None
    assert stopped.ended_at <= ended.requested_at
    assert Runner(project.runs).look(run).signal in (ended_by, "SIGINT", "SIGTERM")
    (asked,) = seat.events("RunCancelRequested")
    assert (asked.run, asked.why) == (run, "Back takes its place")
    assert [one.stopped for one in seat.events("RunRequested")] == ["", run]


async def test_a_way_back_without_friction_asks_before_it_cuts_something_off(sit: Sit, project: Project) -> None:
    seat = sit(actions(project, danger="free"))
    await seat.declare()
    assert (await seat.propose("back")).danger == "free"
    run = await hanging(seat, project)
    proposal = await seat.propose("back")
    assert proposal.danger == "confirm"
    assert isinstance(await seat.engine.run(proposal, Confirmation(fingerprint="")), Refused)
    assert seat.incident().runs[run].active


async def test_what_two_people_began_is_cut_off_only_with_the_target_typed(sit: Sit, project: Project) -> None:
    seat = sit(actions(project))
    await seat.declare()
    migration = i.RequestRun(
        run="migrate-1",
        action="migrate",
        title="Migrate",
        target="database",
        environment="production",
        command="migrate",
        fingerprint="f",
        danger="confirm",
        host="1@elsewhere",
    )
    seat.session.dispatch("INC-1", migration)
    assert (await seat.propose("back")).danger == "confirm"
    grave = replace(seat.incident().runs["migrate-1"], danger="two")
    assert grave.active
    incident = replace(seat.incident(), runs={"migrate-1": grave})
    seat.session._incidents["INC-1"] = incident
    assert (await seat.propose("back")).danger == "typed"


async def test_nothing_is_stopped_without_the_yes_that_was_asked_for(sit: Sit, project: Project) -> None:
    seat = sit(actions(project, danger="typed"))
    await seat.declare()
    run = await hanging(seat, project)
    proposal = await seat.propose("back")
    wrong = (
        Confirmation(fingerprint=proposal.fingerprint, typed="staging"),
        Confirmation(fingerprint="other", typed="production"),
    )
    for confirmation in wrong:
        assert isinstance(await seat.engine.run(proposal, confirmation), Refused)
    assert seat.incident().runs[run].active
    assert not seat.events("RunCancelRequested")
    assert not went_back(project)


async def test_a_deploy_that_ends_by_itself_before_the_yes_takes_nothing_from_it(sit: Sit, project: Project) -> None:
    seat = sit(actions(project, f"echo half-way; while [ ! -e {project.folder}/go ]; do sleep 0.02; done"))
    await seat.declare()
    run = await hanging(seat, project)
    proposal = await seat.propose("back")
    (project.folder / "go").touch()
    await seat.engine.finish("INC-1", run)
    back = await seat.engine.run(proposal, yes(proposal))
    assert isinstance(back, str), back
    await seat.engine.finish("INC-1", back)
    assert seat.incident().runs[run].state is RunState.SUCCEEDED
    assert went_back(project)


async def test_another_run_than_the_one_that_was_named_is_not_stopped(sit: Sit, project: Project) -> None:
    seat = sit(actions(project))
    await seat.declare()
    first = await hanging(seat, project)
    proposal = await seat.propose("back")
    await seat.engine.cancel("INC-1", first)
    await seat.engine.finish("INC-1", first)
    second = await hanging(seat, project)
    answer = await seat.engine.run(proposal, yes(proposal))
    assert answer == Refused(reason=f"Back: {second} was started since you said yes; look at it again")
    assert seat.incident().runs[second].active
    assert not went_back(project)


async def test_what_leads_nowhere_back_still_waits(sit: Sit, project: Project) -> None:
    seat = sit(actions(project))
    await seat.declare()
    run = await hanging(seat, project)
    proposal = await seat.propose("flush")
    assert proposal.refused == f"no-other-run: Deploy ({run}) is running there, by kai"
    assert not proposal.stops


async def test_a_way_back_does_not_cut_off_a_way_back(sit: Sit, project: Project) -> None:
    seat = sit({"back": script(HANGS, title="Back", **PRODUCTION)})
    await seat.declare()
    run = await seat.start("back")
    again = await seat.propose("back")
    assert again.refused == f"no-other-run: Back ({run}) is running there, by kai"


async def test_a_deploy_of_another_console_is_stopped_from_here(sit: Sit, project: Project) -> None:
    kai, also = sit(actions(project, DEAF)), sit(actions(project, DEAF))
    await kai.declare()
    await until(lambda: also.session.incident("INC-1"))
    run = await hanging(kai, project)
    await until(lambda: run in also.incident().runs)
    back = await also.start("back")
    ended = await also.engine.finish("INC-1", back)
    assert ended is not None
    assert ended.state is RunState.SUCCEEDED
    assert also.incident().runs[run].state is RunState.CANCELLED


async def test_a_deploy_of_a_machine_that_is_gone_is_said_to_be_out_of_reach(sit: Sit, project: Project) -> None:
    seat = sit(actions(project))
    await seat.declare()
    elsewhere = i.RequestRun(
        run="deploy-9",
        action="deploy",
        title="Deploy",
        target="production",
        environment="production",
        command="deploy",
        fingerprint="f",
        danger="confirm",
        host="1@elsewhere",
    )
    seat.session.dispatch("INC-1", elsewhere)
    proposal = await seat.propose("back")
    assert proposal.stopping.endswith("on 1@elsewhere: the console there is asked")
    answer = await seat.engine.run(proposal, yes(proposal))
    assert isinstance(answer, Refused)
    assert "can't be stopped from here: no console on elsewhere answers" in answer.reason
    assert "warroom settle" in answer.reason
    assert not seat.events("RunCancelRequested")
    assert not went_back(project)


async def test_a_supervisor_that_does_nothing_any_more_is_named(
    sit: Sit, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "PATIENCE", 0.5)
    seat = sit(actions(project))
    await seat.declare()
    run = await hanging(seat, project)
    supervisor = Runner(project.runs).look(run).supervisor
    assert supervisor is not None
    os.kill(supervisor, signal.SIGSTOP)
    try:
        proposal = await seat.propose("back")
        answer = await seat.engine.run(proposal, yes(proposal))
        assert isinstance(answer, Refused)
        assert f"does not end, 0.5 s after it was told to: its supervisor is process {supervisor}" in answer.reason
        assert not went_back(project)
    finally:
        os.kill(supervisor, signal.SIGCONT)
    await seat.engine.finish("INC-1", run)
    assert seat.incident().runs[run].state is RunState.CANCELLED


async def test_a_rollout_whose_stage_hangs_is_held_stopped_and_given_up(sit: Sit, project: Project) -> None:
    shift = script(HANGS, title="Shift", parameters={"percent": "100"}, **{**PRODUCTION, "danger": "typed"})
    seat = sit({**actions(project), "shift": shift})
    await seat.declare()
    proposed = await seat.engine.propose_rollout("INC-1", "ramp")
    assert isinstance(proposed, Proposal), proposed
    started = await seat.engine.rollout("INC-1", "ramp", yes(proposed))
    assert isinstance(started, str), started
    await until(lambda: any(run.active for run in seat.incident().runs.values()))
    (stage,) = seat.incident().runs.values()
    proposal = await seat.propose("back")
    assert proposal.stops == stage.id
    assert proposal.stopping.endswith("; 10, 50, 100 % is given up at 0 %")
    back = await seat.engine.run(proposal, yes(proposal))
    assert isinstance(back, str), back
    await seat.engine.finish("INC-1", back)
    assert went_back(project)
    rollout = seat.incident().rollout
    assert rollout is not None
    assert rollout.phase is RolloutPhase.ABORTED
    assert seat.incident().runs[stage.id].state is RunState.CANCELLED
    kinds = [type(record.event).__name__ for record in seat.session.records("INC-1")]
    order = ("RolloutHeld", "RunCancelRequested", "RunEnded", "RolloutAborted")
    assert [kinds.index(one) for one in order] == sorted(kinds.index(one) for one in order)


async def test_a_console_that_closes_meanwhile_still_goes_back(sit: Sit, project: Project) -> None:
    seat = sit(actions(project, DEAF))
    await seat.declare()
    await hanging(seat, project)
    proposal = await seat.propose("back")
    going = asyncio.create_task(seat.engine.run(proposal, yes(proposal)))
    await until(lambda: seat.events("RunCancelRequested"))
    await asyncio.to_thread(seat.engine.stop)
    await asyncio.wait([going])
    await until(lambda: went_back(project))


async def two_incidents(sit: Sit, project: Project, **more: Any) -> tuple[Seat, Seat]:
    """Kai works in INC-1, Mei in INC-2, on one production."""
    kai, mei = sit(actions(project, **more)), sit(actions(project, **more), actor="mei")
    await kai.declare()
    await until(lambda: mei.session.incident("INC-1"))
    assert await mei.declare() == "INC-2"
    return kai, mei


async def test_a_deploy_of_another_incident_is_named_and_stopped_by_who_types_the_target(
    sit: Sit, project: Project
) -> None:
    kai, mei = await two_incidents(sit, project)
    run = await hanging(kai, project)
    await until(lambda: run in mei.incident("INC-1").runs)
    proposal = await mei.propose("back", "INC-2")
    assert (proposal.stops, proposal.refused, proposal.danger) == (run, "", "typed")
    assert proposal.stopping.startswith(f"Deploy ({run}) of INC-1, by kai, running since ")
    said = Confirmation(fingerprint=proposal.fingerprint, typed="")
    assert isinstance(await mei.engine.run(proposal, said), Refused)
    assert kai.incident().runs[run].active
    back = await mei.engine.run(proposal, yes(proposal))
    assert isinstance(back, str), back
    ended = await mei.engine.finish("INC-2", back)
    assert ended is not None
    assert ended.state is RunState.SUCCEEDED
    assert mei.incident("INC-1").runs[run].state is RunState.CANCELLED
    (cancel,) = kai.events("RunCancelRequested")
    assert cancel.why == "Back of INC-2 takes its place"
    assert went_back(project)


async def test_what_is_no_way_back_waits_for_another_incident_and_says_who_can_stop_it(
    sit: Sit, project: Project
) -> None:
    kai, mei = await two_incidents(sit, project)
    run = await hanging(kai, project)
    await until(lambda: run in mei.incident("INC-1").runs)
    proposal = await mei.propose("flush", "INC-2")
    assert proposal.refused == (
        f"no-other-run: Deploy ({run}) of INC-1 is running there, by kai; wait, or: warroom stop INC-1 {run}"
    )
    assert not proposal.stops


async def test_a_way_back_of_another_incident_is_not_cut_off(sit: Sit, project: Project) -> None:
    kai, mei = await two_incidents(sit, project)
    before = kai.incident()
    hang = script(HANGS, title="Back", **PRODUCTION)
    other = sit({"back": hang})
    await until(lambda: other.session.incident(before.id))
    run = await other.start("back")
    await until(lambda: run in mei.incident("INC-1").runs)
    proposal = await mei.propose("back", "INC-2")
    assert not proposal.stops
    assert f"({run}) of INC-1 is running there" in proposal.refused


async def test_a_rollout_of_another_incident_is_held_so_that_it_brings_nothing_back(sit: Sit, project: Project) -> None:
    _, mei = await two_incidents(sit, project)
    started = sit({"shift": script("true", parameters={"percent": ""}, title="Shift", **PRODUCTION)})
    await until(lambda: started.session.incident("INC-1"))
    proposed = await started.engine.propose_rollout("INC-1", "ramp")
    assert not isinstance(proposed, Refused)
    rollout = await started.engine.rollout("INC-1", "ramp", yes(proposed))
    assert isinstance(rollout, str), rollout
    await until(lambda: mei.incident("INC-1").rollouts.get(rollout) and _percent(mei, rollout) == 10)
    proposal = await mei.propose("back", "INC-2")
    assert "of INC-1 is held at 10 %" in proposal.stopping
    run = await mei.engine.run(proposal, yes(proposal))
    assert isinstance(run, str), run
    await until(lambda: mei.incident("INC-1").rollouts[rollout].phase is RolloutPhase.HELD)
    assert mei.incident("INC-1").rollouts[rollout].reason == "Back of INC-2 takes its place"


def _percent(seat: Seat, rollout: str) -> int:
    return seat.incident("INC-1").rollouts[rollout].percent
