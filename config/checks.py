"""What is wrong with settings whose shape is right: names given twice, addresses that are none, limits that clash."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias
from urllib.parse import SplitResult, urlsplit

from warroom.config.calendar_check import check_calendar
from warroom.config.channels import check_channel
from warroom.config.errors import Loc, quoted, unknown
from warroom.config.placeholders import check_template
from warroom.config.probe_check import check_probe_keys
from warroom.config.settings import Settings
from warroom.config.shipping import check_limits, check_log, check_request
from warroom.config.vocabulary import PLACEHOLDERS, RESERVED_KEYS, YES_KEYS
from warroom.config.watching import check_watching
from warroom.console.domain.action import Action

_KEY_NAME = re.compile(r"(?:ctrl\+|alt\+|shift\+)*(?:[!-~]|f\d{1,2}|[a-z_]{2,20})")
_STORES = ("postgresql", "postgres", "sqlite")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")

Found: TypeAlias = tuple[Loc, str, str]
"""A place, what is wrong there, an example of right."""


@dataclass(frozen=True, slots=True)
class Known:
    """Names from outside the file that it may refer to."""

    actions: Callable[[], Collection[str]]
    """Keys of the actions the playbook brings; asked only when the file names one it doesn't define itself."""
    guards: Callable[[], Collection[str]]
    """Names of the checks that can refuse an action; asked only when an action has some."""


def check_settings(settings: Settings, known: Known) -> Iterator[Found]:
    """Everything that is wrong, in no particular order."""
    yield from _check_service(settings)
    yield from _check_store(settings.store)
    yield from _twice([probe.name for probe in settings.probe], "probe", "name")
    yield from _twice([person.name for person in settings.person], "person", "name")
    for index, probe in enumerate(settings.probe):
        for field, problem, example in check_probe_keys(probe, url_problem):
            yield ("probe", index, *field), problem, example
    yield from _check_keys(settings.action)
    for key, action in settings.action.items():
        for field, problem, example in _check_action(key, action, settings, known):
            yield ("action", key, *field), problem, example
    for key, channel in settings.channel.items():
        for field, problem, example in check_channel(channel, url_problem):
            yield ("channel", key, *field), problem, example
    for field, problem, example in check_limits(settings.service.limits):
        yield ("service", "limits", *field), problem, example
    for key, request in settings.request.items():
        for field, problem, example in check_request(key, request, settings.service.environments, url_problem):
            yield ("request", key, *field), problem, example
    for key, log in settings.log.items():
        for field, problem, example in check_log(key, log):
            yield ("log", key, *field), problem, example
    yield from check_calendar(settings.calendar)
    for field, problem, example in check_watching(settings.watch, settings.channel):
        yield ("watch", *field), problem, example
    if settings.runs.keep < timedelta(days=1):
        yield ("runs", "keep"), "must be at least a day: the whole output of a deploy is wanted in the morning", '"30d"'


def _check_service(settings: Settings) -> Iterator[Found]:
    service = settings.service
    if not service.name.strip():
        yield ("service", "name"), "must not be empty", '"shop"'
    for name, address in service.environments.items():
        if problem := url_problem(address, ("http", "https")):
            yield ("service", "environments", name), problem, '"https://staging.example.com"'


def _check_store(store: str) -> Iterator[Found]:
    scheme, found, rest = store.partition("://")
    if not found or _DRIVE.match(store):
        return
    example = '"postgresql://room@db/warroom"'
    if scheme not in _STORES:
        yield ("store",), unknown(f"{quoted(scheme)} is no store", scheme, _STORES), ""
    elif scheme == "sqlite" and len(rest.strip("/")) == 0:
        yield ("store",), "names no file", '"sqlite:///room.db"'
    elif scheme != "sqlite" and _split(store) is None:
        yield ("store",), "is no valid URL", example


def _twice(names: list[str], table: str, field: str) -> Iterator[Found]:
    first: dict[str, int] = {}
    for index, name in enumerate(names):
        if not name.strip():
            yield (table, index, field), "must not be empty", '"api /health"'
        elif name in first:
            problem = f"{quoted(name)} is taken by {table}[{first[name]}]"
            yield (table, index, field), problem, f"{field} = {quoted(name + ' 2')}"
        else:
            first[name] = index


