"""Reporting crashes and slow spots of the console itself, only where a DSN is set, with nothing of the incident in it.

The SDK's defaults would send argv, addresses, local variables and log lines; all of that is off, and of what is left,
the message of the exception, everything that was quoted, every address and every path is taken out.
"""

import re
from typing import TYPE_CHECKING, Any

from warroom.console.actions.runs.masking import mask

if TYPE_CHECKING:
    from collections.abc import Callable

    import sentry_sdk
    from sentry_sdk.types import Event, Hint

_FLUSH_SECONDS = 2.0
_KEPT = (
    *("exception", "message", "level", "platform", "timestamp", "event_id"),
    *("release", "environment", "contexts", "sdk"),
)
_CONTEXTS = ("runtime", "os")
_TAKEN_OUT = re.compile(r"""(["'`]).*?\1|\b[a-zA-Z][a-zA-Z0-9+.-]*://\S+|(?<!\w)(?:\.{1,2})?/\S+""", re.DOTALL)
"""What a message quotes: titles and names, addresses, paths."""
_LONGEST = 80


def report(error: BaseException, dsn: str, release: str, secrets: tuple[str, ...] = ()) -> None:
    """Send one crash, and wait at most two seconds for it to be gone. Does nothing without a DSN."""
    _send(dsn, release, secrets, lambda scope: scope.capture_exception(error))


def report_slow(where: str, seconds: float, dsn: str, release: str, secrets: tuple[str, ...] = ()) -> None:
    """Send that a part of the console, named by us, was late by so much. As `report` in all else."""
    said = f"{where} was late by {seconds:.1f} s"
    _send(dsn, release, secrets, lambda scope: scope.capture_message(said, level="warning"))


def _send(dsn: str, release: str, secrets: tuple[str, ...], capture: "Callable[[sentry_sdk.Scope], object]") -> None:
    if not dsn:
        return
    import sentry_sdk

    def scrub(event: "Event", hint: "Hint") -> "Event":
        return _scrubbed(event, secrets)

    with sentry_sdk.new_scope() as scope:
        client = sentry_sdk.Client(
            dsn=dsn,
            release=release,
            default_integrations=False,
            auto_enabling_integrations=False,
            include_local_variables=False,
            include_source_context=False,
            max_breadcrumbs=0,
            server_name="",
            before_send=scrub,
        )
        scope.set_client(client)
        capture(scope)
        client.close(timeout=_FLUSH_SECONDS)


def _scrubbed(event: "Event", secrets: tuple[str, ...]) -> "Event":
    kept: Any = {key: value for key, value in event.items() if key in _KEPT}
    kept["contexts"] = {key: value for key, value in kept.get("contexts", {}).items() if key in _CONTEXTS}
    for exception in kept.get("exception", {}).get("values", ()):
        # A message may quote a title, an address or an argv; where it came from is what helps.
        exception["value"] = _TAKEN_OUT.sub("…", mask(str(exception.get("value", "")), secrets))[:_LONGEST]
        for frame in exception.get("stacktrace", {}).get("frames", ()):
            for key in ("abs_path", "vars", "pre_context", "post_context", "context_line"):
                frame.pop(key, None)
    found: Event = kept
    return found
