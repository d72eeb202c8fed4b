"""Every kind that asks over HTTP against every fault: a verdict with a reason, in time, nothing given away."""

import asyncio
import json
import socket
import zlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.engine.conftest import wait_for
from tests.monitor.servers import Caller, Handler, Serve, Server, now
from tests.monitor.test_http_faults import unused_port
from warroom.config.settings import Probe
from warroom.console.domain.text import is_plain
from warroom.console.domain.watch.verdict import Health, Sample, Status
from warroom.console.monitor.http import Web
from warroom.console.monitor.readers import Readers
from warroom.console.monitor.scheduler import Watcher

TOKEN = "s3cr3t-that-stays-home"
LIMIT = timedelta(seconds=1)
ENOUGH = timedelta(seconds=20)
PATIENCE = 45.0

KINDS: dict[str, dict[str, Any]] = {
    "http": {"conditions": ("[STATUS] == 200", "[BODY].status == UP")},
    "metrics": {"metric": "queue_depth", "conditions": ("[VALUE] < 5",)},
    "prometheus": {"query": "up", "conditions": ("[VALUE] < 5",)},
    "sentry": {"organization": "acme", "project": "shop", "conditions": ("[VALUE] < 5",)},
    "new-issues": {"kind": "sentry", "organization": "acme", "what": "new-issues", "conditions": ("[VALUE] < 5",)},
    "alertmanager": {},
    "rules": {"kind": "alertmanager", "api": "prometheus"},
    "statuspage": {},
}

GOOD = {
    "http": '{"status": "UP"}',
    "metrics": "queue_depth 1\n",
    "prometheus": '{"status": "success", "data": {"resultType": "scalar", "result": [1, "1"]}}',
    "sentry": '{"timeSeries": [{"values": [{"timestamp": 1, "value": 1, "incomplete": false}]}]}',
    "new-issues": "[]",
    "alertmanager": "[]",
    "rules": '{"status": "success", "data": {"alerts": []}}',
    "statuspage": '{"status": {"indicator": "none"}}',
}
"""What each kind takes for good news, so that each fault is the only thing wrong."""

EVIL = "\x1b[2J\x1b]52;c;AAAA\x07\u202e\x9b31m"


def packed(window: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    return b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(40)) + packer.flush()


BOMBS = {"gzip": packed(31), "deflate": packed(15)}


def answering(body: bytes | str, status: int = 200, *headers: str) -> Handler:
    return lambda caller: caller.answer(body, status, *headers)


async def silent(caller: Caller) -> None:
    await asyncio.Event().wait()


async def dripping(caller: Caller) -> None:
    await caller.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
    while True:
        await caller.send(b" ")
        await asyncio.sleep(0.02)


async def endless(caller: Caller) -> None:
    await caller.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    while True:
        await caller.send(b"10000\r\n" + b" " * 65_536 + b"\r\n")


async def huge(caller: Caller) -> None:
    await caller.send(b"HTTP/1.1 200 OK\r\ncontent-length: 104857600\r\n\r\n")
    for _ in range(1600):
        await caller.send(b" " * 65_536)


