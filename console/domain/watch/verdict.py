"""What readings mean: samples, the debounced verdict over them, and how old it is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from warroom.console.domain.watch.alert import Alert

_MISSED_INTERVALS = 3
"""After this many intervals without a reading a verdict is stale …"""
_ON_ITS_WAY = timedelta(seconds=2)
"""… but not before this: what another console reads is here a second later, on a busy machine two."""


class Status(StrEnum):
    """What is known about a target. No data is `unknown`, never `ok`."""

    OK = "ok"
    FAILING = "failing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ConditionResult:
    """One condition held against one reading."""

    condition: str
    """As configured: `[STATUS] == 200`."""
    ok: bool
    shown: str
    """With what was measured when it does not hold: `[STATUS] (500) == 200`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One reading of one probe."""

    probe: str
    at: datetime
    """When the reading ended, aware UTC."""
    status: Status
    latency_ms: float | None = None
    """Until the first line of the answer was there; none: there was no answer."""
    value: float | None = None
    unit: str = ""
    error: str | None = None
    """Why the reading is incomplete or missing, in one line. Foreign text, kept short."""
    conditions: tuple[ConditionResult, ...] = ()
    warned: bool = False
    """A softer limit did not hold."""
    warning: str = ""
    """Which one, in one line; empty when it is not warned."""
    reached: bool = True
    """The network led to the target, whatever it then said."""
    hold: timedelta = timedelta(0)
    """How long the target asked to be left alone."""
    details: tuple[str, ...] = ()
    """What stands behind the reading, a line each: open incidents of a third party, new issues, a server's warnings."""
    alerts: tuple[Alert, ...] = ()
    """The alerts that fire, the worst first; only of a probe of kind `alertmanager`, and not more than it shows."""
    raw: str = ""
    """The beginning of what came back, as it came. Foreign text."""
    head: tuple[str, ...] = ()
    """The status and the headers that came with it, secrets left out. Foreign text."""
    certificate_left: timedelta | None = None
    """Until the target's certificate ends; none: it showed none."""
    readings: int = 1
    """How many readings it stands for: old ones that said the same in a row are kept as one, with mean figures."""
    until: datetime | None = None
    """When the last of several was read; none: it is one."""

    @property
    def reason(self) -> str:
        """One line why it is not ok: the condition with what was measured, or the error. Empty when ok."""
        if self.status is Status.OK:
            return ""
        broken = next((result.shown for result in self.conditions if not result.ok), "")
        if self.error is None:
            return broken
        return f"{self.error}; {broken}" if broken and self.reached and self.latency_ms is not None else self.error


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The verdict on one probe, debounced over its readings."""

    probe: str
    status: Status = Status.UNKNOWN
    since: datetime | None = None
    """When the verdict last changed."""
    last: Sample | None = None
    last_good_at: datetime | None = None
    run: Status = Status.UNKNOWN
    """What the latest readings in a row said …"""
    run_length: int = 0
    """… and how many they are."""
    bad: int = 0
    """Failing readings since the last good one: no data in between does not forgive them."""
    open: bool = False
    """It was found failing and has not been found good since, even if nothing is known right now."""

    def age(self, now: datetime) -> timedelta | None:
        """How old the last reading is; none: there was none."""
        return None if self.last is None else max(now - self.last.at, timedelta(0))

    def stale(self, now: datetime, every: timedelta) -> bool:
        """Whether readings stopped coming; one that asked for peace gets that time on top."""
        age = self.age(now)
        return self.last is None or age is None or age > stale_after(every) + self.last.hold

    def shown(self, now: datetime, every: timedelta) -> Status:
        """The status to show: a stale verdict is unknown."""
        return Status.UNKNOWN if self.stale(now, every) else self.status

    @property
    def reason(self) -> str:
        """Why the last reading was not ok, in one line; empty when it was, or when there was none."""
        return self.last.reason if self.last else ""


def stale_after(every: timedelta) -> timedelta:
    """How old the last reading may become of what is read so often."""
    return max(every * _MISSED_INTERVALS, _ON_ITS_WAY)


def observe(health: Health, sample: Sample, failures: int = 3, successes: int = 2) -> Health:
    """Fold one more reading into the verdict.

    `failures` failing readings open it, no data in between notwithstanding; `successes` good ones in a row close it.
    The first good reading of a probe that never failed decides at once. No data takes `ok` away at once, and a
    failing verdict only after `failures` readings in a row: an alarm does not vanish because one scrape was empty.
    """
    run_length = health.run_length + 1 if sample.status is health.run else 1
    bad = {Status.OK: 0, Status.FAILING: health.bad + 1, Status.UNKNOWN: health.bad}[sample.status]
    status = _verdict(health, sample.status, run_length, bad, max(failures, 1), max(successes, 1))
    return replace(
        health,
        status=status,
        since=sample.at if status is not health.status or health.last is None else health.since,
        last=sample,
        last_good_at=sample.at if sample.status is Status.OK else health.last_good_at,
        run=sample.status,
        run_length=run_length,
        bad=bad,
        open=status is Status.FAILING or (health.open and status is Status.UNKNOWN),
    )


def _verdict(health: Health, said: Status, run_length: int, bad: int, failures: int, successes: int) -> Status:
    match said:
        case Status.OK:
            settled = not health.open or run_length >= successes
            return Status.OK if settled else health.status
        case Status.FAILING:
            return Status.FAILING if bad >= failures or (health.open and bad >= 1) else health.status
        case Status.UNKNOWN:
            keeps = health.status is Status.FAILING and run_length < failures
            return Status.FAILING if keeps else Status.UNKNOWN


def worst(statuses: Sequence[Status]) -> Status:
    """One status for many: failing before unknown before ok; of none, unknown."""
    for status in (Status.FAILING, Status.UNKNOWN):
        if status in statuses:
            return status
    return Status.OK if statuses else Status.UNKNOWN
