"""Guards: checks before a run that can refuse it, each with a reason.

`conn` and `no-other-run` stand before every run, and `objections` warns while a decision can be objected to or was;
the others are named by an action.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal

from warroom.console.domain.checklist import find_step
from warroom.console.domain.desk import Check
from warroom.console.domain.git.checkout import beside_the_fix
from warroom.console.domain.git.pull_request import enough_approvals
from warroom.console.domain.going_back import working_on
from warroom.console.domain.model import Incident, Run, RunState, StepMark
from warroom.console.domain.skipping import REVIEW, STAGING, never_skipped, rule_of, step_never_skipped

PROVE_BACKUP = ("verify-backup", "check-backup")
"""Actions that read a backup back."""
ALWAYS = ("conn", "no-other-run", "objections")


def check(
    names: tuple[str, ...],
    incident: Incident,
    me: str,
    danger: str,
    environment: str,
    now: datetime | None = None,
    *,
    stops: str = "",
    next_door: tuple[Incident, Run] | None = None,
) -> tuple[Check, ...]:
    """What the guards say about a run, those that always stand first.

    Without `now` nothing is said of the time for objections. `stops`: the run that is stopped before this one begins.
    `next_door`: the run of another incident that works there, with that incident.

    A name that is no guard refuses: a check nobody can make must not pass.
    """
    checks = [_conn(incident, me, danger), _no_other_run(incident, environment, stops, next_door)]
    checks += _objections(incident, now) if danger != "free" else ()
    for name in names:
        if name in ALWAYS:
            continue
        guard = GUARDS.get(name)
        checks.append(guard(incident) if guard else _answer(name, "refused", "this console does not know that guard"))
    return tuple(checks)


def _answer(name: str, verdict: Literal["ok", "warn", "refused"], reason: str) -> Check:
    return Check(name=name, verdict=verdict, reason=reason)


def _conn(incident: Incident, me: str, danger: str) -> Check:
    if danger == "free" or incident.conn == me:
        return _answer("conn", "ok", f"{me} has it" if incident.conn == me else "not needed")
    who = f"{incident.conn} has it" if incident.conn else "nobody has it; take it first"
    return _answer("conn", "refused", who)


def _objections(incident: Incident, now: datetime | None) -> tuple[Check, ...]:
    """Said, never refused: the pain must not last while others think it over."""
    taken = incident.decision
    if taken is None or incident.over:
        return ()
    if taken.contested:
        said = taken.objections[-1]
        return (_answer("objections", "warn", f"{said.by} objects: {said.why}"),)
    if taken.objections_until is None or now is None or now >= taken.objections_until:
        return ()
    return (_answer("objections", "warn", f"objections until {taken.objections_until:%H:%M:%S} UTC"),)


def _no_other_run(incident: Incident, environment: str, stops: str, next_door: tuple[Incident, Run] | None) -> Check:
    rival = working_on(incident, environment)
    if rival is not None:
        words = f"{rival.title} ({rival.id}) is running there, by {rival.by}"
        if rival.id == stops:
            return _answer("no-other-run", "warn", f"{words}: it is stopped first")
        return _answer("no-other-run", "refused", words)
    if next_door is not None:
        other, rival = next_door
        words = f"{rival.title} ({rival.id}) of {other.id} is running there, by {rival.by}"
        if rival.id == stops:
            return _answer("no-other-run", "warn", f"{words}: it is stopped first")
        return _answer("no-other-run", "refused", f"{words}; wait, or: warroom stop {other.id} {rival.id}")
    for run in incident.runs.values():
        if environment and run.environment == environment and run.state is RunState.LOST:
            return _answer("no-other-run", "warn", f"the outcome of {run.title} ({run.id}) is unknown")
    return _answer("no-other-run", "ok", f"nothing runs on {environment}" if environment else "changes no environment")


def _passed(name: str, action: str, waiver: str) -> Callable[[Incident], Check]:
    def guard(incident: Incident) -> Check:
        if _waived(incident, waiver):
            return _answer(name, "warn", "waived")
        run = incident.last_run(action)
        if run is None:
            return _answer(name, "refused", f"{action} has not run")
        if run.state is RunState.SUCCEEDED and (aside := beside_the_fix(incident, run)):
            return _answer(name, "refused", f"{action} succeeded {aside}: run it there")
        if run.state is RunState.SUCCEEDED:
            return _answer(name, "ok", f"{action} succeeded" + (f" on {run.checkout}" if run.checkout else ""))
        return _answer(name, "refused", f"the last {action} has {run.state}")

    return guard


def _waived(incident: Incident, subject: str) -> bool:
    return any(waiver.subject == subject for waiver in incident.waivers)


def _waiver(incident: Incident, rule: str) -> tuple[bool, str]:
    """Whether a rule was waived and still may be; and what to say of a waiver that no longer counts."""
    playbook, level = incident.playbook, incident.level
    steps = (step for phase in playbook.phase for step in phase.step if rule_of(step) == rule)
    skipped = [step for step in steps if incident.mark(step.key) is StepMark.WAIVED]
    if any(not step_never_skipped(playbook, step, level) for step in skipped):
        return True, ""
    if not skipped and not _waived(incident, rule):
        return False, ""
    never = never_skipped(playbook, rule, level)
    return not never, f" (its waiver counts no more: {never})" if never else ""


def _backup(incident: Incident) -> Check:
    """That it was taken is one thing; that it can be read is seen by what proves it, if anything does."""
    taken = _passed("backup", "backup", "backup")(incident)
    run = incident.last_run("backup")
    if taken.verdict != "ok" or run is None:
        return taken
    proofs = [one for key in PROVE_BACKUP if (one := incident.last_run(key)) and one.requested_at >= run.requested_at]
    if not proofs:
        return _answer("backup", "warn", "backup succeeded; nothing has proved that it can be read")
    newest = max(proofs, key=lambda one: one.requested_at)
    if newest.state is RunState.SUCCEEDED:
        return _answer("backup", "ok", f"backup succeeded, and {newest.action} proved it")
    return _answer("backup", "refused", f"backup succeeded, and {newest.action} has {newest.state}")


def _review(incident: Incident) -> Check:
    counts, lapsed = _waiver(incident, REVIEW)
    if counts:
        return _answer("review", "warn", "waived")
    if find_step(incident, "review") is None or incident.playbook.review.minimum == 0:
        return _answer("review", "ok", "the playbook asks for none")
    approved, why = enough_approvals(incident.pull_request, incident.playbook.review.minimum)
    if approved is not None:
        return _answer("review", "ok" if approved else "refused", why)
    if incident.mark("review") is StepMark.DONE:
        return _answer("review", "ok", f"ticked by {incident.steps['review'].by}")
    asked = f"the playbook asks for {incident.playbook.review.minimum}; tick it when done"
    return _answer("review", "refused", asked + lapsed)


def _minimal_change(incident: Incident) -> Check:
    name, found = "minimal-change", incident.change
    if found is None:
        return _answer(name, "refused", "nothing was compared with what is live: there is no candidate yet")
    proof = found.proof
    if not proof.reds:
        return _answer(name, "warn" if proof.verdict == "warn" else "ok", proof.summary())
    why = "; ".join(line.reason for line in proof.reds)
    given = [waiver.at for waiver in incident.waivers if waiver.subject == name]
    if given and max(given) >= found.at:
        return _answer(name, "warn", f"waived, although: {why}")
    if given:
        why += " (what was waived was another candidate)"
    return _answer(name, "refused", why)


def _staging(incident: Incident) -> Check:
    if not incident.playbook.staging.required:
        return _answer("staging", "ok", "the playbook does not ask for it")
    counts, lapsed = _waiver(incident, STAGING)
    if counts:
        return _answer("staging", "warn", "waived")
    smoked = incident.last_run("smoke-staging")
    action = "smoke-staging" if smoked else "deploy-staging"
    found = _passed("staging", action, "")(incident)
    return replace(found, reason=found.reason + lapsed) if found.verdict == "refused" else found


GUARDS: Mapping[str, Callable[[Incident], Check]] = {
    "tests-passed": _passed("tests-passed", "test", "tests"),
    "backup": _backup,
    "staging": _staging,
    "review": _review,
    "minimal-change": _minimal_change,
}
"""The guards an action can name."""
