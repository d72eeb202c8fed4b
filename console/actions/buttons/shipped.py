"""The buttons that the console itself brings: the pull request, requests to replay, logs to follow."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

from warroom.config.placeholders import with_literal_braces
from warroom.config.secrets import unset
from warroom.config.settings import Settings
from warroom.config.shipping import LogSource, Request, address
from warroom.console.actions.buttons.playbook_commands import SHIPS
from warroom.console.actions.command import Prepared
from warroom.console.actions.git.github import GH, QUIET, follows_pull_requests
from warroom.console.actions.template import CommandError, fill, names
from warroom.console.domain.action import Action, Danger
from warroom.console.domain.model import Incident
from warroom.console.domain.playbook import Playbook
from warroom.console.domain.text import clean

REQUEST, LOG = "warroom-request", "warroom-log"
REQUEST_SPEC, LOG_SPEC = "WARROOM_REQUEST", "WARROOM_LOG"
"""Variables through which a program gets what it shall do: they reach no argv, no file and no log."""
MINIMAL_CHANGE = "minimal-change"
Found = TypeVar("Found")
_READS = ("GET", "HEAD", "OPTIONS")


class Shipped:
    """Makes these buttons from the configuration."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pull_requests = follows_pull_requests(settings) and shutil.which(GH) is not None
        requests = {f"request-{name}": self._replay(name, one) for name, one in settings.request.items()}
        logs = {f"log-{name}": _follow(name, one) for name, one in settings.log.items()}
        self._fixed = {**requests, **logs}
        self.lacking = {f"request-{name}": unset(one) for name, one in settings.request.items()}
        """By action: the variables it would need and does not have, in words."""

    def actions(self, playbook: Playbook) -> Mapping[str, Action]:
        """What an incident is offered besides the playbook's and the team's own."""
        if not self._pull_requests:
            return self._fixed
        return {"pull-request": _create(playbook), **self._fixed}

    def known(self, incident: Incident, fixed: Mapping[str, str]) -> dict[str, str]:
        """What commands may ask about the pull request: `pull_request_title`, `pull_request_base`.

        Raises:
            CommandError: the title's template can't be filled.
        """
        naming, production = incident.playbook.naming, self._settings.service.production.branch
        template = naming.pull_request_at.get(incident.level, naming.pull_request) or "{title}"
        back = incident.playbook.merge_back
        # Picked onto other branches afterwards, the fix itself goes where production is made from.
        elsewhere = back is not None and back.how == "merge" and back.into and production not in back.into
        told = {"title": clean(incident.title), "level": incident.level, "incident": incident.id, **fixed}
        return {
            "pull_request_title": fill(template, told, "naming.pull_request"),
            "pull_request_base": back.into[0] if back and elsewhere else production,
        }

    def furnish(self, prepared: Prepared) -> Prepared:
        """Give one of our programs what it shall do, beside its argv.

        Raises:
            CommandError: it names a request or a log that is not configured, or an environment without an address.
        """
        argv = prepared.command.argv
        if argv[0] == REQUEST:
            return _with(prepared, REQUEST_SPEC, self._request_spec(prepared.command.action, argv[1:]))
        if argv[0] == LOG:
            name = argv[1] if len(argv) > 1 else ""
            log = _named("log", name, self._settings.log, prepared.command.action)
            return _with(prepared, LOG_SPEC, log_spec(log))
        return prepared

    def _request_spec(self, action: str, words: tuple[str, ...]) -> str:
        name, environment = (words[0] if words else ""), ""
        if "--environment" in words[:-1]:
            environment = words[words.index("--environment") + 1]
        request = _named("request", name, self._settings.request, action)
        try:
            return request_spec(name, request, self._settings, environment)
        except ValueError as problem:
            raise CommandError(f"action.{action}: {problem}") from None

    def _replay(self, name: str, request: Request) -> Action:
        return Action(
            title=with_literal_braces(f"Replay the request {name}: {request.method} {self._where(request)}"),
            label=f"replay {name}",
            argv=(REQUEST, name, "--environment", with_literal_braces(request.environment)),
            danger=Danger.FREE if request.method in _READS else Danger.CONFIRM,
            # What it acts on is nothing in the working copy.
            target=with_literal_braces(self._where(request)),
            timeout=request.timeout * 2,
            undo="nothing to undo, unless the request itself changes something",
        )

    def _where(self, request: Request) -> str:
        """Where it goes, without what may be secret in an address."""
        if unset(request):
            return request.environment or "an address that is not set"
        try:
            parts = urlsplit(address(request, self._settings.service.environments))
        except ValueError:
            return f"{request.url.partition('?')[0]} on {request.environment}"
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def request_spec(name: str, request: Request, settings: Settings, environment: str = "") -> str:
    """A request as its program gets it.

    Raises:
        ValueError: the environment has no address, or a variable is not set.
    """
    if lacking := unset(request):
        raise ValueError(f"request.{name}: {lacking}")
    spec = {
        "name": name,
        "environment": environment or request.environment,
        "url": address(request, settings.service.environments, environment),
        "method": request.method,
        "headers": dict(request.headers),
        "body": request.body,
        "conditions": list(request.conditions),
        "timeout_s": request.timeout.total_seconds(),
        "redirects": request.redirects,
        "verify_tls": request.verify_tls,
    }
    return json.dumps(spec)


