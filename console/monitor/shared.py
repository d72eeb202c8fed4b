"""Readings as the store keeps them: figures for as long as is set, what stands beside them of the newest only.

Beside the newest stands its answer as it came, too, so that every console can show it: its beginning, two thousand
characters at most, without the secrets of its probe.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from warroom.console.domain.watch.alert import Alert
from warroom.console.domain.watch.verdict import ConditionResult, Sample, Status
from warroom.console.store.samples import Sample as Stored

if TYPE_CHECKING:
    from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    details: Sequence[str] = ()
    alerts: Sequence[Alert] = ()
    hold: timedelta = timedelta(0)
    conditions: Sequence[ConditionResult] = ()
    error: str | None = None
    """What was wrong besides; the reading's reason names a condition that doesn't hold as well."""
    head: Sequence[str] = ()
    raw: str = ""
    certificate_left: timedelta | None = None


def to_stored(sample: Sample) -> Stored:
    """For the store."""
    beside = _Beside(
        details=sample.details,
        alerts=sample.alerts,
        hold=sample.hold,
        conditions=sample.conditions,
        error=sample.error if sample.conditions else None,
        head=sample.head,
        raw=sample.raw,
        certificate_left=sample.certificate_left,
    )
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
        error=beside.error if beside.conditions else stored.reason or None,
        warned=bool(stored.warning),
        warning=stored.warning,
        hold=beside.hold,
        details=tuple(beside.details),
        alerts=tuple(beside.alerts),
        conditions=tuple(beside.conditions),
        head=tuple(beside.head),
        raw=beside.raw,
        certificate_left=beside.certificate_left,
        readings=stored.readings,
        until=stored.until,
    )


@cache
def _shape() -> "TypeAdapter[_Beside]":
    from pydantic import TypeAdapter

    return TypeAdapter(_Beside)
