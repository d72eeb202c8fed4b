"""Trying to make it run what was not confirmed, a second time, or against another target than shown."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.engine.conftest import Project, Seat, Sit, script, wait_for, yes
from warroom.config.settings import Service
from warroom.console.domain import intents as i
from warroom.console.domain.action import Action, Danger
from warroom.console.domain.desk import Confirmation
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import RolloutPhase, RunState

TYPED: dict[str, Any] = {"danger": "typed", "target": "production", "environment": "production"}


async def until(condition: Callable[[], object]) -> None:
    await asyncio.to_thread(wait_for, condition)


def program(project: Project, text: str, name: str = "deploy") -> Path:
    """A program of the team's, in its repository."""
    path = project.repository / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def reason(answer: object) -> str:
    assert isinstance(answer, Refused), answer
    return answer.reason


async def test_a_program_that_was_replaced_after_it_was_shown_does_not_run(sit: Sit, project: Project) -> None:
    program(project, "echo one >> ran")
    seat = sit({"deploy": Action(title="Deploy", argv=("./deploy",), **TYPED)})
    await seat.declare()
    proposal = await seat.propose("deploy")
    program(project, "echo other >> ran")
    assert reason(await seat.engine.run(proposal, yes(proposal))) == (
        "Deploy: ./deploy changed since you said yes; look at it again"
    )
    assert not (project.repository / "ran").exists()
    assert (await seat.run("deploy")).state is RunState.SUCCEEDED


@pytest.mark.parametrize("word", ["k8s.yaml", "--file=k8s.yaml"])
async def test_a_file_that_was_edited_after_it_was_shown_does_not_ship(sit: Sit, project: Project, word: str) -> None:
    (project.repository / "k8s.yaml").write_text("replicas: 3\n")
    seat = sit({"deploy": Action(title="Apply", argv=("echo", word), **TYPED)})
    await seat.declare()
    proposal = await seat.propose("deploy")
    (project.repository / "k8s.yaml").write_text("replicas: 0\n")
    assert "k8s.yaml changed since you said yes" in reason(await seat.engine.run(proposal, yes(proposal)))
    assert not seat.events("RunRequested")