def log_spec(log: LogSource) -> str:
    """A log as its program gets it."""
    spec = {
        "file": log.file,
        "argv": list(log.argv),
        "words": log.filter.split(),
        "regex": log.regex,
        "lines": log.lines,
        "last_s": log.last.total_seconds(),
    }
    return json.dumps(spec)


def candidates(action: Action) -> tuple[str, ...]:
    """Which names an action ships: `tag`, `branch`, both or none of them."""
    asked = {name for word in (*action.argv, *action.env.values()) for name in names(word)}
    return tuple(name for name in ("tag", "branch") if name in asked)


def guarded(key: str, action: Action, always: bool = False) -> Action:
    """A deploy to production that names what it ships has the guard that asks for the minimal change.

    Whoever wrote the action. A team's own that does not name it (`./ops/deploy production`) may name the guard itself.

    Args:
        always: nobody of the team wrote it: it has the guard whatever it names (a revision, an image, this folder).
    """
    deploys = key.startswith("deploy") or (always and key.startswith(SHIPS))
    ships = deploys and action.environment == "production" and (always or candidates(action))
    if not ships or MINIMAL_CHANGE in action.guards:
        return action
    return replace(action, guards=(*action.guards, MINIMAL_CHANGE))


def _create(playbook: Playbook) -> Action:
    labels = [word for label in playbook.naming.labels for word in ("--label", with_literal_braces(label))]
    return Action(
        title="Open the pull request",
        label="pull request",
        argv=(
            *(GH, "pr", "create", "--title", "{pull_request_title}", "--base", "{pull_request_base}"),
            *("--head", "{branch}", "--body-file", "{pull_request_body}", *labels),
        ),
        danger=Danger.CONFIRM,
        timeout=timedelta(minutes=2),
        undo="close it on GitHub: its branch stays as it is",
        env=QUIET,
        help="The document `pull-request` becomes its body.",
    )


def _follow(name: str, log: LogSource) -> Action:
    return Action(
        title=f"Follow the log {with_literal_braces(name)}",
        label=f"log {name}",
        argv=(LOG, name),
        danger=Danger.FREE,
        # It ends by itself a little earlier, and well.
        timeout=log.last + log.last / 10,
        undo="it only reads",
    )


def _named(table: str, name: str, known: Mapping[str, Found], action: str) -> Found:
    found = known.get(name)
    if found is None:
        raise CommandError(f"action.{action}: no {table} is called {name!r}; known: {', '.join(known) or 'none'}")
    return found


def _with(prepared: Prepared, variable: str, spec: str) -> Prepared:
    command = replace(prepared.command, secret_env=(*prepared.command.secret_env, variable))
    return Prepared(command, {**prepared.secret_env, variable: spec})
