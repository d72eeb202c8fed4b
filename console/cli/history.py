"""Verbs that read what happened: log, export, verify."""

import time
from typing import TYPE_CHECKING

import click

from warroom.console.cli.boundary import Exit, Stop, say
from warroom.console.cli.room import Options, pass_options
from warroom.console.domain.text import clean

if TYPE_CHECKING:
    from warroom.console.store.log import Head

_FOLLOW_SECONDS = 0.2


@click.command()
@click.argument("incident")
@click.option("--json", "as_json", is_flag=True, help="One event a line, as JSON.")
@click.option("--follow", is_flag=True, help="Go on as events come, until interrupted.")
@pass_options
def log(options: Options, incident: str, as_json: bool, follow: bool) -> None:
    """The timeline of an incident."""
    name = options.incident(incident).id
    shown = _print(options, name, as_json, 0)
    while follow:
        time.sleep(_FOLLOW_SECONDS)
        if options.session.behind() and options.session.refresh():
            shown = _print(options, name, as_json, shown)


def _print(options: Options, incident: str, as_json: bool, after: int) -> int:
    if as_json:
        records = options.opened.log.read(incident, after)
        for record in records:
            click.echo(record_line(record))
        return after + len(records)
    entries = options.session.picture().timelines[incident]
    for entry in entries[after:]:
        click.echo(clean(f"{entry.at:%Y-%m-%d %H:%M:%S}Z  {entry.who:<10}  {entry.kind:<8}  {entry.text}"))
    return len(entries)


def record_line(record: object) -> str:
    import json

    from warroom.console.cli.shapes import stamp
    from warroom.console.store.log import Record

    assert isinstance(record, Record)
    fields = {
        "position": record.position,
        "incident": record.stream,
        "version": record.version,
        "type": record.type,
        "at": stamp(record.at),
        "actor": record.actor,
        "console": record.console,
        "data": json.loads(record.data),
        "hash": record.hash,
    }
    return json.dumps(fields, ensure_ascii=True)


@click.command()
@click.argument("incident")
@click.argument("document")
@click.option("--format", "form", type=click.Choice(["md", "html", "json"]), default="md", show_default=True)
@click.option("--output", "-o", type=click.Path(dir_okay=False), help="Write it here instead of to stdout.")
@pass_options
def export(options: Options, incident: str, document: str, form: str, output: str | None) -> None:
    """A document filled from the log: post-mortem, waivers, evidence, and what the playbook names, e.g. pr or spec.

    A name that is none is answered by those that are.
    """
    from pathlib import Path

    from warroom.console.domain.intents import Refused
    from warroom.console.reports.document import write

    found = options.incident(incident)
    text = write(options.session, options.opened, found.id, document, form)
    if isinstance(text, Refused):
        raise Stop(Exit.USAGE, f"warroom: {text.reason}")
    if output is None:
        click.echo(text)
        return
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as error:
        raise Stop(Exit.FAILED, f"warroom: {output} can't be written: {error.strerror}") from None
    say(f"written to {output}")


@click.command()
@click.argument("incident", required=False)
@click.option("--checkpoint", metavar="N:HASH", help="A head that was kept outside of the store.")
@click.option("--packet", type=click.Path(dir_okay=False), help="Prove this exported evidence, without the store.")
@pass_options
def verify(options: Options, incident: str | None, checkpoint: str | None, packet: str | None) -> None:
    """Prove that nothing in the log was changed or removed, or name the first event that breaks the chain.

    The chain runs over the whole log, so naming an incident proves everything around it as well.
    """
    from warroom.console.store.log import Break, Head

    try:
        outside = Head.parse(checkpoint) if checkpoint else None
    except ValueError as error:
        raise click.UsageError(f"--checkpoint: {error}") from None
    if packet:
        if incident:
            raise click.UsageError("--packet proves a file; an incident is proved in the store")
        _verify_packet(packet, outside)
        return
    answer = options.opened.log.verify(outside)
    if isinstance(answer, Break):
        where = f"{answer.stream} version {answer.version}" if answer.stream else "an unknown incident"
        raise Stop(Exit.FAILED, f"broken at position {answer.position} ({where}): {answer.why}")
    if incident:
        found = options.incident(incident)
        click.echo(f"{found.id}: {found.version} events, whole")
    click.echo(f"whole: {answer.head.position} events in {answer.streams} incidents; checkpoint {answer.head}")


def _verify_packet(file: str, outside: "Head | None") -> None:
    from pathlib import Path

    from warroom.console.reports.packet import read_packet
    from warroom.console.store.excerpt import prove
    from warroom.console.store.log import Break, Record

    try:
        cutting = read_packet(Path(file).read_text(encoding="utf-8"))
    except OSError as error:
        raise Stop(Exit.USAGE, f"warroom: {file} can't be read: {error.strerror}") from None
    except ValueError as error:
        raise Stop(Exit.USAGE, f"warroom: {file} is no evidence packet: {error}") from None
    answer = prove(cutting)
    if isinstance(answer, Break):
        raise Stop(Exit.FAILED, f"broken at position {answer.position}: {answer.why}")
    if outside and outside != cutting.end:
        raise Stop(Exit.FAILED, f"the records hang together, and end at {cutting.end}, not at the checkpoint {outside}")
    events = [link for link in cutting.links if isinstance(link, Record)]
    click.echo(f"{clean(events[0].stream)}: {len(events)} events, whole; checkpoint {cutting.end}")
