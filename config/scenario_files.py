"""Scenarios: what a drill puts before the commander, as data."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Any, ClassVar

from warroom.config.errors import ConfigError, Loc, Problem, Problems, dotted, quoted, unknown
from warroom.config.playbook_files import load_playbook, shipped
from warroom.config.source import parse_toml, read_toml
from warroom.config.validate import validate
from warroom.console.domain.action import STRICT
from warroom.console.domain.time.duration import Duration

_FASTEST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Releases:
    """The tags a scenario turns on."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    good: str
    """What served before the fault, and what a rollback goes back to."""
    bad: str
    """What brings the fault."""
    fix: str
    """What the hotfix becomes."""
    base: str
    """Where the hotfix branch starts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """How the commander hears of it."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    source: str
    """Who says so: `support`, `monitoring` …"""
    title: str
    """Serves as the incident's title."""
    text: str
    probe: str = ""
    """The probe whose verdict shows the fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A word to somebody who is stuck."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    after: Duration
    """Since the alert, at speed 1."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When things happen, at speed 1."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    calm: Duration = timedelta(seconds=30)
    """From the start to the fault: good readings to compare with."""
    notice: Duration = timedelta(seconds=40)
    """From the fault to the alert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """By how much waiting is compressed, unless the command line says otherwise."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    screen: float = 1.0
    """With a person at the keys."""
    autopilot: float = 10.0
    """With the autopilot on the screen."""
    headless: float = 60.0
    """With the autopilot and no screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A fault, its story, and what a good commander makes of it."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    id: str
    title: str
    summary: str
    """One or two sentences for the list of scenarios; gives away no more than the title."""
    playbook: str
    level: str
    """The right level; the score compares."""
    level_why: str = ""
    story: str
    """What the person is told at the start."""
    findings: tuple[str, ...]
    """What there is to find, in the order in which it can be found."""
    release: Releases
    alert: Alert
    timing: Timing = Timing()
    speed: Speed = Speed()
    hint: tuple[Hint, ...] = ()
    """In the order of their times."""


def shipped_scenarios() -> tuple[str, ...]:
    """The ids of the scenarios that come with the product."""
    folder = resources.files("warroom.config") / "scenarios"
    return tuple(sorted(one.name.removesuffix(".toml") for one in folder.iterdir() if one.name.endswith(".toml")))


def load_scenario(ref: str, folder: Path = Path()) -> Scenario:
    """The scenario of that id, or in that file.

    Args:
        ref: an id such as `bad-release`, or a path that ends in `.toml`.
        folder: what a relative path starts from.

    Raises:
        ConfigError: there is none, or something is wrong with it; says everything that is.
    """
    if ref.endswith(".toml"):
        path = folder / Path(ref).expanduser()
        return _build(read_toml(path, path.name), path.name)
    if ref not in shipped_scenarios():
        problem = unknown(f"no scenario is called {quoted(ref)}", ref, shipped_scenarios())
        raise ConfigError([Problem("drill", "", problem)])
    file = f"{ref}.toml"
    text = (resources.files("warroom.config") / "scenarios" / file).read_text("utf-8")
    return _build(parse_toml(text, file), file)


def _build(raw: dict[str, Any], file: str) -> Scenario:
    problems = Problems(lambda loc: (file, dotted(loc)))
    scenario = validate(Scenario, raw, problems)
    if scenario is not None:
        for loc, problem, example in _check(scenario):
            if not problems.spoken_of(loc):
                problems.add(loc, problem, example)
    found = problems.in_order_of(raw)
    if found or scenario is None:
        raise ConfigError(found)
    return scenario


def _check(scenario: Scenario) -> Iterator[tuple[Loc, str, str]]:
    yield from _check_protocol(scenario)
    for field in fields(scenario.speed):
        if not 0 < getattr(scenario.speed, field.name) <= _FASTEST:
            yield ("speed", field.name), f"must be above 0 and at most {_FASTEST}", str(field.default)
    if scenario.release.good == scenario.release.bad:
        yield ("release", "bad"), "is the good release as well", '"v1.2.4"'
    for index, (earlier, later) in enumerate(zip(scenario.hint, scenario.hint[1:], strict=False), 1):
        if later.after <= earlier.after:
            yield ("hint", index, "after"), "must be later than the hint before it", '"10m"'


def _check_protocol(scenario: Scenario) -> Iterator[tuple[Loc, str, str]]:
    if scenario.playbook not in shipped():
        problem = unknown(f"no playbook is called {quoted(scenario.playbook)}", scenario.playbook, shipped())
        yield ("playbook",), problem, '"release-protocol"'
        return
    levels = tuple(load_playbook(scenario.playbook, Path()).level)
    if scenario.level not in levels:
        yield ("level",), unknown(f"{scenario.playbook} has no level {quoted(scenario.level)}", "", levels), ""
