"""Going back while something runs: a way back does not wait for a deploy that hangs, it has it stopped first."""

from warroom.console.domain.model import Incident, Run

ROLLBACK = "rollback"
KEY = "r"
"""The key of the way back, one away from everywhere."""


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


def stopped_first(incident: Incident, action: str, key: str, environment: str) -> Run | None:
    """The run that has to be stopped before this action can begin, where it is a way back.

    A way back stops no other way back: pressed twice, the second would cut off the first.
    """
    rival = working_on(incident, environment)
    if rival is None or not goes_back(incident, action, key) or goes_back(incident, rival.action):
        return None
    return rival


def stopping_words(incident: Incident, run: Run | None, host: str) -> str:
    """What a way back stops first, for who says yes to that; `host` is where they sit. Empty: nothing."""
    rollout = incident.rollout
    given_up = ""
    if rollout is not None and rollout.active:
        given_up = f"{rollout.strategy.title} is given up at {rollout.percent} %"
    if run is None:
        return given_up
    since = (run.started_at or run.requested_at).strftime("%H:%M:%S")
    words = f"{run.title} ({run.id}), by {run.by}, running since {since} UTC"
    if run.host != host:
        words += f", on {run.host}: the console there is asked"
    return f"{words}; {given_up}" if given_up else words
