"""Probes of kind `sentry`: errors of a project or release, and issues nobody has seen before.

Errors come from `events-timeseries`; servers from before it answer 404, and then `events-stats` is asked. The newest
bucket is incomplete: it counts for the number of errors, as what is known so far, and not for their rate.
"""

import asyncio
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import quote, urlencode

from warroom.config.settings import Probe
from warroom.console.domain.watch.verdict import Sample
from warroom.console.monitor.exchange import LONGEST_HOLD, Answer
from warroom.console.monitor.http import Web
from warroom.console.monitor.probes.document import LIST_LIMIT, NoValue, document, finite, tables
from warroom.console.monitor.probes.judge import judged_value, no_data
from warroom.console.monitor.probes.new_issues import new_issues
from warroom.console.monitor.probes.question import below, request_of
from warroom.console.monitor.probes.sentry_scope import place_of, search_of

_SERVER = "https://sentry.io"
_MINUTE = timedelta(minutes=1)
_MOST_BUCKETS = 60
_DEPLOY_COUNTS = timedelta(days=1)


class Bucket(NamedTuple):
    """Errors of a span."""

    errors: float
    complete: bool


class Asker:
    """Asks one Sentry, within the time limit of the reading as a whole."""

    def __init__(self, probe: Probe, web: Web) -> None:
        self._probe = probe
        self._web = web
        self._ends = asyncio.get_running_loop().time() + probe.timeout.total_seconds()

    async def ask(self, path: str, parameters: Mapping[str, str]) -> Answer:
        """Ask for something of the organization, e.g. `issues/`."""
        organization = quote(self._probe.organization, safe="")
        url = below(self._probe.url or _SERVER, f"/api/0/organizations/{organization}/{path}", urlencode(parameters))
        left = max(self._ends - asyncio.get_running_loop().time(), 0.0)
        limit = timedelta(seconds=math.ceil(left * 100) / 100)  # rounded, because a reason names it
        answer = await self._web.ask(replace(request_of(self._probe, url), timeout=limit, body_limit=LIST_LIMIT))
        return replace(answer, hold=max(answer.hold, _exhausted(answer)))


async def read(probe: Probe, web: Web, deployed: datetime | None = None) -> Sample:
    """Ask once. The value is a number of errors, of errors a minute, or of new issues.

    Within a day of a deploy that is known, issues are new that came since.
    """
    asker = Asker(probe, web)
    if probe.what == "new-issues":
        age = web.now() - deployed if deployed is not None else None
        recent = age is not None and timedelta(0) <= age <= _DEPLOY_COUNTS
        since = max(age, _MINUTE) if recent and age is not None else probe.since
        answer, found = await new_issues(replace(probe, since=since), asker.ask)
        if isinstance(found, str):
            return no_data(probe, answer, found)
        when = (f"since the deploy at {deployed:%H:%M:%S} UTC",) if recent else ()
        return judged_value(probe, answer, found.count, (*when, *found.lines))
    bucket = bucket_of(probe.span)
    answer = await asker.ask("events-timeseries/", _asked(probe, str(int(bucket.total_seconds()))))
    stats = answer.status == 404
    if stats:
        answer = await asker.ask("events-stats/", _asked(probe, f"{int(bucket.total_seconds()) // 60}m"))
    try:
        buckets = tuple(_old_buckets(answer, bucket) if stats else _buckets(answer))
        return judged_value(probe, answer, _value(probe, buckets, bucket))
    except NoValue as error:
        return no_data(probe, answer, str(error))


def bucket_of(span: timedelta) -> timedelta:
    """The span of a bucket: whole minutes, few enough to a window."""
    return max(math.ceil(span / _MINUTE / _MOST_BUCKETS), 1) * _MINUTE


def _asked(probe: Probe, interval: str) -> dict[str, str]:
    return {
        "dataset": "errors",
        "yAxis": "count()",
        "statsPeriod": f"{math.ceil(max(probe.span, _MINUTE) / _MINUTE)}m",
        "interval": interval,
        "query": search_of(probe, "release"),
        **place_of(probe),
    }


def _buckets(answer: Answer) -> Iterator[Bucket]:
    """The buckets of `events-timeseries`; several series only if it was asked for groups, which it was not."""
    found = document(answer, "Sentry")
    series = tables(found.get("timeSeries")) if isinstance(found, dict) else []
    if not series:
        raise NoValue("no data: Sentry gives no series")
    for value in tables(series[0].get("values")):
        count = finite(value.get("value"))
        if count is not None:
            yield Bucket(count, value.get("incomplete") is not True)


def _old_buckets(answer: Answer, bucket: timedelta) -> Iterator[Bucket]:
    """The buckets of `events-stats`: `[[seconds, [{"count": 5}]], …]`; which are complete follows from the time."""
    found = document(answer, "Sentry")
    data = found.get("data") if isinstance(found, dict) else None
    if not isinstance(data, list):
        raise NoValue("no data: Sentry gives no series")
    for point in data:
        match point:
            case [int() | float() as began, [*counts]]:
                numbers = [finite(each.get("count")) for each in tables(counts)]
                ends = _moment(began) + bucket
                yield Bucket(sum(number for number in numbers if number is not None), ends <= answer.at)
            case _:
                continue


def _moment(seconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise NoValue("Sentry gives a moment that no calendar has") from None


def _value(probe: Probe, buckets: tuple[Bucket, ...], bucket: timedelta) -> float:
    if not buckets:
        raise NoValue("no data: Sentry gives no figures")
    if probe.what == "errors":
        return sum(each.errors for each in buckets)
    complete = [each.errors for each in buckets if each.complete]
    if not complete:
        raise NoValue("no data: no minute is complete yet")
    return sum(complete) / (len(complete) * (bucket / _MINUTE))


def _exhausted(answer: Answer) -> timedelta:
    """How long to leave Sentry alone because nothing is left of what it allows, or it refused."""
    reset = answer.headers.get("x-sentry-rate-limit-reset", "").strip()
    spent = answer.status == 429 or answer.headers.get("x-sentry-rate-limit-remaining", "").strip() == "0"
    if not spent or not (reset.isascii() and reset.isdigit()) or len(reset) > 12:
        return timedelta(0)
    return min(max(timedelta(seconds=int(reset) - answer.at.timestamp()), timedelta(0)), LONGEST_HOLD)
