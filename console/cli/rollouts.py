"""The verb for staged rollouts: rollout."""

from typing import TYPE_CHECKING, Literal

import click

from warroom.console.cli.boundary import Exit, Stop, say
from warroom.console.cli.room import Options, pass_options
from warroom.console.domain.text import clean

if TYPE_CHECKING:
    from warroom.console.domain.intents import Intent, Refused
    from warroom.console.domain.model import Incident, Rollout
    from warroom.console.engine.engine import Engine

_LOOK_EVERY = 0.2
_KNOWN_GONE = 45.0
"""Seconds: what a console that is gone holds runs out in thirty, and nobody is taken for gone at once."""
Step = Literal["start", "hold", "resume", "skip-gate", "promote", "abort"]
_DRIVES = ("start", "resume")
_NEEDS_WHY = ("skip-gate", "promote")


@click.command()
@click.argument("incident", required=False)
@click.option("--start", "strategy", metavar="STRATEGY", help="Start one of the playbook's, and drive it from here.")
@click.option("--hold", "step", flag_value="hold", help="Stay where it is.")
@click.option("--resume", "step", flag_value="resume", help="Go on, and drive it from here to its end.")
@click.option("--skip-gate", "step", flag_value="skip-gate", help="Go on against the gate: a waiver, with --why.")
@click.option("--promote", "step", flag_value="promote", help="Bake no longer, the gate still decides: a waiver.")
@click.option("--abort", "step", flag_value="abort", help="Give it up; traffic stays until you roll back.")
@click.option("--why", default="", metavar="TEXT", help="The reason; it is kept.")
@click.option("--owner", default="", metavar="NAME", help="Who answers for a waiver; you, if left out.")
@click.option("--yes", "typed", metavar="TARGET", help="Confirm a start, by the target's name.")
@click.option("--dry-run", is_flag=True, help="Show what a start would run, and start nothing.")
@click.option("--json", "as_json", is_flag=True, help="A list of rollouts, as JSON.")
@pass_options
def rollout(
    options: Options,
    incident: str | None,
    strategy: str | None,
    step: Step | None,
    why: str,
    owner: str,
    typed: str | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Show a staged rollout with the reason it stands where it stands, or steer it.

    Whoever starts or resumes one here drives it: interrupting this holds the rollout where it is. Status 0: it is
    complete or goes on, 1: it is held or was given up.
    """
    found = _incident(options, incident)
    if strategy is not None and step is not None:
        raise click.UsageError(f"--start and --{step} are two things")
    if strategy is not None:
        return _driven(options, found, "start", strategy, typed, dry_run)
    if step is None:
        return _show(found, as_json)
    if step == "resume":
        return _driven(options, found, step, "", None, False)
    return _steered(options, found, step, why, owner)


def _incident(options: Options, incident: str | None) -> "Incident":
    if incident is not None:
        return options.incident(incident)
    known = [one for one in options.session.picture().incidents.values() if not one.over]
    moving = [one for one in known if one.rollout is not None and one.rollout.active] or known
    if len(moving) != 1:
        hint = f"open: {', '.join(one.id for one in known)}" if known else ""
        raise Stop(Exit.USAGE, "warroom: name the incident" if moving else "warroom: no incident is open", hint)
    return moving[0]


def _show(found: "Incident", as_json: bool) -> int:
    from warroom.console.cli.rollout_words import rollout_lines, rollout_shape
    from warroom.console.cli.shapes import to_json

    newest = tuple(reversed(tuple(found.rollouts.values())))
    if as_json:
        click.echo(to_json([rollout_shape(one) for one in newest]))
    elif not newest:
        keys = ", ".join(found.playbook.strategy) or "none"
        click.echo(clean(f"{found.id} has no rollout; the playbook's strategies: {keys}"))
    elif newest:
        for line in rollout_lines(newest[0]):
            click.echo(clean(line))
    held = bool(newest) and str(newest[0].phase) in ("held", "aborted")
    return Exit.FAILED if held else Exit.OK


def _steered(options: Options, found: "Incident", step: Step, why: str, owner: str) -> int:
    """Hold, waive or give up: what another console drives goes on there, or stops there."""
    under_way = _under_way(found)
    if step in _NEEDS_WHY and not why.strip():
        raise click.UsageError(f"--{step} needs --why: it is a waiver, and it is owed")
    held = str(under_way.phase) == "held"
    if step in _NEEDS_WHY and held:
        return _driven(options, found, step, "", None, False, why=why, owner=owner)
    options.dispatch(found.id, _intent(options, under_way.id, step, why, owner, under_way.stage))
    now = options.incident(found.id).rollouts[under_way.id]
    say(f"{now.id}: {now.phase} at {now.percent} %: {now.reason}")
    if step == "abort":
        say(_back(found))
    return Exit.OK


def _intent(options: Options, rollout: str, step: Step, why: str, owner: str, stage: int) -> "Intent":
    from warroom.console.domain import intents as i

    answers = owner or options.session.by.actor
    match step:
        case "hold":
            return i.HoldRollout(rollout=rollout, reason=why or f"held by {options.session.by.actor}")
        case "skip-gate":
            return i.SkipGate(rollout=rollout, why=why, owner=answers, stage=stage)
        case "promote":
            return i.PromoteStage(rollout=rollout, why=why, owner=answers, stage=stage)
        case "abort":
            return i.AbortRollout(rollout=rollout, why=why or f"given up by {options.session.by.actor}")
        case _:
            return i.ResumeRollout(rollout=rollout)


def _back(found: "Incident") -> str:
    from warroom.console.domain.way_back import first_ready

    ready = first_ready(found.ways_back[one.title] for one in found.playbook.rollback if one.title in found.ways_back)
    means = ready.action if ready else next((one.action for one in found.playbook.rollback if one.action), "rollback")
    return f"hint: traffic stays where it is; to go back: warroom run {found.id} {means}"


def _under_way(found: "Incident") -> "Rollout":
    under_way = found.rollout
    if under_way is None or not under_way.active:
        keys = ", ".join(found.playbook.strategy) or "none"
        raise Stop(Exit.REFUSED, f"refused: no rollout is under way in {found.id}", f"--start STRATEGY: {keys}")
    return under_way


def _driven(
    options: Options,
    found: "Incident",
    step: Step,
    strategy: str,
    typed: str | None,
    dry_run: bool,
    *,
    why: str = "",
    owner: str = "",
) -> int:
    """Start it or go on, with the gates' probes read here, until it has ended or is held."""
    import asyncio

    from warroom.console.cli.machine import machine

    options.must_act()
    known = None if step == "start" else _under_way(found)
    key, stage = (known.id, known.stage) if known else ("", -1)
    intent = _intent(options, key, step, why, owner, stage)
    options.session.rehearses = dry_run
    engine = machine(options, watch=not dry_run)
    try:
        if step == "start":
            return asyncio.run(_start(engine, found.id, strategy, typed, dry_run))
        return asyncio.run(_resume(engine, found.id, key, intent))
    except KeyboardInterrupt:
        say("interrupted: the rollout is held where it is")
        return 130
    finally:
        engine.stop()


async def _start(engine: "Engine", incident: str, strategy: str, typed: str | None, dry_run: bool) -> int:
    from warroom.console.cli.proposals import show
    from warroom.console.cli.runs import confirmed
    from warroom.console.domain.desk import Confirmation
    from warroom.console.domain.intents import Refused

    proposal = await engine.propose_rollout(incident, strategy)
    if isinstance(proposal, Refused):
        raise _stopped(proposal)
    show(proposal)
    if proposal.refused:
        raise Stop(Exit.REFUSED, f"refused: {proposal.refused}")
    if dry_run:
        return Exit.OK
    yes = Confirmation(fingerprint=proposal.fingerprint, typed=confirmed(proposal, typed))
    started = await engine.rollout(incident, strategy, yes)
    if isinstance(started, Refused):
        raise _stopped(started)
    return await _follow(engine, incident, started)


async def _resume(engine: "Engine", incident: str, rollout: str, intent: "Intent") -> int:
    from warroom.console.domain.intents import Refused

    answer = await engine.dispatch(incident, intent)
    if isinstance(answer, Refused) and await _given_up_by_its_driver(engine, incident, rollout, answer):
        answer = await engine.dispatch(incident, intent)
    if isinstance(answer, Refused):
        raise _stopped(answer)
    return await _follow(engine, incident, rollout)


async def _given_up_by_its_driver(engine: "Engine", incident: str, rollout: str, refusal: "Refused") -> bool:
    """Wait until one that is said to be under way is held, as this console does where nobody drives it any more."""
    import asyncio
    import time

    def phase() -> str:
        now = engine.view().incidents[incident].rollouts.get(rollout)
        return str(now.phase) if now else ""

    if phase() != "running":
        return False
    say(f"{refusal.reason}; whether that console still lives is known in {_KNOWN_GONE:g} s")
    end = time.monotonic() + _KNOWN_GONE
    while True:
        await asyncio.sleep(_LOOK_EVERY)
        if phase() != "running" or time.monotonic() > end:
            return phase() == "held"


async def _follow(engine: "Engine", incident: str, rollout: str) -> int:
    """Say each time it moves, or its reason changes in more than an age or a count, until it stands still."""
    import asyncio

    said = ""
    while True:
        now = engine.view().incidents[incident].rollouts.get(rollout)
        line = f"{now.id}: {now.phase} at {now.percent} %: {now.reason}" if now else ""
        if line != said:
            say(line)
            said = line
        if now is not None and str(now.phase) != "running":
            return Exit.OK if str(now.phase) == "done" else Exit.FAILED
        await asyncio.sleep(_LOOK_EVERY)


def _stopped(refusal: "Refused") -> Stop:
    from warroom.console.engine.unstored import Unstored

    if isinstance(refusal, Unstored):
        return Stop(Exit.STORE, f"warroom: {refusal.reason}")
    return Stop(Exit.REFUSED, f"refused: {refusal.reason}")
