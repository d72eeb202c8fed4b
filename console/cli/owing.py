"""Verbs about what is owed: waive, repay."""

import sys
from datetime import datetime
from typing import TYPE_CHECKING

import click

from warroom.console.cli.boundary import say
from warroom.console.cli.room import Options, pass_options
from warroom.console.domain.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warroom.console.domain.model import Incident

_DUE = "a span such as 2d, or a date such as 2026-03-01"


@click.command()
@click.argument("incident")
@click.argument("subject")
@click.option("--why", required=True, help="Why it is skipped; it is kept.")
@click.option("--owner", required=True, metavar="NAME", help="Who repays it.")
@click.option("--due", metavar="WHEN", help=f"By when: {_DUE}.")
@pass_options
def waive(options: Options, incident: str, subject: str, why: str, owner: str, due: str | None) -> None:
    """Skip a rule: a step by its key, or staging, review, tests, backup, clock:KEY. It is owed until it is repaid."""
    from warroom.console.domain.intents import Waive

    found = options.incident(incident)
    options.must_act()
    at = _due(due)
    options.dispatch(found.id, Waive(subject=_subject(found, subject), why=why, owner=owner, due=at))
    if at is None:
        say(f"{clean(owner)} owes it without a date; next time say by when with --due 2d")


def _due(given: str | None) -> datetime | None:
    from warroom.console.domain.time.when import parse_ahead
    from warroom.console.session import utc_now

    if given is None and sys.stdin.isatty():
        given = click.prompt(f"By when is it repaid ({_DUE}; enter for no date)", default="", show_default=False)
    if not given:
        return None
    try:
        return parse_ahead(given, utc_now())
    except ValueError as error:
        raise click.UsageError(f"--due: {error}") from None


def _subject(incident: "Incident", text: str) -> str:
    """What is meant: a step of that key before a rule of that name, since it carries the rule."""
    from warroom.console.domain.checklist import find_step

    return f"step:{text}" if find_step(incident, text) is not None else text


@click.command()
@click.argument("incident")
@click.argument("subject", required=False)
@click.option("--note", "words", default="", help="How it was repaid.")
@pass_options
def repay(options: Options, incident: str, subject: str | None, words: str) -> None:
    """Repay a waiver, or say that a duty was done. Without SUBJECT: what can be repaid."""
    from warroom.console.domain.intents import Repay

    found = options.incident(incident)
    if subject is None:
        for line in _open(found):
            click.echo(clean(line))
        return
    owed = {waiver.subject for waiver in found.waivers}
    options.dispatch(found.id, Repay(subject=subject if subject in owed else _subject(found, subject), note=words))


def _open(incident: "Incident") -> "Iterator[str]":
    from warroom.console.domain.time.clocks import read_clocks
    from warroom.console.domain.time.moments import DUTY
    from warroom.console.session import utc_now

    for waiver in incident.waivers:
        if waiver.repaid_at is None:
            yield f"{waiver.subject}: {waiver.why}; owed by {waiver.owner}{_by(waiver.due)}"
    for reading in read_clocks(incident, utc_now()):
        if reading.key.startswith(DUTY) and not reading.stopped:
            yield f"{reading.key}: {reading.title}{_by(reading.due_at)}"


def _by(due: datetime | None) -> str:
    return f", due {due:%Y-%m-%d %H:%M} UTC" if due else ", no date"
