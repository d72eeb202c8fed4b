"""Clocks that no `[[clock]]` names but the playbook asks for elsewhere: watching, documents, merging back, duties."""

from collections.abc import Iterator

from warroom.console.domain.git.truth import BACKPORTED
from warroom.console.domain.model import Incident, StepMark
from warroom.console.domain.playbook import Clock, Playbook, Step
from warroom.console.domain.time import moments
from warroom.console.domain.time.limit import Limit

_MERGES_BACK = ("merge-back", "backport", "back-merge")
"""Keys of steps and actions that carry the fix to other branches; `merge` alone does where a playbook has none."""


def clocks_of(incident: Incident) -> tuple[Clock, ...]:
    """The playbook's own clocks, then those it implies; what it says itself is never doubled."""
    playbook = incident.playbook
    return (*playbook.clock, *_watch(playbook), *_documents(incident), *_merge_back(incident), *_duties(playbook))


def _watch(playbook: Playbook) -> Iterator[Clock]:
    """From the shortest to the longest watch of the thresholds, anew after each change of production."""
    spans = sorted({threshold.watch for threshold in playbook.threshold if threshold.watch})
    if not spans or any(clock.window or clock.key == "watch" for clock in playbook.clock):
        return
    limit = Limit(max=spans[-1], min=spans[0] if len(spans) > 1 else None)
    yield Clock(
        key="watch", title="Watch", starts=moments.PRODUCTION_CHANGED, stops=("closed",), limit=limit, window=True
    )


def _documents(incident: Incident) -> Iterator[Clock]:
    for key, document in incident.playbook.document.items():
        stop = moments.document_signed(key)
        named = any(stop in clock.stops or clock.key == key for clock in incident.playbook.clock)
        if document.due is None or named or (document.levels and incident.level not in document.levels):
            continue
        yield Clock(key=key, title=document.title, starts="resolved", stops=(stop,), limit=document.due)


def _merge_back(incident: Incident) -> Iterator[Clock]:
    playbook = incident.playbook
    back = playbook.merge_back
    went_back = incident.decision is not None and incident.decision.choice != "hotfix"
    if back is None or back.due is None or went_back or any(clock.key == "merge-back" for clock in playbook.clock):
        return
    if names := tuple(moments.step_ticked(step.key) for step in _last_of(incident, merging_steps(playbook))):
        yield Clock(key="merge-back", title="Merged back", starts=back.after, stops=names, limit=back.due)


def _last_of(incident: Incident, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """What stops a clock that all of them have to stop: those that are open still, else the last that was done."""
    if still := tuple(step for step in steps if incident.mark(step.key) not in (StepMark.DONE, StepMark.WAIVED)):
        return still
    done = [step for step in steps if incident.mark(step.key) is StepMark.DONE]
    return tuple(sorted(done, key=lambda step: incident.moments[moments.step_ticked(step.key)])[-1:]) or steps


def _duties(playbook: Playbook) -> Iterator[Clock]:
    """Duties with a date that no clock of the playbook carries: a person says when each is done."""
    for duty in playbook.compliance:
        stop = moments.duty_done(duty.name)
        same_fact = any(duty.only_if and clock.only_if == duty.only_if for clock in playbook.clock)
        if duty.due is not None and not same_fact and not any(stop in clock.stops for clock in playbook.clock):
            yield Clock(
                key=stop, title=duty.name, starts=duty.after, stops=(stop,), limit=duty.due, only_if=duty.only_if
            )


def merging_steps(playbook: Playbook) -> tuple[Step, ...]:
    """The steps that carry the fix to the branches the next releases are made from."""
    steps = [step for phase in playbook.phase for step in phase.step]

    def with_key(keys: tuple[str, ...]) -> tuple[Step, ...]:
        return tuple(step for step in steps if step.key in keys or step.action in keys)

    carried = tuple(step for step in steps if step.ticked_by.startswith(f"git:{BACKPORTED}"))
    return carried or with_key(_MERGES_BACK) or (with_key(("merge",)) if playbook.merge_back else ())
