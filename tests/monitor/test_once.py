"""One reading for the command line, and its shape."""

import asyncio
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.monitor.servers import Caller, Serve
from warroom.config.settings import Probe
from warroom.console.domain.watch.verdict import ConditionResult, Sample, Status
from warroom.console.monitor.check import check_probe
from warroom.console.monitor.once import ad_hoc, probe_once, to_json
from warroom.console.monitor.own_network import OwnNetwork
from warroom.console.monitor.samples import History, Series


async def test_one_reading_decides_and_order_is_kept(serve: Serve) -> None:
    async def by_path(caller: Caller) -> None:
        await caller.answer('{"status": "UP"}', int(caller.path.strip("/")))

    server = await serve(by_path)
    probes = [ad_hoc(server.url(f"/{code}"), ["[STATUS] == 200", "[BODY].status == UP"]) for code in (500, 200, 404)]
    samples = await probe_once(probes)
    assert [sample.status for sample in samples] == [Status.FAILING, Status.OK, Status.FAILING]
    assert [sample.probe for sample in samples] == [probe.url for probe in probes]


@pytest.mark.parametrize(("lives", "status"), [(False, Status.UNKNOWN), (True, Status.FAILING)])
async def test_a_world_that_nothing_leads_to_is_unknown_unless_a_canary_lives(lives: bool, status: Status) -> None:
    async def canary(address: str) -> bool:
        return lives

    probes = [ad_hoc(f"http://{name}.invalid/", []) for name in "abc"]
    network = OwnNetwork(probes, ["https://canary.example"], canary)
    samples = await probe_once(probes, network=network)
    assert {sample.status for sample in samples} == {status}
    assert all(("own network?" in (sample.error or "")) is not lives for sample in samples)


async def test_a_rate_is_read_with_two_scrapes(serve: Serve) -> None:
    async def counting(caller: Caller) -> None:
        count = len(server.heads)
        await caller.answer(f'hits_total{{code="200"}} {count * 9}\nhits_total{{code="500"}} {count}\n')

    server = await serve(counting)
    probe = Probe(
        name="errors",
        kind="metrics",
        url=server.url(),
        numerator='hits_total{code="500"}',
        denominator="hits_total",
        window=timedelta(milliseconds=50),
    )
    (sample,) = await probe_once([probe])
    assert (sample.status, sample.value) == (Status.OK, 0.1)


async def test_a_gauge_is_read_with_one_scrape(serve: Serve) -> None:
    server = await serve(lambda caller: caller.answer("depth 3\n"))
    (sample,) = await probe_once([Probe(name="queue", kind="metrics", url=server.url(), metric="depth")])
    assert (sample.status, sample.value, len(server.heads)) == (Status.OK, 3.0, 1)


async def test_a_source_that_is_gone_is_not_scraped_twice() -> None:
    probe = Probe(name="errors", kind="metrics", url="http://127.0.0.1:1/", numerator="hits_total")
    async with asyncio.timeout(20):
        (sample,) = await probe_once([probe])
    assert (sample.status, sample.error) == (Status.UNKNOWN, "connection refused")


def test_the_shape_is_the_one_of_the_contract() -> None:
    sample = Sample(
        probe="api /health",
        at=datetime(2026, 11, 20, 14, 0, tzinfo=UTC),
        status=Status.FAILING,
        latency_ms=12.3456,
        conditions=(ConditionResult("[STATUS] == 200", False, "[STATUS] (500) == 200"),),
        certificate_left=timedelta(days=3),
    )
    shape = to_json(sample, "http")
    assert json.loads(json.dumps(shape)) == {
        "name": "api /health",
        "kind": "http",
        "status": "failing",
        "latency_ms": 12.3,
        "value": None,
        "unit": None,
        "error": None,
        "at": "2026-11-20T14:00:00Z",
        "warned": False,
        "warning": None,
        "conditions": [{"condition": "[STATUS] == 200", "ok": False, "shown": "[STATUS] (500) == 200"}],
        "hold_s": None,
        "certificate_left_s": 259200,
        "certificate_ends_at": "2026-11-23T14:00:00Z",
        "details": [],
        "alerts": [],
    }


def test_what_shows_no_certificate_says_so() -> None:
    shape = to_json(Sample(probe="db", at=datetime(2026, 11, 20, tzinfo=UTC), status=Status.OK), "tcp")
    assert (shape["certificate_left_s"], shape["certificate_ends_at"]) == (None, None)


