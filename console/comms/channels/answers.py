"""Reading what an HTTP service answers: taken, refused for good, to be tried again, or nobody knows."""

from datetime import timedelta
from typing import Any

from warroom.console.comms.channels.letters import Failed, Reply
from warroom.console.comms.escape import one_line

_QUOTED = 120
_LATER = (408, 420, 425, 429, 500, 502, 503)
"""Not taken, but it may be later. 420 is what Statuspage says for 429."""
_NOBODY_KNOWS = 504
"""A gateway gave up waiting: the service behind it may have taken it."""


def taken(reply: Reply) -> bool:
    """The service said yes. Its head says so; a body that breaks off afterwards takes nothing back."""
    return 200 <= reply.status < 300


def failure(reply: Reply, said: str = "") -> Failed:
    """What an answer that is no yes means."""
    hold = reply.hold or None
    if reply.status == 0:
        return Failed(reply.error or "no answer", retry_after=hold, doubt=reply.begun)
    text = f"HTTP {reply.status}"
    words = said or quoted(reply)
    reason = f"{text}: {words}" if words else text
    if reply.status == _NOBODY_KNOWS:
        return Failed(reason, retry_after=hold, doubt=True)
    if 300 <= reply.status < 400:
        return Failed(f"{text}: it points elsewhere, which is not followed", final=True)
    return Failed(reason, retry_after=hold, final=reply.status not in _LATER and reply.status < 500)


def quoted(reply: Reply) -> str:
    """The beginning of the body, where it is a few words and no page."""
    text = reply.body[: _QUOTED * 4].decode(errors="replace").strip()
    return "" if text.startswith("<") else one_line(text, _QUOTED)


def fields(reply: Reply) -> dict[str, Any]:
    """The body as a JSON object; empty where it is none."""
    found = parsed(reply)
    return found if isinstance(found, dict) else {}


def parsed(reply: Reply) -> Any:
    """The body as JSON; nothing where it is none."""
    from pydantic_core import from_json

    try:
        return from_json(reply.body)
    except ValueError:
        return None


def seconds(value: object) -> timedelta | None:
    """A number of seconds from foreign JSON, five minutes at most."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        return None
    return timedelta(seconds=min(float(value), 300.0))


def text(value: object, limit: int = 200) -> str:
    """A name from foreign JSON."""
    return one_line(value, limit) if isinstance(value, str) else ""
