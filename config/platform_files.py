"""Platforms: the shipped ones and a team's own, a file each."""

import functools
import re
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from warroom.config.errors import ConfigError, Loc, Problem, Problems, dotted, quoted, unknown
from warroom.config.placeholders import check_template
from warroom.config.playbook_files import is_file_reference
from warroom.config.source import parse_toml, read_toml
from warroom.config.validate import validate
from warroom.config.vocabulary import PLACEHOLDERS, RESERVED_KEYS
from warroom.console.domain.action import Action, Danger
from warroom.console.domain.conditions.language import check_condition
from warroom.console.domain.platform import LIVE, MAIN_DEPLOYS, Exists, Platform, UndoneBy

CHECK = "warroom-check"
"""Our program that holds a tool's JSON against conditions."""


@functools.cache
def shipped_platforms() -> tuple[str, ...]:
    """The ids of the platforms that come with the product."""
    folder = resources.files("warroom.config") / "platforms"
    return tuple(sorted(each.name.removesuffix(".toml") for each in folder.iterdir() if each.name.endswith(".toml")))


def load_platform(ref: str, folder: Path) -> Platform:
    """The platform of that id, or in that file.

    Args:
        ref: an id such as `kubernetes`; or a path: absolute, or relative to `folder`.
        folder: what a relative path starts from.

    Raises:
        ConfigError: there is none, or something is wrong with it; says everything that is.
    """
    if is_file_reference(ref):
        path = platform_path(ref, folder)
        return _build(read_toml(path, path.name), path.name)
    check_platform_reference(ref, folder)
    return _shipped(ref)


def platform_path(ref: str, folder: Path) -> Path:
    """The file a reference means.

    Raises:
        ConfigError: there is no such file.
    """
    given = Path(ref).expanduser()
    path = given if given.is_absolute() else folder / given
    try:
        found = path.is_file()
    except (OSError, ValueError):
        found = False
    if not found:
        raise ConfigError([Problem(quoted(ref), "", "there is no such file", '"./ops/platform.toml"')])
    return path


def check_platform_reference(ref: str, folder: Path) -> None:
    """See that there is such a platform, without reading it.

    Raises:
        ConfigError: there is none.
    """
    if is_file_reference(ref):
        platform_path(ref, folder)
    elif ref not in shipped_platforms():
        known = (*shipped_platforms(), "a file")
        raise ConfigError([Problem("platform", "", unknown(f"{quoted(ref)} is not known here", ref, known))])


def check_options(
    platform: Platform, given: Mapping[str, str], others: tuple[str, ...]
) -> Iterator[tuple[str, str, str]]:
    """What is wrong with `service.platform_options`: the option, the problem, an example of right.

    Args:
        others: names that a playbook's commands may ask for besides.
    """
    known = (*platform.options, *others, MAIN_DEPLOYS)
    if given.get(MAIN_DEPLOYS, "yes") not in ("yes", "no"):
        yield MAIN_DEPLOYS, "expected yes or no", f'{MAIN_DEPLOYS} = "no"'
    for name in given:
        if name not in known:
            yield name, unknown(f"{platform.id} has no option {quoted(name)}", name, known), ""
    for name, option in platform.options.items():
        if option.required and not option.default and not given.get(name):
            yield name, f"missing: {option.meaning}", f"{name} = {quoted(option.example)}"


@functools.cache
def _shipped(name: str) -> Platform:
    text = (resources.files("warroom.config") / "platforms" / f"{name}.toml").read_text("utf-8")
    return _build(parse_toml(text, f"{name}.toml"), f"{name}.toml")


def _build(raw: dict[str, Any], file: str) -> Platform:
    problems = Problems(lambda loc: (file, dotted(loc)))
    platform = validate(Platform, raw, problems)
    if platform is not None:
        for loc, problem, example in _check(platform):
            if not problems.spoken_of(loc):
                problems.add(loc, problem, example)
    found = problems.in_order_of(raw)
    if found or platform is None:
        raise ConfigError(found)
    return platform


