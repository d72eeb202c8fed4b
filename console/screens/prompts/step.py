"""Enter on a step: what does it is started; where nothing here does, it is said what puts the mark there."""

from collections.abc import Mapping
from typing import Any

from warroom.console.actions.git.actions import BACKPORT_BRANCH
from warroom.console.domain.checklist import action_of, find_step
from warroom.console.domain.git.backport import missing, pull_request_branch
from warroom.console.domain.git.truth import BACKPORTED
from warroom.console.domain.model import Incident, RunState, StepMark
from warroom.console.domain.playbook import Step
from warroom.console.domain.view import Button
from warroom.console.screens.acting.backports import proposal_for
from warroom.console.screens.acting.pressing import Acting, not_now
from warroom.console.screens.prompts.room import compose, decide, rollout
from warroom.console.screens.telling.document import open_document
from warroom.widgets import format

Screen = Acting[Any]

_GIT = {
    "branch-from-base": "{branch} starts at the base",
    "fix": "a commit is on {branch}",
    "test-included": "a commit on {branch} brings a test",
    "merged": "the production branch at the remote has the fix",
    "tag": "{tag} is there",
    "tag-pushed": "the remote has {tag}",
}
"""What git has to show for a step, by what the step is bound to."""
_PULL_REQUEST = {
    "open": "is there",
    "approved": "is approved",
    "checks": "has passed its checks",
    "merged": "is merged",
}


def open_step(screen: Screen, incident: Incident, key: str) -> None:
    """Enter on a step: start its action; without one, say what puts the mark there."""
    step = find_step(incident, key)
    if step is None:
        return
    kind, _, name = step.ticked_by.partition(":")
    buttons: Mapping[str, Button] = {one.action: one for one in screen.view.buttons.get(incident.id, ())}
    action = action_of(incident, step)
    if action not in buttons:
        action = step.action or action
    button, mark = buttons.get(action), incident.mark(key)
    carry = carried_first(incident, step)
    if mark is StepMark.OPEN and kind == "message" and screen.may_act():
        screen.errand(compose(screen, incident.id, name), "draft", newest=True)
    elif mark is StepMark.OPEN and kind == "document" and name in incident.playbook.document:
        open_document(screen, incident.id, name, incident.playbook.document[name].title)
    elif mark in (StepMark.OPEN, StepMark.REGRESSED) and kind == "decision" and screen.may_act():
        decide(screen, incident)
    elif mark is StepMark.OPEN and kind == "rollout" and screen.may_act():
        rollout(screen, incident)
    elif carry is not None and carry[0] in buttons:
        screen.act(incident.id, *carry)
    elif button is not None and button.blocked:
        screen.say(f"{button.title}, {not_now(button.blocked)}", "warn")
    elif button is not None:
        screen.act(incident.id, action)
    else:
        watched = any(probe.role == name for probe in screen.view.probes)
        how = _came(screen, incident, step) or _how(incident, step, watched)
        screen.say(f"{step.text}. " + (f"{step.hint} " if step.hint else "") + f"({how})")


def carried_first(incident: Incident, step: Step) -> tuple[str, Mapping[str, str]] | None:
    """What makes the branch that a live branch's pull request comes from; nothing where it is made, or none is."""
    branch = step.ticked_by.removeprefix(f"git:{BACKPORTED}")
    row = next((one for one in missing(incident) if one.branch == branch), None)
    if row is None or not (landing := pull_request_branch(incident, branch)):
        return None
    made = any(
        run.action == BACKPORT_BRANCH and run.state is RunState.SUCCEEDED and run.values.get("new_branch") == landing
        for run in incident.runs.values()
    )
    return None if made else proposal_for(incident, row)


def _came(screen: Screen, incident: Incident, step: Step) -> str:
    """How the mark came where it is; nothing where there is none."""
    state = incident.steps.get(step.key)
    if state is None or state.mark not in (StepMark.DONE, StepMark.WAIVED):
        return ""
    if state.mark is StepMark.WAIVED:
        return "skipped: E shows what is owed for it"
    since = format.stamp(state.at, screen.now)
    if state.evidence == step.ticked_by and step.ticked_by:
        return f"ticked by itself at {since}" + (f": {state.text}" if state.text else "")
    return f"ticked by {state.by or 'somebody'} at {since}; space takes it back"


def _how(incident: Incident, step: Step, watched: bool) -> str:
    """What puts the mark on a step that nothing here can start. `watched`: a probe has the role it is bound to."""
    kind, _, name = step.ticked_by.partition(":")
    if kind == "role" and not watched:
        return f"no probe here has the role {name}; space ticks it by hand"
    action = step.action or (name if kind == "action" else "")
    missing = f"nothing here starts {action}: [action.{action}] would; " if action else ""
    proof = _proof(incident, kind, name)
    itself = f"ticks itself when {proof}; " if proof else ""
    return missing + itself + ("space ticks it by hand" if missing or itself else "space ticks it")


def _proof(incident: Incident, kind: str, name: str) -> str:
    words = name.replace("-", " ")
    match kind:
        case "git" if name in _GIT:
            return _GIT[name].format(
                branch=incident.names.get("branch") or "the branch of the fix",
                tag=incident.names.get("tag") or "the tag of the fix",
            )
        case "git" if name.startswith("backported:"):
            return f"{name.partition(':')[2]} at the remote has the fix"
        case "git":
            return f"git shows: {words}"
        case "pull-request":
            return f"the pull request {_PULL_REQUEST.get(name, words)}"
        case "role":
            return f"the {words} probes are well"
        case _:
            return ""
