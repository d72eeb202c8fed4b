"""From a button to a recorded end, on a real repository with real children."""

import asyncio
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.engine.conftest import Project, Seat, Sit, script, wait_for, yes
from warroom.console.domain import intents as i
from warroom.console.domain.action import Action
from warroom.console.domain.desk import Confirmation
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import RunState

GATED = "while [ ! -e {folder}/go ]; do sleep 0.02; done"


def gated(project: Project, **more: str) -> Action:
    """A command that goes on until the test lets it end."""
    return script(GATED.replace("{folder}", str(project.folder)), **more)


async def until(condition: Callable[[], object]) -> None:
    await asyncio.to_thread(wait_for, condition)


async def test_a_button_is_proposed_confirmed_run_and_recorded(sit: Sit, project: Project) -> None:
    seat = sit({"deploy": script("echo shipped {tag} to $WHERE", title="Deploy", env={"WHERE": "{environment}"})})
    await seat.declare()
    proposal = await seat.propose("deploy")
    assert (proposal.title, proposal.folder, proposal.danger) == ("Deploy", str(project.repository), "free")
    assert "v1.1.1" in proposal.command
    run = await seat.run("deploy")
    assert (run.state, run.exit_code, run.tail.strip()) == (RunState.SUCCEEDED, 0, "shipped v1.1.1 to production")
    assert [len(seat.events(kind)) for kind in ("RunRequested", "RunStarted", "RunEnded")] == [1, 1, 1]
    assert seat.incident().steps["out"].evidence.startswith("action")
    assert run.started_at is not None
    assert run.ended_at is not None
    assert run.requested_at <= run.started_at


async def test_a_failing_command_is_a_failed_run_with_its_last_words(sit: Sit) -> None:
    seat = sit({"deploy": script("echo before; echo 'no such cluster' >&2; exit 7")})
    await seat.declare()
    run = await seat.run("deploy")
    assert (run.state, run.exit_code) == (RunState.FAILED, 7)
    assert "no such cluster" in run.tail
    assert "out" not in seat.incident().steps


async def test_a_program_that_is_not_there_is_a_failed_run(sit: Sit) -> None:
    seat = sit({"deploy": script("exec ./ops/nonesuch")})
    await seat.declare()
    assert (await seat.run("deploy")).state is RunState.FAILED


async def test_a_run_that_takes_too_long_is_ended_and_says_so(sit: Sit) -> None:
    seat = sit({"deploy": script("sleep 60", timeout=timedelta(seconds=0.3))})
    await seat.declare()
    run = await seat.run("deploy")
    assert (run.state, run.reason) == (RunState.FAILED, "it took longer than it may and was ended")


async def test_a_yes_to_something_else_is_void(sit: Sit) -> None:
    seat = sit({"deploy": script("echo {tag}", danger="confirm", title="Deploy", parameters={"tag": "{tag}"})})
    await seat.declare()
    proposal = await seat.propose("deploy")
    await seat.engine.dispatch("INC-1", i.FixNames(names={"tag": "v9.9.9"}))
    answer = await seat.engine.run(proposal, yes(proposal))
    assert answer == Refused(reason="Deploy: something changed since you said yes; look at it again")
    assert await seat.engine.run(proposal, Confirmation(fingerprint="")) == answer
    assert not seat.events("RunRequested")


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "Deploy: the target is 'production', and nothing was typed"),
        ("staging", "Deploy: the target is 'production', not 'staging'"),
    ],
)
async def test_the_target_must_be_typed(sit: Sit, typed: str, reason: str) -> None:
    seat = sit({"deploy": script("true", danger="typed", title="Deploy", target="production")})
    await seat.declare()
    proposal = await seat.propose("deploy")
    answer = await seat.engine.run(proposal, Confirmation(fingerprint=proposal.fingerprint, typed=typed))
    assert answer == Refused(reason=reason)


async def test_without_the_conn_nothing_dangerous_starts(sit: Sit) -> None:
    actions = {"deploy": script("true", danger="confirm"), "look": script("true")}
    kai, mei = sit(actions), sit(actions, actor="mei")
    await kai.declare()
    await until(lambda: mei.session.incident("INC-1"))
    assert await mei.press("deploy") == Refused(reason="conn: kai has it")
    assert (await mei.run("look")).state is RunState.SUCCEEDED


