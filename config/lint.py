"""A linter for playbooks: what would go wrong with a protocol, found before the emergency."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from warroom.config.errors import nearest, quoted, unknown
from warroom.config.forecast import check_clocks_hold
from warroom.config.templates import check_names, check_words
from warroom.config.vocabulary import PROBE_ROLES, PROJECT_ACTIONS, SOURCES
from warroom.console.domain import moments
from warroom.console.domain.duration import format_duration
from warroom.console.domain.guard import GUARDS
from warroom.console.domain.limit import Limit
from warroom.console.domain.playbook import Playbook, Step
from warroom.console.domain.strategy import Strategy


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a playbook should be told."""

    severity: Literal["error", "warning"]
    """An error: part of the protocol can't work as written. A warning: it may, but somebody should know."""
    key: str
    message: str
    example: str = ""

    def __str__(self) -> str:
        text = f"{self.severity}: {self.key}: {self.message}"
        return f"{text}, e.g. {self.example}" if self.example else text


def check_playbook(playbook: Playbook) -> tuple[Finding, ...]:
    """Everything the linter has to say, errors first."""
    found = [
        *_check_keys(playbook),
        *_check_levels(playbook),
        *_check_moments(playbook),
        *_check_steps(playbook),
        *_check_phases(playbook),
        *_check_ladder(playbook),
        *_check_decision(playbook),
        *_check_strategies(playbook),
        *_check_way_back(playbook),
        *_check_documents(playbook),
        *_check_scenarios(playbook),
    ]
    found += [Finding("error", key, message, example) for key, message, example in check_names(playbook)]
    found += [Finding("error", key, message, example) for key, message, example in check_words(playbook)]
    found += [Finding("warning", key, message) for key, message in check_clocks_hold(playbook)]
    return tuple(sorted(found, key=lambda finding: finding.severity))


def _error(key: str, message: str, example: str = "") -> Finding:
    return Finding("error", key, message, example)


def _warning(key: str, message: str, example: str = "") -> Finding:
    return Finding("warning", key, message, example)


def _steps(playbook: Playbook) -> Iterator[tuple[str, Step]]:
    for index, phase in enumerate(playbook.phase):
        for number, step in enumerate(phase.step):
            yield f"phase[{index}].step[{number}]", step
    for name, overlay in playbook.scenario.items():
        for number, step in enumerate(overlay.step):
            yield f"scenario.{name}.step[{number}]", step


def _check_keys(playbook: Playbook) -> Iterator[Finding]:
    if not playbook.phase:
        yield _error("phase", "has no phases", '[[phase]] key = "assess"')
    if not playbook.level:
        yield _error("level", "has no levels", "[level.P0]")
    groups: dict[str, Iterable[str]] = {
        "phase": (phase.key for phase in playbook.phase),
        "step": (step.key for _, step in _steps(playbook)),
        "clock": (clock.key for clock in playbook.clock),
    }
    for what, keys in groups.items():
        for key, times in Counter(keys).items():
            if times > 1:
                yield _error(what, f"{times} of them have the key {quoted(key)}", f"key = {quoted(key + '-2')}")


def _check_levels(playbook: Playbook) -> Iterator[Finding]:
    named: list[tuple[str, Iterable[str]]] = [(f"{place}.levels", step.levels) for place, step in _steps(playbook)]
    named += [(f"clock[{index}].limits", clock.limits) for index, clock in enumerate(playbook.clock)]
    named += [(f"document.{key}.levels", document.levels) for key, document in playbook.document.items()]
    named += [
        ("review.waivable_at", playbook.review.waivable_at),
        ("staging.waivable_at", playbook.staging.waivable_at),
    ]
    for key, levels in named:
        for level in levels:
            if level not in playbook.level:
                yield _error(key, unknown(f"no level is called {quoted(level)}", level, playbook.level))


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
        *(moments.step_ticked(step.key) for _, step in _steps(playbook)),
        *(moments.document_signed(key) for key in playbook.document),
        moments.ROLLOUT_DONE,
        moments.ROLLOUT_ABORTED,
        *marks,
    )


def _action_keys(playbook: Playbook) -> tuple[str, ...]:
    """A playbook may count on actions of the project; those its steps offer are such."""
    offered = (step.action for _, step in _steps(playbook) if step.action)
    return tuple(dict.fromkeys((*PROJECT_ACTIONS, *playbook.action, *offered)))


