"""A console's watch alone: probes polled, judged and kept as in the room. Prints what it cost as JSON.

echo '[8001, 8002]' | python -m tests.bench.watching --every 5 --seconds 20
"""

import argparse
import asyncio
import json
import resource
import sys
import time
from datetime import timedelta

from warroom.config.settings import Probe
from warroom.console.domain.watch.verdict import Health, Sample, Status
from warroom.console.monitor.readers import Readers
from warroom.console.monitor.samples import History
from warroom.console.monitor.scheduler import JITTER, SLOT_SECONDS, Watcher
from warroom.console.session import utc_now
from warroom.widgets.glyphs import UNICODE
from warroom.widgets.sparkline import sparkline

CONDITIONS = ("[STATUS] == 200", "[RESPONSE_TIME] < 2000", "[BODY].status == UP")


def cpu() -> float:
    """Seconds of processor time this process has used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def watch(ports: list[int], every: float, seconds: float) -> dict[str, float]:
    """Watch until warm, then measure."""
    history = History()
    last: dict[str, float] = {}
    count, late, bad = 0, 0.0, 0

    def take(sample: Sample, health: Health) -> None:
        nonlocal count, late, bad
        history.add(sample)
        sparkline([point.latency_ms for point in history.samples(sample.probe)[-20:]], 10, UNICODE)
        now = time.monotonic()
        if sample.probe in last:
            late = max(late, now - last[sample.probe] - every * (1 + JITTER) - SLOT_SECONDS)
        last[sample.probe] = now
        count += 1
        bad += sample.status is not Status.OK

    probes = [
        Probe(
            name=f"service {port}",
            url=f"http://127.0.0.1:{port}/health",
            every=timedelta(seconds=every),
            conditions=CONDITIONS,
        )
        for port in ports
    ]
    async with Readers(utc_now) as readers:
        task = asyncio.create_task(Watcher(probes, readers, take, lambda before, after, sample: None).run())
        await asyncio.sleep(every * 1.5)
        began, used, count, late = time.monotonic(), cpu(), 0, 0.0
        await asyncio.sleep(seconds)
        span, used = time.monotonic() - began, cpu() - used
        assert not task.done(), task.exception()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    return {"probes": count, "seconds": span, "cpu": used, "late": late, "bad": bad}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--every", type=float, default=5)
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    ports = json.loads(sys.stdin.readline())
    print(json.dumps(asyncio.run(watch(ports, options.every, options.seconds))))


if __name__ == "__main__":
    main()
