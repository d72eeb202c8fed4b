"""How the channels reach the HTTP client of the probes."""

from typing import TYPE_CHECKING

from warroom.console.comms.channels.letters import Call, Post, Reply
from warroom.console.monitor.exchange import Request

if TYPE_CHECKING:
    from warroom.console.monitor.http import Web

_BODY_LIMIT = 1024 * 1024


def posting(web: "Web") -> Post:
    """Sends a channel's requests over these connections, each once and to where it is addressed."""

    async def post(call: Call) -> Reply:
        # A kept connection may be closed by the other side just as we write: then nobody would know what arrived.
        request = Request(
            url=call.url,
            method=call.method,
            headers={**call.headers, "connection": "close"},
            body=call.body,
            timeout=call.timeout,
            redirects=False,
            body_limit=_BODY_LIMIT,
        )
        answer = await web.ask(request)
        return Reply(
            status=answer.status, body=answer.body, error=answer.error or "", begun=answer.begun, hold=answer.hold
        )

    return post