def _check(platform: Platform) -> Iterator[tuple[Loc, str, str]]:
    holder: dict[str, str] = {}
    for key, action in platform.action.items():
        for field, problem, example in _check_action(platform, key, action):
            yield ("action", key, *field), problem, example
        pressed = action.key
        if pressed and pressed in RESERVED_KEYS and (pressed, key) != ("r", "rollback"):
            yield ("action", key, "key"), f"{quoted(pressed)} is the room's own key ({RESERVED_KEYS[pressed]})", '"d"'
        elif pressed and pressed in holder:
            yield ("action", key, "key"), f"{quoted(pressed)} is taken by action.{holder[pressed]}", '"d"'
        holder.setdefault(pressed, key)
    for index, one in enumerate(platform.undone_by):
        yield from _check_reading(("undone_by", index), one, platform)
        if trouble := _pattern(one, platform):
            yield ("undone_by", index, "learns"), trouble, "learns = '^(?P<argocd_app>[^:]+):'"
        yield from _check_words(("undone_by", index, "says"), (one.says,), (*PLACEHOLDERS, *platform.options))
        yield from _check_words(("undone_by", index, "unread"), (one.unread,), (*PLACEHOLDERS, *platform.options))
        if one.conditions and not one.says:
            yield ("undone_by", index, "says"), "missing: what a person reads then", 'says = "auto-sync takes it back"'
    for index, there in enumerate(platform.exists):
        yield from _check_reading(("exists", index), there, platform)
        yield from _check_words(("exists", index, "target"), (there.target,), (*PLACEHOLDERS, *platform.options))
        yield from _check_words(("exists", index, "conditions"), there.conditions, (*PLACEHOLDERS, *platform.options))
    for table, index, keys in _named(platform):
        for key in keys:
            if key not in platform.action:
                yield (table, index), unknown(f"no action is called {quoted(key)}", key, platform.action), ""
    for name, option in platform.options.items():
        yield from _check_words(("options", name, "default"), (option.default,), PLACEHOLDERS)
    if platform.action and LIVE not in platform.action:
        yield ("action",), f"has no action {quoted(LIVE)}: nothing would tell what is live", f"[action.{LIVE}]"


def _named(platform: Platform) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    """Where a platform names actions besides in its actions."""
    for index, there in enumerate(platform.exists):
        yield "exists", index, (there.action,)
    for index, hazard in enumerate(platform.hazard):
        yield "hazard", index, hazard.actions


def _check_reading(loc: Loc, one: UndoneBy | Exists, platform: Platform) -> Iterator[tuple[Loc, str, str]]:
    for number, condition in enumerate(one.conditions):
        if trouble := check_condition(condition, "command"):
            yield (*loc, "conditions", number), trouble, ""
    yield from _check_words((*loc, "argv"), one.argv, (*PLACEHOLDERS, *platform.options))


def _pattern(one: UndoneBy, platform: Platform) -> str:
    """What is wrong with the pattern of a reading; empty: nothing."""
    try:
        learnt = re.compile(one.learns).groupindex if one.learns else {}
    except re.error as error:
        return f"is no regular expression: {error}"
    strange = next((name for name in learnt if name not in platform.options), "")
    return unknown(f"no option is called {quoted(strange)}", strange, platform.options) if strange else ""


def _check_action(platform: Platform, key: str, action: Action) -> Iterator[tuple[Loc, str, str]]:
    names = (*PLACEHOLDERS, *platform.options, *action.parameters)
    if not action.argv or not action.argv[0].strip():
        yield ("argv",), "must name a command", '["./ops/deploy", "{environment}"]'
    yield from _check_words(("argv",), action.argv, names)
    yield from _check_words(("target",), (action.target,), names)
    yield from _check_words(("env",), tuple(action.env.values()), names)
    if action.danger in (Danger.TYPED, Danger.TWO) and not action.target:
        yield ("target",), f"class {action.danger} needs a target to type", '"{environment}"'
    if key in ("deploy-production", "shift-traffic") and action.danger in (Danger.FREE, Danger.CONFIRM):
        yield ("danger",), "changes what production serves", '"typed"'
    if action.environment == "production" and not action.verify:
        yield ("verify",), "changes production and names nothing that proves it: exit status 0 is no proof", '"live"'
    owes = action.owes.action if action.owes else ""
    for field, other in (("verify", action.verify), ("undo_action", action.undo_action), ("owes", owes)):
        if other and not other.startswith("probe:") and other not in platform.action:
            yield (field,), unknown(f"no action is called {quoted(other)}", other, platform.action), ""


def _check_words(loc: Loc, words: tuple[str, ...], names: tuple[str, ...]) -> Iterator[tuple[Loc, str, str]]:
    for index, word in enumerate(words):
        for problem, example in check_template(word, names, '[options.{name}] meaning = "…", example = "…"'):
            yield (*loc, index) if len(words) > 1 else loc, problem, example
