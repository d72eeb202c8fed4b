"""The verb that opens the screen: board, which is also what `warroom` alone does."""

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import click

from warroom.console.cli.boundary import Exit, Stop
from warroom.console.cli.room import Options, pass_options

if TYPE_CHECKING:
    from warroom.console.domain.playbook import Playbook
    from warroom.console.engine.engine import Engine


@click.command(hidden=True)
@click.argument("incident", required=False)
@pass_options
def board(options: Options, incident: str | None = None) -> int:
    """Open the board, or the room of an incident."""
    import os

    if not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM", "dumb") in ("dumb", ""):
        raise Stop(Exit.USAGE, "warroom: this is no terminal for a full screen", "warroom status says the same in text")
    from warroom.console.cli.machine import made

    start = options.incident(incident).id if incident else None
    engine = made(options, watch=True)
    try:
        return open_app(options, engine, incident=start)
    finally:
        engine.stop()


def open_app(
    options: Options, engine: "Engine", incident: str | None = None, ending: Callable[[], None] | None = None
) -> int:
    """Show the screen until it is left; its exit status.

    An engine that does not work yet is started once the first picture is drawn: before, it would only delay it.
    `ending` puts away what was started beside the engine when a signal ends the program.
    """
    from warroom.console.app import WarroomApp, run_app
    from warroom.console.session import utc_now

    app = WarroomApp(
        engine,
        engine.subscribe,
        utc_now,
        incident,
        playbooks=lambda: _playbooks(options),
        begin=lambda: engine.works or engine.start(),
        attended=engine.attend,
        ascii=not (sys.__stdout__ and "utf" in (sys.__stdout__.encoding or "").lower()),
    )
    return run_app(app, ending or engine.stop)


def _playbooks(options: Options) -> "Mapping[str, Playbook]":
    """What an incident can be declared under: the configured one first, under the words that name it."""
    from warroom.config.playbook_files import load_playbook, shipped

    usual = options.settings.playbook
    names = (usual, *(name for name in shipped() if name != usual))
    return {name: load_playbook(name, options.folder) for name in names}
