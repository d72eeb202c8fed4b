"""Watching: at once, in time, fairly, and until cancelled."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.monitor.servers import Caller, Serve, now
from warroom.config.settings import Probe
from warroom.console.domain.watch.verdict import Health, Sample, Status
from warroom.console.monitor.readers import Readers
from warroom.console.monitor.scheduler import Watcher
from warroom.console.monitor.turns import STARTS_AT_ONCE

HOUR = timedelta(hours=1)
PATIENCE = 30.0


class Record:
    """What a watcher said."""

    def __init__(self) -> None:
        self.samples: list[Sample] = []
        self.changes: list[tuple[Status, Status]] = []
        self._news = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    def on_sample(self, sample: Sample, health: Health) -> None:
        """Note a sample."""
        assert health.last is sample
        self.samples.append(sample)
        task = asyncio.ensure_future(self._tell())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def on_change(self, before: Health, after: Health, sample: Sample) -> None:
        """Note a change of verdict."""
        assert after.last is sample
        self.changes.append((before.status, after.status))

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def until(self, done: Callable[[], bool]) -> None:
        """Wait until a condition on what was said holds."""
        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(done)

    def of(self, name: str) -> list[Sample]:
        """The samples of one probe."""
        return [sample for sample in self.samples if sample.probe == name]


class Scripted(Readers):
    """Readers whose samples a test decides."""

    def __init__(self, script: Callable[[Probe], Sample]) -> None:
        super().__init__(now)
        self._script = script

    async def _read(self, probe: Probe) -> Sample:
        return self._script(probe)


@asynccontextmanager
async def watching(watcher: Watcher) -> AsyncIterator[None]:
    task = asyncio.create_task(watcher.run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def ok(caller: Caller) -> None:
    await caller.answer("ok")


async def test_the_first_readings_go_out_at_once(serve: Serve) -> None:
    server = await serve(ok)
    probes = [Probe(name=f"p{n}", url=server.url(f"/{n}"), every=HOUR) for n in range(5)]
    record = Record()
    async with Readers(now) as readers:
        watcher = Watcher(probes, readers, record.on_sample, record.on_change)
        async with watching(watcher):
            await record.until(lambda: len(record.samples) == 5)
    assert record.changes == [(Status.UNKNOWN, Status.OK)] * 5
    assert {name: health.status for name, health in watcher.health.items()} == {f"p{n}": Status.OK for n in range(5)}


async def test_readings_repeat_and_verdicts_change_with_them(serve: Serve) -> None:
    async def failing_from_the_second(caller: Caller) -> None:
        await caller.answer("", 500 if 1 < len(server.heads) < 5 else 200)

    server = await serve(failing_from_the_second)
    probe = Probe(name="p", url=server.url(), every=timedelta(milliseconds=100))
    record = Record()
    async with Readers(now) as readers, watching(Watcher([probe], readers, record.on_sample, record.on_change)):
        await record.until(lambda: len(record.changes) == 3)
    assert record.changes == [
        (Status.UNKNOWN, Status.OK),
        (Status.OK, Status.FAILING),
        (Status.FAILING, Status.OK),
    ]


async def test_hung_targets_delay_no_healthy_one(serve: Serve) -> None:
    async def hang(caller: Caller) -> None:
        if caller.path.startswith("/hung"):
            await asyncio.Event().wait()
        await caller.answer("ok")

    server = await serve(hang)
    hung = [Probe(name=f"hung{n}", url=server.url(f"/hung{n}"), timeout=HOUR) for n in range(2 * STARTS_AT_ONCE)]
    healthy = [Probe(name=f"ok{n}", url=server.url("/"), every=timedelta(milliseconds=100)) for n in range(3)]
    record = Record()
    async with (
        Readers(now) as readers,
        watching(Watcher([*hung, *healthy], readers, record.on_sample, record.on_change)),
    ):
        await record.until(lambda: all(len(record.of(probe.name)) >= 3 for probe in healthy))
    assert {sample.status for sample in record.samples} == {Status.OK}


async def test_a_poke_reads_now_what_is_due_in_an_hour(serve: Serve) -> None:
    server = await serve(ok)
    probes = [Probe(name=name, url=server.url(), every=HOUR) for name in ("a", "b")]
    record = Record()
    async with Readers(now) as readers:
        watcher = Watcher(probes, readers, record.on_sample, record.on_change)
        async with watching(watcher):
            await record.until(lambda: len(record.samples) == 2)
            watcher.poke(["a", "nobody"])
            await record.until(lambda: len(record.of("a")) == 2)
            watcher.poke()
            await record.until(lambda: len(record.of("b")) == 2)
    assert len(record.of("a")) == 3 or len(record.of("b")) == 2


async def test_a_target_that_asks_for_peace_is_left_alone(serve: Serve) -> None:
    async def busy(caller: Caller) -> None:
        await caller.answer("", 429 if caller.path == "/busy" else 200, "retry-after: 3600")

    server = await serve(busy)
    every = timedelta(milliseconds=50)
    probes = [Probe(name=name, url=server.url(f"/{name}"), every=every) for name in ("busy", "free")]
    record = Record()
    async with Readers(now) as readers, watching(Watcher(probes, readers, record.on_sample, record.on_change)):
        await record.until(lambda: len(record.of("free")) >= 3)
    assert len(record.of("busy")) == 1
    assert record.of("busy")[0].hold == timedelta(minutes=5)


async def test_an_error_nobody_foresaw_is_an_unknown_sample_and_watching_goes_on() -> None:
    def script(probe: Probe) -> Sample:
        raise KeyError("surprise")

    record = Record()
    probe = Probe(name="p", url="http://127.0.0.1/", every=timedelta(milliseconds=50))
    async with watching(Watcher([probe], Scripted(script), record.on_sample, record.on_change)):
        await record.until(lambda: len(record.samples) == 2)
    assert record.samples[0].status is Status.UNKNOWN
    assert record.samples[0].error == "this probe cannot be read (KeyError): 'surprise'"


async def test_a_bad_condition_that_slipped_in_is_unknown_with_its_problem(serve: Serve) -> None:
    server = await serve(ok)
    async with Readers(now) as readers:
        sample = await readers.read(Probe(name="p", url=server.url(), conditions=("[STATUS]==200",)))
    assert sample.status is Status.UNKNOWN
    assert "spaces around an operator" in (sample.error or "")


def unreached(probe: Probe) -> Sample:
    """The sample of a target the network does not lead to."""
    return Sample(probe=probe.name, at=now(), status=Status.FAILING, error="no name", reached=False)


async def test_when_nothing_outside_is_reached_the_own_network_is_suspected() -> None:
    urls = {"a": "https://a.example/", "b": "https://b.example/", "here": "http://127.0.0.1:1/"}
    probes = [Probe(name=name, url=url, every=timedelta(milliseconds=50)) for name, url in urls.items()]
    record = Record()
    readers = Scripted(lambda probe: replace(unreached(probe), reached=probe.name == "here"))
    watcher = Watcher(probes, readers, record.on_sample, record.on_change)
    async with watching(watcher):
        await record.until(lambda: all(len(record.of(name)) >= 4 for name in urls))
    for name in ("a", "b"):
        assert record.of(name)[-1].status is Status.UNKNOWN
        assert record.of(name)[-1].error == "own network? no target is reached: no name"
        assert watcher.health[name].status is Status.UNKNOWN
    assert watcher.health["here"].status is Status.FAILING


async def test_one_target_that_answers_clears_the_own_network() -> None:
    probes = [Probe(name=name, url=f"https://{name}.example/", every=timedelta(milliseconds=50)) for name in "abc"]
    record = Record()
    readers = Scripted(lambda probe: replace(unreached(probe), reached=probe.name == "c"))
    async with watching(Watcher(probes, readers, record.on_sample, record.on_change)):
        await record.until(lambda: all(len(record.of(name)) >= 3 for name in "abc"))
    assert {sample.status for sample in record.samples} == {Status.FAILING}


async def test_a_watcher_that_is_cancelled_leaves_nothing_running(serve: Serve) -> None:
    all_asked = asyncio.Event()

    async def hang(caller: Caller) -> None:
        if len(server.heads) == 3:
            all_asked.set()
        await asyncio.Event().wait()

    server = await serve(hang)
    before = asyncio.all_tasks()
    record = Record()
    probes = [Probe(name=f"p{n}", url=server.url(), timeout=HOUR) for n in range(3)]
    async with (
        Readers(now) as readers,
        asyncio.timeout(PATIENCE),
        watching(Watcher(probes, readers, record.on_sample, record.on_change)),
    ):
        await all_asked.wait()
    assert not [task for task in asyncio.all_tasks() - before if task.get_name().startswith("probe:")]
    assert record.samples == []


async def test_a_verdict_from_before_is_taken_over() -> None:
    probe = Probe(name="p", url="http://127.0.0.1/", every=HOUR)
    record = Record()
    good = Sample(probe="p", at=datetime(2026, 11, 20, tzinfo=UTC), status=Status.OK)
    watcher = Watcher([probe], Scripted(lambda _: good), record.on_sample, record.on_change)
    watcher.adopt(Health(probe="p", status=Status.FAILING, open=True))
    watcher.adopt(Health(probe="nobody", status=Status.FAILING))
    assert set(watcher.health) == {"p"}
    async with watching(watcher):
        await record.until(lambda: len(record.samples) == 1)
    assert watcher.health["p"].status is Status.FAILING, "one good reading does not close it"


async def test_a_room_without_any_knowledge_flies_blind() -> None:
    probe = Probe(name="p", url="http://127.0.0.1/", every=timedelta(seconds=5))
    record = Record()
    at = datetime(2026, 11, 20, tzinfo=UTC)
    good = Sample(probe="p", at=at, status=Status.OK)
    watcher = Watcher([probe], Scripted(lambda _: good), record.on_sample, record.on_change)
    assert watcher.flying_blind(at)
    async with watching(watcher):
        await record.until(lambda: len(record.samples) == 1)
    assert not watcher.flying_blind(at + timedelta(seconds=15))
    assert watcher.flying_blind(at + timedelta(seconds=16))
    assert not Watcher([], Scripted(lambda _: good), record.on_sample, record.on_change).flying_blind(at)


async def test_fifty_hung_targets_take_nothing_from_fifty_healthy_ones(serve: Serve) -> None:
    async def hang(caller: Caller) -> None:
        if caller.path.startswith("/hung"):
            await asyncio.Event().wait()
        await caller.answer("ok")

    server = await serve(hang)
    every, timeout = timedelta(milliseconds=250), timedelta(milliseconds=1500)
    hung = [Probe(name=f"hung{n}", url=server.url(f"/hung{n}"), every=every, timeout=timeout) for n in range(50)]
    # A time limit of their own: a busy machine is no target that hangs.
    long = timedelta(seconds=20)
    healthy = [Probe(name=f"ok{n}", url=server.url(f"/{n}"), every=every, timeout=long) for n in range(50)]
    record = Record()
    async with (
        Readers(now) as readers,
        watching(Watcher([*hung, *healthy], readers, record.on_sample, record.on_change)),
    ):
        await record.until(lambda: all(len(record.of(probe.name)) >= 3 for probe in hung))
    for probe in healthy:
        assert {sample.status for sample in record.of(probe.name)} == {Status.OK}
        assert len(record.of(probe.name)) > len(record.of(hung[0].name)), "read more often than the hung"
    assert all("timed out" in (sample.error or "") for probe in hung for sample in record.of(probe.name))


def quiet(probes: list[Probe]) -> Watcher:
    """A watcher that nobody listens to."""
    record = Record()
    return Watcher(probes, Scripted(unreached), record.on_sample, record.on_change)


async def test_intervals_are_stretched_to_a_minute_at_most() -> None:
    probes = [Probe(name=str(every), every=timedelta(seconds=every)) for every in (5, 30, 90)]
    watcher = quiet(probes)
    watcher.stretch(3.0)
    for one in probes:
        watcher.learn(Sample(probe=one.name, at=now(), status=Status.OK), now())
    assert [watcher.every(one.name).total_seconds() for one in probes] == [15.0, 60.0, 90.0]


async def test_intervals_that_tighten_read_soon_what_was_due_in_an_hour(serve: Serve) -> None:
    server = await serve(ok)
    record = Record()
    async with Readers(now) as readers:
        watcher = Watcher([Probe(name="p", url=server.url(), every=HOUR)], readers, record.on_sample, record.on_change)
        watcher.stretch(3.0)
        async with watching(watcher):
            await record.until(lambda: len(record.samples) == 1)
            watcher.stretch(1.0)
            await record.until(lambda: len(record.samples) == 2)


async def test_what_another_console_reads_is_left_to_it_until_it_is_late(serve: Serve) -> None:
    server = await serve(ok)
    probes = [Probe(name=name, url=server.url(f"/{name}"), every=timedelta(milliseconds=50)) for name in ("a", "b")]
    record = Record()
    async with Readers(now) as readers:
        watcher = Watcher(probes, readers, record.on_sample, record.on_change)
        watcher.follow(HOUR, now())
        watcher.learn(Sample(probe="a", at=now(), status=Status.OK), now())
        watcher.learn(Sample(probe="b", at=now() - 2 * HOUR, status=Status.OK), now())
        async with watching(watcher):
            await record.until(lambda: len(record.of("b")) == 1)
            assert record.of("a") == []
            watcher.follow(timedelta(0), now())
            await record.until(lambda: len(record.of("a")) == 1)


async def test_an_old_sample_is_no_news() -> None:
    watcher = quiet([Probe(name="p", url="http://127.0.0.1/")])
    moment = now()
    assert watcher.learn(Sample(probe="p", at=moment, status=Status.OK), moment)
    assert not watcher.learn(Sample(probe="p", at=moment, status=Status.FAILING), moment)
    assert not watcher.learn(Sample(probe="nobody", at=moment, status=Status.OK), moment)
    assert watcher.health["p"].status is Status.OK


async def test_a_loop_that_stood_still_makes_up_for_nothing(serve: Serve) -> None:
    server = await serve(ok)
    every = timedelta(milliseconds=300)
    probes = [Probe(name=f"p{n}", url=server.url(f"/{n}"), every=every) for n in range(5)]
    record = Record()
    async with Readers(now) as readers, watching(Watcher(probes, readers, record.on_sample, record.on_change)):
        await record.until(lambda: all(record.of(probe.name) for probe in probes))
        time.sleep(2.0)  # noqa: ASYNC251  the machine sleeps
        before = {probe.name: len(record.of(probe.name)) for probe in probes}
        await record.until(lambda: all(len(record.of(probe.name)) > before[probe.name] + 1 for probe in probes))
    for probe in probes:
        first, second = [sample.at for sample in record.of(probe.name)][before[probe.name] :][:2]
        assert second - first >= every / 3, "one reading each, then the interval again"
