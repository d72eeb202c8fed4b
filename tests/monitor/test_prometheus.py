"""Probes of kind `prometheus`: every shape the query API answers with."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.monitor.servers import Caller, Serve
from warroom.config.settings import Probe
from warroom.console.domain.watch.verdict import Sample, Status
from warroom.console.monitor.http import Web
from warroom.console.monitor.probes.prometheus import MOST_POINTS, past, read

QUERY = 'sum(rate(http_requests_total{code=~"5.."}[1m])) / 2 * 100'
AT = 1_795_000_000.123


async def asked(web: Web, serve: Serve, body: str, status: int = 200, base: str = "") -> tuple[Sample, str]:
    async def answer(caller: Caller) -> None:
        await caller.answer(body, status)

    server = await serve(answer)
    probe = Probe(
        name="errors", kind="prometheus", url=server.url(base), query=QUERY, unit="%", conditions=("[VALUE] < 1",)
    )
    return await read(probe, web), server.heads[0].split(" ")[1]


def success(kind: str, result: Any) -> str:
    return json.dumps({"status": "success", "data": {"resultType": kind, "result": result}})


def vector(*values: str) -> str:
    return success("vector", [{"metric": {"n": str(n)}, "value": [AT, value]} for n, value in enumerate(values)])


async def test_a_vector_of_one_is_a_value(web: Web, serve: Serve) -> None:
    sample, _ = await asked(web, serve, vector("0.25"))
    assert (sample.status, sample.value, sample.unit, sample.error) == (Status.OK, 0.25, "%", None)


async def test_a_value_over_the_limit_is_failing_with_it(web: Web, serve: Serve) -> None:
    sample, _ = await asked(web, serve, vector("7.81"))
    assert (sample.status, sample.reason) == (Status.FAILING, "[VALUE] (7.81) < 1")


async def test_a_scalar_is_a_value(web: Web, serve: Serve) -> None:
    sample, _ = await asked(web, serve, success("scalar", [AT, "0.5"]))
    assert (sample.status, sample.value) == (Status.OK, 0.5)


@pytest.mark.parametrize("base", ["", "/prometheus", "/prometheus/", "/api/v1/query"])
async def test_the_query_goes_behind_the_path_of_the_base(web: Web, serve: Serve, base: str) -> None:
    _, target = await asked(web, serve, vector("0"), base=base or "/")
    assert urlsplit(target).path == ("/prometheus" if "prom" in base else "") + "/api/v1/query"
    assert parse_qs(urlsplit(target).query) == {"query": [QUERY]}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (vector(), "no data: the query matches nothing"),
        (vector("NaN"), "no data: the query gives NaN"),
        (vector("+Inf"), "no data: the query gives +Inf"),
        (success("scalar", [AT, "-Inf"]), "no data: the query gives -Inf"),
        (vector("soon"), "no data: the query gives soon"),
        (vector("NaN", "+Inf"), "no data: the query gives +Inf"),
        (success("matrix", [{"metric": {}, "values": [[AT, "1"]]}]), "expected a number, the query gives a matrix"),
        (success("string", [AT, "text"]), "expected a number, the query gives a string"),
        (success("vector", [{"metric": {}, "histogram": [AT, {}]}]), "expected a number, the query gives a vector"),
        (success("vector", None), "expected a number, the query gives a vector"),
        ('{"status": "success"}', "expected a number, the query gives a None"),
        ('{"status": "success", "data": []}', "expected a number, the query gives a None"),
        (success("vector", [{"value": [AT, 5]}]), "no data: the query gives 5"),
        ("[]", "status 200, and not an answer of the Prometheus API"),
        ("<html>", "status 200, and not an answer of the Prometheus API"),
        ("[" * 100_000, "status 200, and not an answer of the Prometheus API"),
    ],
)
async def test_whatever_is_no_number_is_unknown_with_the_reason(web: Web, serve: Serve, body: str, reason: str) -> None:
    sample, _ = await asked(web, serve, body)
    assert (sample.status, sample.value, sample.error) == (Status.UNKNOWN, None, reason)


async def test_an_error_of_the_api_is_unknown_in_its_words(web: Web, serve: Serve) -> None:
    body = json.dumps({"status": "error", "errorType": "bad_data", "error": "parse error: unexpected end of input"})
    sample, _ = await asked(web, serve, body, 400)
    assert (sample.status, sample.error) == (Status.UNKNOWN, "bad_data: parse error: unexpected end of input")


async def test_a_proxy_in_front_is_unknown_with_its_status(web: Web, serve: Serve) -> None:
    sample, _ = await asked(web, serve, "<html>Bad Gateway</html>", 502)
    assert sample.error == "status 502, and not an answer of the Prometheus API"


async def test_a_server_that_is_gone_is_unknown_and_not_failing(web: Web) -> None:
    sample = await read(Probe(name="p", kind="prometheus", url="http://127.0.0.1:1", query="up"), web)
    assert (sample.status, sample.error) == (Status.UNKNOWN, "connection refused")


@pytest.mark.parametrize(
    ("values", "condition", "worst"),
    [
        (("1", "3", "2"), "[VALUE] < 10", 3.0),
        (("1", "3", "2"), "0.5 < [VALUE]", 1.0),
        (("1", "0", "1"), "[VALUE] == 1", 0.0),
        (("5", "0.5", "7"), "[VALUE] != 0", 0.5),
        (("NaN", "2", "1"), "[VALUE] >= 1", 1.0),
    ],
)
async def test_of_several_series_the_worst_by_the_condition_counts(
    web: Web, serve: Serve, values: tuple[str, ...], condition: str, worst: float
) -> None:
    server = await serve(lambda caller: caller.answer(vector(*values)))
    probe = Probe(name="p", kind="prometheus", url=server.url(), query="up", conditions=(condition,))
    sample = await read(probe, web)
    assert sample.value == worst
    assert sample.details[0].startswith(f"the worst of {sum(each != 'NaN' for each in values)} series: n=")


async def test_a_series_without_end_is_no_good_news_of_the_others(web: Web, serve: Serve) -> None:
    sample, _ = await asked(web, serve, vector("0.5", "+Inf"))
    assert (sample.status, sample.reason) == (Status.UNKNOWN, "no data: of 2 series one gives +Inf: n=1")


async def test_a_series_without_end_hides_no_other_that_is_failing(web: Web, serve: Serve) -> None:
    sample, _ = await asked(web, serve, vector("+Inf", "7"))
    assert (sample.status, sample.value, sample.details) == (Status.FAILING, 7.0, ("+Inf: n=0",))


async def test_a_series_without_end_is_the_best_where_more_is_better(web: Web, serve: Serve) -> None:
    server = await serve(lambda caller: caller.answer(vector("+Inf", "7")))
    probe = Probe(name="p", kind="prometheus", url=server.url(), query="up", conditions=("[VALUE] > 5",))
    sample = await read(probe, web)
    assert (sample.status, sample.value) == (Status.OK, 7.0)


async def test_several_series_without_a_limit_are_unknown(web: Web, serve: Serve) -> None:
    server = await serve(lambda caller: caller.answer(vector("1", "2")))
    sample = await read(Probe(name="p", kind="prometheus", url=server.url(), query="up"), web)
    assert (sample.status, sample.value) == (Status.UNKNOWN, None)
    assert (sample.error or "").startswith("2 series, and no condition says which is worst")


async def test_warnings_of_the_server_are_carried_short_and_harmless(web: Web, serve: Serve) -> None:
    said = json.loads(vector("1")) | {"warnings": ["half\x1b[2J\nof it " + "x" * 500, 7], "infos": ["is no counter"]}
    server = await serve(lambda caller: caller.answer(json.dumps(said)))
    sample = await read(Probe(name="p", kind="prometheus", url=server.url(), query="up"), web)
    assert sample.details[1:] == ("info: is no counter",)
    assert sample.details[0].startswith("warning: half")
    assert len(sample.details[0]) < 140
    assert "\x1b" not in sample.details[0]


async def test_a_long_query_is_posted_and_sent_again_on_a_new_connection(web: Web, serve: Serve) -> None:
    long = " + ".join(["up"] * 500)
    asked: list[str] = []

    async def answer(caller: Caller) -> None:
        length = next(line for line in caller.head.lower().splitlines() if line.startswith("content-length"))
        asked.append((await caller.reader.readexactly(int(length.split(":")[1]))).decode())
        if len(asked) == 2:
            raise ConnectionError  # a kept connection that ends while the query is on its way
        await caller.answer(vector("1"))

    server = await serve(answer)
    probe = Probe(name="p", kind="prometheus", url=server.url("/base"), query=long)
    assert [(await read(probe, web)).value for _ in range(2)] == [1.0, 1.0]
    assert len(asked) == 3
    assert parse_qs(asked[2]) == {"query": [long]}
    assert all(head.startswith("POST /base/api/v1/query ") for head in server.heads)
    assert "content-type: application/x-www-form-urlencoded" in server.heads[0].lower()


@pytest.mark.parametrize(
    ("given", "header"),
    [
        ({"token": "t0ken"}, "authorization: Bearer t0ken"),
        ({"username": "kai", "password": "pw"}, "authorization: Basic a2FpOnB3"),
        ({"headers": {"X-Scope-OrgID": "shop"}}, "x-scope-orgid: shop"),
    ],
)
async def test_a_login_is_sent(web: Web, serve: Serve, given: dict[str, Any], header: str) -> None:
    server = await serve(lambda caller: caller.answer(vector("1")))
    await read(Probe(name="p", kind="prometheus", url=server.url(), query="up", **given), web)
    assert header in server.heads[0]


NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def matrix(*series: list[tuple[float, str]]) -> str:
    return success("matrix", [{"metric": {"n": str(n)}, "values": values} for n, values in enumerate(series)])


async def filled(web: Web, serve: Serve, body: str, **more: Any) -> tuple[tuple[Sample, ...], dict[str, list[str]]]:
    server = await serve(lambda caller: caller.answer(body))
    probe = Probe(name="p", kind="prometheus", url=server.url("/base"), query=QUERY, conditions=("[VALUE] < 2",))
    samples = await past(probe, web, NOW - HOUR, NOW, **more)
    target = urlsplit(server.heads[0].split(" ")[1])
    assert target.path == "/base/api/v1/query_range"
    return samples, parse_qs(target.query)


async def test_the_past_is_read_with_a_step_that_fits_a_chart(web: Web, serve: Serve) -> None:
    start = (NOW - HOUR).timestamp()
    samples, asked = await filled(web, serve, matrix([(start, "1"), (start + 10, "3"), (start + 20, "NaN")]))
    assert [(sample.value, sample.status) for sample in samples] == [(1.0, Status.OK), (3.0, Status.FAILING)]
    assert samples[1].at == NOW - HOUR + timedelta(seconds=10)
    assert samples[0].latency_ms is None
    assert (float(asked["start"][0]), float(asked["end"][0])) == (start, NOW.timestamp())
    assert 10 <= float(asked["step"][0]) <= 11


async def test_the_past_is_never_asked_for_in_more_points_than_prometheus_gives(web: Web, serve: Serve) -> None:
    _, asked = await filled(web, serve, matrix(), points=10**9)
    assert HOUR.total_seconds() / float(asked["step"][0]) < MOST_POINTS


async def test_the_past_of_several_series_is_the_worst_of_each_moment(web: Web, serve: Serve) -> None:
    samples, _ = await filled(web, serve, matrix([(1.0, "1"), (2.0, "5")], [(1.0, "4"), (2.0, "2")]))
    assert [sample.value for sample in samples] == [4.0, 5.0]


async def test_a_moment_without_end_is_a_hole_in_the_past(web: Web, serve: Serve) -> None:
    samples, _ = await filled(web, serve, matrix([(1.0, "1"), (2.0, "1")], [(1.0, "+Inf"), (2.0, "0")]))
    assert [sample.value for sample in samples] == [1.0]


@pytest.mark.parametrize(
    "body", ["<html>", vector("1"), success("matrix", [7, {"values": 7}, {"values": [[1e300, "1"]]}]), '{"status": 1}']
)
async def test_a_past_that_cannot_be_told_is_none(web: Web, serve: Serve, body: str) -> None:
    samples, _ = await filled(web, serve, body)
    assert samples == ()
