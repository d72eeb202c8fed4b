"""Probes of kind `prometheus`: every shape the query API answers with."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.monitor.servers import Caller, Serve
from warroom.config.settings import Probe
from warroom.console.domain.verdict import Sample, Status
from warroom.console.monitor.http import Web
from warroom.console.monitor.probes.prometheus import read

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
        (vector("1", "2"), "2 series: expected one, e.g. sum(…) around the query"),
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
