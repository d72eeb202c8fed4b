"""Measures what watching costs, against Prometheus's blackbox exporter in the same run.

    python -m tests.bench.bench_probes [--seconds 20]

Processor time per probe, each endpoint once in 5 s on a port of its own. Goals: 200 endpoints at most 0.6 x the
exporter; 1,000 endpoints at most 12 % of a core, and none late by a second. Needs Debian's prometheus-blackbox-exporter
for the ratio.
"""

import argparse
import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

EVERY = 5.0
EXPORTER = "prometheus-blackbox-exporter"
MODULE = """
modules:
  health:
    prober: http
    timeout: 5s
    http:
      valid_status_codes: [200]
      fail_if_body_not_matches_regexp: ['"status": "UP"']
"""


def on_core(core: int, argv: list[str]) -> list[str]:
    """The command held to one core, where there are two."""
    return ["taskset", "-c", str(core), *argv] if (os.cpu_count() or 1) > 1 and shutil.which("taskset") else argv


@contextmanager
def origins(count: int) -> Iterator[list[int]]:
    """Services that answer, and their ports."""
    argv = on_core(1, [sys.executable, "-m", "tests.bench.origins", str(count)])
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.kill()


def ours(ports: list[int], seconds: float) -> dict[str, float]:
    """What the console's watch used."""
    argv = [sys.executable, "-m", "tests.bench.watching", "--every", str(EVERY), "--seconds", str(seconds)]
    done = subprocess.run(
        on_core(0, argv), input=json.dumps(ports) + "\n", stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def exporter(ports: list[int], seconds: float) -> float:
    """Seconds of processor time a probe costs the exporter."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "blackbox.yml")
        config.write_text(MODULE, encoding="utf-8")
        port = free_port()
        argv = [EXPORTER, f"--config.file={config}", f"--web.listen-address=127.0.0.1:{port}", "--log.level=error"]
        with subprocess.Popen(on_core(0, argv), env={**os.environ, "GOMAXPROCS": "1"}) as process:
            try:
                return asyncio.run(drive(process.pid, port, ports, seconds))
            finally:
                process.kill()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def drive(pid: int, port: int, ports: list[int], seconds: float) -> float:
    """Have the exporter probe each port once in `EVERY`, evenly; the processor time per probe."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            break
        except OSError:
            await asyncio.sleep(0.05)
    writer.close()
    asked = f"http://127.0.0.1:{port}/probe?module=health&target=http://127.0.0.1:{ports[0]}/health"
    said = await asyncio.to_thread(lambda: urlopen(asked).read())
    assert b"probe_success 1" in said, said
    counted = 0

    async def one(target: int, offset: float) -> None:
        nonlocal counted
        await asyncio.sleep(offset)
        asked = quote(f"http://127.0.0.1:{target}/health", safe="")
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while True:
            began = time.monotonic()
            writer.write(f"GET /probe?module=health&target={asked} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            if "chunked" in head:
                await reader.readuntil(b"\r\n0\r\n\r\n")
            else:
                await reader.readexactly(int(head.split("content-length:")[1].split("\r\n")[0]))
            counted += 1
            await asyncio.sleep(EVERY - (time.monotonic() - began))

    tasks = [asyncio.create_task(one(target, EVERY * n / len(ports))) for n, target in enumerate(ports)]
    await asyncio.sleep(EVERY * 1.5)
    used, counted = cpu_of(pid), 0
    await asyncio.sleep(seconds)
    used = cpu_of(pid) - used
    for task in tasks:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    if failed := [one for one in ended if isinstance(one, Exception)]:
        raise failed[0]
    return used / counted


def cpu_of(pid: int) -> float:
    """Seconds of processor time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    with origins(200) as ports:
        found = ours(ports, options.seconds)
        cost = found["cpu"] / found["probes"]
        print(f"200 endpoints: {cost * 1e6:.0f} us of CPU a probe, {found['bad']:.0f} bad readings")
        if shutil.which(EXPORTER):
            theirs = exporter(ports, options.seconds)
            print(f"  blackbox exporter: {theirs * 1e6:.0f} us; ratio {cost / theirs:.2f} (goal 0.60)")
    with origins(1000) as ports:
        found = ours(ports, options.seconds)
        share = found["cpu"] / found["seconds"] * 100
        print(
            f"1000 endpoints: {share:.1f} % of a core (goal 12), {found['cpu'] / found['probes'] * 1e6:.0f} us a probe"
        )
        print(f"  latest reading {max(found['late'], 0):.2f} s after it was due (goal under 1), {found['bad']:.0f} bad")


if __name__ == "__main__":
    main()
