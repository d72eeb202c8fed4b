"""The plan of a playbook under the linter: ladder, decision, rollouts, ways back, documents, scenarios."""

from collections.abc import Iterator
from datetime import timedelta

from warroom.config.errors import quoted, unknown
from warroom.config.finding import Finding, check_fact, command_keys, error, warning
from warroom.config.vocabulary import PROBE_ROLES, PROJECT_ACTIONS, SOURCES
from warroom.console.domain.guard import GUARDS
from warroom.console.domain.playbook import Playbook
from warroom.console.domain.strategy import Strategy
from warroom.console.domain.time.duration import format_duration
from warroom.console.domain.time.limit import Limit


def check_plan(playbook: Playbook) -> Iterator[Finding]:
    """What is wrong with everything but the clocks, phases and steps."""
    yield from _check_ladder(playbook)
    yield from _check_decision(playbook)
    yield from _check_strategies(playbook)
    yield from _check_way_back(playbook)
    yield from _check_documents(playbook)
    yield from _check_scenarios(playbook)


def _check_ladder(playbook: Playbook) -> Iterator[Finding]:
    if not playbook.ladder:
        yield warning("ladder", "nobody is called when it takes longer", '[[ladder]] level = 1, after = "0s"')
    people = (*playbook.role, *playbook.contact)
    for index, rung in enumerate(playbook.ladder):
        place = f"ladder[{index}]"
        above = playbook.ladder[index - 1] if index else None
        if rung.level != (above.level + 1 if above else 1):
            yield error(f"{place}.level", f"the rungs are not numbered in order: {rung.level}", str(index + 1))
        if above is None and rung.after > timedelta(0):
            message = f"a gap: nobody is called in the first {format_duration(rung.after)}"
            yield warning(f"{place}.after", message, '"0s"')
        if above is not None and rung.after <= above.after:
            yield error(f"{place}.after", f"is not later than the rung before ({format_duration(above.after)})")
        if above is not None and above.until is not None and above.until < rung.after:
            message = f"a gap: nobody is in charge from {format_duration(above.until)} to {format_duration(rung.after)}"
            yield error(f"{place}.after", message, f'"{format_duration(above.until)}"')
        if rung.until is not None and rung.until <= rung.after:
            yield error(f"{place}.until", f"is not later than after ({format_duration(rung.after)})")
        if not rung.call:
            yield error(f"{place}.call", "a gap: nobody is called", '["on-call"]')
        for number, who in enumerate(rung.call):
            if who not in people:
                message = unknown(f"neither a role nor a contact is called {quoted(who)}", who, people)
                yield warning(f"{place}.call[{number}]", message)


def _check_decision(playbook: Playbook) -> Iterator[Finding]:
    decision = playbook.decision
    for index, rule in enumerate(decision.rule):
        for number, fact in enumerate(rule.when):
            yield from check_fact(playbook, f"decision.rule[{index}].when[{number}]", fact.removeprefix("!"))
    choices = {rule.choose for rule in decision.rule}
    if decision.rule and "rollback" not in choices:
        yield warning("decision.rule", "no rule ever chooses a rollback", 'when = ["rollback-viable"]')


def _check_strategies(playbook: Playbook) -> Iterator[Finding]:
    for key, strategy in playbook.strategy.items():
        yield from _check_stages(f"strategy.{key}", strategy)
        for index, gate in enumerate(strategy.gate):
            if gate.role not in PROBE_ROLES:
                message = unknown(f"no probe has the role {quoted(gate.role)}", gate.role, PROBE_ROLES)
                yield error(f"strategy.{key}.gate[{index}].role", message)
            if gate.samples < 1:
                yield error(f"strategy.{key}.gate[{index}].samples", "must be 1 or more", "3")
        if len(strategy.stage) > 1 and not strategy.gate:
            yield warning(f"strategy.{key}.gate", "goes on without looking at anything", '[{ role = "error-rate" }]')
    for index, threshold in enumerate(playbook.threshold):
        if threshold.role not in PROBE_ROLES:
            message = unknown(f"no probe has the role {quoted(threshold.role)}", threshold.role, PROBE_ROLES)
            yield error(f"threshold[{index}].role", message)
    for name, overlay in playbook.scenario.items():
        if overlay.strategy and overlay.strategy not in playbook.strategy:
            message = unknown(f"no strategy is called {quoted(overlay.strategy)}", overlay.strategy, playbook.strategy)
            yield error(f"scenario.{name}.strategy", message)


