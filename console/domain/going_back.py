"""Going back while something runs: a way back does not wait for a deploy that hangs, it has it stopped first."""

import re

from warroom.console.domain.model import Incident, Rollout, Run, RunState

ROLLBACK = "rollback"
KEY = "r"
"""The key of the way back, one away from everywhere."""
_BETWEEN = re.compile(r"[\s=:,@'\"]+")
"""What stands before and after a release's name in a command."""


def goes_back(incident: Incident, action: str, key: str = "") -> bool:
    """Whether an action is a way back: by its name, by its key, or because the playbook lists it as a means."""
    return action == ROLLBACK or key == KEY or any(action == means.action for means in incident.playbook.rollback)


def working_on(incident: Incident, environment: str) -> Run | None:
    """The run that may be changing an environment now."""
    if not environment:
        return None
    return next((run for run in incident.runs.values() if run.environment == environment and run.active), None)


def last_change(incident: Incident, action: str, environment: str) -> str:
    """The last run, by its id, that changed an environment; where an action changes none, its own last run.

    What changes nothing, such as a proof, does not count. Empty: there is none.
    """
    for run in reversed(tuple(incident.runs.values())):
        same = run.environment == environment if environment else run.action == action
        if same and run.danger != "free":
            return run.id
    return ""


def live_already(incident: Incident, command: str, environment: str, target: str = "") -> str:
    """Why what a way back leads to is live already, as far as the log tells; empty: it is not.

    Somebody has gone back to just that, and nothing was started there since.

    Args:
        command: what it would run, as it is shown.
        target: the release it goes back to; empty: it names none.
    """
    run = incident.runs.get(last_change(incident, "", environment)) if environment else None
    if (
        run is None
        or run.state is not RunState.SUCCEEDED
        or run.ended_at is None
        or not goes_back(incident, run.action)
    ):
        return ""
    same = target if target in _BETWEEN.split(run.command) else ""
    if not same and run.command != command:
        return ""
    return f"{same or 'what it leads to'} is live already: {run.id} went back to it at {run.ended_at:%H:%M:%S} UTC"


def passed_over(incident: Incident, argv: tuple[str, ...], environment: str) -> str:
    """What a way back goes past, where something was put on top of what was live at the start; empty: nothing.

    A release it names is the one before the incident, whatever was deployed since.
    """
    live, target = incident.names.get("production_tag", ""), incident.names.get("previous_tag", "")
    there = [run for run in incident.runs.values() if run.environment == environment and run.danger != "free"]
    gone_back = any(goes_back(incident, run.action) and run.state is RunState.SUCCEEDED for run in there)
    named = any(target in _BETWEEN.split(word) for word in argv)
    if not (environment and there and live and target and named) or live == target or gone_back:
        return ""
    return f"it goes past {live}, which was live when this began, to {target}"


def stopped_first(incident: Incident, action: str, key: str, environment: str) -> Run | None:
    """The run that has to be stopped before this action can begin, where it is a way back.

    A way back stops no other way back: pressed twice, the second would cut off the first.
    """
    rival = working_on(incident, environment)
    if rival is None or not goes_back(incident, action, key) or goes_back(incident, rival.action):
        return None
    return rival


def stopping_words(
    incident: Incident,
    run: Run | None,
    host: str,
    *,
    of: str = "",
    held: tuple[tuple[Incident, Rollout], ...] = (),
) -> str:
    """What a way back stops first, for who says yes to that; `host` is where they sit. Empty: nothing.

    Args:
        of: the incident whose run it is, where that is another one.
        held: rollouts of other incidents, which would bring back what is gone back from.
    """
    rollout, words = incident.rollout, []
    if run is not None:
        whose = f" of {of}" if of else ""
        since = (run.started_at or run.requested_at).strftime("%H:%M:%S")
        there = f", on {run.host}: the console there is asked" if run.host != host else ""
        words.append(f"{run.title} ({run.id}){whose}, by {run.by}, running since {since} UTC{there}")
    if rollout is not None and rollout.active:
        words.append(f"{rollout.strategy.title} is given up at {rollout.percent} %")
    words += [f"{one.strategy.title} of {other.id} is held at {one.percent} %" for other, one in held]
    return "; ".join(words)
