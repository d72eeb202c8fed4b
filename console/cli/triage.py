"""Verbs for the hard questions: how bad is it, and who takes over."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from warroom.console.cli.boundary import Exit, Stop
from warroom.console.cli.room import Options, pass_options
from warroom.console.domain.text import clean

if TYPE_CHECKING:
    from warroom.console.domain.playbook import Playbook
    from warroom.console.domain.triage import Answer


@click.command()
@click.option("--playbook", metavar="ID", help="The protocol; the configured one if left out.")
@click.option("--yes", "yes", metavar="KEY", multiple=True, help="This criterion holds, e.g. P1:2.")
@click.option("--no", "no", metavar="KEY", multiple=True, help="This one does not.")
@click.option("--otherwise", type=click.Choice(["yes", "no", "unsure"]), default="unsure", help="All the others.")
@pass_options
def triage(options: Options, playbook: str | None, yes: tuple[str, ...], no: tuple[str, ...], otherwise: str) -> None:
    """Print the level the protocol's criteria lead to; the reason, and the criteria, go to stderr."""
    from warroom.config.playbook_files import load_playbook
    from warroom.console.domain.triage import triage as weigh

    book = load_playbook(playbook or options.settings.playbook, options.folder)
    answers = _answers(book, yes, no, otherwise)
    found = weigh(book, answers)
    click.echo(f"why: {clean(found.why)}", err=True)
    if found.assumed and found.level:
        click.echo('hint: declare it with --level "?", and you are asked again', err=True)
    click.echo(found.level or "none")


def _answers(book: "Playbook", yes: tuple[str, ...], no: tuple[str, ...], otherwise: str) -> "Mapping[str, Answer]":
    from warroom.console.domain.triage import questions

    asked = questions(book)
    keys = [question.key for question in asked]
    if unknown := [key for key in (*yes, *no) if key not in keys]:
        raise click.UsageError(f"{book.id} has no criterion {unknown[0]}; known: {', '.join(keys)}")
    for question in asked:
        sign = "yes" if question.key in yes else "no" if question.key in no else otherwise
        click.echo(clean(f"{question.key:<6} {sign:<7} {question.text}"), err=True)
    rest: dict[str, Answer] = {key: "yes" if otherwise == "yes" else "no" for key in keys if otherwise != "unsure"}
    chosen: dict[str, Answer] = {**dict.fromkeys(no, "no"), **dict.fromkeys(yes, "yes")}
    return {**rest, **chosen}


@click.command()
@click.argument("incident")
@click.option("--to", metavar="NAME", default="", help="Offer the conn to this person, with the card.")
@click.option("--remark", default="", help="What they must know besides.")
@click.option("--accept", is_flag=True, help="Take the conn that was offered to you.")
@pass_options
def handover(options: Options, incident: str, to: str, remark: str, accept: bool) -> None:
    """Print the hand-over card: state, clocks, pending, needs. Offer the conn with it, or accept it."""
    from warroom.console.domain.handover import handover_card
    from warroom.console.domain.intents import AcceptConn, OfferConn
    from warroom.console.session import utc_now

    if to and accept:
        raise Stop(Exit.USAGE, "warroom: --to and --accept exclude each other")
    found = options.incident(incident)
    card = found.conn_card if accept and found.conn_card else handover_card(found, utc_now(), remark)
    if to:
        options.dispatch(found.id, OfferConn(to=to, card=remark))
    elif accept:
        options.dispatch(found.id, AcceptConn())
    click.echo(clean(card, keep_newlines=True))
