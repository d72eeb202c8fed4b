"""The verb that acts: run."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from warroom.console.cli.boundary import Exit, Stop, say
from warroom.console.cli.room import Options, pass_options
from warroom.console.domain.text import clean

if TYPE_CHECKING:
    from datetime import datetime, timedelta

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
@click.option("--stop-running", is_flag=True, help="A way back only: stop first what is running there.")
@click.option("--ask", is_flag=True, help="Ask a second person, where its class wants one, and wait for their word.")
@click.option("--wait", "patience", default="5m", metavar="SPAN", help="How long to wait for it; 5m if left out.")
@pass_options
def run(
    options: Options,
    incident: str,
    action: str,
    values: tuple[str, ...],
    typed: str | None,
    dry_run: bool,
    stop_running: bool,
    ask: bool,
    patience: str,
) -> int:
    """Run an action and wait for its end.

    Interrupting ends the waiting, not the run: any console picks it up again.
    """
    import asyncio

    from warroom.console.cli.machine import machine

    given = _pairs(values)
    wait = _span(patience) if ask else None
    found = options.incident(incident)
    options.session.rehearses = dry_run
    engine = machine(options, watch=False)
    try:
        return asyncio.run(_run(engine, found.id, action, given, typed, dry_run, stop_running, wait))
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


def _span(text: str) -> "timedelta":
    from warroom.console.domain.time.duration import parse_duration

    try:
        return parse_duration(text)
    except ValueError as error:
        raise click.UsageError(f"--wait {text!r}: {error}") from None


async def _run(
    engine: "Engine",
    incident: str,
    action: str,
    values: dict[str, str],
    typed: str | None,
    dry_run: bool,
    stop_running: bool,
    wait: "timedelta | None",
) -> int:
    from warroom.console.cli.proposals import show
    from warroom.console.domain.desk import Confirmation
    from warroom.console.domain.intents import Refused

    proposal = await engine.propose(incident, action, values)
    if isinstance(proposal, Refused):
        raise _stopped(proposal)
    show(proposal)
    if proposal.refused:
        raise Stop(Exit.REFUSED, f"refused: {proposal.refused}")
    if dry_run:
        return Exit.OK
    if proposal.stops and not stop_running:
        raise Stop(Exit.REFUSED, f"refused: it would stop {proposal.stops} first", "--stop-running says that it may")
    said = confirmed(proposal, typed)
    word = await _second_person(engine, proposal, wait) if proposal.danger == "two" else ""
    confirmation = Confirmation(fingerprint=proposal.fingerprint, typed=said, approval=word)
    if proposal.stops:
        say(f"stopping {proposal.stops} first")
    started = await engine.run(proposal, confirmation)
    if isinstance(started, Refused):
        raise _stopped(started)
    return await _follow(engine, incident, started)


def _stopped(refusal: "Refused") -> Stop:
    from warroom.console.engine.unstored import Unstored

    if isinstance(refusal, Unstored):
        return Stop(Exit.STORE, f"warroom: {refusal.reason}")
    return Stop(Exit.REFUSED, f"refused: {refusal.reason}")


def confirmed(proposal: "Proposal", typed: str | None) -> str:
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


async def _second_person(engine: "Engine", proposal: "Proposal", wait: "timedelta | None") -> str:
    """The approval that lets it run: one that was given already, or one that is asked and waited for."""
    from warroom.console.domain.approval import ApprovalState, standing
    from warroom.console.domain.intents import Refused
    from warroom.console.session import utc_now

    view = engine.view()
    known = standing(view.incidents[proposal.incident].approvals, view.me, proposal.fingerprint, utc_now())
    if known is not None and known.state(utc_now()) is ApprovalState.GRANTED:
        return known.id
    if wait is None:
        what = (
            f"warroom run {proposal.incident} {proposal.action} … --ask, and they: warroom approve {proposal.incident}"
        )
        raise Stop(Exit.REFUSED, f"refused: {proposal.title}: a second person must approve it", what)
    request = await engine.ask(proposal)
    if isinstance(request, Refused):
        raise _stopped(request)
    say(f"asked as {request}; another person answers with: warroom approve {proposal.incident} {request} --yes TARGET")
    return await _answer(engine, proposal.incident, request, utc_now() + wait)


async def _answer(engine: "Engine", incident: str, request: str, until: "datetime") -> str:
    import asyncio

    from warroom.console.domain.approval import ApprovalState
    from warroom.console.session import utc_now

    while utc_now() < until:
        found = engine.view().incidents[incident].approvals.get(request)
        state = found.state(utc_now()) if found else ApprovalState.ASKED
        if found is not None and state is ApprovalState.GRANTED:
            say(f"{found.answered_by} approved it, from {found.answered_from}")
            return request
        if found is not None and state is not ApprovalState.ASKED:
            who = f" by {found.answered_by}" if state is ApprovalState.DENIED else ""
            raise Stop(Exit.REFUSED, f"refused: {request} is {state}{who}" + (f": {found.why}" if found.why else ""))
        await asyncio.sleep(_READ_EVERY)
    raise Stop(Exit.REFUSED, f"refused: nobody has answered {request} yet", "the question stands: run this again later")


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
