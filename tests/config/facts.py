"""How the tables of facts about the protocols look into the playbooks that carry them."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

from warroom.config.playbook_files import load_playbook
from warroom.console.domain.playbook import Clock, Phase, Playbook, Step
from warroom.console.domain.time.duration import format_duration
from warroom.console.domain.words import Section

Fact: TypeAlias = tuple[str, Callable[[Playbook], object], object]
"""The fact as the protocol has it, where the playbook carries it, and what must stand there."""


def loaded(name: str) -> Playbook:
    return load_playbook(name, Path())


def name_of(fact: object) -> str:
    """What a row of a table is called in the report of a test run; only the sentence names it."""
    return fact if isinstance(fact, str) else ""


def clock(p: Playbook, key: str) -> Clock:
    (found,) = (each for each in p.clock if each.key == key)
    return found


def limit(p: Playbook, key: str, level: str = "P0") -> str:
    return str(clock(p, key).limit_for(level))


def limits(p: Playbook, key: str) -> list[str]:
    """A clock's limit at each level of the playbook."""
    return [limit(p, key, level) for level in p.level]


def minutes(span: timedelta | None) -> float | None:
    return None if span is None else span / timedelta(minutes=1)


def short(span: timedelta | None) -> str:
    return "" if span is None else format_duration(span)


def phase(p: Playbook, key: str) -> Phase:
    (found,) = (each for each in p.phase if each.key == key)
    return found


def ranges(p: Playbook) -> dict[str, tuple[float | None, float | None]]:
    """The minutes each phase may take, at least and at most."""
    return {each.key: (minutes(each.min), minutes(each.max)) for each in p.phase}


def keys(p: Playbook, *phases: str) -> list[str]:
    """The steps of some phases, in order."""
    return [step.key for each in p.phase if each.key in phases for step in each.step]


def holds(p: Playbook, phase_key: str, *wanted: str) -> bool:
    """All of these steps stand in that phase."""
    return set(wanted) <= set(keys(p, phase_key))


def step(p: Playbook, key: str) -> Step:
    overlays = (each for overlay in p.scenario.values() for each in overlay.step)
    (found,) = (each for each in (*(each for one in p.phase for each in one.step), *overlays) if each.key == key)
    return found


def before(p: Playbook, *wanted: str) -> bool:
    """These steps come in this order."""
    order = keys(p, *(each.key for each in p.phase))
    places = [order.index(key) for key in wanted]
    return places == sorted(places)


def says(text: object, *words: str) -> bool:
    """All of these words stand in the text, or somewhere in what is shown of the object."""
    shown = str(text).casefold()
    return all(word.casefold() in shown for word in words)


def rungs(p: Playbook) -> list[tuple[float | None, float | None, tuple[str, ...]]]:
    return [(minutes(rung.after), minutes(rung.until), rung.call) for rung in p.ladder]


def section(p: Playbook, document: str, title: str) -> Section:
    (found,) = (each for each in p.document[document].section if each.title == title)
    return found


def titles(p: Playbook, document: str) -> list[str]:
    return [each.title for each in p.document[document].section]


def asked(p: Playbook, message: str) -> set[str]:
    """The facts that a message asks for."""
    from jinja2 import meta
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    one = p.message[message]
    return meta.find_undeclared_variables(ImmutableSandboxedEnvironment().parse(one.subject + one.body))


def asks(p: Playbook, message: str, *facts: str) -> bool:
    return set(facts) <= asked(p, message)


def command(p: Playbook, key: str, platform: str = "") -> str:
    """A command as one would type it."""
    return " ".join((p.platform[platform] if platform else p.command)[key])


def stages(p: Playbook, strategy: str) -> list[tuple[int, float | None]]:
    return [(stage.percent, minutes(stage.bake)) for stage in p.strategy[strategy].stage]


def threshold(p: Playbook, role: str) -> tuple[float | None, str, str, str]:
    """Below what, watched at least and at most how long, looked at how often."""
    (found,) = (each for each in p.threshold if each.role == role)
    return found.below, short(found.at_least), short(found.watch), short(found.every)


def warned(p: Playbook, *words: str) -> bool:
    """One hazard says all of this."""
    return any(says(hazard, *words) for hazard in p.hazard)
