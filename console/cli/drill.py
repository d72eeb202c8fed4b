"""The verb that practises: drill."""

import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from warroom.console.cli.boundary import Exit, Stop, say
from warroom.console.cli.practice import not_while_it_burns
from warroom.console.cli.room import Options, pass_options
from warroom.console.domain.text import clean
from warroom.console.store.errors import StoreError

if TYPE_CHECKING:
    from warroom.config.scenario_files import Scenario
    from warroom.console.drill.pilot import Pilot
    from warroom.console.drill.world.world import World
    from warroom.console.engine.engine import Engine

_PATIENCE = 60.0
_ENDING = 10.0


@click.command()
@click.argument("scenario", default="bad-release")
@click.option("--autopilot", is_flag=True, help="A good commander plays it; you watch.")
@click.option("--headless", is_flag=True, help="Without a screen; needs --autopilot.")
@click.option("--anyway", is_flag=True, help="Even while a real incident is open.")
@click.option("--speed", type=click.FloatRange(0.1, 1000), help="How much waiting times are shortened. No check is.")
@pass_options
def drill(options: Options, scenario: str, autopilot: bool, headless: bool, anyway: bool, speed: float | None) -> int:
    """Practise on a real fault in a small real world: services, users, a repository, deploys, all on this machine."""
    from warroom.config.scenario_files import load_scenario

    if headless and not autopilot:
        raise click.UsageError("--headless needs --autopilot: without a screen nobody could act")
    if not headless and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Stop(Exit.USAGE, "warroom: this is no terminal", "warroom drill --headless --autopilot needs none")
    if not anyway:
        not_while_it_burns(options)
    chosen = load_scenario(scenario, Path.cwd())
    usual = chosen.speed.headless if headless else chosen.speed.autopilot if autopilot else chosen.speed.screen
    with _stage(options, chosen, speed or usual) as stage:
        return _headless(stage) if headless else _on_screen(options, stage, autopilot)


class Stage:
    """A world that runs, an engine that watches it, and when the fault began."""

    def __init__(self, scenario: "Scenario", folder: Path, world: "World", engine: "Engine", began: datetime) -> None:
        self.scenario = scenario
        self.folder = folder
        self.world = world
        self.engine = engine
        self.began = began

    def end(self) -> None:
        """End the world and the engine; the block does so again and finds nothing left."""
        _end_runs(self.engine)
        self.engine.stop()
        self.world.stop()

    def pilot(self, pause: float) -> "Pilot":
        """The autopilot for this stage."""
        from warroom.console.drill.pilot import Pilot
        from warroom.console.drill.script import script

        return Pilot(self.engine, script(self.scenario, self.began), patience=_PATIENCE, pause=pause)


@contextmanager
def _stage(options: Options, scenario: "Scenario", speed: float) -> Iterator[Stage]:
    """Everything a drill needs, in one temporary folder; all of it ends with the block, also by signal."""
    from warroom.config.load import load
    from warroom.console.cli.machine import machine
    from warroom.console.drill.world.errors import WorldError
    from warroom.console.drill.world.world import World
    from warroom.console.session import utc_now

    folder = Path(tempfile.mkdtemp(prefix="warroom-drill-"))
    with _signals_end_it():
        try:
            say(f"DRILL: building a small world in {folder}")
            with World.build(folder / "world", start=utc_now(), speed=speed) as world:
                options.loaded = load(folder, file=world.config_file)
                settings = replace(options.settings, store=str(folder / "warroom.db"), drill=True)
                options.settings = settings
                began = utc_now()
                world.break_it()
                engine = machine(options, watch=True, pace=speed)
                try:
                    yield Stage(scenario, folder, world, engine, began)
                finally:
                    _end_runs(engine)
                    engine.stop()
        except WorldError as error:
            raise Stop(Exit.FAILED, f"DRILL: the world could not be built: {error}") from None


def _end_runs(engine: "Engine") -> None:
    """Cancel what still runs: outside of a drill it would go on, but its world is about to end."""
    import asyncio

    async def end() -> None:
        active = [
            (incident.id, run.id)
            for incident in engine.view().incidents.values()
            for run in incident.runs.values()
            if run.active
        ]
        for incident, run in active:
            await engine.cancel(incident, run)
        await asyncio.wait_for(asyncio.gather(*(engine.finish(*one) for one in active)), _ENDING)

    if engine.works:
        with suppress(TimeoutError, StoreError):
            asyncio.run(end())