async def test_a_console_that_only_looks_starts_and_changes_nothing(sit: Sit) -> None:
    actions = {"deploy": script("true")}
    kai, viewer = sit(actions), sit(actions, actor="mei", read_only=True)
    await kai.declare()
    await until(lambda: viewer.session.incident("INC-1"))
    proposal = await kai.propose("deploy")
    refused = Refused(reason="this console only looks")
    assert await viewer.engine.propose("INC-1", "deploy", {}) == refused
    assert await viewer.engine.run(proposal, yes(proposal)) == refused
    assert await viewer.engine.dispatch("INC-1", i.AddNote(text="x")) == refused
    assert await viewer.engine.declare("x", "P1") == refused
    assert await viewer.engine.cancel("INC-1", "x") == refused
    await until(lambda: viewer.engine.view().buttons.get("INC-1"))
    assert viewer.engine.view().buttons["INC-1"][0].blocked == "this console only looks"


async def test_guards_refuse_with_their_reason_until_what_they_ask_is_there(sit: Sit) -> None:
    actions = {"test": script("true"), "deploy": script("true", guards=("tests-passed", "no-such-guard"))}
    seat = sit(actions)
    await seat.declare()
    assert (await seat.propose("deploy")).refused == "tests-passed: test has not run"
    await seat.run("test")
    assert (await seat.propose("deploy")).refused == "no-such-guard: this console does not know that guard"
    assert await seat.press("deploy") == Refused(reason="no-such-guard: this console does not know that guard")


async def test_an_unknown_action_or_incident_is_refused(sit: Sit) -> None:
    seat = sit({"deploy": script("true")})
    await seat.declare()
    answer = await seat.engine.propose("INC-1", "depoly", {})
    assert isinstance(answer, Refused)
    assert answer.reason.startswith("there is no action 'depoly'; known: ")
    assert answer.reason.endswith("deploy")
    assert await seat.engine.propose("INC-2", "deploy", {}) == Refused(reason="there is no such incident")
    assert await seat.engine.rollout("INC-1", "teleport", Confirmation(fingerprint="")) == Refused(
        reason="there is no strategy 'teleport' in this playbook"
    )


async def test_names_are_fixed_when_first_needed_and_survive_a_new_release(sit: Sit, project: Project) -> None:
    seat = sit({"branch": script("echo {branch} {tag} {base}")})
    await seat.declare()
    before = (await seat.propose("branch")).command
    project.commit("three", "v1.2.0")
    assert (await seat.propose("branch")).command == before
    assert (await seat.run("branch")).tail.split()[1:] == ["v1.1.1", "v1.1.0"]
    other = sit({"branch": script("echo {branch} {tag} {base}")}, actor="mei")
    assert (await other.propose("branch")).command == before
    assert len(seat.events("NamesFixed")) == 1


async def test_a_success_is_verified_by_the_action_that_proves_it(sit: Sit) -> None:
    seat = sit({"deploy": script("true", verify="smoke"), "smoke": script("echo smoked", verify="deploy")})
    await seat.declare()
    run = await seat.run("deploy")
    proof = await seat.engine.proof("INC-1", run.id)
    assert proof is not None
    assert (proof.action, proof.state) == ("smoke", RunState.SUCCEEDED)
    # What proves something needs no proof of its own.
    assert await seat.engine.proof("INC-1", proof.id) is None
    assert len(seat.incident().runs) == 2


async def test_a_failure_is_not_verified(sit: Sit) -> None:
    seat = sit({"deploy": script("false", verify="smoke"), "smoke": script("true")})
    await seat.declare()
    run = await seat.run("deploy")
    assert await seat.engine.proof("INC-1", run.id) is None
    assert list(seat.incident().runs) == [run.id]


async def test_what_could_not_be_verified_is_said(sit: Sit) -> None:
    seat = sit({"deploy": script("true", verify="smoke"), "smoke": script("true", guards=("tests-passed",))})
    await seat.declare()
    run = await seat.run("deploy")
    assert await seat.engine.proof("INC-1", run.id) is None
    assert seat.incident().notes[-1].text == f"{run.id} could not be verified by smoke: tests-passed: test has not run"


async def test_a_run_is_cancelled_with_everything_it_started(sit: Sit, project: Project) -> None:
    seat = sit({"deploy": script("sleep 600 & echo $!; wait")})
    await seat.declare()
    run = await seat.start("deploy")
    await until(lambda: seat.engine._runner.tail(run, 1).strip())
    child = int(seat.engine._runner.tail(run, 1))
    assert await seat.engine.cancel("INC-1", run) is None
    ended = await seat.engine.finish("INC-1", run)
    assert ended is not None
    assert ended.state is RunState.CANCELLED
    assert not Path(f"/proc/{child}").exists()
    assert await seat.engine.cancel("INC-1", run) == Refused(reason=f"{run} has already cancelled")


