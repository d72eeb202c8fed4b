"""A linter for playbooks: what would go wrong with a protocol, found before the emergency."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta

from warroom.config.errors import nearest, quoted, unknown
from warroom.config.finding import Finding, check_fact, command_keys, error, steps, warning
from warroom.config.forecast import check_clocks_hold
from warroom.config.lint_hazards import check_hazards
from warroom.config.lint_plan import check_plan
from warroom.config.templates import check_names, check_words
from warroom.config.vocabulary import PROBE_ROLES, PROJECT_ACTIONS
from warroom.console.domain.git.pull_request import KEYS as PULL_REQUEST_KEYS
from warroom.console.domain.git.truth import BACKPORTED
from warroom.console.domain.git.truth import FACTS as GIT_FACTS
from warroom.console.domain.playbook import Clock, Phase, Playbook
from warroom.console.domain.skipping import REVIEW, STAGING, rule_of
from warroom.console.domain.time import moments
from warroom.console.domain.time.clocks import ROOM_CLOCKS
from warroom.console.domain.time.duration import format_duration


def check_playbook(playbook: Playbook) -> tuple[Finding, ...]:
    """Everything the linter has to say, errors first."""
    found = [
        *_check_keys(playbook),
        *_check_levels(playbook),
        *_check_clocks(playbook),
        *_check_skipping(playbook),
        *_check_moments(playbook),
        *_check_steps(playbook),
        *_check_phases(playbook),
        *check_plan(playbook),
        *check_hazards(playbook),
        *check_clocks_hold(playbook),
    ]
    found += [Finding("error", key, message, example) for key, message, example in check_names(playbook)]
    found += [Finding("error", key, message, example) for key, message, example in check_words(playbook)]
    return tuple(sorted(found, key=lambda finding: finding.severity))


def _check_keys(playbook: Playbook) -> Iterator[Finding]:
    if not playbook.phase:
        yield error("phase", "has no phases", '[[phase]] key = "assess"')
    if not playbook.level:
        yield error("level", "has no levels", "[level.P0]")
    groups: dict[str, Iterable[str]] = {
        "phase": (phase.key for phase in playbook.phase),
        "step": (step.key for _, step in steps(playbook)),
        "clock": (clock.key for clock in playbook.clock),
        "compliance": (duty.name for duty in playbook.compliance),
    }
    for what, keys in groups.items():
        for key, times in Counter(keys).items():
            if times > 1:
                yield error(what, f"{times} of them have the key {quoted(key)}", f"key = {quoted(key + '-2')}")


def _check_skipping(playbook: Playbook) -> Iterator[Finding]:
    """What may be skipped is said once: by the rule for its levels, or by the step for all."""
    levels = {REVIEW: playbook.review.waivable_at, STAGING: playbook.staging.waivable_at}
    for place, step in steps(playbook):
        rule = rule_of(step)
        if levels.get(rule) and not step.waivable:
            message = f"never skips what {rule}.waivable_at lets skip at {', '.join(levels[rule])}"
            yield error(f"{place}.waivable", message, f"{rule}.waivable_at = []")
    if playbook.staging.waivable_at and not playbook.staging.required:
        yield warning("staging.waivable_at", "says nothing where staging is not required", "required = true")


def _check_clocks(playbook: Playbook) -> Iterator[Finding]:
    for index, clock in enumerate(playbook.clock):
        if clock.key in ROOM_CLOCKS:
            yield error(f"clock[{index}].key", f"{quoted(clock.key)} is a clock of the room", '"fix"')


def _check_levels(playbook: Playbook) -> Iterator[Finding]:
    named: list[tuple[str, Iterable[str]]] = [(f"{place}.levels", step.levels) for place, step in steps(playbook)]
    named += [(f"clock[{index}].limits", clock.limits) for index, clock in enumerate(playbook.clock)]
    named += [(f"document.{key}.levels", document.levels) for key, document in playbook.document.items()]
    named += [
        (f"scenario.{name}.level", (overlay.level,)) for name, overlay in playbook.scenario.items() if overlay.level
    ]
    named += [
        ("naming.pull_request_at", playbook.naming.pull_request_at),
        ("review.waivable_at", playbook.review.waivable_at),
        ("staging.waivable_at", playbook.staging.waivable_at),
    ]
    for key, levels in named:
        for level in levels:
            if level not in playbook.level:
                yield error(key, unknown(f"no level is called {quoted(level)}", level, playbook.level))


def known_moments(playbook: Playbook) -> tuple[str, ...]:
    """Every moment this playbook can bring about."""
    actions = _action_keys(playbook)
    marks = (action.marks for action in playbook.action.values() if action.marks)
    return (
        *moments.PLAIN,
        *(moments.phase_entered(phase.key) for phase in playbook.phase),
        *(moments.phase_done(phase.key) for phase in playbook.phase),
        *(moments.action_done(key) for key in actions),
        *(moments.message_sent(key) for key in playbook.message),
        *(moments.audience_told(audience) for audience in {each.audience for each in playbook.message.values()}),
        *(moments.step_ticked(step.key) for _, step in steps(playbook)),
        *(moments.document_signed(key) for key in playbook.document),
        *(moments.duty_done(duty.name) for duty in playbook.compliance),
        moments.ROLLOUT_DONE,
        moments.ROLLOUT_ABORTED,
        moments.PRODUCTION_CHANGED,
        *marks,
    )


def _action_keys(playbook: Playbook) -> tuple[str, ...]:
    """A playbook may count on actions of the project; those its steps offer are such."""
    offered = (step.action for _, step in steps(playbook) if step.action)
    return tuple(dict.fromkeys((*PROJECT_ACTIONS, *playbook.action, *command_keys(playbook), *offered)))


def _check_moments(playbook: Playbook) -> Iterator[Finding]:
    known = known_moments(playbook)
    named: list[tuple[str, str]] = []
    for index, clock in enumerate(playbook.clock):
        named += [(f"clock[{index}].starts", clock.starts), (f"clock[{index}].restarts", clock.restarts)]
        named += [(f"clock[{index}].stops[{number}]", stop) for number, stop in enumerate(clock.stops)]
        if clock.limit is None and not clock.limits:
            yield warning(f"clock[{index}]", "has no limit at any level, so it never runs", 'limit = "30m"')
        yield from _check_limits(f"clock[{index}]", clock)
        if not 0 < clock.warn <= 1:
            yield error(f"clock[{index}].warn", "must be a share of the limit, above 0 and at most 1", "0.75")
        yield from check_fact(playbook, f"clock[{index}].only_if", clock.only_if)
    for index, duty in enumerate(playbook.compliance):
        named.append((f"compliance[{index}].after", duty.after))
        yield from check_fact(playbook, f"compliance[{index}].only_if", duty.only_if)
    for place, step in steps(playbook):
        named += [(f"{place}.after[{number}]", moment) for number, moment in enumerate(step.after)]
    for name, document in playbook.document.items():
        for index, section in enumerate(document.section):
            place = f"document.{name}.section[{index}].stamps"
            named += [(f"{place}.{label}", moment) for label, moment in section.stamps.items()]
    if playbook.merge_back:
        named.append(("merge_back.after", playbook.merge_back.after))
    for key, moment in named:
        if moment and moment not in known:
            near = nearest(moment, known)
            hint = f', did you mean "{near}"?' if near else ""
            yield error(key, f"no moment is called {quoted(moment)}{hint}", "" if near else '"detected"')


def _check_limits(place: str, clock: Clock) -> Iterator[Finding]:
    limits = {"limit": clock.limit} | {f"limits.{level}": limit for level, limit in clock.limits.items()}
    for key, limit in limits.items():
        if limit is None:
            continue
        if limit.max is not None and limit.max <= timedelta(0):
            yield error(f"{place}.{key}", "must be longer than 0", '"30m"')
        if limit.min is not None and (limit.max is None or limit.min > limit.max):
            yield error(f"{place}.{key}", "its min is not below its max", '{ min = "1h", max = "4h" }')


def _check_steps(playbook: Playbook) -> Iterator[Finding]:
    targets = {
        "action": _action_keys(playbook),
        "message": tuple(playbook.message),
        "document": tuple(playbook.document),
        "role": PROBE_ROLES,
        "decision": (),
        "rollout": (),
        "pull-request": PULL_REQUEST_KEYS,
        "git": (*GIT_FACTS, *_backported(playbook)),
    }
    for place, step in steps(playbook):
        kind, _, name = step.ticked_by.partition(":")
        if step.ticked_by and kind not in targets:
            yield error(f"{place}.ticked_by", unknown(f"nothing ticks by {quoted(kind)}", kind, targets))
        elif kind in ("action", "message", "document", "role", "pull-request", "git") and name not in targets[kind]:
            yield error(f"{place}.ticked_by", unknown(f"there is no {kind} {quoted(name)}", name, targets[kind]))
        elif kind in ("decision", "rollout") and name:
            yield error(f"{place}.ticked_by", f"{kind} stands alone", f'"{kind}"')
        known = (*PROJECT_ACTIONS, *playbook.action, *command_keys(playbook))
        if step.action and step.action not in known:
            message = unknown(f"the action {quoted(step.action)} must come from the project", step.action, known)
            yield warning(f"{place}.action", message)
        if step.waivable_by and step.waivable_by not in playbook.role:
            message = unknown(f"no role is called {quoted(step.waivable_by)}", step.waivable_by, playbook.role)
            yield error(f"{place}.waivable_by", message)
        if step.decision not in _CHOICES:
            yield error(
                f"{place}.decision", unknown(f"{quoted(step.decision)} is no decision", step.decision, _CHOICES[1:])
            )


def _backported(playbook: Playbook) -> tuple[str, ...]:
    """The branches the fix is carried to, as steps can be bound to them."""
    return tuple(BACKPORTED + branch for branch in playbook.merge_back.into) if playbook.merge_back else ()


_CHOICES = ("", "rollback", "hotfix", "wait")


def _check_phases(playbook: Playbook) -> Iterator[Finding]:
    before: timedelta | None = None
    for index, phase in enumerate(playbook.phase):
        place = f"phase[{index}]"
        if phase.min is not None and phase.max is not None and phase.min > phase.max:
            yield error(f"{place}.min", f"is more than max ({format_duration(phase.max)})", 'min = "10m", max = "15m"')
        if phase.at is not None and phase.by is not None and phase.at >= phase.by:
            yield error(f"{place}.by", f"is not after at ({format_duration(phase.at)})", 'at = "15m", by = "30m"')
        if phase.at is not None and before is not None and phase.at < before:
            yield warning(f"{place}.at", f"begins before the phase ahead of it ends ({format_duration(before)})")
        before = phase.by or before
        if phase.decision not in _CHOICES:
            yield error(
                f"{place}.decision", unknown(f"{quoted(phase.decision)} is no decision", phase.decision, _CHOICES[1:])
            )
        if not phase.step:
            yield warning(place, "has no steps")
        yield from _check_minutes(place, phase)
    keys = [phase.key for phase in playbook.phase]
    if playbook.resolved_after and playbook.resolved_after not in keys:
        message = unknown(f"no phase is called {quoted(playbook.resolved_after)}", playbook.resolved_after, keys)
        yield error("resolved_after", message)


def _check_minutes(place: str, phase: Phase) -> Iterator[Finding]:
    """Steps of a minute plan keep their order, and their phase's minutes."""
    for number, step in enumerate(phase.step):
        at, by = step.at, step.by
        if at is not None and by is not None and by <= at:
            yield error(
                f"{place}.step[{number}].by", f"is not after at ({format_duration(at)})", 'at = "5m", by = "10m"'
            )
        for key, minute in (("at", at), ("by", by)):
            if minute is not None and not (phase.at or minute) <= minute <= (phase.by or minute):
                yield warning(f"{place}.step[{number}].{key}", f"{format_duration(minute)} is outside its phase")
