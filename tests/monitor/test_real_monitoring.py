"""Probes against the real Prometheus and the real Alertmanager, as Debian packages them."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.monitor.monitoring import ALERTMANAGER, PATIENCE, PROMETHEUS, Monitoring, running
from tests.monitor.servers import now
from warroom.config.settings import Probe
from warroom.console.domain.watch.verdict import Sample, Status
from warroom.console.monitor.readers import Readers

pytestmark = [
    pytest.mark.skipif(
        not (PROMETHEUS and ALERTMANAGER), reason="needs Debian's packages prometheus and prometheus-alertmanager"
    ),
    pytest.mark.xdist_group("prometheus"),
]


@pytest.fixture(scope="module")
def monitoring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monitoring]:
    """Prometheus, Alertmanager and a program that is scraped."""
    with running(tmp_path_factory.mktemp("monitoring")) as monitoring:
        yield monitoring


@pytest.fixture
async def readers() -> AsyncIterator[Readers]:
    """Reads probes."""
    async with Readers(now) as readers:
        yield readers


def depth(monitoring: Monitoring, **more: Any) -> Probe:
    given: dict[str, Any] = {
        "query": "shop_queue_depth",
        "conditions": ("[VALUE] < 5",),
        "timeout": timedelta(seconds=20),
    } | more
    return Probe(name="depth", kind="prometheus", url=monitoring.prometheus, **given)


def alerts(monitoring: Monitoring, **more: Any) -> Probe:
    return Probe(name="alerts", kind="alertmanager", url=monitoring.alertmanager, timeout=timedelta(seconds=20), **more)


async def until(readers: Readers, probe: Probe, reached: Callable[[Sample], bool]) -> Sample:
    end = time.monotonic() + PATIENCE
    while True:
        sample = await readers.read(probe)
        if reached(sample):
            return sample
        assert time.monotonic() < end, sample
        await asyncio.sleep(0.1)


async def test_the_worst_series_of_a_query_counts(monitoring: Monitoring, readers: Readers) -> None:
    sample = await until(readers, depth(monitoring), lambda sample: sample.value is not None)
    assert (sample.status, sample.value, sample.reason) == (Status.FAILING, 7.0, "[VALUE] (7) < 5")
    assert sample.details[0].startswith("the worst of 2 series: __name__=shop_queue_depth")
    assert sample.latency_ms is not None


async def test_a_long_query_is_answered_too(monitoring: Monitoring, readers: Readers) -> None:
    query = "sum(shop_queue_depth)" + " + 0 * sum(shop_queue_depth)" * 100
    sample = await until(readers, depth(monitoring, query=query), lambda sample: sample.value is not None)
    assert sample.value == 9.0


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("nothing_of_that_name", "no data: the query matches nothing"),
        ("vector(0) / 0", "no data: the query gives NaN"),
        ("sum(", "bad_data: invalid parameter"),
        ("shop_queue_depth[1m]", "expected a number, the query gives a matrix"),
        ('"text"', "expected a number, the query gives a string"),
    ],
)
async def test_what_is_no_number_is_unknown_in_its_own_words(
    monitoring: Monitoring, readers: Readers, query: str, reason: str
) -> None:
    sample = await readers.read(depth(monitoring, query=query))
    assert (sample.status, sample.value) == (Status.UNKNOWN, None)
    assert (sample.error or "").startswith(reason)


async def test_the_past_fills_a_chart(monitoring: Monitoring, readers: Readers) -> None:
    await until(readers, depth(monitoring), lambda sample: sample.value is not None)
    moment = now()
    probe = depth(monitoring, every=timedelta(seconds=1))
    past = await readers.past(probe, moment - timedelta(minutes=5), moment)
    assert past
    assert {(sample.value, sample.status) for sample in past} == {(7.0, Status.FAILING)}
    millisecond = timedelta(milliseconds=1)  # bounds are sent rounded to it
    assert all(moment - timedelta(minutes=5) - millisecond <= sample.at <= moment + millisecond for sample in past)
    assert await readers.past(alerts(monitoring), moment - timedelta(minutes=5), moment) == ()


async def test_a_page_of_metrics_is_read_from_the_program_and_from_prometheus(
    monitoring: Monitoring, readers: Readers
) -> None:
    page: dict[str, Any] = {"kind": "metrics", "timeout": timedelta(seconds=20)}
    counted = Probe(name="served", url=f"{monitoring.program}/metrics", numerator="shop_requests", **page)
    assert "no rate yet" in (await readers.read(counted)).reason
    monitoring.served.labels("200").inc(1000)
    assert ((await readers.read(counted)).value or 0) > 0
    own = Probe(
        name="own", url=f"{monitoring.prometheus}/metrics", metric="prometheus_config_last_reload_successful", **page
    )
    assert (await readers.read(own)).value == 1.0


async def test_an_alert_fires_is_filtered_and_ends(monitoring: Monitoring, readers: Readers) -> None:
    sample = await until(readers, alerts(monitoring), lambda sample: bool(sample.alerts))
    assert (sample.status, sample.value) == (Status.FAILING, 1.0)
    assert sample.reason == "1 firing: QueueTooDeep; [VALUE] (1) == 0"
    (one,) = sample.alerts
    assert (one.name, one.severity, one.summary) == ("QueueTooDeep", "page", "queue b is at 7")
    assert one.label("shard") == "b"
    assert one.ended_at is None
    assert one.started_at <= now()
    assert one.url.startswith("http://")
    assert len(one.fingerprint) == 16
    page = alerts(monitoring, filters=('severity="page"', 'shard=~"a|b"'), receiver="on-call")
    assert (await readers.read(page)).value == 1.0
    assert (await readers.read(alerts(monitoring, filters=("severity=low",)))).status is Status.OK
    wrong = await readers.read(alerts(monitoring, filters=("severity=~[",)))
    assert wrong.status is Status.UNKNOWN
    assert (wrong.error or "").startswith("status 400 from Alertmanager: ")
    monitoring.depth.labels("b").set(1)
    assert (await until(readers, alerts(monitoring), lambda sample: not sample.alerts)).status is Status.OK
    monitoring.depth.labels("b").set(7)
    again = await until(readers, alerts(monitoring), lambda sample: bool(sample.alerts))
    assert again.alerts[0].fingerprint == one.fingerprint


async def test_a_firing_rule_is_read_from_prometheus_itself_and_is_the_same_alert(
    monitoring: Monitoring, readers: Readers
) -> None:
    def rules(**more: Any) -> Probe:
        given: dict[str, Any] = {"api": "prometheus", "timeout": timedelta(seconds=20)} | more
        return Probe(name="rules", kind="alertmanager", url=monitoring.prometheus, **given)

    monitoring.depth.labels("b").set(7)
    told = await until(readers, alerts(monitoring), lambda sample: bool(sample.alerts))
    sample = await until(readers, rules(), lambda sample: bool(sample.alerts))
    assert (sample.status, sample.value) == (Status.FAILING, 1.0)
    assert sample.reason == "1 firing: QueueTooDeep; [VALUE] (1) == 0"
    (one,), (other,) = sample.alerts, told.alerts
    assert (one.name, one.severity, one.summary) == (other.name, other.severity, other.summary)
    assert one.fingerprint == other.fingerprint, "whoever tells of it"
    assert one.labels == other.labels
    assert one.started_at <= now()
    assert one.url == f"{monitoring.prometheus}/alerts"
    fitting = ("severity=page", 'shard=~"a|b"', "team!=web", "team=")
    assert (await readers.read(rules(filters=fitting))).value == 1.0
    for missing in ("severity=low", "severity!=page", 'shard!~"a|b"', "team=~.+"):
        assert (await readers.read(rules(filters=(missing,)))).value == 0.0
    mistaken = await readers.read(replace(alerts(monitoring), url=monitoring.prometheus))
    assert mistaken.status is Status.UNKNOWN
    assert 'a Prometheus is read with api = "prometheus"' in mistaken.reason
    monitoring.depth.labels("b").set(1)
    assert (await until(readers, rules(), lambda sample: not sample.alerts)).status is Status.OK
