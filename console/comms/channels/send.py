"""Sending a letter to a channel of any kind: within a time limit, marked in a drill, with no secret in the answer."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from warroom.config.secrets import unset
from warroom.config.settings import Channel
from warroom.console.comms.channels import discord, slack, statuspage, webhook
from warroom.console.comms.channels.letters import TOTAL_SECONDS, Context, Delivered, Failed
from warroom.console.comms.channels.loopback import leaves
from warroom.console.comms.escape import hide, one_line
from warroom.console.domain.desk import Letter

DRILL = "DRILL"
_LONGEST_REASON = 200


async def send(channel: Channel, letter: Letter, ctx: Context, total: float = TOTAL_SECONDS) -> Delivered | Failed:
    """Send it once, within `total` seconds. Whatever goes wrong is part of the answer."""
    if lacking := unset(channel):
        return Failed(lacking)
    if ctx.drill and leaves(channel):
        return Failed("a drill does not write to anybody outside this machine", final=True)
    try:
        async with asyncio.timeout(total):
            answer = await _send(channel, _marked(letter) if ctx.drill else letter, ctx)
    except TimeoutError:
        return Failed(f"not done after {total:.0f} s", doubt=True)
    known = tuple(secrets(channel))
    if isinstance(answer, Failed):
        return replace(answer, reason=one_line(hide(answer.reason, known), _LONGEST_REASON))
    return Delivered(hide(answer.ref, known), one_line(hide(answer.note, known), _LONGEST_REASON))


async def _send(channel: Channel, letter: Letter, ctx: Context) -> Delivered | Failed:
    match channel.kind:
        case "slack":
            return await slack.send(channel, letter, ctx)
        case "discord":
            return await discord.send(channel, letter, ctx)
        case "webhook":
            return await webhook.send(channel, letter, ctx)
        case "statuspage":
            return await statuspage.send(channel, letter, ctx)
        case "email":
            # The mail library takes a while to load, and most rooms write no mail.
            from warroom.console.comms.channels import mail

            return await mail.send(channel, letter, ctx)


def repeats(channel: Channel) -> bool:
    """Whether a letter that may have arrived is sent again by itself: where it would be recognised, or it was asked."""
    return channel.repeat or channel.kind in ("webhook", "statuspage", "email")


def secrets(channel: Channel) -> Iterator[str]:
    """What of a channel nobody may read: addresses that hold a key, tokens, passwords."""
    yield from (channel.token, channel.api_key, channel.password, *channel.headers.values())
    parts = urlsplit(channel.url)
    for text in (channel.url, parts.path, parts.query, parts.password or "", parts.path.rpartition("/")[2]):
        yield from (text, unquote(text))


def _marked(letter: Letter) -> Letter:
    subject = letter.subject if letter.subject.startswith(DRILL) else f"{DRILL}: {letter.subject}"
    body = (
        letter.body
        if letter.body.startswith(DRILL)
        else f"{DRILL}. This is practice; nothing is wrong.\n\n{letter.body}"
    )
    return replace(letter, subject=subject, body=body)