def _check_moments(playbook: Playbook) -> Iterator[Finding]:
    known = known_moments(playbook)
    named: list[tuple[str, str]] = []
    for index, clock in enumerate(playbook.clock):
        named += [(f"clock[{index}].starts", clock.starts), (f"clock[{index}].restarts", clock.restarts)]
        named += [(f"clock[{index}].stops[{number}]", stop) for number, stop in enumerate(clock.stops)]
        if clock.limit is None and not clock.limits:
            yield _warning(f"clock[{index}]", "has no limit at any level, so it never runs", 'limit = "30m"')
        if not 0 < clock.warn <= 1:
            yield _error(f"clock[{index}].warn", "must be a share of the limit, above 0 and at most 1", "0.75")
        yield from _check_fact(playbook, f"clock[{index}].only_if", clock.only_if)
    for index, duty in enumerate(playbook.compliance):
        named.append((f"compliance[{index}].after", duty.after))
        yield from _check_fact(playbook, f"compliance[{index}].only_if", duty.only_if)
    if playbook.merge_back:
        named.append(("merge_back.after", playbook.merge_back.after))
    for key, moment in named:
        if moment and moment not in known:
            near = nearest(moment, known)
            hint = f', did you mean "{near}"?' if near else ""
            yield _error(key, f"no moment is called {quoted(moment)}{hint}", "" if near else '"detected"')


def _check_fact(playbook: Playbook, key: str, fact: str) -> Iterator[Finding]:
    if fact and fact not in playbook.decision.questions:
        message = unknown(f"no question asks for {quoted(fact)}", fact, playbook.decision.questions)
        yield _error(key, message, "" if playbook.decision.questions else f'[decision.questions] {fact} = "…?"')


def _check_steps(playbook: Playbook) -> Iterator[Finding]:
    targets = {
        "action": _action_keys(playbook),
        "message": tuple(playbook.message),
        "role": PROBE_ROLES,
        "decision": (),
        "rollout": (),
    }
    for place, step in _steps(playbook):
        kind, _, name = step.ticked_by.partition(":")
        if step.ticked_by and kind not in targets:
            yield _error(f"{place}.ticked_by", unknown(f"nothing ticks by {quoted(kind)}", kind, targets))
        elif kind in ("action", "message", "role") and name not in targets[kind]:
            yield _error(f"{place}.ticked_by", unknown(f"there is no {kind} {quoted(name)}", name, targets[kind]))
        elif kind in ("decision", "rollout") and name:
            yield _error(f"{place}.ticked_by", f"{kind} stands alone", f'"{kind}"')
        if step.action and step.action not in (*PROJECT_ACTIONS, *playbook.action):
            known = (*PROJECT_ACTIONS, *playbook.action)
            message = unknown(f"the action {quoted(step.action)} must come from the project", step.action, known)
            yield _warning(f"{place}.action", message)
        if step.waivable_by and step.waivable_by not in playbook.role:
            message = unknown(f"no role is called {quoted(step.waivable_by)}", step.waivable_by, playbook.role)
            yield _error(f"{place}.waivable_by", message)
        if step.decision not in _CHOICES:
            yield _error(
                f"{place}.decision", unknown(f"{quoted(step.decision)} is no decision", step.decision, _CHOICES[1:])
            )


_CHOICES = ("", "rollback", "hotfix", "wait")


def _check_phases(playbook: Playbook) -> Iterator[Finding]:
    before: timedelta | None = None
    for index, phase in enumerate(playbook.phase):
        place = f"phase[{index}]"
        if phase.min is not None and phase.max is not None and phase.min > phase.max:
            yield _error(f"{place}.min", f"is more than max ({format_duration(phase.max)})", 'min = "10m", max = "15m"')
        if phase.at is not None and phase.by is not None and phase.at >= phase.by:
            yield _error(f"{place}.by", f"is not after at ({format_duration(phase.at)})", 'at = "15m", by = "30m"')
        if phase.at is not None and before is not None and phase.at < before:
            yield _warning(f"{place}.at", f"begins before the phase ahead of it ends ({format_duration(before)})")
        before = phase.by or before
        if phase.decision not in _CHOICES:
            yield _error(
                f"{place}.decision", unknown(f"{quoted(phase.decision)} is no decision", phase.decision, _CHOICES[1:])
            )
        if not phase.step:
            yield _warning(place, "has no steps")
    keys = [phase.key for phase in playbook.phase]
    if playbook.resolved_after and playbook.resolved_after not in keys:
        message = unknown(f"no phase is called {quoted(playbook.resolved_after)}", playbook.resolved_after, keys)
        yield _error("resolved_after", message)


def _check_ladder(playbook: Playbook) -> Iterator[Finding]:
    if not playbook.ladder:
        yield _warning("ladder", "nobody is called when it takes longer", '[[ladder]] level = 1, after = "0s"')
    people = (*playbook.role, *playbook.contact)
    for index, rung in enumerate(playbook.ladder):
        place = f"ladder[{index}]"
        above = playbook.ladder[index - 1] if index else None
        if rung.level != (above.level + 1 if above else 1):
            yield _error(f"{place}.level", f"the rungs are not numbered in order: {rung.level}", str(index + 1))
        if above is None and rung.after > timedelta(0):
            message = f"a gap: nobody is called in the first {format_duration(rung.after)}"
            yield _warning(f"{place}.after", message, '"0s"')
        if above is not None and rung.after <= above.after:
            yield _error(f"{place}.after", f"is not later than the rung before ({format_duration(above.after)})")
        if not rung.call:
            yield _error(f"{place}.call", "a gap: nobody is called", '["on-call"]')
        for number, who in enumerate(rung.call):
            if who not in people:
                message = unknown(f"neither a role nor a contact is called {quoted(who)}", who, people)
                yield _warning(f"{place}.call[{number}]", message)