def url_problem(url: str, schemes: Collection[str]) -> str:
    """What is wrong with an address; empty when nothing is. The address itself is not repeated: it may be secret."""
    parts = _split(url)
    if parts is None or any(c.isspace() or not c.isprintable() for c in url):
        return "is no valid URL"
    if parts.scheme not in schemes:
        return f"is no URL that begins with {' or '.join(f'{scheme}://' for scheme in schemes)}"
    return "" if parts.hostname else "names no host"


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port, parts.hostname
    except ValueError:
        return None
    return parts


def _check_keys(actions: Mapping[str, Action]) -> Iterator[Found]:
    holder: dict[str, str] = {}
    for name, action in actions.items():
        loc: Loc = ("action", name, "key")
        key = action.key
        if not key:
            continue
        if not _KEY_NAME.fullmatch(key):
            yield loc, f"{quoted(key)} is no key", '"f", "F5" is written "f5", or "ctrl+t"'
        elif key in YES_KEYS:
            yield loc, f"{quoted(key)} says yes in a dialog: held down, it would answer its own", _free_key(actions)
        elif key in RESERVED_KEYS and (key, name) != ("r", "rollback"):
            yield loc, f"{quoted(key)} is the room's own key ({RESERVED_KEYS[key]})", _free_key(actions)
        elif key in holder:
            yield loc, f"{quoted(key)} is taken by action.{holder[key]}", _free_key(actions)
        else:
            holder[key] = name


def _free_key(actions: Mapping[str, Action]) -> str:
    taken = {action.key for action in actions.values()} | set(RESERVED_KEYS)
    return f'"{next(key for key in "fxzuwabdtcghilopsv" + "67890" + "BEGHIJKMNQXYZ" if key not in taken)}"'


def _check_action(key: str, action: Action, settings: Settings, known: Known) -> Iterator[Found]:
    example = '["./ops/flush", "--zone", "{environment}"]'
    if not action.title.strip():
        yield ("title",), "must not be empty", '"Flush the edge cache"'
    if not action.argv:
        yield ("argv",), "must name a command", example
    elif not action.argv[0].strip():
        yield ("argv", 0), "must name a command", '"./ops/flush"'
    if action.timeout <= timedelta(0):
        yield ("timeout",), "must be longer than 0", '"2m"'
    if action.undo_window is not None and action.undo_window <= timedelta(0):
        yield ("undo_window",), "must be longer than 0", '"10m"'
    yield from _check_placeholders(action, tuple(settings.service.platform_options))
    yield from _check_references(key, action, settings, known)


def _check_placeholders(action: Action, options: tuple[str, ...]) -> Iterator[Found]:
    names = (*PLACEHOLDERS, *options, *action.parameters)
    texts: list[tuple[Loc, str]] = [(("argv", index), text) for index, text in enumerate(action.argv)]
    texts += [(("target",), action.target), (("environment",), action.environment)]
    texts += [(("parameters", name), text) for name, text in action.parameters.items()]
    texts += [(("env", name), text) for name, text in action.env.items()]
    for loc, text in texts:
        for problem, example in check_template(text, names, 'parameters = { {name} = "" }'):
            yield loc, problem, example


def _check_references(key: str, action: Action, settings: Settings, known: Known) -> Iterator[Found]:
    def actions() -> tuple[str, ...]:
        return tuple(dict.fromkeys((*settings.action, *known.actions())))

    if action.undo_action and action.undo_action not in settings.action and action.undo_action not in actions():
        yield (
            ("undo_action",),
            unknown(f"no action is called {quoted(action.undo_action)}", action.undo_action, actions()),
            "",
        )
    yield from _check_verify(key, action, settings, actions)
    for index, guard in enumerate(action.guards):
        if guard not in known.guards():
            yield ("guards", index), unknown(f"no guard is called {quoted(guard)}", guard, known.guards()), ""


def _check_verify(
    key: str, action: Action, settings: Settings, actions: Callable[[], tuple[str, ...]]
) -> Iterator[Found]:
    verify = action.verify
    if verify.startswith("probe:"):
        name, probes = verify.removeprefix("probe:"), [probe.name for probe in settings.probe]
        if name not in probes:
            yield ("verify",), unknown(f"no probe is called {quoted(name)}", name, probes), ""
    elif verify == key:
        yield ("verify",), "an action can't prove its own outcome", 'verify = "probe:api /health"'
    elif verify and verify not in settings.action and verify not in actions():
        yield ("verify",), unknown(f"no action is called {quoted(verify)}", verify, (*actions(), "probe:NAME")), ""
