"""The verb that acts: run."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from warroom.console.cli.boundary import Exit, Stop, say
from warroom.console.cli.room import Options, pass_options
from warroom.console.domain.text import clean

if TYPE_CHECKING:
    from warroom.console.domain.desk import Proposal
    from warroom.console.domain.intents import Refused
    from warroom.console.engine.engine import Engine

_READ_EVERY = 0.2


@click.command()
@click.argument("incident")
@click.argument("action")
@click.argument("values", nargs=-1, metavar="[NAME=VALUE …]")
@click.option("--yes", "typed", metavar="TARGET", help="Confirm, by the target's name.")
@click.option("--dry-run", is_flag=True, help="Show what would run, and start nothing.")
@pass_options
def run(options: Options, incident: str, action: str, values: tuple[str, ...], typed: str | None, dry_run: bool) -> int:
    """Run an action and wait for its end.

    Interrupting ends the waiting, not the run: any console picks it up again.
    """
    import asyncio

    from warroom.console.cli.machine import machine

    given = _pairs(values)
    found = options.incident(incident)
    engine = machine(options, watch=False)
    try:
        return asyncio.run(_run(engine, found.id, action, given, typed, dry_run))
    except KeyboardInterrupt:
        return 130
    finally:
        engine.stop()


def _pairs(values: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for value in values:
        name, equals, text = value.partition("=")
        if not equals or not name:
            raise click.UsageError(f"{value!r}: expected NAME=VALUE, e.g. tag=v1.2.5")
        pairs[name] = text
    return pairs


async def _run(
    engine: "Engine", incident: str, action: str, values: dict[str, str], typed: str | None, dry_run: bool
) -> int:
    from warroom.console.domain.desk import Confirmation
    from warroom.console.domain.intents import Refused

    proposal = await engine.propose(incident, action, values)
    if isinstance(proposal, Refused):
        raise _stopped(proposal)
    _show(proposal)
    if proposal.refused:
        raise Stop(Exit.REFUSED, f"refused: {proposal.refused}")
    if dry_run:
        return Exit.OK
    confirmation = Confirmation(fingerprint=proposal.fingerprint, typed=_confirmed(proposal, typed))
    started = await engine.run(proposal, confirmation)
    if isinstance(started, Refused):
        raise _stopped(started)
    return await _follow(engine, incident, started)


def _stopped(refusal: "Refused") -> Stop:
    from warroom.console.engine.unstored import Unstored

    if isinstance(refusal, Unstored):
        return Stop(Exit.STORE, f"warroom: {refusal.reason}")
    return Stop(Exit.REFUSED, f"refused: {refusal.reason}")


def _show(proposal: "Proposal") -> None:
    say(f"{proposal.title}: {proposal.command}")
    say(f"  in {proposal.folder}" + (f", on {proposal.environment}" if proposal.environment else ""))
    for check in proposal.checks:
        say(f"  {check.verdict}: {check.name}: {check.reason}")
    for commit in proposal.riding:
        say(f"  rides along: {commit}")
    if proposal.undo:
        say(f"  undo: {proposal.undo} {proposal.undo_until}".rstrip())


def _confirmed(proposal: "Proposal", typed: str | None) -> str:
    """What was typed as the yes. Without a terminal only `--yes TARGET` counts."""
    if proposal.danger == "free":
        return ""
    wanted = proposal.target or proposal.action
    if typed is not None:
        if typed != wanted:
            raise Stop(Exit.REFUSED, f"refused: --yes names {typed!r}, and the target is {wanted!r}")
        return typed
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Stop(Exit.REFUSED, "refused: nobody is here to confirm it", f"--yes {wanted}")
    answer: str = click.prompt(f"Type {wanted} to confirm", default="", show_default=False, err=True)
    if answer != wanted:
        raise Stop(Exit.REFUSED, "refused: not confirmed")
    return answer


async def _follow(engine: "Engine", incident: str, run: str) -> int:
    """Print what it prints, until it has ended and was verified; the status is the worst of both."""
    import asyncio

    try:
        status = await _until_ended(engine, incident, run)
        proof = await engine.proof(incident, run) if status is Exit.OK else None
        return status if proof is None else await _until_ended(engine, incident, proof.id)
    except asyncio.CancelledError:
        say(f"{run} goes on; look with: warroom log {incident}")
        raise


async def _until_ended(engine: "Engine", incident: str, run: str) -> Exit:
    import asyncio

    finishing = asyncio.ensure_future(engine.finish(incident, run))
    offset = 0
    troubles: tuple[str, ...] = ()
    while True:
        output = await engine.output(run, offset)
        click.echo(clean(output.text, keep_newlines=True), nl=False)
        offset = output.next
        if finishing.done() and not output.text:
            break
        for trouble in set(engine.view().troubles) - set(troubles):
            say(f"warroom: {trouble}")
        troubles = engine.view().troubles
        await asyncio.sleep(0 if output.text else _READ_EVERY)
    ended = await finishing
    if ended is None or ended.state == "lost":
        raise Stop(Exit.UNKNOWN, f"{run}: the outcome is unknown" + (f": {ended.reason}" if ended else ""))
    say(f"{run} {ended.state}" + (f": {ended.reason}" if ended.reason else ""))
    return Exit.OK if ended.state == "succeeded" else Exit.FAILED
