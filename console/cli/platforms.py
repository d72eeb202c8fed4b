"""Verbs about platforms: platform list, show, check."""

import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import click

from warroom.console.cli.boundary import Exit, say
from warroom.console.cli.room import Options, pass_options
from warroom.console.domain.action import Action
from warroom.console.domain.platform import MAIN_DEPLOYS, Platform
from warroom.console.domain.text import clean


@click.group()
def platform() -> None:
    """Where services run: how each is read, deployed, rolled back and proven."""


@platform.command("list")
@click.option("--json", "as_json", is_flag=True)
@pass_options
def list_platforms(options: Options, as_json: bool) -> None:
    """What can be chosen."""
    from warroom.config.platform_files import load_platform, shipped_platforms

    known = [load_platform(name, options.folder) for name in shipped_platforms()]
    if as_json:
        shapes = [{"id": one.id, "title": one.title, "tools": one.tools, "actions": list(one.action)} for one in known]
        click.echo(json.dumps(shapes))
        return
    for one in known:
        click.echo(f"{one.id:<20}{one.title} ({', '.join(one.strategy)})")


@platform.command("show")
@click.argument("ref", metavar="ID")
@pass_options
def show(options: Options, ref: str) -> None:
    """One platform: its options, its commands, what proves them, what it does not roll back."""
    from warroom.config.platform_files import load_platform

    for line in _told(load_platform(ref, options.folder)):
        click.echo(clean(line))


@platform.command("check")
@click.argument("ref", metavar="FILE")
def check(ref: str) -> int:
    """Look for mistakes in a platform's file; each with file, key, problem and an example of right."""
    from warroom.config.errors import ConfigError
    from warroom.config.platform_files import load_platform

    try:
        found = load_platform(ref, Path.cwd())
    except ConfigError as error:
        for problem in error.problems:
            click.echo(str(problem))
        return Exit.USAGE
    say(f"{ref}: good: {len(found.action)} actions, {len(found.options)} options")
    return Exit.OK


def _told(platform: Platform) -> Iterator[str]:
    yield f"{platform.id}: {platform.title}"
    if platform.summary:
        yield platform.summary
    yield f"tools: {', '.join(platform.tools) or 'none'}; strategies: {', '.join(platform.strategy)}"
    if platform.main_deploys:
        yield f'a push to production\'s branch deploys by itself, unless {MAIN_DEPLOYS} = "no"'
    yield ""
    yield "[service.platform_options]"
    for name, option in platform.options.items():
        need = "must be set" if option.required else f"default {option.default}" if option.default else ""
        need = need or ("opens actions" if option.opens else "or given at the button")
        yield f"  {name}: {option.meaning}; {need}; e.g. {option.example}"
    for key, action in platform.action.items():
        yield ""
        yield from _action(key, action)
    for title, lines in (
        ("A rollback leaves:", platform.not_rolled_back),
        ("A rollback is undone by:", tuple(dict.fromkeys(one.says for one in platform.undone_by if one.says))),
        ("A rollback's target is looked for:", tuple(f"{one.action}: {one.target}" for one in platform.exists)),
        ("Beware:", tuple(f"{one.title}: {one.harm} Instead: {one.instead}" for one in platform.hazard)),
    ):
        if lines:
            yield ""
            yield title
            yield from (f"  {line}" for line in lines)


def _action(key: str, action: Action) -> Iterator[str]:
    yield f"{key} ({action.danger}{f', {action.environment}' if action.environment else ''}): {action.title}"
    yield f"  {shlex.join(action.argv)}"
    if action.verify:
        yield f"  proven by {action.verify}"
    if action.owes:
        yield f"  owes {action.owes.action} after: {action.owes.why}"
    if action.undo_action or (action.undo and action.environment):
        yield f"  undone by {action.undo_action or action.undo}"
