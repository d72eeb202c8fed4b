"""The verb that looks before the night does: doctor."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from warroom.console.cli.boundary import Exit, say
from warroom.console.cli.room import Options, pass_options
from warroom.console.domain.text import clean

if TYPE_CHECKING:
    from warroom.console.doctor.finding import Finding

_SIGNS = {"good": "ok  ", "doubtful": "?   ", "missing": "MISS"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@pass_options
def doctor(options: Options, as_json: bool) -> int:
    """Say what is missing, what that costs on the night, and how it is mended.

    Looks at the machine, the terminal, the store and the service; asks git's remote and each probe once, and changes
    nothing. Ends with 1 where something is missing, else with 0.
    """
    from warroom.console.doctor.finding import Grade, worst

    findings = []
    for finding in _findings(options):
        findings.append(finding)
        if not as_json:
            _print(finding)
    if as_json:
        import json

        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2, ensure_ascii=True))
    else:
        doubtful = sum(finding.grade is Grade.DOUBTFUL for finding in findings)
        missing = sum(finding.grade is Grade.MISSING for finding in findings)
        say(f"{len(findings)} looked at: {missing} missing, {doubtful} doubtful")
    return Exit.FAILED if worst(findings) is Grade.MISSING else Exit.OK


def _findings(options: Options) -> "Iterator[Finding]":
    from warroom.config.playbook_files import load_playbook
    from warroom.console.doctor import machine, service, terminal

    yield from machine.examine()
    yield from terminal.examine()
    # A configuration that can't be read ends the verb as it ends every other: with all that is wrong with it.
    loaded = options.loaded
    yield from _stored(options)
    if loaded is None:
        yield service.unconfigured()
    else:
        yield from service.examine(loaded, load_playbook(loaded.settings.playbook, loaded.folder))


def _stored(options: Options) -> "Iterator[Finding]":
    from warroom.console.doctor import stored
    from warroom.console.store.errors import StoreError
    from warroom.console.store.store import file_of

    try:
        path = file_of(options.settings.store)
        if path is not None and not path.exists():
            yield from stored.not_there_yet(path)
        else:
            yield from stored.examine(options.opened)
    except StoreError as error:
        yield stored.refused(error)


def _print(finding: "Finding") -> None:
    click.echo(clean(f"{_SIGNS[finding.grade]} {finding.part:<9}{finding.what:<15} {finding.says}"))
    if finding.cost:
        click.echo(clean(f"       costs: {finding.cost}"))
    if finding.mend:
        click.echo(clean(f"       mend:  {finding.mend}"))
