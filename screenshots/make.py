"""Makes the README's pictures from the running program: `python screenshots/make.py`.

It opens a drill on autopilot, as a person would see it, and has Textual export what is on the screen at telling
moments. Needs nothing but the project itself.
"""

import asyncio
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from warroom.config.load import load
from warroom.config.scenario_files import load_scenario
from warroom.console.app import WarroomApp
from warroom.console.domain.intents import By
from warroom.console.domain.view import View
from warroom.console.drill.pilot import Pilot
from warroom.console.drill.script import script
from warroom.console.drill.world.world import World
from warroom.console.engine.engine import Engine
from warroom.console.engine.setup import Setup
from warroom.console.session import Session, utc_now
from warroom.console.store.store import open_store

HERE = Path(__file__).parent
SPEED = 20.0
PATIENCE = 180.0


async def until(view: Callable[[], View], holds: Callable[[View], bool]) -> None:
    """Wait for something to be so."""
    async with asyncio.timeout(PATIENCE):
        while not holds(view()):  # noqa: ASYNC110  a picture is looked at, not signalled
            await asyncio.sleep(0.1)


def phase(name: str) -> Callable[[View], bool]:
    return lambda view: any(incident.phase == name for incident in view.incidents.values())


def ramping(percent: int) -> Callable[[View], bool]:
    def holds(view: View) -> bool:
        rollouts = [incident.rollout for incident in view.incidents.values() if incident.rollout]
        return any(rollout.percent >= percent for rollout in rollouts)

    return holds


async def shoot(engine: Engine, pilot: Pilot) -> None:
    """Open the screen, let the autopilot work, and take pictures."""
    playing = asyncio.ensure_future(pilot.play())
    await until(engine.view, lambda view: bool(view.incidents))
    app = WarroomApp(engine, engine.subscribe, utc_now)
    async with app.run_test(size=(120, 40)) as hands:

        async def picture(name: str, *keys: str) -> None:
            await hands.press(*keys)
            await hands.pause(1.5)
            app.save_screenshot(f"{name}.svg", path=str(HERE))

        await picture("board")
        await until(engine.view, phase("assess"))
        await picture("room-alert", "enter")
        await picture("ways-back", "H")
        await hands.press("escape")
        await until(engine.view, ramping(25))
        await picture("room-ramp")
        await picture("would-ship", "G")
        await hands.press("escape")
        await picture("help", "question_mark")
        await hands.press("escape")
        await until(engine.view, phase("after"))
        await picture("room-after")
        await asyncio.wait_for(playing, PATIENCE)


def main() -> int:
    scenario = load_scenario("bad-release")
    with tempfile.TemporaryDirectory(prefix="warroom-pictures-") as name:
        folder = Path(name)
        with (
            World.build(folder / "world", start=utc_now(), speed=SPEED) as world,
            open_store(folder / "warroom.db") as store,
        ):
            loaded = load(folder, file=world.config_file)
            assert loaded is not None
            session = Session(store.log, By(actor="kai", console="pictures"))
            began = utc_now()
            world.break_it()
            engine = Engine(
                Setup(
                    settings=replace(loaded.settings, drill=True),
                    folder=loaded.folder,
                    store=store,
                    session=session,
                    runs=folder / "runs",
                    secrets=loaded.secrets,
                    pace=SPEED,
                    clock=utc_now,
                )
            ).start()
            try:
                asyncio.run(shoot(engine, Pilot(engine, script(scenario, began), patience=PATIENCE, pause=0.3)))
            finally:
                engine.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