async def test_output_is_read_on_from_where_one_was_and_letters_stay_whole(sit: Sit, project: Project) -> None:
    text = (
        "printf 'gr\\303'; while [ ! -e {folder}/go ]; do sleep 0.02; done; printf '\\274n\\033[2J\\033]0;x\\007!\\n'"
    )
    seat = sit({"look": script(text.replace("{folder}", str(project.folder)))})
    await seat.declare()
    run = await seat.start("look")
    await until(lambda: seat.engine._runner.tail(run, 1))
    first = await seat.engine.output(run, 0)
    assert (first.text, first.ended) == ("gr", False)
    (project.folder / "go").touch()
    await seat.engine.finish("INC-1", run)
    rest = await seat.engine.output(run, first.next)
    assert rest.text.startswith("ün")
    assert "\x1b" not in rest.text
    assert "\x07" not in rest.text
    assert (await seat.engine.output(run, rest.next)).ended


async def test_a_letter_that_never_comes_whole_does_not_hold_up_the_end(sit: Sit) -> None:
    seat = sit({"look": script("printf 'x\\303'")})
    await seat.declare()
    run = await seat.run("look")
    output = await seat.engine.output(run.id, 0)
    assert output.text == "x�"
    assert (await seat.engine.output(run.id, output.next)).ended


async def test_what_is_left_out_of_a_flood_is_counted(sit: Sit) -> None:
    seat = sit({"look": script("yes | head -c 30000000; echo the end")})
    await seat.declare()
    run = await seat.run("look")
    offset, skipped, last = 0, 0, ""
    while True:
        part = await seat.engine.output(run.id, offset)
        skipped += part.skipped
        if part.ended:
            break
        offset, last = part.next, part.text
    assert skipped > 10_000_000
    assert offset == 30_000_008
    assert last.endswith("the end\n")


async def test_environments_are_worked_on_at_the_same_time_and_each_by_one(sit: Sit, project: Project) -> None:
    seat = sit(
        {
            "deploy": gated(project, environment="production", title="Deploy"),
            "stage": gated(project, environment="staging"),
            "flush": script("true", environment="production"),
        }
    )
    await seat.declare()
    deploy = await seat.start("deploy")
    stage = await seat.start("stage")
    assert await seat.press("flush") == Refused(reason=f"no-other-run: Deploy ({deploy}) is running there, by kai")
    (project.folder / "go").touch()
    for run in (deploy, stage):
        ended = await seat.engine.finish("INC-1", run)
        assert ended is not None
        assert ended.state is RunState.SUCCEEDED
    assert (await seat.run("flush")).state is RunState.SUCCEEDED


async def test_an_environment_is_one_runs_across_incidents_and_consoles(sit: Sit, project: Project) -> None:
    actions = {"deploy": gated(project, environment="production")}
    kai, mei = sit(actions), sit(actions, actor="mei")
    await kai.declare()
    await until(lambda: mei.session.incident("INC-1"))
    assert await mei.declare() == "INC-2"
    run = await kai.start("deploy")
    await until(lambda: run in mei.incident("INC-1").runs)
    answer = await mei.press("deploy", "INC-2")
    assert isinstance(answer, Refused)
    assert f"({run}) of INC-1 is running there, by kai" in answer.reason
    assert answer.reason.endswith(f"warroom stop INC-1 {run}")
    assert not mei.incident("INC-2").runs
    (project.folder / "go").touch()
    await kai.engine.finish("INC-1", run)
    await until(lambda: not mei.incident("INC-1").runs[run].active)
    assert (await mei.run("deploy", "INC-2")).state is RunState.SUCCEEDED


async def test_whoever_sees_an_end_can_start_the_next_at_once(sit: Sit) -> None:
    seat = sit({"deploy": script("true", environment="production")})
    await seat.declare()
    for _ in range(10):
        run = await seat.start("deploy")
        await until(lambda: not seat.incident().runs[run].active)  # noqa: B023


