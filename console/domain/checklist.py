"""What follows by itself: steps that evidence ticks or un-ticks, and phases that are done.

After every accepted intent `consequences` looks at the new snapshot and says which events follow from it. It knows no
cause: a step bound to an action is done while that action's last run succeeded, however that came about.
"""

from warroom.console.domain import events as e
from warroom.console.domain.applying import phases_of, steps_of
from warroom.console.domain.git.backport import repaid
from warroom.console.domain.git.checkout import beside_the_fix
from warroom.console.domain.git.pull_request import proves
from warroom.console.domain.git.truth import proves as git_proves
from warroom.console.domain.model import Incident, RolloutPhase, Run, RunState, State, StepMark
from warroom.console.domain.playbook import Phase, Step
from warroom.console.domain.time import moments


def current_phase(incident: Incident) -> Phase | None:
    """The phase the room is in."""
    return next((phase for phase in phases_of(incident) if phase.key == incident.phase), None)


def find_step(incident: Incident, key: str) -> Step | None:
    """A step of the playbook by key."""
    return next((step for phase in incident.playbook.phase for step in phase.step if step.key == key), None)


_THEN = {"tag": "push-tag", "merge": "push-main", "delete-branch": "delete-remote-branch"}
"""What of git is done here first and then at the remote, where alone it counts."""


def action_of(incident: Incident, step: Step) -> str:
    """The action that a step asks for now, or nothing: of two that it takes, the one that is still to come."""
    kind, _, name = step.ticked_by.partition(":")
    action = step.action or (name if kind == "action" else "")
    then = _THEN.get(action, "")
    if kind != "git" or not then:
        return action
    run, tag = incident.last_run(action), incident.git.get("tag")
    here = run is not None and run.state is RunState.SUCCEEDED
    if action == "tag":
        here = name == "tag-pushed" and tag is not None and tag.holds is True
    return then if here else action


def settled(incident: Incident, step: Step) -> bool:
    """Nothing is left to do about this step."""
    return incident.mark(step.key) in (StepMark.DONE, StepMark.WAIVED)


def open_required(incident: Incident, phase: Phase) -> tuple[Step, ...]:
    """The required steps of a phase that are neither done nor waived."""
    return tuple(step for step in steps_of(incident, phase) if step.required and not settled(incident, step))


def consequences(incident: Incident) -> tuple[e.Event, ...]:
    """The next events that follow from a snapshot; empty when it is at rest.

    Give the result to `evolve` and ask again until it is empty.
    """
    if changes := (*repaid(incident), *_evidence(incident)):
        return changes
    if incident.state is State.CLOSED:
        return ()
    phase = current_phase(incident)
    if phase is None:
        return _off_road(incident)
    if open_required(incident, phase):
        return ()
    following = _next_phase(incident, phase)
    done = e.PhaseCompleted(phase=phase.key)
    return (done,) if following is None else (done, e.PhaseEntered(phase=following.key))


def _off_road(incident: Incident) -> tuple[e.Event, ...]:
    # The decision changed and the room is in a phase that is no longer on the way.
    keys = [phase.key for phase in incident.playbook.phase]
    if incident.phase not in keys:
        return ()
    later = keys[keys.index(incident.phase) + 1 :]
    ahead = [phase for phase in phases_of(incident) if phase.decision or phase.key in later]
    following = next((phase for phase in ahead if moments.phase_done(phase.key) not in incident.moments), None)
    return () if following is None else (e.PhaseEntered(phase=following.key),)


def _next_phase(incident: Incident, phase: Phase) -> Phase | None:
    order = phases_of(incident)
    later = order[order.index(phase) + 1 :]
    return next((one for one in later if moments.phase_done(one.key) not in incident.moments), None)


def _evidence(incident: Incident) -> tuple[e.Event, ...]:
    changes: list[e.Event] = []
    for phase in phases_of(incident):
        for step in steps_of(incident, phase):
            if incident.state is State.CLOSED and not step.ticked_by.startswith("git:"):
                # After the end only the repository goes on to change: a fix that is carried over later pays its debt.
                continue
            if step.ticked_by and (change := _weigh(incident, phase, step)) is not None:
                changes.append(change)
    return tuple(changes)


