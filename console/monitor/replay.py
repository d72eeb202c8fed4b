"""Replaying a request: the exchange, and each condition held against its answer."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from warroom.console.domain.conditions.evaluation import evaluate
from warroom.console.domain.conditions.language import parse
from warroom.console.domain.text import clean
from warroom.console.domain.watch.verdict import ConditionResult
from warroom.console.monitor.exchange import Answer, Request
from warroom.console.monitor.http import Web
from warroom.console.monitor.probes.judge import facts_of

_SHOWN_LINES, _SHOWN_WIDTH = 20, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A request that was replayed."""

    name: str
    environment: str
    method: str
    url: str
    answer: Answer
    results: tuple[ConditionResult, ...]

    @property
    def status(self) -> int:
        """0: every condition holds, 1: one does not, 3: there was no answer, so nobody knows."""
        if not self.answer.status:
            return 3
        return 0 if self.answer.error is None and all(result.ok for result in self.results) else 1

    def lines(self) -> Iterator[str]:
        """The exchange in words, harmless to show; secrets are still in it, if the answer says them."""
        answer = self.answer
        where = f" ({self.environment})" if self.environment else ""
        yield f"{self.method} {clean(_without_password(self.url))}{where}"
        if answer.status:
            took = f" in {answer.latency_ms:.0f} ms" if answer.latency_ms is not None else ""
            yield f"{answer.status}{took}, {len(answer.body)} bytes{', cut' if answer.cut else ''}"
        if answer.error:
            yield f"error: {clean(answer.error)}"
        yield from self._body()
        for result in self.results:
            yield f"{'ok     ' if result.ok else 'FAILING'} {clean(result.shown)}"

    def _body(self) -> Iterator[str]:
        text = self.answer.body.decode(errors="replace")
        lines = [line for line in text[: _SHOWN_LINES * _SHOWN_WIDTH * 4].splitlines() if line.strip()]
        for line in lines[:_SHOWN_LINES]:
            yield f"  {clean(line)[:_SHOWN_WIDTH]}"
        if len(lines) > _SHOWN_LINES:
            yield "  …"

    def to_json(self) -> dict[str, Any]:
        """The same for programs."""
        answer = self.answer
        return {
            "name": self.name,
            "environment": self.environment,
            "method": self.method,
            "url": _without_password(self.url),
            "status": answer.status or None,
            "latency_ms": None if answer.latency_ms is None else round(answer.latency_ms, 1),
            "error": answer.error,
            "body": [line.strip() for line in self._body()],
            "conditions": [{"condition": one.condition, "ok": one.ok, "shown": one.shown} for one in self.results],
        }


async def replay(spec: Mapping[str, Any], clock: Callable[[], datetime]) -> Replay:
    """Send the request that a spec describes, and judge the answer.

    Raises:
        ConditionError: one of its conditions is none.
    """
    conditions = [parse(text) for text in spec["conditions"]]
    request = Request(
        url=spec["url"],
        method=spec["method"],
        headers=spec["headers"],
        body=spec["body"],
        timeout=timedelta(seconds=spec["timeout_s"]),
        redirects=spec["redirects"],
        verify_tls=spec["verify_tls"],
    )
    async with Web(clock) as web:
        answer = await web.ask(request)
    facts = facts_of(answer)
    return Replay(
        name=spec["name"],
        environment=spec["environment"],
        method=request.method,
        url=request.url,
        answer=answer,
        results=tuple(evaluate(condition, facts) for condition in conditions),
    )


def replayed(spec: Mapping[str, Any], clock: Callable[[], datetime]) -> Replay:
    """The same, for who has no loop."""
    return asyncio.run(replay(spec, clock))


def _without_password(url: str) -> str:
    scheme, found, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{found}{host.rpartition('@')[2]}{slash}{path}"
