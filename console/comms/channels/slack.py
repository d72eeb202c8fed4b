"""Slack: an incoming webhook, or `chat.postMessage` with a bot's token.

Neither has an idempotency key: after an attempt of which nobody knows whether it arrived, sending again can double.
"""

import json

from warroom.config.settings import Channel
from warroom.console.comms.channels.answers import failure, fields, quoted, taken, text
from warroom.console.comms.channels.letters import Call, Context, Delivered, Failed, Reply
from warroom.console.comms.escape import SLACK, inert
from warroom.console.domain.desk import Letter

API = "https://slack.com/api/chat.postMessage"
LONGEST = 4_000
"""Characters that Slack shows in one piece."""
_LATER = ("ratelimited", "rate_limited", "service_unavailable", "team_added_to_org")
_NOBODY_KNOWS = ("internal_error", "fatal_error", "request_timeout")
"""Slack's own words for these: some of it may have been done before the error."""


async def send(channel: Channel, letter: Letter, ctx: Context) -> Delivered | Failed:
    """Post it once."""
    words = inert(f"{letter.subject}\n\n{letter.body.strip()}".strip(), SLACK, LONGEST)
    plain = {"text": words, "mrkdwn": False, "unfurl_links": False, "unfurl_media": False}
    headers = {"content-type": "application/json; charset=utf-8"}
    if not channel.token:
        return _webhook(await ctx.post(Call(url=channel.url, headers=headers, body=json.dumps(plain))))
    body = {"channel": channel.channel, "parse": "none", "link_names": False, **plain}
    headers["authorization"] = f"Bearer {channel.token}"
    return _api(await ctx.post(Call(url=channel.url or API, headers=headers, body=json.dumps(body))))


def _webhook(reply: Reply) -> Delivered | Failed:
    if not taken(reply):
        return failure(reply)
    if reply.error or reply.body.strip() == b"ok":
        return Delivered()
    return Failed(f"it answered {quoted(reply) or 'a page'} where ok was expected", doubt=True)


def _api(reply: Reply) -> Delivered | Failed:
    # HTTP 200 says nothing here: the verdict is in the body.
    if not taken(reply):
        return failure(reply)
    answer = fields(reply)
    if answer.get("ok") is True:
        return Delivered("/".join(filter(None, (text(answer.get("channel")), text(answer.get("ts"))))))
    error = text(answer.get("error"))
    if not error:
        return Failed(reply.error or "it answered neither ok nor an error", doubt=True)
    return Failed(
        error,
        retry_after=reply.hold or None,
        final=error not in _LATER and error not in _NOBODY_KNOWS,
        doubt=error in _NOBODY_KNOWS,
    )