def _weigh(incident: Incident, phase: Phase, step: Step) -> e.Event | None:
    state = incident.steps.get(step.key)
    holds, why = evidence(incident, phase, step)
    if state is None or state.mark in (StepMark.OPEN, StepMark.REGRESSED):
        return e.StepTicked(step=step.key, evidence=step.ticked_by, text=why) if holds else None
    if state.mark is StepMark.DONE and state.evidence == step.ticked_by and holds is False:
        return e.StepRegressed(step=step.key, why=why)
    return None


def evidence(incident: Incident, phase: Phase, step: Step) -> tuple[bool | None, str]:
    """Whether what a step is bound to holds (None: nothing is known), and why."""
    kind, _, key = step.ticked_by.partition(":")
    match kind:
        case "action":
            run = incident.last_run(key)
            if run is None or run.active or run.state is RunState.CANCELLED:
                return None, ""
            if (newer := _newer_than(incident, step, run)) and run.state is RunState.SUCCEEDED:
                return False, f"{key} succeeded before {newer}"
            if run.state is RunState.SUCCEEDED and (aside := beside_the_fix(incident, run)):
                return False, f"{key} succeeded {aside}"
            return run.state is RunState.SUCCEEDED, f"{key} {run.state}" + (f": {run.reason}" if run.reason else "")
        case "message":
            return (True, "sent") if moments.message_sent(key) in incident.moments else (None, "")
        case "document":
            return (True, "signed") if key in incident.documents else (None, "")
        case "decision":
            return _decision(incident)
        case "rollout":
            rollout = incident.rollout
            if rollout is None or rollout.active:
                return None, ""
            if rollout.phase is RolloutPhase.DONE and (newer := _later(incident, step, moments.ROLLOUT_DONE)):
                return False, f"the rollout was done before {newer}"
            return rollout.phase is RolloutPhase.DONE, rollout.reason
        case "role":
            return _role(incident, phase, step, key)
        case "git":
            return git_proves(incident.git, incident.backports, key)
        case "pull-request":
            return proves(incident.pull_request, key, incident.playbook.review.minimum)
        case _:
            return None, ""


def _decision(incident: Incident) -> tuple[bool | None, str]:
    """A decision stands until somebody objects; then it is to be made again."""
    taken = incident.decision
    if taken is None:
        return None, ""
    if taken.contested:
        return False, f"{taken.objections[-1].by} objects: {taken.objections[-1].why}"
    return True, taken.choice


def _newer_than(incident: Incident, step: Step, run: Run) -> str:
    """The moment that makes a run too old to prove a step; empty: it is new enough."""
    ended = run.ended_at or run.requested_at
    return next((name for name in step.after if name in incident.moments and incident.moments[name] > ended), "")


def _later(incident: Incident, step: Step, moment: str) -> str:
    """The moment that makes another one too old to prove a step; empty: it is new enough."""
    then = incident.moments.get(moment)
    later = (name for name in step.after if then and name in incident.moments and incident.moments[name] > then)
    return next(later, "")


def _role(incident: Incident, phase: Phase, step: Step, role: str) -> tuple[bool | None, str]:
    # A green probe proves nothing before its phase began, nor before what the step comes after: it may not have felt
    # the change yet.
    verdicts = [verdict for verdict in incident.verdicts.values() if verdict.role == role]
    early = step.after and not any(name in incident.moments for name in step.after)
    if not verdicts or early or moments.phase_entered(phase.key) not in incident.moments:
        return None, ""
    bad = next((verdict for verdict in verdicts if verdict.status != "ok"), None)
    if bad is None:
        return True, ", ".join(verdict.probe for verdict in verdicts) + " ok"
    return (None if bad.status == "unknown" else False), f"{bad.probe} {bad.status}: {bad.reason}"
