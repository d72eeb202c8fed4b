"""A console whose process, or machine, stood still: nothing stale passes for fresh, nobody is asked twice."""

import asyncio
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.engine.conftest import Project, Sit, wait_for
from tests.engine.conftest import project as project
from tests.engine.conftest import sit as sit
from tests.monitor.child import probes
from tests.monitor.servers import now
from tests.monitor.sharing import Child, Door, child, opened
from warroom.config.settings import Probe
from warroom.console.domain.watch.verdict import Health, Sample, Status
from warroom.console.monitor.scheduler import Watcher
from warroom.console.monitor.standstill import LONGEST, Standstill
from warroom.console.session import utc_now

COUNT = 20


@pytest.fixture
def door() -> Iterator[Door]:
    with opened() as door:
        yield door


@pytest.fixture
def stopped(project: Project, door: Door) -> Iterator[Child]:
    """A console that polls, in a process of its own, and is stopped in the middle of its readings."""
    # Half of the time an answer is on its way.
    door.slow = 0.5
    with child(project.folder, project.address, door, COUNT) as one:
        one.process.send_signal(signal.SIGSTOP)
        yield one


def rounds(door: Door, who: str, since: float, count: int) -> bool:
    """Whether a console has asked for everything so many times."""
    return all(sum(visit.path == f"/{number}" for visit in door.of(who, since)) >= count for number in range(COUNT))


def test_a_console_that_was_stopped_follows_who_polls_now_and_asks_nobody(sit: Sit, stopped: Child, door: Door) -> None:
    # She is ahead of the stopped console's lease, as if that had been stopped for longer.
    mei = sit(actor="mei", probes=probes(door.url, COUNT, "mei"), clock=lambda: utc_now() + timedelta(seconds=17))
    began = time.monotonic()
    wait_for(lambda: rounds(door, "mei", began, 4), "readings of the successor, for longer than a standstill takes")
    assert time.monotonic() - began > LONGEST
    asked = time.monotonic()
    stopped.process.send_signal(signal.SIGCONT)
    seen: list[dict[str, Any]] = []

    def followed() -> bool:
        seen.append(stopped.state())
        return bool(seen[-1]["polled_by"] == "mei (console-mei-0)")

    wait_for(followed, "a follower")
    wait_for(lambda: rounds(door, "mei", asked, 4), "more readings of the successor")
    assert door.of("child", asked) == [], "it asked nobody anything, now or later"
    newest = mei.engine.view().probes[0].health.last
    assert newest is not None

    def caught_up() -> bool:
        seen.append(stopped.state())
        return bool(seen[-1]["newest"]["p0"] >= newest.at.isoformat())

    wait_for(caught_up, "the newest readings")
    assert {tuple(state["statuses"]) for state in seen} == {("ok",)}, "what was on its way is no failure"
    assert not [text for state in seen for text in state["troubles"] if "offline" in text]
    stored = [
        sample for n in range(COUNT) for sample in mei.store.samples.read(f"p{n}", utc_now() - timedelta(1), "shop")
    ]
    assert {sample.status for sample in stored} == {"ok"}
    assert max(sample.latency_ms or 0 for sample in stored) < LONGEST * 1000, (
        "nobody's pause is taken for a slow target"
    )


def test_a_console_that_was_stopped_alone_makes_up_for_nothing_and_spreads_what_is_due(
    stopped: Child, door: Door
) -> None:
    began = time.monotonic()
    wait_for(lambda: time.monotonic() - began > LONGEST + 2, "a standstill that several intervals long")
    asked = time.monotonic()
    stopped.process.send_signal(signal.SIGCONT)
    wait_for(lambda: rounds(door, "child", asked, 1), "a reading of everything")
    first = [min(visit.at for visit in door.of("child", asked) if visit.path == f"/{n}") for n in range(COUNT)]
    assert max(first) - min(first) > 0.5, "spread over two seconds"
    again = [visit for visit in door.of("child", asked) if visit.at < max(first)]
    assert len(again) <= 4 * COUNT, "each once, and those that were first once more since"
    assert stopped.state()["statuses"] == ["ok"]


class Slow:
    """Readers whose readings take as long as a test says, while the loop stands still."""

    def __init__(self) -> None:
        self.read_at: list[float] = []
        self.stand_still = 0.0

    async def read(self, probe: Probe) -> Sample:
        self.read_at.append(time.monotonic())
        await asyncio.sleep(0)
        still, self.stand_still = self.stand_still, 0.0
        time.sleep(still)  # noqa: ASYNC251  the fault itself
        return Sample(probe=probe.name, at=now(), status=Status.FAILING if still else Status.OK)


async def test_a_reading_that_stood_still_is_thrown_away_and_taken_anew() -> None:
    taken: list[Sample] = []
    noticed: list[float] = []
    slow = Slow()
    slow.stand_still = LONGEST + 0.5

    def on_sample(sample: Sample, health: Health) -> None:
        taken.append(sample)

    probe = Probe(name="p", url="http://127.0.0.1/", every=timedelta(hours=1))
    watcher = Watcher(
        [probe],
        slow,
        on_sample,
        lambda before, after, sample: None,
        on_standstill=lambda: noticed.append(time.monotonic()),
    )
    task = asyncio.create_task(watcher.run())
    await asyncio.to_thread(wait_for, lambda: taken, "a reading")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert [sample.status for sample in taken] == [Status.OK]
    assert (len(slow.read_at), len(noticed)) == (2, 1)


async def test_a_watcher_that_is_paused_reads_nothing_until_it_goes_on() -> None:
    def on_sample(sample: Sample, health: Health) -> None:
        """Nobody looks."""

    both = [Probe(name=name, url="http://127.0.0.1/", every=timedelta(seconds=0.05)) for name in "ab"]
    slow = Slow()
    watcher = Watcher(both, slow, on_sample, lambda before, after, sample: None)
    watcher.pause()
    watcher.poke()
    other = Slow()
    beside = Watcher(both, other, on_sample, lambda before, after, sample: None)
    tasks = [asyncio.create_task(one.run()) for one in (watcher, beside)]
    await asyncio.to_thread(wait_for, lambda: len(other.read_at) >= 6, "readings of one that is not paused")
    assert slow.read_at == []
    watcher.resume()
    await asyncio.to_thread(wait_for, lambda: len(slow.read_at) >= 4, "readings of this one")
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def test_a_clock_that_runs_on_is_no_standstill() -> None:
    time_ = [0.0]
    noticed: list[None] = []
    still = Standstill(lambda: noticed.append(None), lambda: time_[0])
    began = still.moment()
    for _ in range(10):
        time_[0] += LONGEST / 2
        still.look()
    assert not still.since(began)
    time_[0] += LONGEST * 2
    assert still.since(began)
    assert len(noticed) == 1
    assert not still.since(still.moment())
