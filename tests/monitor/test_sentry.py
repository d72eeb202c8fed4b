"""Probes of kind `sentry`: errors, their rate, new issues; old servers, limits and pages."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.monitor.servers import Caller, Serve, Server, now
from warroom.config.settings import Probe
from warroom.console.domain.text import is_plain
from warroom.console.domain.watch.verdict import Sample, Status
from warroom.console.monitor.exchange import LONGEST_HOLD
from warroom.console.monitor.http import Web
from warroom.console.monitor.probes.new_issues import next_cursor
from warroom.console.monitor.probes.sentry import read
from warroom.console.monitor.readers import Readers

SERIES, STATS, ISSUES = (
    f"/api/0/organizations/acme/{name}/" for name in ("events-timeseries", "events-stats", "issues")
)
TOKEN = "sntrys_0123456789abcdef"


def sentry(server: Server, **more: Any) -> Probe:
    given = {"organization": "acme", "project": "shop", "token": TOKEN, "conditions": ("[VALUE] < 10",)} | more
    return Probe(name="errors", kind="sentry", url=server.url(), **given)


def asked(server: Server, number: int = 0) -> tuple[str, dict[str, list[str]]]:
    target = urlsplit(server.heads[number].split(" ")[1])
    return target.path, parse_qs(target.query)


def series(*values: object, incomplete: int = 1) -> str:
    first = len(values) - incomplete
    points = [
        {"timestamp": 1_795_000_000_000 + 60_000 * number, "value": value, "incomplete": number >= first}
        for number, value in enumerate(values)
    ]
    return json.dumps(
        {"timeSeries": [{"values": points, "yAxis": "count()", "meta": {"interval": 60_000}}], "meta": {}}
    )


async def test_errors_are_counted_as_far_as_they_are_known(web: Web, serve: Serve) -> None:
    server = await serve(lambda caller: caller.answer(series(1, 2, None, 4)))
    probe = sentry(server, environment="production", release='v1 "x"', query="level:fatal")
    sample = await read(probe, web)
    assert (sample.status, sample.value) == (Status.OK, 7.0)
    path, parameters = asked(server)
    assert path == SERIES
    assert parameters == {
        "dataset": ["errors"],
        "yAxis": ["count()"],
        "statsPeriod": ["5m"],
        "interval": ["60"],
        "query": ['release:"v1 \\"x\\"" project:shop level:fatal'],
        "environment": ["production"],
    }
    assert f"authorization: Bearer {TOKEN}" in server.heads[0]


async def test_a_rate_leaves_out_the_minute_that_is_not_over(web: Web, serve: Serve) -> None:
    server = await serve(lambda caller: caller.answer(series(6, 10, 500)))
    sample = await read(sentry(server, what="error-rate"), web)
    assert (sample.status, sample.value) == (Status.OK, 8.0)


async def test_a_rate_without_a_full_minute_is_unknown(web: Web, serve: Serve) -> None:
    server = await serve(lambda caller: caller.answer(series(500)))
    sample = await read(sentry(server, what="error-rate"), web)
    assert (sample.status, sample.error) == (Status.UNKNOWN, "no data: no minute is complete yet")


async def test_a_long_window_has_longer_buckets_and_a_project_number_is_no_search(web: Web, serve: Serve) -> None:
    server = await serve(lambda caller: caller.answer(series(600, 600, 5)))
    probe = sentry(server, what="error-rate", window=timedelta(hours=10), project="42")
    sample = await read(probe, web)
    assert sample.value == 60.0
    _, parameters = asked(server)
    assert (parameters["interval"], parameters["statsPeriod"]) == (["600"], ["600m"])
    assert parameters["project"] == ["42"]
    assert "query" not in parameters


async def test_an_older_server_is_asked_in_its_own_way(web: Web, serve: Serve) -> None:
    minute = int(now().timestamp()) // 60 * 60

    async def old(caller: Caller) -> None:
        if caller.path.startswith(SERIES):
            await caller.answer('{"detail": "Not found"}', 404)
        else:
            points = [[minute - 120, [{"count": 3}]], [minute - 60, [{"count": 5}]], [minute + 60, [{"count": 90}]]]
            await caller.answer(json.dumps({"data": points}))

    server = await serve(old)
    assert (await read(sentry(server), web)).value == 98.0
    assert (await read(sentry(server, what="error-rate"), web)).value == 4.0
    path, parameters = asked(server, 1)
    assert (path, parameters["interval"]) == (STATS, ["1m"])


async def test_an_organization_that_is_not_there_is_unknown_in_the_words_of_the_server(web: Web, serve: Serve) -> None:
    server = await serve(lambda caller: caller.answer('{"detail": "The requested resource does not exist"}', 404))
    sample = await read(sentry(server), web)
    assert (sample.status, sample.value) == (Status.UNKNOWN, None)
    assert sample.error == "status 404 from Sentry: The requested resource does not exist"


def issue(number: int, **more: Any) -> dict[str, Any]:
    seen = (now() - timedelta(minutes=number + 1)).isoformat()
    return {"shortId": f"SHOP-{number}", "title": f"KeyError: {number}", "count": "12", "firstSeen": seen} | more


def link(server: Server, cursor: str, results: bool) -> str:
    url = server.url(ISSUES)
    return (
        f'link: <{url}?cursor=a>; rel="previous"; results="false"; cursor="a", '
        f'<{url}?cursor={cursor}>; rel="next"; results="{str(results).lower()}"; cursor="{cursor}"'
    )


async def test_new_issues_are_counted_over_pages_and_named(web: Web, serve: Serve) -> None:
    async def pages(caller: Caller) -> None:
        second = "cursor=" in caller.path
        page = [issue(3)] if second else [issue(1), issue(2, count="1", title="Bad\x1b[2J\n" + "x" * 500)]
        await caller.answer(json.dumps(page), 200, link(server, "0:100:0", not second))

    server = await serve(pages)
    sample = await read(sentry(server, what="new-issues", release="v2"), web)
    assert sample.value == 3.0
    assert sample.details[0] == "SHOP-1: KeyError: 1 (12 events)"
    assert sample.details[1].startswith("SHOP-2: Bad")
    assert sample.details[1].endswith("(1 event)")
    assert all(is_plain(line) and len(line) < 200 for line in sample.details)
    path, parameters = asked(server)
    assert path == ISSUES
    assert parameters["query"] == ['is:unresolved firstSeen:-60m firstRelease:"v2" project:shop']
    assert (parameters["sort"], parameters["statsPeriod"]) == (["new"], ["24h"])
    assert asked(server, 1)[1]["cursor"] == ["0:100:0"]


async def test_an_issue_from_before_is_not_new_even_if_the_server_says_so(web: Web, serve: Serve) -> None:
    server = await serve(lambda caller: caller.answer(json.dumps([issue(500), issue(1), {"title": 7}])))
    sample = await read(sentry(server, what="new-issues"), web)
    assert sample.value == 2.0
    assert sample.details[1] == "an issue without a title"


async def test_pages_without_an_end_are_a_number_that_says_so(web: Web, serve: Serve) -> None:
    async def endless(caller: Caller) -> None:
        await caller.answer(json.dumps([issue(1)] * 100), 200, link(server, "x", True))

    server = await serve(endless)
    sample = await read(sentry(server, what="new-issues"), web)
    assert (sample.value, len(server.heads)) == (500.0, 5)
    assert sample.details[0] == "at least 500: only the newest are counted"


@pytest.mark.parametrize(
    ("status", "headers", "least", "most"),
    [
        (200, ("x-sentry-rate-limit-remaining: 0", "x-sentry-rate-limit-reset: {soon}"), 30, 60),
        (200, ("x-sentry-rate-limit-remaining: 3", "x-sentry-rate-limit-reset: {soon}"), 0, 0),
        (429, ("x-sentry-rate-limit-reset: {soon}",), 30, 60),
        (429, ("x-sentry-rate-limit-reset: 9999999999",), 300, 300),
        (429, ("x-sentry-rate-limit-reset: 1",), 0, 0),
        (429, ("x-sentry-rate-limit-reset: soon", "retry-after: 7"), 7, 7),
    ],
)
async def test_the_limits_of_sentry_are_honoured(
    web: Web, serve: Serve, status: int, headers: Sequence[str], least: int, most: int
) -> None:
    soon = int(now().timestamp()) + 60
    server = await serve(
        lambda caller: caller.answer(series(1, 1), status, *(one.format(soon=soon) for one in headers))
    )
    sample = await read(sentry(server), web)
    assert timedelta(seconds=least) <= sample.hold <= timedelta(seconds=most) <= LONGEST_HOLD
    assert ("asks to be left alone" in (sample.error or "")) is bool(most)


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "{}",
        '{"timeSeries": []}',
        '{"timeSeries": [{}]}',
        '{"timeSeries": [{"values": [{"value": 1e999}]}]}',
        "NaN",
    ],
)
@pytest.mark.parametrize("what", ["errors", "error-rate"])
async def test_an_answer_without_figures_is_unknown(web: Web, serve: Serve, body: str, what: str) -> None:
    server = await serve(lambda caller: caller.answer(body))
    sample: Sample = await read(sentry(server, what=what), web)
    assert (sample.status, sample.value) == (Status.UNKNOWN, None)
    assert sample.error


@pytest.mark.parametrize(
    ("header", "cursor"),
    [
        ("", ""),
        ('<x>; rel="next"; results="false"; cursor="c"', ""),
        ('<x>; rel="next"; results="true"; cursor="c:1:0"', "c:1:0"),
        ('<x>; rel="next"; results="true"', ""),
        ("<" * 10_000, ""),
    ],
)
def test_the_next_page_is_read_from_the_link(header: str, cursor: str) -> None:
    assert next_cursor(header) == cursor


@pytest.mark.parametrize(
    ("minutes", "counted"),
    [(5.5, 2), (2 * 60, 4), (2 * 24 * 60, 3), (-5, 3)],
    ids=["a deploy just now", "a deploy before the usual span", "a deploy of last week", "a clock that is behind"],
)
async def test_after_a_deploy_issues_are_new_that_came_since(
    web: Web, serve: Serve, minutes: float, counted: int
) -> None:
    issues = [issue(number) for number in (1, 3, 30, 100)]
    server = await serve(lambda caller: caller.answer(json.dumps(issues)))
    deployed = now() - timedelta(minutes=minutes)
    async with Readers(now, web) as readers:
        readers.deployed = deployed
        sample = await readers.read(sentry(server, what="new-issues"))
    assert sample.value == counted
    said = f"since the deploy at {deployed:%H:%M:%S} UTC"
    assert (sample.details[0] == said) is (0 < minutes <= 24 * 60)
    if minutes == 5.5:
        assert "firstSeen:-6m" in asked(server)[1]["query"][0]