@contextmanager
def _signals_end_it() -> Iterator[None]:
    """SIGTERM and SIGHUP unwind the stack like ctrl+c, so that everything that was started is ended.

    The first one counts: a second must not cut the clearing up short. What is ignored from outside stays ignored.
    """
    every = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    numbers = [number for number in every if signal.getsignal(number) is not signal.SIG_IGN]

    def leave(number: int, _: FrameType | None) -> None:
        for one in numbers:
            signal.signal(one, signal.SIG_IGN)
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, leave) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _headless(stage: Stage) -> int:
    import asyncio

    from warroom.console.drill.pilot import DrillFailed

    printed = _Printer()
    stage.engine.subscribe(lambda view: printed.show(view.timelines))
    try:
        incident, path = asyncio.run(_play(stage, stage.pilot(pause=0)))
    except DrillFailed as error:
        printed.show(stage.engine.view().timelines)
        raise Stop(Exit.FAILED, f"DRILL: {error}") from None
    printed.show(stage.engine.view().timelines)
    return _debrief(stage, incident, path)


def _debrief(stage: Stage, incident: str, path: Path) -> int:
    """Say how it went, and where the post-mortem is."""
    from warroom.console.drill.score import lines, score
    from warroom.console.session import utc_now

    result = score(stage.engine.view().incidents[incident], utc_now())
    for line in lines(result):
        click.echo(f"DRILL  {line}")
    click.echo(f"DRILL  post-mortem: {path}")
    return Exit.OK if result.passed else Exit.FAILED


async def _play(stage: Stage, pilot: "Pilot") -> tuple[str, Path]:
    """Play it through, write the post-mortem, sign it, close."""
    incident = await pilot.play()
    path, text = await _post_mortem(stage, incident)
    await pilot.sign("post-mortem", text, stage.engine.checkpoint())
    await pilot.close()
    return incident, path


async def _post_mortem(stage: Stage, incident: str) -> tuple[Path, str]:
    """Write the post-mortem as the log has it now."""
    from warroom.console.domain.intents import Refused

    text = await stage.engine.document(incident, "post-mortem")
    if isinstance(text, Refused):
        raise Stop(Exit.FAILED, f"DRILL: no post-mortem: {text.reason}")
    path = stage.folder / "post-mortem.md"
    path.write_text(text, encoding="utf-8")
    return path, text


def _on_screen(options: Options, stage: Stage, autopilot: bool) -> int:
    import asyncio

    from warroom.console.cli.board import open_app

    incident = "" if autopilot else _declared(stage)
    if autopilot:
        stage.engine.background("autopilot", _play(stage, stage.pilot(pause=1.0)))
    status = open_app(options, stage.engine, incident=incident or None, ending=stage.end)
    known = incident or next(iter(stage.engine.view().incidents), "")
    if known:
        path, _ = asyncio.run(_post_mortem(stage, known))
        _debrief(stage, known, path)
    return status


def _declared(stage: Stage) -> str:
    """The incident, declared as the person's own: they sit down at a room that burns."""
    import asyncio

    from warroom.console.domain.intents import Refused

    scenario = stage.scenario
    answer = asyncio.run(stage.engine.declare(scenario.alert.title, scenario.level, impact_at=stage.began.isoformat()))
    if isinstance(answer, Refused):
        raise Stop(Exit.FAILED, f"DRILL: {answer.reason}")
    return answer


class _Printer:
    """Prints each line of the timelines once, as it comes."""

    def __init__(self) -> None:
        self._shown: dict[str, int] = {}

    def show(self, timelines: "object") -> None:
        from collections.abc import Mapping

        assert isinstance(timelines, Mapping)
        for name, entries in timelines.items():
            for entry in entries[self._shown.get(name, 0) :]:
                click.echo(clean(f"DRILL  {entry.at:%H:%M:%S}  {entry.who:<8}  {entry.kind:<8}  {entry.text}"))
            self._shown[name] = len(entries)
