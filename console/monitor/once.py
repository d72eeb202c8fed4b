"""Reading probes once, for the command line."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from warroom.config.settings import Probe
from warroom.console.domain.watch.alert import Alert
from warroom.console.domain.watch.verdict import Sample
from warroom.console.monitor.own_network import OwnNetwork
from warroom.console.monitor.place import Place
from warroom.console.monitor.readers import Readers

AT_ONCE = 64
BETWEEN_SCRAPES = timedelta(seconds=1)
"""A rate takes two scrapes; a shorter window brings them closer."""
AD_HOC_NAME = "ad hoc"


def _now() -> datetime:
    return datetime.now(UTC)


async def probe_once(
    probes: Sequence[Probe],
    clock: Callable[[], datetime] = _now,
    readers: Readers | None = None,
    place: Place | None = None,
    network: OwnNetwork | None = None,
) -> list[Sample]:
    """One sample of each probe, in their order. A single reading decides; there are no streaks.

    Where no target is reached the fault is likely here: then they are unknown. `network` knows canaries, if any.
    """
    limit = asyncio.Semaphore(AT_ONCE)

    async def read(probe: Probe, readers: Readers) -> Sample:
        async with limit:
            sample = await readers.read(probe)
            if probe.kind == "metrics" and not probe.metric and sample.latency_ms is not None:
                await asyncio.sleep(min(BETWEEN_SCRAPES, probe.span).total_seconds())
                sample = await readers.read(probe)
            return sample

    if readers is not None:
        samples = await asyncio.gather(*(read(probe, readers) for probe in probes))
    else:
        async with Readers(clock, place=place) as own:
            samples = await asyncio.gather(*(read(probe, own) for probe in probes))
    return await _judged(samples, network or OwnNetwork(probes))


async def _judged(samples: Sequence[Sample], network: OwnNetwork) -> list[Sample]:
    """As they are once all of them are known: the first that was lost says nothing yet."""
    for sample in samples:
        await network.judge(sample)
    return [await network.judge(sample) for sample in samples]


def ad_hoc(url: str, conditions: Sequence[str], timeout: timedelta = timedelta(seconds=5)) -> Probe:
    """A probe without configuration: an address and conditions. Check it with `check_probe`."""
    return Probe(name=url or AD_HOC_NAME, url=url, conditions=tuple(conditions), timeout=timeout)


def to_json(sample: Sample, kind: str) -> dict[str, Any]:
    """A sample in the shape of `warroom probe --json`."""
    return {
        "name": sample.probe,
        "kind": kind,
        "status": sample.status.value,
        "latency_ms": None if sample.latency_ms is None else round(sample.latency_ms, 1),
        "value": sample.value,
        "unit": sample.unit or None,
        "error": sample.error,
        "at": _moment(sample.at),
        "warned": sample.warned,
        "warning": sample.warning or None,
        "conditions": [
            {"condition": result.condition, "ok": result.ok, "shown": result.shown} for result in sample.conditions
        ],
        "hold_s": sample.hold.total_seconds() or None,
        "certificate_left_s": None if (left := sample.certificate_left) is None else round(left.total_seconds()),
        "certificate_ends_at": None if left is None else _moment(sample.at + left),
        "details": list(sample.details),
        "alerts": [_alert_to_json(alert) for alert in sample.alerts],
    }


def _alert_to_json(alert: Alert) -> dict[str, Any]:
    return {
        "fingerprint": alert.fingerprint,
        "name": alert.name,
        "severity": alert.severity or None,
        "summary": alert.summary or None,
        "started_at": _moment(alert.started_at),
        "url": alert.url or None,
        "labels": dict(alert.labels),
    }


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
