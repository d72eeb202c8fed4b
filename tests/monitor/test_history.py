"""The last hour in memory: lines, holes, and what fills them."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.engine.conftest import wait_for
from tests.monitor.servers import Caller, Serve, now
from warroom.config.settings import Probe
from warroom.console.domain.view import Series
from warroom.console.domain.watch.verdict import Sample, Status
from warroom.console.monitor.panel import Panel, Part
from warroom.console.monitor.samples import History
from warroom.console.store.samples import Sample as Stored
from warroom.console.store.store import Store, open_store

NOW = now()


def read(minutes: float, value: float = 1.0) -> Sample:
    return Sample(probe="p", at=NOW - timedelta(minutes=minutes), status=Status.OK, value=value, unit="%")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "warroom.db") as opened:
        yield opened


def test_a_line_holds_the_readings_that_came_since_it_was_drawn() -> None:
    history = History()
    history.add(read(2))
    assert history.series("p") is history.series("p")
    history.add(read(1, 5.0))
    assert [value for _, value in history.series("p").points] == [1.0, 5.0]


def test_holes_are_where_nobody_read() -> None:
    history = History()
    assert history.holes("p", NOW, timedelta(minutes=10)) == ((NOW - timedelta(hours=1), NOW),)
    for minutes in (55, 50, 20, 5):
        history.add(read(minutes))
    assert history.holes("p", NOW, timedelta(minutes=20)) == (
        (NOW - timedelta(minutes=50), NOW - timedelta(minutes=20)),
    )


def test_the_past_fills_what_is_missing_and_changes_nothing_that_was_read() -> None:
    history = History()
    history.add(read(20, 7.0))
    history.add(read(5, 8.0))
    history.fill("p", [read(40, 1.0), read(20, 2.0), read(10, 3.0)])
    assert [sample.value for sample in history.samples("p")] == [1.0, 7.0, 3.0, 8.0]


async def test_the_hour_before_the_console_began_is_asked_of_prometheus_and_kept(serve: Serve, store: Store) -> None:
    async def prometheus(caller: Caller) -> None:
        points = [[NOW.timestamp() - 60 * minutes, "0.5"] for minutes in range(50, 0, -1)]
        matrix = {"resultType": "matrix", "result": [{"metric": {}, "values": points}]}
        vector = {"resultType": "vector", "result": [{"metric": {}, "value": [NOW.timestamp(), "9"]}]}
        data = matrix if "query_range" in caller.path else vector
        await caller.answer(json.dumps({"status": "success", "data": data}))

    server = await serve(prometheus)
    probe = Probe(name="p", kind="prometheus", url=server.url(), query="up", every=timedelta(seconds=5))
    panel = Panel([probe], store.samples, clock=now, on_sample=lambda: None, service="shop")
    panel.play(Part.KEEPS, "")
    task = asyncio.create_task(panel.run())
    try:
        since = NOW - timedelta(hours=1)
        await asyncio.to_thread(wait_for, lambda: len(store.samples.read("p", since, "shop")) >= 51)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    (series,) = panel.series()
    assert [value for _, value in series.points][:51] == [0.5] * 50 + [9.0]
    assert sum("query_range" in head for head in server.heads) == 1


async def test_a_reading_is_held_against_the_hour_before_impact(serve: Serve, store: Store) -> None:
    async def slow(caller: Caller) -> None:
        await caller.answer("0.9")

    server = await serve(slow)
    impact = NOW - timedelta(hours=3)
    before = [Stored("p", impact - timedelta(minutes=minutes), "ok", latency_ms=0.0001) for minutes in range(1, 30)]
    store.samples.write(before, "shop")
    probe = Probe(name="p", url=server.url(), every=timedelta(seconds=0.2), worse_than_baseline=2.0, failures=1)
    panel = Panel([probe], store.samples, clock=now, on_sample=lambda: None, service="shop")
    panel.since(impact, None)
    panel.play(Part.KEEPS, "")
    task = asyncio.create_task(panel.run())
    try:
        await asyncio.to_thread(wait_for, lambda: panel.rows()[0].health.status is Status.FAILING)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    (row,) = panel.rows()
    assert row.health.reason.endswith("< 2, usually 0.0001 ms")
    assert "the usual 0.0001 ms" in row.compared


def lines(*probes: Probe, store: Store) -> dict[str, Series]:
    panel = Panel(probes, store.samples, clock=now, on_sample=lambda: None, service="shop")
    return {line.probe: line for line in panel.series()}


def test_every_probe_has_a_line_and_the_limit_that_its_conditions_name(store: Store) -> None:
    found = lines(
        Probe(name="web", url="http://x/", conditions=("[STATUS] == 200", "400 >= [RESPONSE_TIME]")),
        Probe(name="db", kind="tcp", address="db:1", conditions=("[RESPONSE_TIME] < 50", "[RESPONSE_TIME] < 20")),
        Probe(name="tls", url="https://x/", conditions=("[STATUS] == 200", "[CERTIFICATE_EXPIRATION] > 48h")),
        Probe(name="slow", url="https://x/", conditions=("[CERTIFICATE_EXPIRATION] > 48h", "[RESPONSE_TIME] < 2s")),
        Probe(name="name", kind="dns", lookup="x", conditions=("[DNS_RCODE] == NOERROR",)),
        Probe(name="names", kind="dns", lookup="x", conditions=("[VALUE] > 2",)),
        Probe(name="lag", kind="command", argv=("lag",), unit="s", conditions=("[VALUE] < 5",)),
        Probe(name="sales", kind="prometheus", url="http://x/", query="q", conditions=("[VALUE] >= 3",)),
        store=store,
    )
    shown = {name: (line.of, line.unit, line.limit, line.floor) for name, line in found.items()}
    assert shown == {
        "web": ("latency", "ms", 400.0, None),
        "db": ("latency", "ms", 20.0, None),
        "tls": ("certificate", "days", None, 2.0),
        "slow": ("latency", "ms", 2000.0, None),
        "name": ("latency", "ms", None, None),
        "names": ("value", "", None, 2.0),
        "lag": ("value", "s", 5.0, None),
        "sales": ("value", "", None, 3.0),
    }


def test_a_probe_has_both_limits_and_what_is_a_limit_itself_may_be_good(store: Store) -> None:
    def lag(*conditions: str) -> Probe:
        return Probe(name="lag", kind="command", argv=("lag",), conditions=conditions)

    line = lines(lag("[VALUE] <= 80", "[VALUE] > 20", "[VALUE] >= 20"), store=store)["lag"]
    assert (line.floor, line.limit) == (20.0, 80.0)
    assert [value for value in (19, 20, 21, 80, 81) if line.beyond(value)] == [19, 20, 81]
    nothing = lines(lag("[VALUE] <= 0"), store=store)["lag"]
    assert (nothing.beyond(0), nothing.beyond(1)) == (False, True)
    strict = lines(lag("[VALUE] <= 5", "[VALUE] < 5"), store=store)["lag"]
    assert strict.beyond(5)


def test_the_error_rate_comes_first_and_numbers_before_times(store: Store) -> None:
    found = lines(
        Probe(name="web", url="http://x/", role="latency"),
        Probe(name="alerts", kind="alertmanager", url="http://x/"),
        Probe(name="queue", kind="metrics", url="http://x/", metric="queue"),
        Probe(name="errors", kind="metrics", url="http://x/", metric="errors", role="error-rate"),
        store=store,
    )
    assert list(found) == ["errors", "queue", "web", "alerts"]
