"""The verb that writes a first configuration: init."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from warroom.console.cli.boundary import Exit, Stop, say
from warroom.console.cli.room import Options, pass_options

if TYPE_CHECKING:
    from collections.abc import Collection

    from warroom.console.survey.found import Carried

_PROMETHEUS = "http://127.0.0.1:9090"


@click.command()
@click.option("--playbook", default="release-protocol", metavar="ID", help="The protocol; `warroom playbook list`.")
@click.option("--url", "address", default="", metavar="U", help="Where production answers: its health is probed there.")
@click.option("--gatus", type=click.Path(path_type=Path), multiple=True, help="Carry over the endpoints of this file.")
@click.option("--rules", type=click.Path(path_type=Path), multiple=True, help="Carry over these Prometheus rules.")
@click.option(
    "--prometheus", default=_PROMETHEUS, metavar="U", help="The server the rules are asked of.", show_default=True
)
@click.option("--print", "only_print", is_flag=True, help="Print it, write nothing.")
@pass_options
def init(
    options: Options,
    playbook: str,
    address: str,
    gatus: tuple[Path, ...],
    rules: tuple[Path, ...],
    prometheus: str,
    only_print: bool,
) -> None:
    """Look at the repository here and write a first warroom.toml.

    It reads hosting files, package scripts, make targets, tags, health routes and a Gatus configuration that lies here.
    It runs nothing, asks nobody, and never overwrites a file.
    """
    from warroom.config.load import FILE
    from warroom.config.playbook_files import load_playbook
    from warroom.console.survey.look import look
    from warroom.console.survey.write import to_toml

    target = Path.cwd() / FILE
    if not only_print and target.exists():
        raise Stop(Exit.USAGE, f"warroom: {FILE} is here already", "warroom init --print shows what it would write")
    load_playbook(playbook, Path.cwd())
    found = look(Path.cwd(), address, _carried(gatus, rules, prometheus))
    text = to_toml(found, playbook)
    if only_print:
        click.echo(text, nl=False)
        return
    _write(target, text)
    counted = (_count(found.probes, "probe"), _count(found.actions, "action"), _count(found.notes, "thing"))
    say(f"{FILE}: {', '.join(counted[:2])}; {counted[2]} to look at")
    say("next: warroom config check, then warroom doctor")


def _count(many: "Collection[object]", name: str) -> str:
    return f"{len(many)} {name}" if len(many) == 1 else f"{len(many)} {name}s"


def _carried(gatus: tuple[Path, ...], rules: tuple[Path, ...], prometheus: str) -> "tuple[Carried, ...]":
    from warroom.console.survey.gatus import read_gatus
    from warroom.console.survey.rules import read_rules
    from warroom.console.survey.yaml_files import UnreadableFile

    try:
        return (*map(read_gatus, gatus), *(read_rules(path, prometheus) for path in rules))
    except UnreadableFile as error:
        raise Stop(Exit.USAGE, f"warroom: {error}") from None


def _write(target: Path, text: str) -> None:
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise Stop(Exit.FAILED, f"warroom: {target}: {error.strerror}") from None
