"""Verbs are imported when they are called, and are all there when they are listed."""

import subprocess
import sys

import click

from warroom.console.cli import cli


def test_every_verb_is_found_under_its_own_name() -> None:
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None and command.name == name


def test_every_verb_that_shows_says_what_it_does() -> None:
    shown = {name: verb for name, verb in cli.commands.items() if not verb.hidden}
    assert {"drill", "declare", "status", "run", "log", "export", "verify", "probe", "config"} <= set(shown)
    assert all(verb.get_short_help_str() for verb in shown.values())


def test_a_misspelt_verb_names_the_nearest() -> None:
    done = _warroom("statu")
    assert done.returncode == 2
    assert "'status'" in done.stderr


def test_a_call_imports_no_other_verb() -> None:
    program = (
        "import sys; from warroom.console.cli import Options, cli;"
        "cli(['note', '--help'], standalone_mode=False, obj=Options());"
        "print([name for name in sys.modules if name.startswith('warroom.console.cli.')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    loaded = done.stdout.splitlines()[-1]
    assert "cli.incidents" in loaded
    assert not any(f"cli.{other}'" in loaded for other in ("board", "drill", "runs", "history", "probes", "files"))


def _warroom(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", "from warroom.console.cli import main; main()", *arguments]
    return subprocess.run(program, capture_output=True, text=True, timeout=60, check=False)
