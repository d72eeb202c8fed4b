"""Every command as it ran; stopping everything; settling what nobody knows."""

from tests.screens import scenes
from tests.screens.conftest import Open
from tests.screens.memory_desk import Clock, MemoryDesk
from warroom.console.domain import intents as i
from warroom.console.domain.model import RolloutPhase, RunState
from warroom.console.screens.acting.output import OutputScreen


def lost(desk: MemoryDesk, run: str = "deploy-7", host: str = "1000@relay", gone: bool = True) -> None:
    """A run of another machine, of which nothing is heard."""
    request = i.RequestRun(
        run=run,
        action="deploy",
        title="Deploy",
        target="production",
        environment="production",
        command="./ops/deploy [/x] \x1b[2J",
        fingerprint="f",
        danger="typed",
        host=host,
    )
    desk.put("INC-2", request)
    desk.put("INC-2", i.StartRun(run=run))
    if gone:
        desk.put("INC-2", i.LoseRun(run=run, why="its supervisor is gone"))


async def test_every_command_stands_there_as_it_ran_the_newest_first(clock: Clock, open_console: Open) -> None:
    desk = await scenes.deploying(clock)
    desk.end("INC-2", desk.incident("INC-2").last_run("test").id, code=3)  # type: ignore[union-attr]
    async with open_console(desk, "INC-2") as console:
        await console.press("Z")
        text = console.text
        assert "$ ./ops/test hotfix/INC-2" in text
        assert "failed exit 3" in text
        assert text.index("./ops/test") < text.index("./ops/shift production v1.2.4 10")
        assert "kai" in text
        await console.press("enter")
        assert isinstance(console.screen, OutputScreen)
        assert console.screen.run_id.startswith("test")


async def test_a_command_is_copied_as_it_ran(clock: Clock, open_console: Open) -> None:
    desk = await scenes.deploying(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("Z", "y")
        assert console.app.clipboard == "./ops/test hotfix/INC-2"


async def test_an_incident_without_runs_says_so(clock: Clock, open_console: Open) -> None:
    async with open_console(scenes.breach(clock), "INC-2") as console:
        await console.press("Z", "y", "enter", "E")
        assert "Nothing has been run yet" in console.text


async def test_stop_everything_asks_once_and_holds_and_cancels(clock: Clock, open_console: Open) -> None:
    desk = await scenes.deploying(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("ctrl+x")
        assert "Stop everything that moves?" in console.text
        await console.press("enter")
        assert desk.incident("INC-2").last_run("test").active  # type: ignore[union-attr]
        await console.press("ctrl+x", "down", "enter")
        run, rollout = desk.incident("INC-2").last_run("test"), desk.incident("INC-2").rollout
        assert run is not None
        assert rollout is not None
        assert (run.state, rollout.phase) == (RunState.CANCELLED, RolloutPhase.HELD)
        await console.press("ctrl+x")
        assert "nothing moves" in console.text


async def test_a_run_whose_machine_does_not_answer_is_settled_by_hand(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    lost(desk, gone=False)
    desk.publish(account="1000@desk")
    async with open_console(desk, "INC-2") as console:
        await console.press("Z", "E")
        assert "It runs on 1000@relay" in console.text
        await console.press("tab")
        await console.type("live says v1.2.4")
        await console.press("enter")
        run = desk.incident("INC-2").runs["deploy-7"]
        assert (run.state, run.reason) == (RunState.FAILED, "live says v1.2.4")
        await console.press("E")
        assert "its outcome is known: failed" in console.text


async def test_what_runs_here_is_not_settled_by_hand(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    lost(desk, host="1000@desk", gone=False)
    desk.publish(account="1000@desk")
    async with open_console(desk, "INC-2") as console:
        await console.press("Z", "E")
        assert "it still runs here" in console.text


async def test_hostile_commands_are_drawn_as_text(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    lost(desk)
    async with open_console(desk, "INC-2", (80, 24)) as console:
        await console.press("Z")
        assert "[/x]" in console.text
        assert "\x1b" not in console.text
        assert "outcome unknown" in console.text
