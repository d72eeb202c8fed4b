"""A yes is to the state that was shown: releases, surroundings, what ran before, and every stage of a rollout."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.engine.conftest import Project, Sit, script, yes
from tests.engine.test_not_confirmed import TYPED, begun, program, reason, shift, skip, until
from warroom.console.domain import intents as i
from warroom.console.domain.action import Action
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import RolloutPhase, RunState
from warroom.console.domain.strategy import Stage

Move = Callable[[Project], object]


def deploy(*words: str) -> dict[str, Action]:
    """A team's own deploy, which names no guard."""
    return {"ship": Action(title="Ship", argv=("echo", *words), **TYPED)}


@pytest.mark.parametrize(
    ("word", "move", "moved"),
    [
        ("v1.1.0", lambda project: project.git("tag", "-f", "v1.1.0", "v1.0.0"), "v1.1.0"),
        ("--image=registry.example/shop:v1.1.0", lambda project: project.git("tag", "-d", "v1.1.0"), "v1.1.0"),
        ("release/1.x", lambda project: project.git("branch", "-f", "release/1.x", "v1.0.0"), "release/1.x"),
        ("+release/1.x:main", lambda project: project.git("branch", "-f", "release/1.x", "v1.0.0"), "release/1.x"),
        ("production", lambda project: project.git("checkout", "-q", "v1.0.0"), "HEAD"),
        ("production", lambda project: project.commit("a stranger's"), "HEAD"),
    ],
)
async def test_a_release_that_moved_after_it_was_shown_is_not_shipped(
    sit: Sit, project: Project, word: str, move: Move, moved: str
) -> None:
    project.git("branch", "release/1.x")
    seat = sit(deploy(word))
    await seat.declare()
    proposal = await seat.propose("ship")
    move(project)
    answer = reason(await seat.engine.run(proposal, yes(proposal)))
    assert answer == f"Ship: {moved} moved since you said yes; look at it again"
    assert not seat.events("RunRequested")
    assert (await seat.run("ship")).state is RunState.SUCCEEDED


async def test_a_branch_that_a_fetch_moved_voids_the_yes(sit: Sit, project: Project) -> None:
    project.git("update-ref", "refs/remotes/origin/release", "v1.0.0")
    seat = sit(deploy("origin/release"))
    await seat.declare()
    proposal = await seat.propose("ship")
    project.git("update-ref", "refs/remotes/origin/release", "v1.1.0")
    assert "origin/release moved" in reason(await seat.engine.run(proposal, yes(proposal)))


async def test_what_is_checked_out_does_not_hold_up_a_way_back(sit: Sit, project: Project) -> None:
    seat = sit({"back": Action(title="Back", argv=("echo", "{previous_tag}"), **TYPED)})
    await seat.declare()
    proposal = await seat.propose("back")
    project.git("checkout", "-q", "v1.0.0")
    assert isinstance(await seat.engine.run(proposal, yes(proposal)), str)


@pytest.mark.parametrize("name", ["KUBECONFIG", "AWS_PROFILE", "DOCKER_CONTEXT"])
async def test_a_place_that_the_environment_names_is_shown_and_changing_it_voids_the_yes(
    sit: Sit, project: Project, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "staging")
    seat = sit(deploy("production"))
    await seat.declare()
    proposal = await seat.propose("ship")
    assert proposal.around[name] == "staging"
    monkeypatch.setenv(name, "production")
    assert f"{name} changed since you said yes" in reason(await seat.engine.run(proposal, yes(proposal)))
    assert not seat.events("RunRequested")


@pytest.mark.parametrize("environment", ["production", ""])
async def test_what_another_console_did_meanwhile_voids_the_yes(sit: Sit, project: Project, environment: str) -> None:
    # The same person at two consoles, each with the dialog open: the second yes is to what is there no more.
    action = script(f"echo x >> {project.folder}/ran", danger="confirm", environment=environment)
    desk, laptop = sit({"ship": action}), sit({"ship": action})
    await desk.declare()
    await until(lambda: laptop.session.incident("INC-1"))
    first, second = await desk.propose("ship"), await laptop.propose("ship")
    run = await desk.engine.run(first, yes(first))
    assert isinstance(run, str), run
    await desk.engine.finish("INC-1", run)
    await until(lambda: not laptop.incident().runs[run].active)
    answer = reason(await laptop.engine.run(second, yes(second)))
    assert answer == f"Script: {run} was started since you said yes; look at it again"
    assert (project.folder / "ran").read_text() == "x\n"


async def test_two_consoles_that_say_yes_at_once_start_one_run_where_nothing_is_locked(
    sit: Sit, project: Project
) -> None:
    action = script(f"echo x >> {project.folder}/ran", danger="confirm")
    seats = [sit({"announce": action}) for _ in range(3)]
    await seats[0].declare()
    for seat in seats[1:]:
        await until(lambda seat=seat: seat.session.incident("INC-1"))  # type: ignore[misc]
    shown = [await seat.propose("announce") for seat in seats]
    answers = await asyncio.gather(*(seat.engine.run(one, yes(one)) for seat, one in zip(seats, shown, strict=True)))
    (run,) = [answer for answer in answers if isinstance(answer, str)]
    assert all("look at it again" in answer.reason for answer in answers if isinstance(answer, Refused))
    await seats[0].engine.finish("INC-1", run)
    assert (project.folder / "ran").read_text() == "x\n"


