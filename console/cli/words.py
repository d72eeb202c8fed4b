"""Verbs that write to people: send, outbox."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from warroom.console.cli.boundary import Exit, Stop, say
from warroom.console.cli.room import Options, pass_options
from warroom.console.domain.text import clean

if TYPE_CHECKING:
    from warroom.console.domain.desk import Letter
    from warroom.console.domain.model import Incident
    from warroom.console.engine.engine import Engine
    from warroom.console.store.outbox import Parcel

_LOOK_EVERY = 0.1
_PATIENCE = 60.0
"""Seconds that are waited for what was put into the outbox."""
_SETTLED = ("sent", "failed", "unknown", "cancelled")


@click.command()
@click.argument("incident")
@click.argument("message")
@click.option("--channel", "channels", multiple=True, metavar="NAME", help="Where to; again for more than one.")
@click.option("--set", "given", multiple=True, metavar="FACT=VALUE", help="Say a fact that the message asks for.")
@click.option("--dry-run", is_flag=True, help="Print the message, and send and change nothing.")
@pass_options
def send(
    options: Options, incident: str, message: str, channels: tuple[str, ...], given: tuple[str, ...], dry_run: bool
) -> int:
    """Send a message of the playbook, filled from the facts.

    Without --channel it goes to the channels whose `audiences` name its audience. It waits in the outbox until it was
    delivered; interrupting ends the waiting only.
    """
    from warroom.console.comms.parcels import offered
    from warroom.console.domain.intents import LearnFact

    found = options.incident(incident)
    facts = _facts(given)
    letter = _draft(replace(found, facts={**found.facts, **facts}), message)
    names = channels or offered(options.settings.channel, letter.audience)
    if dry_run:
        click.echo(clean(f"{letter.subject}\n\n{letter.body}", keep_newlines=True), nl=False)
        say(f"to {letter.audience} by {', '.join(names) or 'no channel; choose with --channel NAME'}")
        say(letter.objection)
        say(f"still blank: {', '.join(letter.blanks)}" if letter.blanks else "")
        return Exit.OK
    for name, value in facts.items():
        options.dispatch(found.id, LearnFact(name=name, value=value))
    return _with_engine(options, lambda engine: _send(options, engine, found.id, message, names))


def _facts(given: tuple[str, ...]) -> dict[str, str]:
    facts = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise click.UsageError(f"{pair!r}: expected FACT=VALUE, e.g. eta=15:30")
        facts[name] = value
    return facts


def _draft(incident: "Incident", message: str) -> "Letter":
    from warroom.console.comms.render import draft
    from warroom.console.domain.intents import Refused
    from warroom.console.session import utc_now

    letter = draft(incident, message, utc_now())
    if isinstance(letter, Refused):
        raise Stop(Exit.USAGE, f"warroom: {letter.reason}")
    return letter


def _with_engine(options: Options, work: "Callable[[Engine], Coroutine[Any, Any, int]]") -> int:
    import asyncio

    from warroom.console.cli.machine import machine

    options.must_act()
    engine = machine(options, watch=False)
    try:
        return asyncio.run(work(engine))
    except KeyboardInterrupt:
        say("what is not sent yet stays in the outbox; look with: warroom outbox")
        return 130
    finally:
        engine.stop()


async def _send(options: Options, engine: "Engine", incident: str, message: str, names: tuple[str, ...]) -> int:
    from warroom.console.domain.intents import Refused

    letter = await engine.draft(incident, message)
    ids = letter if isinstance(letter, Refused) else await engine.send(incident, letter, names)
    if isinstance(ids, Refused):
        raise Stop(Exit.REFUSED, f"refused: {ids.reason}")
    return await _follow(options, ids)


async def _follow(options: Options, ids: tuple[str, ...]) -> int:
    """Say what becomes of each; gives the exit status."""
    import asyncio
    import time

    outbox = options.opened.outbox
    said: dict[str, str] = {}
    until = time.monotonic() + _PATIENCE
    while True:
        rows = {id: await asyncio.to_thread(outbox.get, id) for id in ids}
        for row in filter(None, rows.values()):
            line = _line(row)
            if said.get(row.id) != line:
                said[row.id] = line
                say(line)
        states = [row.state if row else "cancelled" for row in rows.values()]
        if all(state in _SETTLED for state in states):
            return _status(states)
        if time.monotonic() > until:
            say("it stays in the outbox; the next console on this store goes on with it")
            return Exit.UNKNOWN
        await asyncio.sleep(_LOOK_EVERY)


def _status(states: Sequence[str]) -> int:
    if all(state == "sent" for state in states):
        return Exit.OK
    return Exit.UNKNOWN if "unknown" in states else Exit.FAILED


def _line(row: "Parcel") -> str:
    reason = f": {row.reason}" if row.reason else ""
    return f"{row.id[:8]}  {row.incident}  {row.message} to {row.audience} by {row.channel}: {row.state}{reason}"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Every letter, as JSON.")
@click.option("--again", metavar="ID", help="Send what failed or may have arrived once more.")
@click.option("--withdraw", metavar="ID", help="Take a letter out.")
@click.option("--arrived", metavar="ID", help="Settle one that may have arrived: somebody looked, and it did.")
@pass_options
def outbox(options: Options, as_json: bool, again: str | None, withdraw: str | None, arrived: str | None) -> int:
    """Show what waits to be sent and what became of the rest, newest first."""
    chosen = {"resend": again, "withdraw": withdraw, "arrived": arrived}
    asked = {verb: start for verb, start in chosen.items() if start is not None}
    if len(asked) > 1:
        raise click.UsageError("--again, --withdraw and --arrived: one at a time")
    if asked:
        ((verb, start),) = asked.items()
        row = _one(options, start)
        return _with_engine(options, lambda engine: _settle(options, engine, verb, row))
    rows = options.opened.outbox.recent()
    if as_json:
        from warroom.console.cli.shapes import to_json

        click.echo(to_json([_shape(row) for row in rows]))
    else:
        for row in rows:
            click.echo(clean(_line(row)))
    return Exit.OK


def _one(options: Options, start: str) -> "Parcel":
    found = [row for row in options.opened.outbox.recent() if start and row.id.startswith(start)]
    if len(found) != 1:
        what = "several letters begin" if found else "no letter begins"
        raise Stop(Exit.USAGE, f"warroom: {what} with {start!r}", "warroom outbox")
    return found[0]


async def _settle(options: Options, engine: "Engine", verb: str, row: "Parcel") -> int:
    refused = await getattr(engine, verb)(row.id)
    if refused is not None:
        raise Stop(Exit.REFUSED, f"refused: {refused.reason}")
    return Exit.OK if verb == "withdraw" else await _follow(options, (row.id,))


def _shape(row: "Parcel") -> Mapping[str, Any]:
    from warroom.console.cli.shapes import stamp

    return {
        "id": row.id,
        "incident": row.incident,
        "message": row.message,
        "audience": row.audience,
        "channel": row.channel,
        "state": row.state,
        "by": row.actor,
        "attempts": row.attempts,
        "queued_at": stamp(row.queued_at),
        "next_at": stamp(row.next_at) if row.state == "waiting" else None,
        "reason": row.reason or None,
        "drill": row.drill,
    }
