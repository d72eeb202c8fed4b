"""Dialogs about rollouts and runs."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from warroom.console.domain import intents as i
from warroom.console.domain.model import Incident, Rollout, RolloutPhase, Run, RunState
from warroom.console.domain.strategy import Strategy
from warroom.console.domain.time.duration import format_duration
from warroom.console.screens.acting.pressing import Acting
from warroom.console.screens.kit.ask import Field
from warroom.console.screens.kit.choose import Option
from warroom.console.screens.kit.form import open_choice, open_form
from warroom.widgets import format

Screen = Acting[Any]
_TONES = {RunState.SUCCEEDED: "good", RunState.FAILED: "bad", RunState.LOST: "warn", RunState.RUNNING: "info"}


def run_option(run: Run, now: datetime) -> Option:
    """A run as something to pick."""
    when = format.stamp(run.started_at or run.requested_at, now)
    state = "outcome unknown" if run.state is RunState.LOST else str(run.state)
    code = f" exit {run.exit_code}" if run.exit_code is not None else ""
    return Option(run.id, run.title, f"{when} {state}{code} by {run.by}", _TONES.get(run.state, ""))


def steer(screen: Screen, incident: Incident) -> None:
    """Start a staged rollout, or hold, resume or give up the one under way."""
    rollout = incident.rollout
    if rollout is not None and rollout.active:
        _steer(screen, incident, rollout)
        return
    options = [
        Option(key, one.title, ". ".join(strategy_words(one))) for key, one in incident.playbook.strategy.items()
    ]
    if not options:
        screen.say(f"{incident.playbook.id} has no staged rollout", "warn")
        return
    open_choice(screen, incident, "Roll out how?", options, lambda key: screen.start_rollout(incident.id, key))


def strategy_words(strategy: Strategy) -> Iterator[str]:
    """The stages with their bakes, how many machines go at a time, and what must hold between them."""
    yield ", ".join(
        f"{stage.percent} %" + (f" for {format_duration(stage.bake)}" if stage.bake else "") for stage in strategy.stage
    )
    if strategy.batch:
        yield f"{strategy.batch} machine{'s' if strategy.batch > 1 else ''} at a time"
    gates = [gate.role + (f" below {gate.below:g}" if gate.below is not None else "") for gate in strategy.gate]
    if gates:
        samples = max(gate.samples for gate in strategy.gate)
        yield f"on while {' and '.join(gates)} in {samples} readings"


def _steer(screen: Screen, incident: Incident, rollout: Rollout) -> None:
    held = rollout.phase is RolloutPhase.HELD
    options = [
        Option("hold", "Hold", "traffic stays where it is", blocked="it holds already" if held else ""),
        Option("resume", "Resume", "from here on this console drives it", blocked="" if held else "it is under way"),
        Option("promote", "Go on early", "bakes no longer, its gate must pass all the same; a waiver", "warn"),
        Option("skip", "Skip the gate", "goes on at once; a waiver with your reason and who answers for it", "warn"),
        Option("abort", "Give up", "traffic stays where it is; roll back with r", "warn"),
    ]

    def chosen(key: str) -> None:
        if key == "resume":
            screen.put(incident.id, i.ResumeRollout(rollout=rollout.id), "the rollout goes on when its gate passes")
        elif key in ("skip", "promote"):
            _waive(screen, incident, rollout, skips=key == "skip")
        else:
            _ask_why(screen, incident, rollout.id, key)

    heading = f"{rollout.strategy.title}: {rollout.percent} % of traffic, {rollout.phase}"
    open_choice(screen, incident, heading, options, chosen, "resume" if held else "hold")


def _waive(screen: Screen, incident: Incident, rollout: Rollout, *, skips: bool) -> None:
    """Go on against the gate, or before the time, with a name on it."""

    async def submit(values: Mapping[str, str]) -> str:
        make = i.SkipGate if skips else i.PromoteStage
        why, owner = values["why"].strip(), values["owner"].strip()
        intent = make(rollout=rollout.id, why=why, owner=owner, stage=rollout.stage)
        return await screen.attempt(incident.id, intent)

    hint = "the gate's own probe is broken; users are well" if skips else "errors are gone; users wait for the rest"
    fields = [
        Field("why", "why", hint=hint),
        Field("owner", "answers for it", screen.view.me),
    ]
    said = f"At {rollout.percent} %: {rollout.reason}"
    heading = "Go on against the gate" if skips else "Go on before the time"
    open_form(screen, incident, f"{heading}: a debt, not a secret", fields, submit, words=said)


def _ask_why(screen: Screen, incident: Incident, rollout: str, key: str) -> None:
    make: Mapping[str, Callable[[str], i.Intent]] = {
        "hold": lambda why: i.HoldRollout(rollout=rollout, reason=why),
        "abort": lambda why: i.AbortRollout(rollout=rollout, why=why),
    }

    async def submit(values: Mapping[str, str]) -> str:
        return await screen.attempt(incident.id, make[key](values["why"].strip()))

    heading = "Hold the rollout. Why?" if key == "hold" else "Give the rollout up. Why?"
    open_form(screen, incident, heading, [Field("why", "why", hint="support hears of new errors")], submit)
