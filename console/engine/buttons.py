"""The action bar of an incident."""

from collections.abc import Mapping

from warroom.console.actions.git_actions import useful
from warroom.console.domain import guard
from warroom.console.domain.action import Action
from warroom.console.domain.model import Incident, State
from warroom.console.domain.view import Button


def bar(incident: Incident, actions: Mapping[str, Action], me: str, read_only: bool) -> tuple[Button, ...]:
    """Every action; what can't be used now says why."""
    return tuple(
        Button(
            action=key,
            title=action.title,
            label=action.label or key.replace("-", " "),
            key=action.key,
            danger=str(action.danger),
            environment=action.environment,
            verify=action.verify,
            blocked=_blocked(incident, action, me, read_only),
        )
        for key, action in actions.items()
        if useful(incident, key, action)
    )


def _blocked(incident: Incident, action: Action, me: str, read_only: bool) -> str:
    if read_only:
        return "this console only looks"
    if incident.state is State.CLOSED:
        return f"{incident.id} is closed"
    environment = action.environment if "{" not in action.environment else ""
    checks = guard.check(action.guards, incident, me, str(action.danger), environment)
    return next((f"{check.name}: {check.reason}" for check in checks if check.verdict == "refused"), "")
