"""On every platform: deploy, prove, roll back, prove, through the engine, against tools that refuse a wrong word."""

import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.conftest import wait_for
from tests.platforms.conftest import CASES, Case, Host
from warroom.config.platform_files import load_platform, shipped_platforms
from warroom.console.actions.buttons.asking import Asking
from warroom.console.actions.programs import run_argv

each = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
Made = Callable[..., Host]


def test_every_shipped_platform_has_a_test() -> None:
    assert {*CASES, "script"} == set(shipped_platforms())


async def shipped(host: Host) -> None:
    """The fix is live, and proven to be."""
    if host.case.staging:
        proof = (await host.proven("deploy-staging"))[1]
        assert proof == ("no proof" if host.case.id == "vercel" else "succeeded: holds")
    assert await host.proven("deploy-production", **(host.case.given or {})) == ("succeeded", "succeeded: holds")
    if host.case.id == "cloud-run":
        for percent in ("10", "100"):
            assert await host.proven("shift-traffic", percent=percent) == ("succeeded", "succeeded: holds")
    assert host.case.live(host.tools.state) == host.case.new


@each
async def test_a_deploy_reaches_production_and_a_rollback_restores_it(case: Case, host: Made) -> None:
    there = await host(case).declared()
    await shipped(there)
    if case.back is not None:
        assert await there.proven("rollback", **case.back) == ("succeeded", "succeeded: holds")
        assert case.live(there.tools.state) == case.old


@each
async def test_a_tool_that_says_yes_and_does_nothing_is_caught(case: Case, host: Made) -> None:
    there = await host(case).declared()
    there.tools.remember(lies=True)
    for action in ("deploy-staging", "deploy-production") if case.staging else ("deploy-production",):
        run = await there.seat.engine.finish("INC-1", await there.seat.start(action))
        assert run is not None and run.state == "succeeded"
    verify = await there.seat.propose("verify-production", **since(case))
    done = once(verify.command, there.project.repository)
    assert done.returncode == 1, done.stdout
    assert done.stdout.startswith("not yet: ")


def since(case: Case) -> dict[str, str]:
    platform = load_platform(case.id, Path.cwd())
    return {"since": "1700000000000"} if "since" in platform.action["verify-production"].parameters else {}


def once(command: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a proof for one reading instead of minutes."""
    words = shlex.split(command)
    words[words.index("--for") + 1] = "0s"
    return subprocess.run(run_argv(tuple(words)), cwd=folder, capture_output=True, text=True, timeout=60, check=False)


async def test_a_wrong_word_is_refused_by_the_tool_and_fails_the_run(host: Made) -> None:
    there = await host(CASES["vercel"]).declared()
    there.tools.remember(deployments={"dpl_bad": {"id": "dpl_bad"}}, live="dpl_bad")
    run = await there.seat.run("rollback", deployment="dpl_nowhere")
    assert run.state == "failed"
    assert "no such deployment" in run.tail


@each
async def test_what_a_platform_leaves_and_whether_the_target_is_there_is_known_ahead(case: Case, host: Made) -> None:
    there = host(case, options={**(case.back or {})})
    await there.seat.declare()
    (way,) = [one for one in there.looked() if one.action == "rollback"]
    assert way.left_behind == load_platform(case.id, Path.cwd()).not_rolled_back
    assert not [reason for reason in way.reasons if "exist" in reason], way.reasons


@pytest.mark.parametrize(("id", "readiness"), [("kubernetes", "doubtful"), ("vercel", "ready")])
async def test_a_revert_is_only_ready_where_a_push_deploys(id: str, readiness: str, host: Made) -> None:
    revert = '\n[command]\nrevert = ["warroom-git", "revert", "v1.1.0", "--into", "main"]\n'
    there = await host(CASES[id], playbook=revert).declared()
    (way,) = there.looked("revert")
    assert way.readiness == readiness, way.reasons
    assert any("nothing deploys main by itself" in reason for reason in way.reasons) is (readiness != "ready")


async def test_nothing_rides_along_on_the_way_back(host: Made) -> None:
    there = await host(CASES["vercel"]).declared()
    assert (await there.seat.propose("rollback", deployment="dpl_good")).riding == ()


async def test_what_has_to_be_given_first_is_said_in_words(host: Made) -> None:
    there = host(CASES["kubernetes"])
    await there.seat.declare()
    (way,) = there.looked()
    assert way.readiness == "doubtful"
    assert way.reasons[0] == "asks for the revision to go back to, as `releases` lists it, e.g. 41"


@pytest.mark.parametrize("id", ["kubernetes", "cloud-run", "vercel", "netlify", "railway"])
async def test_a_target_that_is_gone_blocks_the_way_back(id: str, host: Made) -> None:
    case = CASES[id]
    there = host(case, options=dict.fromkeys(case.back or {}, "99"))
    await there.seat.declare()
    (way,) = [one for one in there.looked() if one.action == "rollback"]
    assert way.readiness == "blocked"
    assert "99 does not exist" in way.reasons[0]


async def test_going_back_to_a_revision_is_proven_whatever_its_image_is_called(host: Made) -> None:
    there = await host(CASES["kubernetes"], state={"revisions": ["shop:built-by-hand", "shop:v1.1.0"]}).declared()
    assert await there.proven("rollback", previous_revision="1") == ("succeeded", "succeeded: holds")


async def test_no_access_is_said_in_the_tools_own_words(host: Made) -> None:
    there = host(CASES["kubernetes"], options={"namespace": "elsewhere"})
    engine = there.seat.engine
    asking = Asking(engine._proposer.offering.hosted, engine._setup.settings)
    assert asking("rollback", None).no_access.startswith("kubectl: unknown command or flag")


async def test_a_tool_that_never_stops_talking_is_cut_off(host: Made) -> None:
    there = host(CASES["kubernetes"])
    (there.tools.folder / "kubectl").write_text("#!/bin/sh\nexec yes\n")
    engine = there.seat.engine
    asking = Asking(engine._proposer.offering.hosted, engine._setup.settings)
    assert asking("rollback", None).no_access == "kubectl answered more than 4 MiB"


async def test_a_missing_option_or_tool_greys_the_button_and_says_why(host: Made) -> None:
    there = host(CASES["vercel"], options={"production_url": ""})
    (there.tools.folder / "vercel").unlink()
    await there.seat.declare()

    def why(key: str) -> str:
        there.seat.engine._publisher.touch()
        buttons = there.seat.engine.view().buttons.get("INC-1", ())
        return next((button.blocked for button in buttons if button.action == key), "")

    wait_for(lambda: "service.platform_options.production_url is not set" in why("live"), "the reason")
    wait_for(lambda: "vercel is not on the PATH" in why("deploy-staging"), "the missing tool")


async def test_words_for_another_host_cannot_mean_anything_to_its_shell(host: Made) -> None:
    there = await host(CASES["docker-compose"], options={"folder": "/srv/shop;reboot"}).declared()
    answer = await there.seat.engine.propose("INC-1", "deploy-production", {})
    assert "would be read again by the shell" in getattr(answer, "reason", "")