async def test_a_program_in_the_repository_is_not_taken_for_one_on_the_path(
    sit: Sit, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(project, "echo hostile", "hostname")
    monkeypatch.setenv("PATH", f".:{os.environ['PATH']}:")
    seat = sit({"look": Action(title="Look", argv=("hostname",), danger=Danger.FREE)})
    await seat.declare()
    assert "hostile" not in (await seat.run("look")).tail


@pytest.mark.parametrize(
    "changes",
    [
        {"argv": ("echo", "other")},
        {"env": {"REGION": "us"}},
        {"target": "staging"},
        {"environment": "staging"},
        {"timeout": timedelta(hours=1)},
        {"cancel_with": "TERM"},
        {"terminal": True},
        {"guards": ("conn",)},
        {"verify": "prove"},
        {"danger": "confirm"},
    ],
)
async def test_a_configuration_that_changed_while_the_dialog_stood_open_voids_the_yes(
    sit: Sit, project: Project, changes: dict[str, Any]
) -> None:
    # The dialog is this console's; the other has read the file as it is now.
    before = Action(title="Deploy", argv=("echo", "one"), env={"REGION": "eu"}, **TYPED)
    after = replace(before, **changes)
    shown, edited = sit({"deploy": before}), sit({"deploy": after})
    await shown.declare()
    await until(lambda: edited.session.incident("INC-1"))
    proposal = await shown.propose("deploy")
    assert isinstance(await edited.engine.run(proposal, yes(proposal)), Refused)
    assert not shown.events("RunRequested")


async def test_a_commit_that_came_between_the_dialog_and_the_yes_voids_it(sit: Sit, project: Project) -> None:
    deploy = Action(title="Deploy", argv=("echo", "{branch}"), guards=("minimal-change",), **TYPED)
    seat = sit({"deploy": deploy})
    await seat.declare()
    branch = (await seat.propose("deploy")).command.split()[-1]
    project.git("branch", branch)
    proposal = await seat.propose("deploy")
    project.git("checkout", "-q", branch)
    project.commit("one more")
    assert isinstance(await seat.engine.run(proposal, yes(proposal)), Refused)
    assert not seat.events("RunRequested")


async def test_one_yes_sent_twice_at_once_is_one_run(sit: Sit, project: Project) -> None:
    hold = f"echo x >> {project.folder}/ran; while [ ! -e {project.folder}/go ]; do sleep 0.02; done"
    seat = sit({"deploy": script(hold, **TYPED)})
    await seat.declare()
    proposal = await seat.propose("deploy")
    answers = await asyncio.gather(*(seat.engine.run(proposal, yes(proposal)) for _ in range(4)))
    assert sum(isinstance(answer, str) for answer in answers) == 1
    await until((project.folder / "ran").exists)
    (project.folder / "go").touch()
    (run,) = seat.incident().runs
    await seat.engine.finish("INC-1", run)
    assert (project.folder / "ran").read_text() == "x\n"


async def test_a_console_acts_on_no_incident_of_another_service(sit: Sit, project: Project) -> None:
    actions = {"deploy": script("true", **TYPED)}
    shop = sit(actions)
    billing = sit(
        actions, settings=replace(project.settings, service=Service(name="billing", repository=str(project.repository)))
    )
    await shop.declare()
    await until(lambda: billing.session.incident("INC-1"))
    wanted = "INC-1 is about shop, and this console acts on billing: open one there"
    assert reason(await billing.engine.propose("INC-1", "deploy", {})) == wanted
    await until(lambda: billing.engine.view().buttons.get("INC-1"))
    assert {button.blocked for button in billing.engine.view().buttons["INC-1"]} == {wanted}
    # A proposal that was carried over from the other console helps nothing.
    proposal = await shop.propose("deploy")
    assert reason(await billing.engine.run(proposal, yes(proposal))) == wanted


@pytest.mark.parametrize("drill", [True, False])
async def test_a_drill_and_the_real_thing_never_touch_each_other(sit: Sit, project: Project, drill: bool) -> None:
    actions = {"deploy": script("true", **TYPED)}
    declares = sit(actions, settings=replace(project.settings, drill=drill))
    other = sit(actions, settings=replace(project.settings, drill=not drill))
    await declares.declare()
    await until(lambda: other.session.incident("INC-1"))
    said = reason(await other.engine.propose("INC-1", "deploy", {}))
    assert ("acts for real" if drill else "only practises") in said
    assert isinstance(await other.engine.propose_rollout("INC-1", "ramp"), Refused)


def shift(project: Project, more: str = "") -> Action:
    return script(
        f"echo {{percent}}{more} >> {project.folder}/traffic", title="Shift", parameters={"percent": ""}, **TYPED
    )


async def begun(seat: Seat) -> str:
    """A rollout at its first stage, whose gate nobody reads."""
    await seat.declare()
    proposal = await seat.engine.propose_rollout("INC-1", "ramp")
    assert not isinstance(proposal, Refused), proposal
    assert [line.partition(":")[0] for line in proposal.stages] == ["50 %", "100 %"]
    rollout = await seat.engine.rollout("INC-1", "ramp", yes(proposal))
    assert isinstance(rollout, str), rollout
    await until(lambda: seat.incident().rollouts[rollout].percent == 10)
    return rollout


def skip(rollout: str) -> i.SkipGate:
    return i.SkipGate(rollout=rollout, why="no probe here", owner="kai")


async def test_a_stage_that_would_run_something_else_holds_the_rollout(sit: Sit, project: Project) -> None:
    kai, other = sit({"shift": shift(project)}), sit({"shift": shift(project, " to another cluster")})
    rollout = await begun(kai)
    await kai.engine.dispatch("INC-1", i.HoldRollout(rollout=rollout, reason="lunch"))
    await until(lambda: other.incident().rollouts[rollout].phase is RolloutPhase.HELD)
    assert not isinstance(await other.engine.dispatch("INC-1", skip(rollout)), Refused)
    await until(lambda: "not what was confirmed" in other.incident().rollouts[rollout].reason)
    assert other.incident().rollouts[rollout].phase is RolloutPhase.HELD
    assert (project.folder / "traffic").read_text() == "10\n"
    # Where it was confirmed, it goes on.
    assert not isinstance(await kai.engine.dispatch("INC-1", i.ResumeRollout(rollout=rollout)), Refused)
    await until(lambda: (project.folder / "traffic").read_text() == "10\n50\n")


async def test_a_program_replaced_between_two_stages_holds_the_rollout(sit: Sit, project: Project) -> None:
    program(project, "true")
    seat = sit({"shift": Action(title="Shift", argv=("./deploy", "{percent}"), parameters={"percent": ""}, **TYPED)})
    rollout = await begun(seat)
    program(project, "echo other")
    await seat.engine.dispatch("INC-1", skip(rollout))
    await until(lambda: "not what was confirmed" in seat.incident().rollouts[rollout].reason)
    assert len(seat.events("RunRequested")) == 1


async def test_two_consoles_that_resume_at_once_shift_each_stage_once(sit: Sit, project: Project) -> None:
    one, two = sit({"shift": shift(project)}), sit({"shift": shift(project)})
    rollout = await begun(one)
    for percent in (50, 100):
        await one.engine.dispatch("INC-1", i.HoldRollout(rollout=rollout, reason="look"))
        await until(lambda: two.incident().rollouts[rollout].phase is RolloutPhase.HELD)
        await asyncio.gather(*(seat.engine.dispatch("INC-1", i.ResumeRollout(rollout=rollout)) for seat in (one, two)))
        await one.engine.dispatch("INC-1", skip(rollout))
        await until(lambda wanted=percent: one.incident().rollouts[rollout].percent == wanted)  # type: ignore[misc]
    assert (project.folder / "traffic").read_text() == "10\n50\n100\n"
    assert len(one.events("RolloutResumed")) == 2


async def test_what_goes_by_machines_takes_no_share_and_every_batch_runs(sit: Sit, project: Project) -> None:
    seat = sit({"shift": script(f"echo batch >> {project.folder}/traffic", title="Next batch", **TYPED)})
    rollout = await begun(seat)
    for percent in (50, 100):
        await seat.engine.dispatch("INC-1", skip(rollout))
        await until(lambda wanted=percent: seat.incident().rollouts[rollout].percent == wanted)  # type: ignore[misc]
    assert (project.folder / "traffic").read_text() == "batch\nbatch\nbatch\n"


async def test_a_yes_to_a_rollout_of_another_first_stage_is_void(sit: Sit, project: Project) -> None:
    seat = sit({"shift": shift(project)})
    await seat.declare()
    other = await seat.propose("shift", percent="100")
    said = Confirmation(fingerprint=other.fingerprint, typed="production")
    assert "something changed" in reason(await seat.engine.rollout("INC-1", "ramp", said))
    assert seat.incident().rollout is None
