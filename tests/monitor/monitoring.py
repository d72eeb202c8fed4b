"""A real Prometheus that scrapes a small program, and the real Alertmanager it tells of it, on loopback."""

import contextlib
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, start_http_server

PROMETHEUS, ALERTMANAGER = shutil.which("prometheus"), shutil.which("prometheus-alertmanager")
PATIENCE = 60.0
_LISTENING = re.compile(r'msg="?Listening on"? address=127\.0\.0\.1:(\d+)')
_ALERTMANAGER = """
route: {receiver: on-call, group_wait: 0s}
receivers: [{name: on-call}]
"""
_RULES = """
groups:
  - name: shop
    rules:
      - alert: QueueTooDeep
        expr: shop_queue_depth > 5
        labels: {severity: page}
        annotations: {summary: 'queue {{ $labels.shard }} is at {{ $value }}'}
"""
_PROMETHEUS = """
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}
rule_files: [rules.yml]
scrape_configs: [{{job_name: shop, static_configs: [{{targets: ['127.0.0.1:{program}']}}]}}]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ['127.0.0.1:{alertmanager}']}}]}}]}}
"""


@dataclass(frozen=True)
class Monitoring:
    """What runs."""

    prometheus: str
    alertmanager: str
    program: str
    """Base addresses."""
    depth: Gauge
    served: Counter


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Monitoring]:
    """Start all three; they end with the block."""
    registry = CollectorRegistry()
    depth = Gauge("shop_queue_depth", "Orders that wait.", ["shard"], registry=registry)
    served = Counter("shop_requests", "Requests.", ["code"], registry=registry)
    depth.labels("a").set(2)
    depth.labels("b").set(7)
    served.labels("200").inc(10)
    server, thread = start_http_server(0, "127.0.0.1", registry)
    with contextlib.ExitStack() as stack:
        stack.callback(thread.join)
        stack.callback(server.server_close)
        stack.callback(server.shutdown)
        alerts = stack.enter_context(_alertmanager(folder))
        prometheus = stack.enter_context(_prometheus(folder, server.server_port, alerts))
        yield Monitoring(
            prometheus=f"http://127.0.0.1:{prometheus}",
            alertmanager=f"http://127.0.0.1:{alerts}",
            program=f"http://127.0.0.1:{server.server_port}",
            depth=depth,
            served=served,
        )


def _alertmanager(folder: Path) -> contextlib.AbstractContextManager[int]:
    assert ALERTMANAGER
    (folder / "alertmanager.yml").write_text(_ALERTMANAGER)
    return _program(
        folder / "alertmanager.log",
        ALERTMANAGER,
        f"--config.file={folder / 'alertmanager.yml'}",
        f"--storage.path={folder / 'alerts'}",
        "--web.listen-address=127.0.0.1:0",
        "--cluster.listen-address=",
    )


def _prometheus(folder: Path, program: int, alertmanager: int) -> contextlib.AbstractContextManager[int]:
    assert PROMETHEUS
    (folder / "rules.yml").write_text(_RULES)
    (folder / "prometheus.yml").write_text(_PROMETHEUS.format(program=program, alertmanager=alertmanager))
    return _program(
        folder / "prometheus.log",
        PROMETHEUS,
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        "--web.listen-address=127.0.0.1:0",
    )


@contextlib.contextmanager
def _program(log: Path, *argv: str) -> Iterator[int]:
    """Start a program that says in its log where it listens; the port."""
    with log.open("wb") as output, subprocess.Popen(argv, stdout=output, stderr=output, cwd=log.parent) as process:
        try:
            yield _port(log, process)
        finally:
            process.kill()


def _port(log: Path, process: "subprocess.Popen[bytes]") -> int:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = _LISTENING.search(log.read_text())
        if found:
            return int(found[1])
        assert process.poll() is None, log.read_text()
        time.sleep(0.02)
    raise AssertionError(log.read_text())
