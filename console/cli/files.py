"""Verbs about files: playbook list, show, check; config check, schema."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from warroom.console.cli.boundary import Exit, Stop, say
from warroom.console.cli.room import Options, pass_options
from warroom.console.domain.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warroom.config.load import Loaded


@click.group()
def playbook() -> None:
    """The protocols."""


@playbook.command("list")
@click.option("--json", "as_json", is_flag=True)
@pass_options
def list_playbooks(options: Options, as_json: bool) -> None:
    """What can be chosen."""
    from warroom.config.playbook_files import load_playbook, shipped

    books = [load_playbook(name, options.folder) for name in shipped()]
    if as_json:
        click.echo(json.dumps([{"id": book.id, "title": book.title, "levels": list(book.level)} for book in books]))
        return
    for book in books:
        click.echo(f"{book.id:<20}{book.title} ({', '.join(book.level)})")


@playbook.command("show")
@click.argument("ref", metavar="ID")
@pass_options
def show_playbook(options: Options, ref: str) -> None:
    """One playbook as it takes effect, as TOML; its scenarios come first, as comments."""
    from warroom.config.playbook_files import load_playbook, to_toml
    from warroom.console.cli.course import scenarios

    book = load_playbook(ref, options.folder)
    for line in scenarios(book):
        click.echo(f"# {clean(line)}")
    click.echo(to_toml(book))


@playbook.command("check")
@click.argument("ref", metavar="FILE")
@pass_options
def check(options: Options, ref: str) -> int:
    """Look for mistakes before the emergency does."""
    from warroom.config.lint import check_playbook
    from warroom.config.playbook_files import load_playbook

    findings = check_playbook(load_playbook(ref, Path.cwd()))
    for finding in findings:
        click.echo(f"{ref}: {finding}")
    if any(finding.severity == "error" for finding in findings):
        return Exit.FAILED
    say(f"{ref}: {len(findings)} warnings, no errors" if findings else f"{ref}: nothing to complain about")
    return Exit.OK


@click.group()
def config() -> None:
    """The configuration."""


@config.command("check")
@click.argument("file", required=False, type=click.Path())
@pass_options
def check_config(options: Options, file: str | None) -> None:
    """Say everything that is wrong with it."""
    if file is not None:
        options.config = file
    loaded = options.loaded
    if loaded is None:
        raise Stop(Exit.USAGE, "warroom: there is no warroom.toml here or above", "warroom drill needs none")
    settings = loaded.settings
    where = loaded.path or "the environment"
    click.echo(f"{where}: good: {settings.service.name}, {len(settings.probe)} probes, {len(settings.action)} actions")
    for caution in _cautions(options, loaded):
        say(f"{where}: warning: {caution}")


def _cautions(options: Options, loaded: "Loaded") -> "Iterator[str]":
    """What is right by itself, and will be refused on the night."""
    from warroom.config.playbook_files import load_playbook
    from warroom.console.actions.buttons.cautions import cautions

    return cautions(loaded.settings, load_playbook(loaded.settings.playbook, options.folder))


@config.command("schema")
@click.argument("what", type=click.Choice(["config", "playbook", "platform"]), default="config")
def schema(what: str) -> None:
    """The JSON Schema, for editors."""
    from warroom.config.schema import platform_schema, playbook_schema, settings_schema

    made = {"config": settings_schema, "playbook": playbook_schema, "platform": platform_schema}[what]()
    click.echo(json.dumps(made, indent=2))
