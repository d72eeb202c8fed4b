"""The command line. Data goes to stdout, all else to stderr.

Exit status: 0 done, 1 it failed or something is failing, 2 wrong usage or configuration, 3 unknown, 4 the store can't
be used, 5 refused.
"""

import gc
import sys

import click

from warroom.console.cli.room import Options
from warroom.console.cli.verbs import Verbs

_FAMILIES = {
    "board": ("board",),
    "drill": ("drill",),
    "incidents": ("declare", "status", "note", "tick", "level", "assign", "resolve", "close"),
    "triage": ("triage", "handover"),
    "course": ("scenario", "switch", "decide", "object"),
    "impact": ("impact",),
    "owing": ("waive", "repay"),
    "runs": ("run",),
    "rollouts": ("rollout",),
    "run_log": ("runs", "output", "settle", "stop"),
    "approvals": ("approve", "deny"),
    "branches": ("backports",),
    "shipping": ("ships", "request"),
    "words": ("send", "outbox"),
    "history": ("log", "export", "verify"),
    "probes": ("probe",),
    "files": ("playbook", "config"),
    "platforms": ("platform",),
    "init": ("init",),
    "watch": ("watch", "alerts"),
    "muting": ("mute", "unmute"),
    "doctor": ("doctor",),
}
"""The verbs of each module beside this one."""
_COLLECT = (50_000, 20, 50)
"""When to look for garbage: with Python's own figures that is a tenth of the start, and finds nothing."""
_VERBS = Verbs({verb: f"{__name__}.{module}" for module, verbs in _FAMILIES.items() for verb in verbs})


@click.group(commands=_VERBS, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", "config_file", type=click.Path(), metavar="FILE", help="Use this warroom.toml.")
@click.option("--store", metavar="URL", help="Use this store: a path, sqlite:///path or postgresql://…")
@click.option("--as", "actor", metavar="NAME", help="Act under this name.")
@click.option("--view", is_flag=True, help="Look only: nothing can be started or changed.")
@click.version_option(package_name="warroom")
@click.pass_context
def cli(context: click.Context, config_file: str | None, store: str | None, actor: str | None, view: bool) -> object:
    """Run a production emergency from the first alert to the signed post-mortem.

    Without a verb: the board, full screen.
    """
    options = context.find_object(Options)
    assert options is not None
    options.config, options.store, options.actor, options.view = config_file, store, actor, view
    if context.invoked_subcommand is None:
        return context.invoke(_VERBS["board"])
    return None


def main() -> None:
    """The program. Every foreseen error is one line on stderr and an exit status, never a traceback."""
    from warroom.console.cli.boundary import run_cli

    gc.set_threshold(*_COLLECT)
    sys.exit(run_cli(cli, sys.argv[1:], Options()))
