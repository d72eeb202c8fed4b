"""Making the engine from the options."""

from typing import TYPE_CHECKING

from warroom.console.cli.room import Options

if TYPE_CHECKING:
    from warroom.console.engine.engine import Engine


def machine(options: Options, *, watch: bool, pace: float = 1.0) -> "Engine":
    """An engine that works; stop it when done."""
    return made(options, watch=watch, pace=pace).start()


def made(options: Options, *, watch: bool, pace: float = 1.0) -> "Engine":
    """An engine that is ready to be started."""
    from warroom.console.engine.engine import Engine
    from warroom.console.engine.setup import Setup
    from warroom.console.session import utc_now

    setup = Setup(
        settings=options.settings,
        folder=options.folder,
        store=options.opened,
        session=options.session,
        runs=options.runs,
        secrets=options.secrets,
        read_only=options.view,
        watch=watch,
        pace=pace,
        clock=utc_now,
    )
    return Engine(setup)