def _check_decision(playbook: Playbook) -> Iterator[Finding]:
    decision = playbook.decision
    for index, rule in enumerate(decision.rule):
        for number, fact in enumerate(rule.when):
            yield from _check_fact(playbook, f"decision.rule[{index}].when[{number}]", fact.removeprefix("!"))
    choices = {rule.choose for rule in decision.rule}
    if decision.rule and "rollback" not in choices:
        yield _warning("decision.rule", "no rule ever chooses a rollback", 'when = ["rollback-viable"]')


def _check_strategies(playbook: Playbook) -> Iterator[Finding]:
    for key, strategy in playbook.strategy.items():
        yield from _check_stages(f"strategy.{key}", strategy)
        for index, gate in enumerate(strategy.gate):
            if gate.role not in PROBE_ROLES:
                message = unknown(f"no probe has the role {quoted(gate.role)}", gate.role, PROBE_ROLES)
                yield _error(f"strategy.{key}.gate[{index}].role", message)
            if gate.samples < 1:
                yield _error(f"strategy.{key}.gate[{index}].samples", "must be 1 or more", "3")
        if len(strategy.stage) > 1 and not strategy.gate:
            yield _warning(f"strategy.{key}.gate", "goes on without looking at anything", '[{ role = "error-rate" }]')
    for index, threshold in enumerate(playbook.threshold):
        if threshold.role not in PROBE_ROLES:
            message = unknown(f"no probe has the role {quoted(threshold.role)}", threshold.role, PROBE_ROLES)
            yield _error(f"threshold[{index}].role", message)
    for name, overlay in playbook.scenario.items():
        if overlay.strategy and overlay.strategy not in playbook.strategy:
            message = unknown(f"no strategy is called {quoted(overlay.strategy)}", overlay.strategy, playbook.strategy)
            yield _error(f"scenario.{name}.strategy", message)


def _check_stages(place: str, strategy: Strategy) -> Iterator[Finding]:
    shares = [stage.percent for stage in strategy.stage]
    if not shares:
        yield _error(f"{place}.stage", "has no stages", "[{ percent = 100 }]")
        return
    for index, (before, share) in enumerate(zip([0, *shares], shares, strict=False)):
        if share <= before:
            yield _error(f"{place}.stage[{index}].percent", f"{share} does not rise above {before}", str(before + 10))
    if shares[-1] != 100:
        yield _error(f"{place}.stage[{len(shares) - 1}].percent", f"ends at {shares[-1]}, not at 100", "100")


def _check_way_back(playbook: Playbook) -> Iterator[Finding]:
    if not playbook.rollback:
        yield _error(
            "rollback", "names no way back", '[[rollback]] title = "The previous release", action = "rollback"'
        )
    known = (*PROJECT_ACTIONS, *playbook.action)
    for index, way in enumerate(playbook.rollback):
        if way.action and way.action not in known:
            message = unknown(f"the action {quoted(way.action)} must come from the project", way.action, known)
            yield _warning(f"rollback[{index}].action", message)
    for index, hazard in enumerate(playbook.hazard):
        if hazard.guard and hazard.guard not in GUARDS:
            yield _error(
                f"hazard[{index}].guard", unknown(f"no guard is called {quoted(hazard.guard)}", hazard.guard, GUARDS)
            )
    if not playbook.staging.required:
        yield _warning("staging", "production is the first place where the fix runs", "required = true")


def _check_documents(playbook: Playbook) -> Iterator[Finding]:
    for key, document in playbook.document.items():
        for index, section in enumerate(document.section):
            if section.source and section.source not in SOURCES:
                message = unknown(f"nothing fills {quoted(section.source)}", section.source, SOURCES)
                yield _error(f"document.{key}.section[{index}].source", message)
    if "post-mortem" not in playbook.document:
        yield _warning("document", "asks for no post-mortem", "[document.post-mortem]")


def _check_scenarios(playbook: Playbook) -> Iterator[Finding]:
    phases = [phase.key for phase in playbook.phase]
    for name, overlay in playbook.scenario.items():
        if overlay.step and overlay.phase not in phases:
            message = unknown(f"no phase is called {quoted(overlay.phase)}", overlay.phase, phases)
            yield _error(f"scenario.{name}.phase", message)
        if _is_longer(playbook, overlay.resolve):
            yield _warning(f"scenario.{name}.resolve", "allows more time than any level does")


def _is_longer(playbook: Playbook, limit: Limit | None) -> bool:
    allowed = [
        level.max
        for clock in playbook.clock
        if "resolved" in clock.stops
        for level in clock.limits.values()
        if level.max
    ]
    return bool(limit and limit.max and allowed and limit.max > max(allowed))