def _check_stages(place: str, strategy: Strategy) -> Iterator[Finding]:
    shares = [stage.percent for stage in strategy.stage]
    if not shares:
        yield error(f"{place}.stage", "has no stages", "[{ percent = 100 }]")
        return
    for index, (before, share) in enumerate(zip([0, *shares], shares, strict=False)):
        if share <= before:
            yield error(f"{place}.stage[{index}].percent", f"{share} does not rise above {before}", str(before + 10))
    if shares[-1] != 100:
        yield error(f"{place}.stage[{len(shares) - 1}].percent", f"ends at {shares[-1]}, not at 100", "100")


def _check_way_back(playbook: Playbook) -> Iterator[Finding]:
    if not playbook.rollback:
        yield error("rollback", "names no way back", '[[rollback]] title = "The previous release", action = "rollback"')
    known = (*PROJECT_ACTIONS, *playbook.action, *command_keys(playbook))
    for index, way in enumerate(playbook.rollback):
        if way.action and way.action not in known:
            message = unknown(f"the action {quoted(way.action)} must come from the project", way.action, known)
            yield warning(f"rollback[{index}].action", message)
    for index, hazard in enumerate(playbook.hazard):
        if hazard.guard and hazard.guard not in GUARDS:
            yield error(
                f"hazard[{index}].guard", unknown(f"no guard is called {quoted(hazard.guard)}", hazard.guard, GUARDS)
            )
    if not playbook.staging.required:
        yield warning("staging", "production is the first place where the fix runs", "required = true")


def _check_documents(playbook: Playbook) -> Iterator[Finding]:
    for key, document in playbook.document.items():
        for index, section in enumerate(document.section):
            if section.source and section.source not in SOURCES:
                message = unknown(f"nothing fills {quoted(section.source)}", section.source, SOURCES)
                yield error(f"document.{key}.section[{index}].source", message)
    if "post-mortem" not in playbook.document:
        yield warning("document", "asks for no post-mortem", "[document.post-mortem]")


def _check_scenarios(playbook: Playbook) -> Iterator[Finding]:
    phases = [phase.key for phase in playbook.phase]
    beside = {phase.key: tuple(step.key for step in phase.step) for phase in playbook.phase}
    for name, overlay in playbook.scenario.items():
        if any(not step.phase for step in overlay.step) and overlay.phase not in phases:
            message = unknown(f"no phase is called {quoted(overlay.phase)}", overlay.phase, phases)
            yield error(f"scenario.{name}.phase", message)
        for number, step in enumerate(overlay.step):
            if step.phase and step.phase not in phases:
                message = unknown(f"no phase is called {quoted(step.phase)}", step.phase, phases)
                yield error(f"scenario.{name}.step[{number}].phase", message)
            neighbours = beside.get(step.phase or overlay.phase, ())
            if step.below and step.below not in neighbours:
                message = unknown(f"no step of that phase is called {quoted(step.below)}", step.below, neighbours)
                yield error(f"scenario.{name}.step[{number}].below", message)
        if _is_longer(playbook, overlay.level, overlay.resolve):
            level = overlay.level or "any level"
            yield warning(f"scenario.{name}.resolve", f"allows more time than {level} does")


def _is_longer(playbook: Playbook, at: str, limit: Limit | None) -> bool:
    levels = (at,) if at else tuple(playbook.level)
    limits = [clock.limit_for(level) for clock in playbook.clock if "resolved" in clock.stops for level in levels]
    allowed = [each.max for each in limits if each and each.max]
    return bool(limit and limit.max and allowed and limit.max > max(allowed))
