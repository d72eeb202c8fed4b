"""Readings as the store keeps them: figures for as long as is set, what stands beside them of the newest only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from warroom.console.domain.watch.alert import Alert
from warroom.console.domain.watch.verdict import Sample, Status
from warroom.console.store.samples import Sample as Stored

if TYPE_CHECKING:
    from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    details: Sequence[str] = ()
    alerts: Sequence[Alert] = ()
    hold: timedelta = timedelta(0)


def to_stored(sample: Sample) -> Stored:
    """For the store. What came back raw is not kept."""
    beside = _Beside(details=sample.details, alerts=sample.alerts, hold=sample.hold)
    return Stored(
        probe=sample.probe,
        at=sample.at,
        status=str(sample.status),
        value=sample.value,
        latency_ms=sample.latency_ms,
        reason=sample.reason,
        warning=(sample.warning or "warned") if sample.warned else "",
        unit=sample.unit,
        beside="" if beside == _Beside() else _shape().dump_json(beside, exclude_defaults=True).decode(),
    )


def from_stored(stored: Stored) -> Sample:
    """From the store. What stands beside a reading in a newer shape than this is left out."""
    from pydantic import ValidationError

    beside = _Beside()
    if stored.beside:
        try:
            beside = _shape().validate_json(stored.beside)
        except ValidationError:
            beside = _Beside()
    return Sample(
        probe=stored.probe,
        at=stored.at,
        status=Status(stored.status),
        value=stored.value,
        latency_ms=stored.latency_ms,
        unit=stored.unit,
        error=stored.reason or None,
        warned=bool(stored.warning),
        warning=stored.warning,
        hold=beside.hold,
        details=tuple(beside.details),
        alerts=tuple(beside.alerts),
    )


@cache
def _shape() -> "TypeAdapter[_Beside]":
    from pydantic import TypeAdapter

    return TypeAdapter(_Beside)
