"""Unresolved issues of Sentry that were first seen lately, or in one release, over as many pages as it takes."""

import math
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from warroom.config.settings import Probe
from warroom.console.monitor.exchange import Answer
from warroom.console.monitor.probes.document import NoValue, document, tables, text_of
from warroom.console.monitor.probes.sentry_scope import place_of, search_of

Ask = Callable[[str, Mapping[str, str]], Awaitable[Answer]]
_PAGE = 100
_MOST_PAGES = 5
_MOST_LINES = 10
_LINK = re.compile(r"<[^>]*>((?:\s*;\s*[a-z]+\s*=\s*\"[^\"]*\")+)")
_PARAMETER = re.compile(r"([a-z]+)\s*=\s*\"([^\"]*)\"")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Issues:
    """How many there are, and the newest of them in a line each."""

    count: int
    lines: tuple[str, ...]


async def new_issues(probe: Probe, ask: Ask) -> tuple[Answer, Issues | str]:
    """The new issues, or why they are not known; and the last answer that was read for them."""
    asked = _asked(probe)
    found: list[Mapping[str, Any]] = []
    for _ in range(_MOST_PAGES):
        answer = await ask("issues/", asked)
        try:
            page = document(answer, "Sentry")
            if not isinstance(page, list) or len(tables(page)) != len(page):
                raise NoValue("not a list of issues")
        except NoValue as error:
            return answer, str(error)
        found.extend(issue for issue in tables(page) if _is_new(issue, answer.at - probe.since))
        lines = tuple(map(_line, found[:_MOST_LINES]))
        cursor = next_cursor(answer.headers.get("link", ""))
        if not cursor:
            return answer, Issues(len(found), lines)
        asked["cursor"] = cursor
        if answer.hold:
            break
    return answer, Issues(len(found), (f"at least {len(found)}: only the newest are counted", *lines))


def _asked(probe: Probe) -> dict[str, str]:
    minutes = max(math.ceil(probe.since / timedelta(minutes=1)), 1)
    return {
        "query": search_of(probe, "firstRelease", "is:unresolved", f"firstSeen:-{minutes}m"),
        "sort": "new",
        "limit": str(_PAGE),
        "statsPeriod": "24h" if probe.since <= _DAY else "14d",
        "collapse": "stats",
        **place_of(probe),
    }


def _is_new(issue: Mapping[str, Any], since: datetime) -> bool:
    """Whether it is as new as was asked for, as far as it says when it was first seen."""
    try:
        seen = datetime.fromisoformat(str(issue.get("firstSeen", "")))
    except ValueError:
        return True
    return (seen.replace(tzinfo=UTC) if seen.tzinfo is None else seen) >= since


def _line(issue: Mapping[str, Any]) -> str:
    """An issue in a line: `SHOP-7: KeyError: 'cart' (12 events)`."""
    count = text_of(str(issue.get("count", "")), 12)
    events = f" ({count} event{'' if count == '1' else 's'})" if count.isdigit() else ""
    title = text_of(issue.get("title")) or "an issue without a title"
    short_id = text_of(issue.get("shortId"), 40)
    return f"{short_id}: {title}{events}" if short_id else f"{title}{events}"


def next_cursor(link: str) -> str:
    """Where the next page begins, from a `Link` header; empty if there is none."""
    for match in _LINK.finditer(link[:5000]):
        parameters: dict[str, str] = dict(_PARAMETER.findall(match[1]))
        if parameters.get("rel") == "next" and parameters.get("results") == "true":
            return parameters.get("cursor", "")
    return ""
