"""The action bar of an incident."""

from collections.abc import Mapping

from warroom.console.actions.buttons.offering import Offered
from warroom.console.actions.git.actions import STEPS, useful
from warroom.console.domain import guard
from warroom.console.domain.action import Action
from warroom.console.domain.applying import phases_of, steps_of
from warroom.console.domain.checklist import action_of, settled
from warroom.console.domain.going_back import stopped_first
from warroom.console.domain.model import Incident, State
from warroom.console.domain.view import Button


def bar(
    incident: Incident, offered: Mapping[str, Offered], me: str, read_only: bool, elsewhere: str = ""
) -> tuple[Button, ...]:
    """Every action; what can't be used now says why. `elsewhere`: why nothing here can act on this incident.

    The team's and the protocol's own stay as they are. What a platform or a protocol's commands bring is drawn when it
    has a key or a step of the current phase asks for it; the rest is in the list of commands alone, so that the bar
    stays calm. What a protocol has in mind and nobody has here is never drawn.
    """
    wanted = _asked_for(incident)
    return tuple(
        Button(
            action=key,
            title=one.title,
            label=one.action.label or key.replace("-", " "),
            key=one.action.key,
            danger=str(one.action.danger),
            environment=one.action.environment,
            verify=one.action.verify,
            blocked=elsewhere or one.blocked or _blocked(incident, key, one.action, me, read_only),
            quiet=(one.foreign or (one.source == "console" and key in STEPS)) and _quiet(key, one, wanted),
            asks=one.asks,
        )
        for key, one in offered.items()
        if useful(incident, key, one.action)
    )


def _quiet(key: str, one: Offered, wanted: frozenset[str]) -> bool:
    if one.source == "command" and not one.there:
        return True
    return not one.action.key and key not in wanted


def _asked_for(incident: Incident) -> frozenset[str]:
    """The actions that steps of the current phase ask for, or are ticked by."""
    steps = [step for phase in phases_of(incident) if phase.key == incident.phase for step in steps_of(incident, phase)]
    ticking = (step.ticked_by.removeprefix("action:") for step in steps if step.ticked_by.startswith("action:"))
    then = (action_of(incident, step) for step in steps if not settled(incident, step))
    return frozenset((*ticking, *(step.action for step in steps if step.action), *then))


def _blocked(incident: Incident, key: str, action: Action, me: str, read_only: bool) -> str:
    if read_only:
        return "this console only looks"
    if incident.state is State.CLOSED:
        return f"{incident.id} is closed"
    environment = action.environment if "{" not in action.environment else ""
    rival = stopped_first(incident, key, action.key, environment)
    stops = rival.id if rival else ""
    checks = guard.check(action.guards, incident, me, str(action.danger), environment, stops=stops)
    return next((f"{check.name}: {check.reason}" for check in checks if check.verdict == "refused"), "")
