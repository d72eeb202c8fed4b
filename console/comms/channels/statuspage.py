"""Atlassian Statuspage: one incident on the page for each of ours, updated with every letter.

The page has no idempotency key, but keeps `metadata`: every letter leaves its id there, and is looked for before it is
sent again. So nothing is doubled, unless the page loses an incident that it has just taken.
"""

import json
from typing import Any

from warroom.config.settings import Channel
from warroom.console.comms.channels.answers import failure, fields, parsed, taken, text
from warroom.console.comms.channels.letters import Call, Context, Delivered, Failed, Reply
from warroom.console.comms.escape import PAGE, inert
from warroom.console.domain.desk import Letter

API = "https://api.statuspage.io/v1"
LONGEST_NAME = 255
LONGEST_BODY = 25_000
_MARK = "warroom"


async def send(channel: Channel, letter: Letter, ctx: Context) -> Delivered | Failed:
    """Open the incident on the page, or update it; look first whether that has been done."""
    page = _Page(channel, ctx)
    found: dict[str, Any] | Failed | None = {"id": ctx.ref} if ctx.ref else await page.search()
    if ctx.ref and ctx.again:
        found = await page.read(ctx.ref)
    if isinstance(found, Failed):
        return found
    mark = _mark(found)
    if found is not None and mark.get("letter") == ctx.key:
        return Delivered(text(found.get("id")), "it had arrived before")
    if found is not None and (known := text(found.get("id"))):
        return await page.update(known, _incident(channel, letter, ctx))
    return await page.create({"name": inert(letter.subject, PAGE, LONGEST_NAME), **_incident(channel, letter, ctx)})


def _mark(incident: dict[str, Any] | None) -> dict[str, Any]:
    metadata = incident.get("metadata") if incident else None
    mark = metadata.get(_MARK) if isinstance(metadata, dict) else None
    return mark if isinstance(mark, dict) else {}


def _incident(channel: Channel, letter: Letter, ctx: Context) -> dict[str, Any]:
    body: dict[str, Any] = {
        "status": ctx.phase,
        "body": inert(letter.body.strip(), PAGE, LONGEST_BODY),
        # Left out, it is true: the page's subscribers would be mailed.
        "deliver_notifications": channel.notify and not ctx.drill,
        "metadata": {_MARK: {"incident": ctx.thread, "letter": ctx.key}},
    }
    if channel.components:
        body["component_ids"] = list(channel.components)
    if channel.component_status:
        status = "operational" if ctx.phase == "resolved" else channel.component_status
        body["components"] = dict.fromkeys(channel.components, status)
    return body


class _Page:
    """The API, for one letter."""

    def __init__(self, channel: Channel, ctx: Context) -> None:
        self._base = f"{(channel.url or API).rstrip('/')}/pages/{channel.page}/incidents"
        self._headers = {"authorization": f"OAuth {channel.api_key}", "content-type": "application/json"}
        self._ctx = ctx

    async def search(self) -> dict[str, Any] | Failed | None:
        """This incident among those that are open on the page, and among the last ones where it may be over."""
        over = self._ctx.again and self._ctx.phase == "resolved"
        for path in ("/unresolved", "?limit=50") if over else ("/unresolved",):
            reply = await self._ask("GET", path)
            incidents = parsed(reply)
            if not taken(reply) or not isinstance(incidents, list):
                return _looking_failed(reply, self._ctx)
            for each in incidents:
                if isinstance(each, dict) and _mark(each).get("incident") == self._ctx.thread:
                    return each
        return None

    async def read(self, ref: str) -> dict[str, Any] | Failed | None:
        """An incident on the page; nothing if it was deleted."""
        reply = await self._ask("GET", f"/{ref}")
        if reply.status == 404:
            return None
        return fields(reply) if taken(reply) and fields(reply) else _looking_failed(reply, self._ctx)

    async def create(self, incident: dict[str, Any]) -> Delivered | Failed:
        reply = await self._ask("POST", "", incident)
        return Delivered(text(fields(reply).get("id"))) if taken(reply) else _said(reply)

    async def update(self, ref: str, incident: dict[str, Any]) -> Delivered | Failed:
        reply = await self._ask("PATCH", f"/{ref}", incident)
        return Delivered(ref) if taken(reply) else _said(reply)

    async def _ask(self, method: str, path: str, incident: dict[str, Any] | None = None) -> Reply:
        body = json.dumps({"incident": incident}) if incident is not None else ""
        return await self._ctx.post(Call(url=self._base + path, method=method, headers=self._headers, body=body))


def _said(reply: Reply) -> Failed:
    error = fields(reply).get("error")
    words = ", ".join(filter(None, map(text, error))) if isinstance(error, list) else text(error)
    return failure(reply, words)


def _looking_failed(reply: Reply, ctx: Context) -> Failed:
    """Looking changes nothing on the page, so the only doubt is the one that was there before."""
    failed = _said(reply) if not taken(reply) else Failed(reply.error or "its list of incidents can't be read")
    return Failed(failed.reason, failed.retry_after, failed.final, doubt=ctx.again)