async def resetting(caller: Caller) -> None:
    await caller.send(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{")
    caller.reset()


async def not_http(caller: Caller) -> None:
    await caller.send(b"220 mail.example ESMTP\r\n\r\n")
    raise ConnectionError


FAULTS: dict[str, tuple[Handler, timedelta]] = {
    "silent": (silent, LIMIT),
    "dripping": (dripping, LIMIT),
    "endless": (endless, ENOUGH),
    "100 MB": (huge, ENOUGH),
    "gzip bomb": (answering(BOMBS["gzip"], 200, "content-encoding: gzip"), ENOUGH),
    "deflate bomb": (answering(BOMBS["deflate"], 200, "content-encoding: deflate"), ENOUGH),
    "brotli": (answering(b"\x8b\x02\x80", 200, "content-encoding: br"), ENOUGH),
    "no gzip": (answering("plain", 200, "content-encoding: gzip"), ENOUGH),
    "redirect loop": (answering("", 302, "location: /again"), ENOUGH),
    "to a file": (answering("", 302, "location: file:///etc/passwd"), ENOUGH),
    "to a script": (
        answering("", 301, f"location: javascript:{EVIL.encode('latin-1', 'replace').decode('latin-1')}"),
        ENOUGH,
    ),
    "a page": (answering("<html>welcome</html>", 200, "content-type: text/html"), ENOUGH),
    "a login page": (answering("<html>who are you</html>", 401, "content-type: text/html"), ENOUGH),
    "half JSON": (answering('{"status": "U'), ENOUGH),
    "not UTF-8": (answering(b'{"status": "\xff\xfe"'), ENOUGH),
    "NaN": (answering('{"status": NaN}'), ENOUGH),
    "a huge number": (answering('{"status": ' + "9" * 6000 + "}"), ENOUGH),
    "deep": (answering("[" * 200_000), ENOUGH),
    "empty": (answering(""), ENOUGH),
    "another shape": (answering('{"status": {"status": [1, null, {"a": []}]}}'), ENOUGH),
    "a list of lists": (answering("[[[]], 1, null]"), ENOUGH),
    "escapes": (answering(json.dumps({"status": EVIL, "error": EVIL, "detail": EVIL}), 500, "x-say: \x1b[2J"), ENOUGH),
    "raw escapes": (answering(EVIL), ENOUGH),
    "reset": (resetting, ENOUGH),
    "no HTTP": (not_http, ENOUGH),
    "too many requests": (answering("{}", 429, "retry-after: 1000000000"), ENOUGH),
    "server error": (answering("{}", 500), ENOUGH),
}

Started = Callable[[Handler], Awaitable[Server]]


async def read(kind: str, url: str, timeout: timedelta, web: Web) -> Sample:
    given: dict[str, Any] = {"kind": kind, "timeout": timeout, "token": TOKEN} | KINDS[kind]
    async with Readers(now, web) as readers, asyncio.timeout(PATIENCE):
        return await readers.read(Probe(name="target", url=url, **given))


@pytest.mark.parametrize("kind", KINDS)
async def test_good_news_is_ok(web: Web, serve: Serve, kind: str) -> None:
    sample = await read(kind, (await serve(answering(GOOD[kind]))).url(), ENOUGH, web)
    assert (sample.status, sample.reason) == (Status.OK, "")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", KINDS)
async def test_a_fault_ends_in_a_verdict_with_a_harmless_reason(web: Web, serve: Serve, kind: str, fault: str) -> None:
    handler, timeout = FAULTS[fault]
    sample = await read(kind, (await serve(handler)).url(), timeout, web)
    assert sample.status is not Status.OK
    assert sample.reason
    assert is_plain(sample.reason)
    assert len(sample.error or "") <= 200
    assert sample.value is None
    assert TOKEN not in repr(sample)
    assert (sample.hold == timedelta(minutes=5)) is (fault == "too many requests")
    assert ("asks to be left alone for 5m" in sample.reason) is (fault == "too many requests")


@pytest.mark.parametrize("kind", KINDS)
async def test_a_refusal_and_a_name_that_leads_nowhere_end_in_a_reason(web: Web, kind: str) -> None:
    refused = await read(kind, f"http://127.0.0.1:{unused_port()}/", ENOUGH, web)
    assert (refused.status is not Status.OK, refused.error) == (True, "connection refused")
    lost = await read(kind, "http://target.invalid/", LIMIT, web)
    assert (lost.status is not Status.OK, lost.reached) == (True, False)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("certificate", ["expired", "elsewhere", "self_signed"])
async def test_a_bad_certificate_ends_in_a_reason(web: Web, serve: Serve, kind: str, certificate: str) -> None:
    server = await serve(answering(GOOD[kind]), certificate=certificate)
    sample = await read(kind, server.url(), ENOUGH, web)
    assert sample.status is not Status.OK
    assert (sample.error or "").startswith("TLS: ")
    assert server.heads == []


@pytest.mark.parametrize("kind", KINDS)
async def test_no_secret_follows_a_redirect_to_another_host(web: Web, serve: Serve, kind: str) -> None:
    other = await serve(answering(GOOD[kind]))
    server = await serve(answering("", 307, f"location: {other.url('/end', host='localhost')}"))
    await read(kind, server.url(), ENOUGH, web)
    assert TOKEN in server.heads[0]
    assert all(TOKEN not in head for head in other.heads)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_redirect_out_of_tls_is_not_followed(web: Web, serve: Serve, kind: str) -> None:
    plain = await serve(answering(GOOD[kind]))
    server = await serve(answering("", 302, f"location: {plain.url()}"), certificate="good")
    sample = await read(kind, server.url(), ENOUGH, web)
    assert sample.status is not Status.OK
    assert "only https is followed" in sample.reason
    assert plain.heads == []


async def byte_by_byte(caller: Caller) -> None:
    """One byte a second, the head as well."""
    for byte in b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n" + b" " * 1000:
        await caller.send(bytes([byte]))
        await asyncio.sleep(1)


async def test_all_faults_together_end_in_verdicts_while_healthy_probes_keep_their_pace(web: Web, serve: Serve) -> None:
    """As many readings of a healthy probe beside every fault of every kind as of one that is alone."""
    good = await serve(answering(GOOD["http"]))
    every, rest, timeout = timedelta(seconds=0.5), timedelta(seconds=2), timedelta(seconds=1)
    faulty = {}
    for fault, handler in {**{name: handler for name, (handler, _) in FAULTS.items()}, "a byte": byte_by_byte}.items():
        server = await serve(handler)
        for kind, own in KINDS.items():
            given: dict[str, Any] = {"kind": kind, "token": TOKEN, "every": rest, "timeout": timeout} | own
            faulty[f"{kind}: {fault}"] = Probe(name=f"{kind}: {fault}", url=server.url(), **given)
    # Whatever is sent there is never answered: the queue of connections is full.
    blocked = socket.create_server(("127.0.0.1", 0), backlog=0)
    filling = [socket.socket() for _ in range(4)]
    for one in filling:
        one.setblocking(False)
        one.connect_ex(blocked.getsockname())
    nowhere = {
        "refused": f"http://127.0.0.1:{unused_port()}/",
        "no name": "http://target.invalid/",
        "unroutable": f"http://127.0.0.1:{blocked.getsockname()[1]}/",
    }
    for name, url in nowhere.items():
        faulty[name] = Probe(name=name, url=url, every=rest, timeout=timeout)
    healthy = [Probe(name=f"well {n}", url=good.url(f"/{n}"), every=every, timeout=ENOUGH) for n in range(5)]
    alone = [Probe(name=f"alone {n}", url=good.url(f"/{n}"), every=every, timeout=ENOUGH) for n in range(5)]
    read: dict[str, list[Sample]] = {}

    def take(sample: Sample, health: Health) -> None:
        read.setdefault(sample.probe, []).append(sample)

    async with Readers(now, web) as readers:
        watchers = [Watcher(probes, readers, take, lambda *_: None) for probes in ([*faulty.values(), *healthy], alone)]
        tasks = [asyncio.create_task(watcher.run()) for watcher in watchers]
        try:
            await asyncio.to_thread(wait_for, lambda: faulty.keys() <= read.keys(), "a verdict on each")
            before = {probe.name: len(read.get(probe.name, ())) for probe in (*healthy, *alone)}

            def more(probe: Probe) -> int:
                return len(read.get(probe.name, ())) - before[probe.name]

            await asyncio.to_thread(
                wait_for, lambda: all(more(probe) > 8 for probe in alone), "readings of what is alone"
            )
            fewest, most = min(map(more, healthy)), max(map(more, alone))
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for one in (blocked, *filling):
                one.close()
    for name in faulty:
        assert all(sample.status is not Status.OK and sample.reason for sample in read[name]), name
    assert {sample.status for probe in healthy for sample in read[probe.name]} == {Status.OK}
    assert fewest >= most * 0.6, "nothing is starved"


async def test_what_hangs_slows_nothing_down(web: Web, serve: Serve) -> None:
    """Every hanging kind and a healthy one begin together: the healthy one is done while all others still wait."""
    hung, well = await serve(silent), await serve(answering(GOOD["http"]))
    slow = [asyncio.create_task(read(kind, hung.url(f"/{n}"), ENOUGH, web)) for kind in KINDS for n in range(5)]
    healthy = await read("http", well.url(), ENOUGH, web)
    assert healthy.status is Status.OK
    assert not any(task.done() for task in slow)
    for task in slow:
        task.cancel()
    await asyncio.gather(*slow, return_exceptions=True)
