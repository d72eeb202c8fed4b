"""The verb that opens the screen: board, which is also what `warroom` alone does."""

import sys
from typing import TYPE_CHECKING

import click

from warroom.console.cli.boundary import Exit, Stop
from warroom.console.cli.room import Options, pass_options

if TYPE_CHECKING:
    from warroom.console.engine.engine import Engine


@click.command(hidden=True)
@click.argument("incident", required=False)
@pass_options
def board(options: Options, incident: str | None = None) -> int:
    """Open the board, or the room of an incident."""
    import os

    if not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM", "dumb") in ("dumb", ""):
        raise Stop(Exit.USAGE, "warroom: this is no terminal for a full screen", "warroom status says the same in text")
    from warroom.console.cli.machine import machine

    start = options.incident(incident).id if incident else None
    engine = machine(options, watch=True)
    try:
        return open_app(engine, incident=start)
    finally:
        engine.stop()


def open_app(engine: "Engine", incident: str | None = None) -> int:
    """Show the screen until it is left; its exit status."""
    from warroom.console.app import WarroomApp
    from warroom.console.session import utc_now

    app = WarroomApp(engine, engine.subscribe, utc_now, incident)
    app.run()
    return app.return_code or Exit.OK
