"""Any service that takes a POST: our JSON, or a body of the team's own.

Every attempt carries the same `Idempotency-Key` and the same `id`: a receiver that ignores both can get a letter twice.
"""

import json
from collections.abc import Mapping
from urllib.parse import quote_plus

from warroom.config.channels import PLACEHOLDER
from warroom.config.settings import Channel
from warroom.console.comms.channels.answers import failure, taken
from warroom.console.comms.channels.letters import Call, Context, Delivered, Failed
from warroom.console.comms.escape import PLAIN, inert
from warroom.console.domain.desk import Letter

LONGEST = 20_000
_JSON = "application/json"


async def send(channel: Channel, letter: Letter, ctx: Context) -> Delivered | Failed:
    """Post it once."""
    facts: dict[str, str | bool] = {
        "id": ctx.key,
        "incident": ctx.incident,
        "level": ctx.level,
        "audience": letter.audience,
        "subject": inert(letter.subject, PLAIN, LONGEST),
        "body": inert(letter.body, PLAIN, LONGEST),
        "drill": ctx.drill,
    }
    headers = {"content-type": _JSON, "idempotency-key": ctx.key}
    headers |= {name.lower(): value for name, value in channel.headers.items()}
    body = filled(channel.body, facts, headers["content-type"]) if channel.body else json.dumps(facts)
    reply = await ctx.post(Call(url=channel.url, headers=headers, body=body))
    return Delivered() if taken(reply) else failure(reply)


def filled(template: str, facts: Mapping[str, str | bool], content_type: str) -> str:
    """The team's body. A value is written so that it can't end the text it stands in."""

    def written(value: str | bool) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if "json" in content_type:
            return json.dumps(value)[1:-1]
        return quote_plus(value) if "x-www-form-urlencoded" in content_type else value

    return PLACEHOLDER.sub(lambda match: written(facts[match[1]]) if match[1] in facts else match[0], template)
