"""Verbs about runs: what was run, what it printed, stopping it, and settling what nobody knows."""

import time
from typing import TYPE_CHECKING, Any, Literal

import click

from warroom.console.cli.boundary import Exit, Stop, say
from warroom.console.cli.room import Options, pass_options
from warroom.console.domain.text import clean

if TYPE_CHECKING:
    from warroom.console.domain.intents import Refused
    from warroom.console.domain.model import Incident, Run

_READ_EVERY = 0.2


@click.command()
@click.argument("incident")
@click.option("--json", "as_json", is_flag=True, help="A list of runs, as JSON.")
@pass_options
def runs(options: Options, incident: str, as_json: bool) -> None:
    """Every command of an incident as it ran, the newest first."""
    from warroom.console.cli.shapes import to_json

    found = options.incident(incident)
    newest = tuple(reversed(tuple(found.runs.values())))
    if as_json:
        click.echo(to_json([run_shape(run) for run in newest]))
        return
    for run in newest:
        code = "" if run.exit_code is None else f" exit {run.exit_code}"
        took = "" if run.ended_at is None else f" {(run.ended_at - (run.started_at or run.requested_at)).seconds} s"
        who = run.by + (f" and {run.approved_by}" if run.approved_by else "")
        head = f"{run.requested_at:%Y-%m-%d %H:%M:%S}Z  {run.id}  {who}  {run.state}{code}{took}"
        click.echo(clean(head + (f"  on {run.environment}" if run.environment else "")))
        click.echo(clean(f"  $ {run.command}"))


def run_shape(run: "Run") -> dict[str, Any]:
    """A run as `warroom runs --json` prints it: a contract, fields may be added, never renamed."""
    from warroom.console.cli.shapes import stamp

    took = (run.ended_at - (run.started_at or run.requested_at)).total_seconds() if run.ended_at else None
    return {
        "id": run.id,
        "action": run.action,
        "title": run.title,
        "command": run.command,
        "environment": run.environment or None,
        "target": run.target or None,
        "danger": run.danger,
        "state": str(run.state),
        "exit_code": run.exit_code,
        "reason": run.reason or None,
        "by": run.by,
        "approved_by": run.approved_by or None,
        "host": run.host,
        "requested_at": stamp(run.requested_at),
        "started_at": stamp(run.started_at),
        "ended_at": stamp(run.ended_at),
        "duration_s": took,
    }


@click.command()
@click.argument("run_id", metavar="RUN")
@click.option("--follow", is_flag=True, help="Go on until the run has ended.")
@pass_options
def output(options: Options, run_id: str, follow: bool) -> None:
    """What a run printed; the last of it from the log where its files are elsewhere."""
    import codecs

    from warroom.console.actions.runs.runner import Runner

    _, run = _find(options, run_id)
    runner = Runner(options.runs)
    if run.id not in runner.list():
        say(f"its files are not on this machine ({run.host}) or were cleared; the log kept this")
        click.echo(clean(run.tail, keep_newlines=True))
        return
    offset, decode = 0, codecs.getincrementaldecoder("utf-8")("replace").decode
    while True:
        ended = runner.look(run.id).ended
        chunk = runner.output(run.id, offset)
        if (gap := chunk.end - len(chunk.data) - offset) > 0:
            say(f"[{gap} bytes are not kept]")
        click.echo(clean(decode(chunk.data), keep_newlines=True), nl=False)
        offset = chunk.end
        if not chunk.data and (ended or not follow):
            return
        if not chunk.data:
            time.sleep(_READ_EVERY)


@click.command()
@click.argument("incident")
@click.argument("run_id", metavar="RUN")
@click.argument("outcome", type=click.Choice(["succeeded", "failed"]))
@click.option("--why", required=True, metavar="TEXT", help="How you know, e.g. production answers with v1.2.4.")
@pass_options
def settle(options: Options, incident: str, run_id: str, outcome: Literal["succeeded", "failed"], why: str) -> None:
    """Say how a run ended of which nobody knows, or whose machine does not answer any more."""
    import asyncio

    from warroom.console.cli.machine import machine
    from warroom.console.domain.intents import Refused

    options.must_act()
    found = options.incident(incident)
    engine = machine(options, watch=False)
    try:
        answer = asyncio.run(engine.settle(found.id, run_id, outcome, why))
    finally:
        engine.stop()
    if isinstance(answer, Refused):
        raise _stopped(answer)
    say(f"{run_id} has {outcome}, as you say")


@click.command()
@click.argument("incident")
@click.argument("run_id", metavar="[RUN]", required=False)
@click.option("--all", "everything", is_flag=True, help="Cancel every run and hold every rollout.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_options
def stop(options: Options, incident: str, run_id: str | None, everything: bool, yes: bool) -> int:
    """Cancel a run, or everything that moves. What was done so far stays done."""
    import asyncio
    import sys

    from warroom.console.cli.machine import machine
    from warroom.console.domain.stopping import active_runs, what_stops

    options.must_act()
    found = options.incident(incident)
    if (run_id is None) != everything:
        known = ", ".join(run.id for run in active_runs(found)) or "none"
        raise Stop(Exit.USAGE, "warroom: name a run, or say --all", f"running: {known}")
    words = what_stops(found) if run_id is None else run_id
    if not words:
        say("nothing moves: there is nothing to stop")
        return Exit.OK
    if not yes and not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Stop(Exit.REFUSED, f"refused: nobody is here to confirm stopping {words}", "--yes")
    if not yes and not click.confirm(clean(f"Stop {words}?"), default=False, err=True):
        raise Stop(Exit.REFUSED, "refused: not confirmed")
    engine = machine(options, watch=False)
    try:
        return asyncio.run(_stop(engine, found, run_id))
    finally:
        engine.stop()


async def _stop(engine: Any, incident: "Incident", run_id: str | None) -> int:
    from warroom.console.domain.stopping import active_runs, stop_everything

    if run_id is not None:
        if (refusal := await engine.cancel(incident.id, run_id)) is not None:
            raise _stopped(refusal)
        left: tuple[str, ...] = ()
    else:
        left = await stop_everything(engine, incident)
    for run in active_runs(incident):
        if run_id in (None, run.id):
            say(f"{run.id}: asked to stop")
    for line in left:
        say(f"not stopped: {line}")
    return Exit.FAILED if left else Exit.OK


def _find(options: Options, run_id: str) -> "tuple[Incident, Run]":
    for incident in options.session.picture().incidents.values():
        if run_id in incident.runs:
            return incident, incident.runs[run_id]
    raise Stop(Exit.USAGE, f"warroom: there is no run {run_id!r}", "warroom runs ID lists those of an incident")


def _stopped(refusal: "Refused") -> Stop:
    from warroom.console.engine.unstored import Unstored

    if isinstance(refusal, Unstored):
        return Stop(Exit.STORE, f"warroom: {refusal.reason}")
    return Stop(Exit.REFUSED, f"refused: {refusal.reason}")