async def test_a_proof_that_is_not_free_does_not_run_by_itself(sit: Sit, project: Project) -> None:
    drop = script(f"touch {project.folder}/dropped", title="Drop the old tables", danger="typed", target="production")
    seat = sit({"deploy": script("true", verify="drop"), "drop": drop})
    await seat.declare()
    run = await seat.start("deploy")
    assert await seat.engine.proof("INC-1", run) is None
    assert not (project.folder / "dropped").exists()
    assert any("is of class typed" in note.text for note in seat.events("NoteAdded"))


async def test_a_yes_to_a_rollout_is_void_when_its_later_stages_are_others(sit: Sit, project: Project) -> None:
    seat = sit({"shift": shift(project)})
    await seat.declare()
    proposal = await seat.engine.propose_rollout("INC-1", "ramp")
    assert not isinstance(proposal, Refused)
    ramp = seat.incident().playbook.strategy["ramp"]
    for other in (
        replace(ramp, stage=(ramp.stage[0], Stage(percent=100))),
        replace(ramp, gate=()),
        replace(ramp, stage=(replace(ramp.stage[0], bake=timedelta(hours=1)), *ramp.stage[1:])),
    ):
        book = replace(seat.incident().playbook, strategy={"ramp": other})
        assert not isinstance(await seat.engine.dispatch("INC-1", i.SwitchPlaybook(playbook=book, why="x")), Refused)
        assert "something changed" in reason(await seat.engine.rollout("INC-1", "ramp", yes(proposal)))
    assert seat.incident().rollout is None
    # To what is shown now, it is good.
    again = await seat.engine.propose_rollout("INC-1", "ramp")
    assert not isinstance(again, Refused)
    assert isinstance(await seat.engine.rollout("INC-1", "ramp", yes(again)), str)


async def test_a_script_that_an_interpreter_reads_holds_the_rollout_when_it_is_replaced(
    sit: Sit, project: Project
) -> None:
    program(project, "true", "ramp.sh")
    ramp = Action(title="Shift", argv=("sh", "ramp.sh", "{percent}"), parameters={"percent": ""}, **TYPED)
    seat = sit({"shift": ramp})
    rollout = await begun(seat)
    program(project, "echo other", "ramp.sh")
    await seat.engine.dispatch("INC-1", skip(rollout))
    await until(lambda: "not what was confirmed" in seat.incident().rollouts[rollout].reason)
    assert len(seat.events("RunRequested")) == 1


async def test_a_tag_that_moved_between_two_stages_holds_the_rollout(sit: Sit, project: Project) -> None:
    words = ("echo", "v1.1.0", "{percent}")
    seat = sit({"shift": Action(title="Shift", argv=words, parameters={"percent": ""}, **TYPED)})
    rollout = await begun(seat)
    project.git("tag", "-f", "v1.1.0", "v1.0.0")
    await seat.engine.dispatch("INC-1", skip(rollout))
    await until(lambda: "not what was confirmed" in seat.incident().rollouts[rollout].reason)
    assert seat.incident().rollouts[rollout].phase is RolloutPhase.HELD


async def test_a_hostile_title_reaches_a_command_as_one_harmless_word(sit: Sit, project: Project) -> None:
    seat = sit({"say": Action(title="Say {title}", argv=("echo", "-m", "about {title}"), **TYPED)})
    title = "--yes $(touch pwn)\n\x1b[2J{branch} ../../x `id` %n"
    assert await seat.engine.declare(title, "P1") == "INC-1"
    run = await seat.run("say")
    assert run.tail.startswith("-m about --yes $(touch pwn) \u241b{branch} ../../x `id` %n")
    assert not (project.repository / "pwn").exists()


@pytest.mark.parametrize("key", ["y", "ctrl+y"])
async def test_no_button_has_a_key_that_says_yes(sit: Sit, project: Project, key: str) -> None:
    # Held down it would open the dialog, and answer it a moment later.
    seat = sit({"ship": script("true", danger="confirm", key=key)})
    await seat.declare()
    await until(lambda: seat.engine.view().buttons.get("INC-1"))
    (button,) = [one for one in seat.engine.view().buttons["INC-1"] if one.action == "ship"]
    assert button.key == ""


@pytest.mark.parametrize("waive", [i.SkipGate, i.PromoteStage])
async def test_a_waiver_for_one_stage_is_none_for_the_next(
    sit: Sit, project: Project, waive: type[i.SkipGate] | type[i.PromoteStage]
) -> None:
    # Its reason was typed while the rollout stood at 10 %; somebody else was quicker.
    seat = sit({"shift": shift(project)})
    rollout = await begun(seat)
    seen = seat.incident().rollouts[rollout].stage
    await seat.engine.dispatch("INC-1", skip(rollout))
    await until(lambda: seat.incident().rollouts[rollout].percent == 50)
    late = waive(rollout=rollout, why="users wait", owner="kai", stage=seen)
    assert reason(await seat.engine.dispatch("INC-1", late)) == ("it has gone on to 50 % meanwhile; look at it again")
    assert len(seat.incident().waivers) == 1