@pytest.mark.parametrize("module", ["scheduler", "readers", "once", "check", "samples"])
def test_looking_at_the_room_does_not_load_the_libraries_it_asks_with(module: str) -> None:
    code = (
        f"import sys, warroom.console.monitor.{module}; "
        "print([name for name in ('httpx', 'prometheus_client', 'dns') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


GOOD: dict[str, Any] = {"name": "p", "url": "https://example.com/health"}
METRICS = GOOD | {"kind": "metrics", "numerator": "errors_total", "denominator": "requests_total"}


@pytest.mark.parametrize(
    ("given", "key", "problem"),
    [
        (GOOD | {"name": " "}, "name", "expected a name"),
        (GOOD | {"url": "example.com"}, "url", "e.g."),
        (GOOD | {"url": "ftp://example.com"}, "url", "http:// or https://"),
        (GOOD | {"url": "http://"}, "url", "e.g."),
        (GOOD | {"url": "http://[::1"}, "url", "e.g."),
        (GOOD | {"url": "http://example.com:99999/"}, "url", "e.g."),
        (GOOD | {"url": "http://example.com/a b"}, "url", "e.g."),
        (GOOD | {"conditions": ("[STATUS] == 200", "[STATUS]==200")}, "conditions[1]", "e.g."),
        (GOOD | {"warn": ("[VALUE] < 1",)}, "warn[0]", "belongs to metrics"),
        (
            GOOD | {"every": timedelta(milliseconds=2), "timeout": timedelta(milliseconds=1)},
            "every",
            "at least a second",
        ),
        (GOOD | {"timeout": timedelta(0)}, "timeout", "e.g."),
        (GOOD | {"failures": 0}, "failures", "must be 1 or more"),
        (GOOD | {"successes": 0}, "successes", "must be 1 or more"),
        (GOOD | {"kind": "prometheus"}, "query", "needs a query"),
        (GOOD | {"kind": "metrics"}, "numerator", "needs numerator or metric"),
        (METRICS | {"metric": "load"}, "metric", "needs either"),
        (GOOD | {"kind": "metrics", "metric": "load", "denominator": "x"}, "denominator", "needs a numerator"),
        (METRICS | {"numerator": "errors{"}, "numerator", "e.g."),
        (METRICS | {"window": timedelta(0)}, "window", "e.g."),
    ],
)
def test_a_probe_that_cannot_work_is_named_with_key_and_example(given: dict[str, Any], key: str, problem: str) -> None:
    found = dict(check_probe(Probe(**given)))
    assert list(found) == [key]
    assert problem in found[key]


@pytest.mark.parametrize(
    "given",
    [GOOD, METRICS, GOOD | {"kind": "prometheus", "query": "up"}, GOOD | {"url": "http://u:p@[::1]:8080/x?y#z"}],
)
def test_a_probe_that_can_work_has_no_problems(given: dict[str, Any]) -> None:
    assert check_probe(Probe(**given)) == ()


START = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


def reading(minute: int, value: float | None, probe: str = "errors") -> Sample:
    at = START + timedelta(minutes=minute)
    return Sample(probe=probe, at=at, status=Status.OK, value=value, latency_ms=2.0 * minute, unit="%")


def test_the_last_hour_is_kept_and_bounded() -> None:
    history = History(most=40)
    for minute in range(120):
        history.add(reading(minute, 1.0))
    kept = history.samples("errors")
    assert (len(kept), kept[-1].at) == (40, START + timedelta(minutes=119))
    history = History()
    for minute in range(120):
        history.add(reading(minute, 1.0))
    assert history.samples("errors")[0].at == START + timedelta(minutes=59)
    assert history.samples("nobody") == ()


def test_a_series_shows_gaps_and_begins_where_it_is_told() -> None:
    history = History()
    for minute, value in enumerate((0.5, None, 2.0)):
        history.add(reading(minute, value))
    series = history.series("errors", since=START + timedelta(minutes=1))
    assert [value for _, value in series.points] == [None, 2.0]
    assert (series.unit, series.latest) == ("%", 2.0)
    latency = history.series("errors", "latency")
    assert ([value for _, value in latency.points], latency.unit) == ([0.0, 2.0, 4.0], "ms")
    assert history.series("nobody") == Series("nobody", "")
    assert Series("nobody", "").latest is None
