"""What another playbook would change, in plain lines, for people who are in the middle of it."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from warroom.console.domain.git.release import Review, Staging
from warroom.console.domain.model import Incident
from warroom.console.domain.playbook import Clock, Phase, Playbook, Step
from warroom.console.domain.strategy import Strategy, Threshold
from warroom.console.domain.time.duration import format_duration
from warroom.console.domain.triage import worst_level

_MOST = 6
"""So many names are said in one line; the rest is a number."""


def differences(old: Playbook, new: Playbook, level: str) -> tuple[str, ...]:
    """What changes for an incident of this level that goes on by another playbook; nothing where nothing does."""
    at = level if level in new.level else worst_level(new)
    return (
        *_level(new, level, at),
        *_staging(old.staging, new.staging),
        *_review(old.review, new.review),
        *_clocks(old, new, level, at),
        *_ladder(old, new),
        *_phases(old, new),
        *_steps(old, new, level, at),
        *_objection(old, new),
        *_rollout(old, new),
        *_thresholds(old, new),
        *_merge_back(old, new),
        *_documents(old, new, level, at),
    )


def left_behind(incident: Incident, new: Playbook) -> tuple[str, ...]:
    """What of the incident itself has no place in the other playbook: scenarios, and steps that were ticked."""
    there = {step.key for phase in new.phase for step in phase.step}
    known = {step.key for phase in incident.playbook.phase for step in phase.step}
    lost = [key for key in incident.steps if key in known and key not in there]
    scenarios = [key for key in incident.scenarios if key not in new.scenario]
    return (
        *(f"scenario {key}: {new.id} has none of that name" for key in scenarios),
        *((f"ticks of steps that {new.id} does not have: {_named(lost)}",) if lost else ()),
    )


def _named(names: list[str]) -> str:
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(names[:_MOST]) + more


def _level(new: Playbook, level: str, at: str) -> Iterator[str]:
    if at != level:
        yield f"level {level} is not known: {at} ({new.level[at].title}) is assumed"


def _skippable(levels: tuple[str, ...]) -> str:
    return f"skipped at {', '.join(levels)} only" if levels else "never skipped"


def _staging(old: Staging, new: Staging) -> Iterator[str]:
    if old.required != new.required:
        yield f"staging is now required, {_skippable(new.waivable_at)}" if new.required else "staging is not asked for"
    elif new.required and old.waivable_at != new.waivable_at:
        yield f"staging is {_skippable(new.waivable_at)} (was {_skippable(old.waivable_at)})"


def _review(old: Review, new: Review) -> Iterator[str]:
    if old.minimum != new.minimum:
        yield f"review by at least {new.minimum} (was {old.minimum})" if new.minimum else "no review is asked for"
    if new.minimum and old.minimum and old.waivable_at != new.waivable_at:
        yield f"the review is {_skippable(new.waivable_at)} (was {_skippable(old.waivable_at)})"
    if new.security_review and not old.security_review:
        yield f"a security review is asked for: {new.security_review}"


def _clocks(old: Playbook, new: Playbook, level: str, at: str) -> Iterator[str]:
    """Limits that move: clocks go by their key, and the cadence of updates by whom it tells."""
    before = {_meaning(clock): clock for clock in old.clock if clock.limit_for(level)}
    after = {_meaning(clock): clock for clock in new.clock if clock.limit_for(at)}
    for meaning, clock in after.items():
        was = before.get(meaning)
        if was is None:
            yield f"{clock.title}: {clock.limit_for(at)} (new)"
        elif was.limit_for(level) != clock.limit_for(at):
            yield f"{clock.title}: {was.limit_for(level)} -> {clock.limit_for(at)}"
    for meaning, clock in before.items():
        if meaning not in after:
            yield f"{clock.title}: no limit any more (was {clock.limit_for(level)})"


def _meaning(clock: Clock) -> str:
    return clock.restarts or clock.key


def _ladder(old: Playbook, new: Playbook) -> Iterator[str]:
    before, after = _rungs(old), _rungs(new)
    if after and after != before:
        yield f"calls: {', '.join(after)}" + (f" (was {', '.join(before)})" if before else "")
    elif before and not after:
        yield "calls: no ladder any more"


def _rungs(playbook: Playbook) -> list[str]:
    return [f"{' and '.join(rung.call)} after {format_duration(rung.after)}" for rung in playbook.ladder]


def _phases(old: Playbook, new: Playbook) -> Iterator[str]:
    before, after = [phase.title for phase in old.phase], [phase.title for phase in new.phase]
    if before != after:
        yield f"phases: {', '.join(after)}"
    longest = {phase.key: phase.max for phase in old.phase}
    for phase in new.phase:
        was = longest.get(phase.key)
        if phase.key in longest and was != phase.max:
            yield f"{phase.title}: {_span(was)} -> {_span(phase.max)}"


def _span(span: timedelta | None) -> str:
    return format_duration(span) if span else "no time set"


def _steps(old: Playbook, new: Playbook, level: str, at: str) -> Iterator[str]:
    before, after = _required(old.phase, level), _required(new.phase, at)
    if added := [key for key in after if key not in before]:
        yield f"steps that are new: {_named(added)}"
    if gone := [key for key in before if key not in after]:
        yield f"steps no longer asked for: {_named(gone)}"
    if strict := [key for key, step in after.items() if not step.waivable and key in before and before[key].waivable]:
        yield f"steps that are never skipped now: {_named(strict)}"


def _required(phases: tuple[Phase, ...], level: str) -> Mapping[str, Step]:
    return {
        step.key: step
        for phase in phases
        for step in phase.step
        if step.required and (not step.levels or level in step.levels)
    }


def _objection(old: Playbook, new: Playbook) -> Iterator[str]:
    was, now = old.decision.objection, new.decision.objection
    if was != now:
        yield f"objections to a decision: {_span(now)} (was {_span(was)})"


def _rollout(old: Playbook, new: Playbook) -> Iterator[str]:
    was, now = _usual(old), _usual(new)
    if was != now:
        before = was.title if was else "none"
        yield f"rollout: {now.title} (was {before})" if now else f"rollout: none is named (was {before})"


def _usual(playbook: Playbook) -> Strategy | None:
    return next(iter(playbook.strategy.values()), None)


def _thresholds(old: Playbook, new: Playbook) -> Iterator[str]:
    before = {_text(threshold) for threshold in old.threshold}
    for threshold in new.threshold:
        if (text := _text(threshold)) not in before:
            yield f"counts as well: {text}"


def _text(threshold: Threshold) -> str:
    return threshold.text + (f", for {format_duration(threshold.watch)}" if threshold.watch else "")


def _merge_back(old: Playbook, new: Playbook) -> Iterator[str]:
    was, now = old.merge_back, new.merge_back
    if now is not None and (was is None or (was.into, was.due) != (now.into, now.due)):
        due = f", within {now.due}" if now.due else ""
        yield f"merged back into {', '.join(now.into)}{due}"


def _documents(old: Playbook, new: Playbook, level: str, at: str) -> Iterator[str]:
    had = {key for key, document in old.document.items() if not document.levels or level in document.levels}
    for key, document in new.document.items():
        was = old.document[key].due if key in had else None
        asked = not document.levels or at in document.levels
        if asked and document.due is not None and was != document.due:
            yield f"{document.title}: due {document.due} after the end" + (f" (was {was})" if was else "")
