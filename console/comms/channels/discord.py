"""Discord: a webhook, asked to wait until the message is saved.

Webhooks have no idempotency key: after an attempt of which nobody knows whether it arrived, sending again can double.
"""

import json
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from warroom.config.settings import Channel
from warroom.console.comms.channels.answers import failure, fields, seconds, taken, text
from warroom.console.comms.channels.letters import Call, Context, Delivered, Failed
from warroom.console.comms.escape import DISCORD, inert
from warroom.console.domain.desk import Letter

LONGEST = 2_000
"""Characters of a message, by Discord's rule."""
_NO_PREVIEWS = 1 << 2


async def send(channel: Channel, letter: Letter, ctx: Context) -> Delivered | Failed:
    """Post it once."""
    body = {
        "content": inert(f"{letter.subject}\n\n{letter.body.strip()}".strip(), DISCORD, LONGEST),
        "allowed_mentions": {"parse": []},
        "flags": _NO_PREVIEWS,
    }
    headers = {"content-type": "application/json"}
    reply = await ctx.post(Call(url=_waiting(channel.url), headers=headers, body=json.dumps(body)))
    answer = fields(reply)
    if taken(reply):
        return Delivered(text(answer.get("id")))
    failed = failure(reply, text(answer.get("message")))
    asked = seconds(answer.get("retry_after")) if reply.status == 429 else None
    return replace(failed, retry_after=max(filter(None, (asked, failed.retry_after)), default=None))


def _waiting(url: str) -> str:
    """Without `wait`, a message that could not be saved is no error."""
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "wait"]
    return parts._replace(query=urlencode([*query, ("wait", "true")])).geturl()
