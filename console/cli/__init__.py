"""The command line. Data goes to stdout, all else to stderr.

Exit status: 0 done, 1 it failed or something is failing, 2 wrong usage or configuration, 3 unknown, 4 the store can't
be used, 5 refused.
"""

import sys

import click

from warroom.console.cli import board, drill, files, history, incidents, probes, runs
from warroom.console.cli.room import Options


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", "config", type=click.Path(), metavar="FILE", help="Use this warroom.toml.")
@click.option("--store", metavar="URL", help="Use this store: a path, sqlite:///path or postgresql://…")
@click.option("--as", "actor", metavar="NAME", help="Act under this name.")
@click.option("--view", is_flag=True, help="Look only: nothing can be started or changed.")
@click.version_option(package_name="warroom")
@click.pass_context
def cli(context: click.Context, config: str | None, store: str | None, actor: str | None, view: bool) -> None:
    """Run a production emergency from the first alert to the signed post-mortem.

    Without a verb: the board, full screen.
    """
    context.obj = Options(config=config, store=store, actor=actor, view=view)
    if context.invoked_subcommand is None:
        context.invoke(board.board)


for command in (
    board.board,
    drill.drill,
    incidents.declare,
    incidents.status,
    incidents.note,
    incidents.tick,
    incidents.level,
    incidents.assign,
    incidents.resolve,
    incidents.close,
    runs.run,
    history.log,
    history.export,
    history.verify,
    probes.probe,
    files.playbook,
    files.config,
):
    cli.add_command(command)


def main() -> None:
    """The program. Every foreseen error is one line on stderr and an exit status, never a traceback."""
    from warroom.console.cli.boundary import run_cli

    sys.exit(run_cli(cli, sys.argv[1:]))
