"""Reporting crashes of the console itself, only where a DSN is set, and with everything of the incident taken out.

The SDK's defaults would send argv, addresses, local variables and log lines; all of that is off, and what is left, the
message of the exception, is masked.
"""

from typing import TYPE_CHECKING, Any

from warroom.console.actions.masking import mask

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

_FLUSH_SECONDS = 2.0
_KEPT = ("exception", "level", "platform", "timestamp", "event_id", "release", "environment", "contexts", "sdk")
_CONTEXTS = ("runtime", "os")


def report(error: BaseException, dsn: str, release: str, secrets: tuple[str, ...] = ()) -> None:
    """Send one crash, and wait at most two seconds for it to be gone. Does nothing without a DSN."""
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
        scope.capture_exception(error)
        client.close(timeout=_FLUSH_SECONDS)


def _scrubbed(event: "Event", secrets: tuple[str, ...]) -> "Event":
    kept: Any = {key: value for key, value in event.items() if key in _KEPT}
    kept["contexts"] = {key: value for key, value in kept.get("contexts", {}).items() if key in _CONTEXTS}
    for exception in kept.get("exception", {}).get("values", ()):
        # A message may quote a title, an address or an argv; where it came from is what helps.
        exception["value"] = mask(str(exception.get("value", "")), secrets)[:80]
        for frame in exception.get("stacktrace", {}).get("frames", ()):
            for key in ("abs_path", "vars", "pre_context", "post_context", "context_line"):
                frame.pop(key, None)
    found: Event = kept
    return found