async def test_two_consoles_that_press_at_once_start_one_run(sit: Sit, project: Project) -> None:
    actions = {"deploy": gated(project, environment="production", danger="confirm")}
    kai, also = sit(actions), sit(actions)
    await kai.declare()
    await until(lambda: also.session.incident("INC-1"))
    answers = await asyncio.gather(kai.press("deploy"), also.press("deploy"))
    assert sorted(isinstance(answer, Refused) for answer in answers) == [False, True]
    await until(lambda: kai.events("RunRequested"))
    assert len(kai.events("RunRequested")) == 1


async def test_a_start_is_carried_through_when_the_asker_goes_away(sit: Sit, project: Project) -> None:
    seat = sit({"deploy": gated(project, environment="production")})
    await seat.declare()
    proposal = await seat.propose("deploy")
    asking = asyncio.create_task(seat.engine.run(proposal, yes(proposal)))
    await until(lambda: seat.engine._runner.list())
    asking.cancel()
    await until(lambda: any(run.state is RunState.RUNNING for run in seat.incident().runs.values()))
    (project.folder / "go").touch()
    await until(lambda: any(run.state is RunState.SUCCEEDED for run in seat.incident().runs.values()))


async def test_a_refused_request_leaves_nothing_behind(sit: Sit) -> None:
    kai = sit({"deploy": script("true", environment="production", danger="confirm")})
    mei = sit({"deploy": script("true", environment="production", danger="free")}, actor="mei")
    await kai.declare()
    await until(lambda: mei.session.incident("INC-1"))
    await kai.engine.dispatch("INC-1", i.Resolve())
    await kai.engine.dispatch("INC-1", i.Close())
    await until(lambda: mei.incident().state == "closed")
    answer = await mei.press("deploy")
    assert isinstance(answer, Refused)
    assert mei.engine._runner.list() == ()
    assert mei.store.leases.list("environment/") == ()


async def test_a_folder_for_runs_that_cannot_be_written_refuses_before_anything_is_recorded(
    sit: Sit, project: Project
) -> None:
    project.runs.parent.mkdir()
    project.runs.write_text("a file where the folder should be")
    seat = sit({"deploy": script("true", environment="production")})
    await seat.declare()
    answer = await seat.press("deploy")
    assert isinstance(answer, Refused)
    assert "can't be written down" in answer.reason
    assert not seat.events("RunRequested")
    assert seat.store.leases.list("environment/") == ()
    project.runs.unlink()


async def test_a_run_whose_supervisor_is_killed_is_lost_until_somebody_settles_it(sit: Sit, project: Project) -> None:
    seat = sit({"deploy": gated(project, environment="production", title="Deploy")})
    await seat.declare()
    run = await seat.start("deploy")
    await until(lambda: seat.engine._runner.look(run).started_at)
    supervisor = seat.engine._runner.look(run).supervisor
    assert supervisor is not None
    os.kill(supervisor, 9)
    ended = await seat.engine.finish("INC-1", run)
    assert ended is not None
    assert ended.state is RunState.LOST
    warned = (await seat.propose("deploy")).checks
    assert ("no-other-run", "warn", f"the outcome of Deploy ({run}) is unknown") in [
        (check.name, check.verdict, check.reason) for check in warned
    ]
    await seat.engine.dispatch("INC-1", i.SettleRun(run=run, outcome="failed", why="the old version answers"))
    assert seat.incident().runs[run].state is RunState.FAILED
    (project.folder / "go").touch()


async def test_a_hostile_branch_and_output_are_harmless_in_every_picture(sit: Sit) -> None:
    noise = "printf '\\033]0;owned\\007[/x]\\033[2Jx\\342\\200\\256\\n'"
    seat = sit({"look": script(f"{noise}; echo {{note}}", parameters={"note": "x"})})
    await seat.declare()
    hidden = await seat.engine.propose("INC-1", "look", {"note": "\u202eevil\x1b[2J"})
    assert isinstance(hidden, Refused)
    assert not any(letter in hidden.reason for letter in ("\x1b", "\u202e"))
    run = await seat.run("look", note="[/]")
    shown = run.tail + run.command + str(seat.engine.view().timelines["INC-1"])
    assert not any(letter in shown for letter in ("\x1b", "\x07", "\u202e"))
    assert "[/x]" in run.tail


def test_stopping_is_quick_and_can_be_done_twice(sit: Sit) -> None:
    seat: Seat = sit({"deploy": script("true")})
    seat.engine.stop()
    assert not seat.engine._thread.is_alive()
    seat.engine.stop()
