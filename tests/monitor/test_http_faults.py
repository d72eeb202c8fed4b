"""Targets that misbehave: each ends in an answer with a reason, inside the time limit."""

import asyncio
import gzip
import json
import socket
import ssl
import zlib
from datetime import timedelta
from email.utils import format_datetime

import pytest

from tests.monitor.servers import Caller, Serve, now
from warroom.config.settings import Probe
from warroom.console.domain.watch.verdict import Sample, Status
from warroom.console.monitor.exchange import BODY_LIMIT, LONGEST_HOLD, Request
from warroom.console.monitor.http import Web
from warroom.console.monitor.probes.http import read

LIMIT = timedelta(seconds=1)
"""The time limit of a probe that is meant to run into it."""
ENOUGH = timedelta(seconds=20)
"""The time limit of any other."""
PATIENCE = 40.0
"""Seconds after which a test gives up on a probe that should have ended long before."""


async def probed(web: Web, url: str, *conditions: str, timeout: timedelta = ENOUGH) -> Sample:
    probe = Probe(name="target", url=url, timeout=timeout, conditions=conditions or ("[STATUS] == 200",))
    async with asyncio.timeout(PATIENCE):
        return await read(probe, web)


def unused_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


async def test_a_refused_connection_is_failing(web: Web) -> None:
    sample = await probed(web, f"http://127.0.0.1:{unused_port()}/", "[STATUS] == 200", "[CONNECTED] == true")
    assert (sample.status, sample.error, sample.latency_ms) == (Status.FAILING, "connection refused", None)
    assert [result.shown for result in sample.conditions] == ["[STATUS] (0) == 200", "[CONNECTED] (false) == true"]
    assert sample.reached


async def test_a_refused_connection_is_good_to_whom_expects_it(web: Web) -> None:
    sample = await probed(web, f"http://127.0.0.1:{unused_port()}/", "[CONNECTED] == false")
    assert (sample.status, sample.error) == (Status.OK, "connection refused")


async def test_a_fast_answer_is_no_excuse_for_none(web: Web) -> None:
    sample = await probed(web, f"http://127.0.0.1:{unused_port()}/", "[RESPONSE_TIME] < 500")
    assert sample.status is Status.FAILING


async def test_a_name_that_does_not_resolve_is_not_reached(web: Web) -> None:
    sample = await probed(web, "http://target.invalid/", timeout=LIMIT)
    assert sample.status is Status.FAILING
    assert not sample.reached
    assert sample.error


@pytest.mark.parametrize(
    "url", ["http://" + "a" * 70 + ".example/", "http://exa mple/", "http://[::1/", "http://:0/", "ftp://x/"]
)
async def test_an_impossible_address_is_failing_with_a_reason(web: Web, url: str) -> None:
    sample = await probed(web, url)
    assert sample.status is Status.FAILING
    assert sample.error


async def test_a_full_queue_of_connections_is_a_connection_that_never_comes(web: Web) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for client in waiting:
            client.setblocking(False)
            client.connect_ex(full.getsockname())
        sample = await probed(web, f"http://127.0.0.1:{full.getsockname()[1]}/", timeout=LIMIT)
        for client in waiting:
            client.close()
    assert sample.status is Status.FAILING
    assert (sample.error or "").startswith("timed out after 1s: no ")


async def test_a_target_that_never_answers_times_out(web: Web, serve: Serve) -> None:
    async def silent(caller: Caller) -> None:
        await asyncio.Event().wait()

    sample = await probed(web, (await serve(silent)).url(), "[STATUS] == 200", "[CONNECTED] == true", timeout=LIMIT)
    assert (sample.status, sample.error) == (Status.FAILING, "timed out after 1s: no answer")
    assert sample.reached


async def drip(caller: Caller, data: bytes) -> None:
    for byte in data:
        await caller.send(bytes([byte]))
        await asyncio.sleep(0.02)
    await asyncio.Event().wait()


async def test_a_head_that_drips_times_out(web: Web, serve: Serve) -> None:
    server = await serve(lambda caller: drip(caller, b"HTTP/1.1 200 OK\r\nx-slow: " + b"a" * 10_000))
    assert (await probed(web, server.url(), timeout=LIMIT)).error == "timed out after 1s: no answer"


async def test_a_body_that_drips_times_out_with_its_status_known(web: Web, serve: Serve) -> None:
    async def dripping(caller: Caller) -> None:
        await caller.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
        await drip(caller, b"x" * 100_000)

    sample = await probed(web, (await serve(dripping)).url(), "[STATUS] == 200", timeout=LIMIT)
    assert (sample.status, sample.error) == (Status.FAILING, "timed out after 1s: the body did not end")
    assert sample.conditions[0].ok


async def endless(caller: Caller) -> None:
    await caller.send(b"HTTP/1.1 200 OK\r\ncontent-length: 104857600\r\n\r\n")
    while True:
        await caller.send(b"x" * 65_536)


async def test_a_huge_body_is_read_to_the_limit_and_no_further(web: Web, serve: Serve) -> None:
    server = await serve(endless)
    answer = await web.ask(Request(url=server.url(), timeout=ENOUGH))
    assert len(answer.body) == BODY_LIMIT
    assert answer.cut


async def test_a_huge_body_spoils_a_condition_on_it(web: Web, serve: Serve) -> None:
    sample = await probed(web, (await serve(endless)).url(), "[BODY] == pat(x*)")
    assert (sample.status, sample.error) == (Status.FAILING, "the body is longer than 1024 KiB")
    assert len(sample.conditions[0].shown) < 300


async def test_a_huge_body_leaves_a_condition_on_the_status_alone(web: Web, serve: Serve) -> None:
    sample = await probed(web, (await serve(endless)).url(), "[STATUS] == 200")
    assert (sample.status, sample.error) == (Status.OK, "the body is longer than 1024 KiB")


async def test_identity_is_asked_for_and_gzip_is_read_all_the_same(web: Web, serve: Serve) -> None:
    server = await serve(lambda caller: caller.answer(gzip.compress(b'{"a": 1}'), 200, "content-encoding: gzip"))
    assert (await probed(web, server.url(), "[BODY].a == 1")).status is Status.OK
    assert "accept-encoding: identity" in server.heads[0].lower()


async def test_a_gzip_bomb_opens_to_the_limit_and_no_further(web: Web, serve: Serve) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(100)) + packer.flush()
    server = await serve(lambda caller: caller.answer(bomb, 200, "content-encoding: gzip"))
    answer = await web.ask(Request(url=server.url(), timeout=ENOUGH))
    assert (len(answer.body), answer.cut) == (BODY_LIMIT, True)


@pytest.mark.parametrize(
    ("encoding", "reason"),
    [("gzip", "the body says gzip and is not"), ("br", "the body is compressed (br), which was not asked for")],
)
async def test_a_body_that_cannot_be_opened_is_failing(web: Web, serve: Serve, encoding: str, reason: str) -> None:
    server = await serve(lambda caller: caller.answer("plain", 200, f"content-encoding: {encoding}"))
    sample = await probed(web, server.url())
    assert (sample.status, sample.error) == (Status.FAILING, reason)


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"\xff\xfe{",
        b'{"a": NaN}',
        b'{"a": ' + b"7" * 5_000 + b"}",
        b"[" * 100_000,
        b'{"a": 1',
    ],
    ids=["text", "no text", "NaN", "long number", "deep", "half"],
)
async def test_a_body_that_is_not_json_is_failing_with_the_reason(web: Web, serve: Serve, body: bytes) -> None:
    server = await serve(lambda caller: caller.answer(body))
    sample = await probed(web, server.url(), "[BODY].a == 1")
    assert sample.status is Status.FAILING
    assert (sample.error or "").startswith("the body is not JSON: ")
    assert sample.conditions[0].shown == "[BODY].a (INVALID) == 1"


async def test_a_reset_in_the_body_is_failing(web: Web, serve: Serve) -> None:
    async def resetting(caller: Caller) -> None:
        await caller.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
        caller.reset()

    sample = await probed(web, (await serve(resetting)).url())
    assert sample.status is Status.FAILING
    assert sample.error


async def test_an_answer_cut_short_is_failing(web: Web, serve: Serve) -> None:
    async def short(caller: Caller) -> None:
        await caller.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
        raise ConnectionError

    sample = await probed(web, (await serve(short)).url())
    assert sample.status is Status.FAILING
    assert sample.error == "the connection ended in mid-body (received 4 bytes, expected 100)"


async def test_a_connection_closed_without_an_answer_is_told_in_words(web: Web, serve: Serve) -> None:
    async def silent(caller: Caller) -> None:
        raise ConnectionError

    sample = await probed(web, (await serve(silent)).url())
    assert (sample.status, sample.error) == (Status.FAILING, "the target closed the connection without an answer")


@pytest.mark.parametrize(
    "data", [b"SSH-2.0-OpenSSH\r\n\r\n", b"HTTP/1.1 banana\r\n\r\n", b"\0" * 100 + b"\r\n\r\n", b""]
)
async def test_an_answer_that_is_no_http_is_failing(web: Web, serve: Serve, data: bytes) -> None:
    async def other(caller: Caller) -> None:
        await caller.send(data)
        raise ConnectionError

    sample = await probed(web, (await serve(other)).url())
    assert sample.status is Status.FAILING
    assert sample.error


async def test_a_kept_connection_that_was_closed_meanwhile_is_no_failure(web: Web, serve: Serve) -> None:
    async def once(caller: Caller) -> None:
        if len(server.heads) == 2:
            raise ConnectionError  # the second request arrives on a connection about to close
        await caller.answer("ok")

    server = await serve(once)
    assert (await probed(web, server.url())).status is Status.OK
    assert (await probed(web, server.url())).status is Status.OK
    assert len(server.heads) == 3


async def test_connections_are_kept_between_readings(web: Web, serve: Serve) -> None:
    server = await serve(lambda caller: caller.answer("ok"))
    for _ in range(5):
        await probed(web, server.url())
    assert server.connections == 1


@pytest.mark.parametrize(
    ("retry_after", "hold"),
    [
        ("7", timedelta(seconds=7)),
        ("1000000000", LONGEST_HOLD),
        ("9" * 5000, LONGEST_HOLD),
        ("-3", timedelta(0)),
        ("soon", timedelta(0)),
        ("Wed, 21 Oct 2015 07:28:00 GMT", timedelta(0)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_HOLD),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_a_target_may_ask_to_be_left_alone(
    web: Web, serve: Serve, status: int, retry_after: str, hold: timedelta
) -> None:
    server = await serve(lambda caller: caller.answer("", status, f"retry-after: {retry_after}"))
    sample = await probed(web, server.url())
    assert (sample.status, sample.hold) == (Status.FAILING, hold)


async def test_a_date_to_come_back_at_counts_from_now(web: Web, serve: Serve) -> None:
    date = format_datetime(now() + timedelta(seconds=60), usegmt=True)
    server = await serve(lambda caller: caller.answer("", 503, f"retry-after: {date}"))
    hold = (await probed(web, server.url())).hold
    assert timedelta(seconds=30) < hold <= timedelta(seconds=60)


async def test_a_long_reason_is_cut(web: Web, serve: Serve) -> None:
    async def wordy(caller: Caller) -> None:
        await caller.answer("", 302, f"location: gopher://{'x' * 5000}/")

    error = (await probed(web, (await serve(wordy)).url())).error or ""
    assert error.startswith("redirected to gopher://xxx")
    assert len(error) <= 200


async def test_the_certificate_and_the_address_are_measured(web: Web, serve: Serve) -> None:
    server = await serve(lambda caller: caller.answer("ok"), certificate="good")
    sample = await probed(
        web,
        server.url(),
        "[CERTIFICATE_EXPIRATION] > 48h",
        "[IP] == 127.0.0.1",
        "[CONNECTED] == true",
    )
    assert sample.status is Status.OK


@pytest.mark.parametrize(
    ("certificate", "reason"),
    [
        ("expired", "TLS: certificate has expired"),
        ("elsewhere", "TLS: IP address mismatch, certificate is not valid for '127.0.0.1'."),
        ("self_signed", "TLS: self-signed certificate"),
    ],
)
async def test_a_bad_certificate_is_failing_and_says_which_way(
    web: Web, serve: Serve, certificate: str, reason: str
) -> None:
    server = await serve(lambda caller: caller.answer("ok"), certificate=certificate)
    sample = await probed(web, server.url(), "[CONNECTED] == true")
    assert sample.status is Status.FAILING
    assert (sample.error or "").replace("self signed", "self-signed") == reason
    assert sample.reached


async def test_a_certificate_nobody_vouches_for_is_failing(serve: Serve) -> None:
    server = await serve(lambda caller: caller.answer("ok"), certificate="good")
    async with Web(now) as web:
        sample = await probed(web, server.url())
    assert sample.status is Status.FAILING
    assert (sample.error or "").startswith("TLS: unable to get")


async def test_an_expired_certificate_can_be_accepted_and_still_shows_its_age(web: Web, serve: Serve) -> None:
    server = await serve(lambda caller: caller.answer("ok"), certificate="expired")
    probe = Probe(
        name="old", url=server.url(), verify_tls=False, conditions=("[STATUS] == 200", "[CERTIFICATE_EXPIRATION] > 1h")
    )
    sample = await read(probe, web)
    assert [result.ok for result in sample.conditions] == [True, False]
    assert "[CERTIFICATE_EXPIRATION] (-" in sample.conditions[1].shown


async def test_plain_http_on_a_tls_port_is_said_to_be_that(web: Web) -> None:
    async def complain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(complain, "127.0.0.1", 0) as plain:
        port = plain.sockets[0].getsockname()[1]
        sample = await probed(web, f"https://127.0.0.1:{port}/")
    assert (sample.status, sample.error) == (Status.FAILING, "TLS: the target does not speak TLS on this port")


async def test_a_tls_handshake_that_hangs_times_out(web: Web) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(5)
        sample = await probed(web, f"https://127.0.0.1:{deaf.getsockname()[1]}/", timeout=LIMIT)
    assert (sample.status, sample.error) == (Status.FAILING, "timed out after 1s: no TLS handshake")


async def redirecting(caller: Caller, *targets: str, status: int = 302) -> None:
    """Answer `/0` with the first target, `/1` with the second …, and anything else with what was received."""
    number = caller.path.strip("/")
    if number.isdigit() and int(number) < len(targets):
        await caller.answer("", status, f"location: {targets[int(number)]}")
    else:
        await caller.answer(json.dumps({"head": caller.head}))


async def test_three_redirects_are_followed(web: Web, serve: Serve) -> None:
    server = await serve(lambda caller: redirecting(caller, "/1", "2", "/end"))
    sample = await probed(web, server.url("/0"), "[STATUS] == 200", "has([BODY].head) == true")
    assert sample.status is Status.OK


async def test_a_loop_of_redirects_ends(web: Web, serve: Serve) -> None:
    server = await serve(lambda caller: redirecting(caller, "/1", "/0"))
    sample = await probed(web, server.url("/0"))
    assert sample.status is Status.FAILING
    assert sample.error == f"more than 3 redirects, the last to {server.url('/0')}"
    assert len(server.heads) == 4


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/", "javascript:alert(1)", "//[bad/"])
async def test_a_redirect_out_of_the_web_is_not_followed(web: Web, serve: Serve, target: str) -> None:
    server = await serve(lambda caller: redirecting(caller, target))
    sample = await probed(web, server.url("/0"))
    assert sample.status is Status.FAILING
    assert (sample.error or "").startswith("redirected to ")


async def test_a_redirect_from_https_to_http_is_not_followed(web: Web, serve: Serve) -> None:
    plain = await serve(lambda caller: caller.answer("ok"))
    server = await serve(lambda caller: redirecting(caller, plain.url()), certificate="good")
    sample = await probed(web, server.url("/0"))
    assert sample.error == f"redirected to {plain.url()}: only https is followed"
    assert plain.heads == []


async def test_redirects_can_be_judged_instead_of_followed(web: Web, serve: Serve) -> None:
    server = await serve(lambda caller: redirecting(caller, "app:open"))
    probe = Probe(name="moved", url=server.url("/0"), redirects=False, conditions=("[STATUS] == 302",))
    assert (await read(probe, web)).status is Status.OK
    assert len(server.heads) == 1


async def test_login_and_headers_stay_with_their_host(web: Web, serve: Serve) -> None:
    other = await serve(lambda caller: redirecting(caller))
    server = await serve(lambda caller: redirecting(caller, other.url("/end", host="localhost"), "/end"))
    secrets = {"Authorization": "Bearer s3cret", "X-Api-Key": "k3y"}
    for path in ("/0", "/1"):
        await web.ask(Request(url=server.url(path), headers=secrets))
    assert "s3cret" in server.heads[0]
    assert "s3cret" in server.heads[-1], "the same host still gets them"
    assert "s3cret" not in other.heads[0]
    assert "k3y" not in other.heads[0]


async def test_a_login_in_the_address_stays_with_its_host(web: Web, serve: Serve) -> None:
    other = await serve(lambda caller: redirecting(caller))
    server = await serve(lambda caller: redirecting(caller, other.url("/end", host="localhost"), "/end"))
    for path in ("/0", "/1"):
        await web.ask(Request(url=server.url(path).replace("//", "//kai:pw@")))
    assert "authorization: basic" in server.heads[-1].lower()
    assert "authorization" not in other.heads[0].lower()


@pytest.mark.parametrize(("status", "method"), [(302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")])
async def test_a_redirected_post_keeps_its_method_only_where_it_must(
    web: Web, serve: Serve, status: int, method: str
) -> None:
    async def posted(caller: Caller) -> None:
        await redirecting(caller, "/end", status=status)

    server = await serve(posted)
    await web.ask(Request(url=server.url("/0"), method="POST"))
    assert server.heads[-1].startswith(f"{method} /end ")


async def test_proxies_of_the_environment_are_not_used(web: Web, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{unused_port()}")
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{unused_port()}")
    server = await serve(lambda caller: caller.answer("ok"))
    assert (await probed(web, server.url())).status is Status.OK


async def test_a_probe_without_conditions_wants_an_answer_below_400(web: Web, serve: Serve) -> None:
    server = await serve(lambda caller: caller.answer("", 404 if caller.path == "/gone" else 204))
    assert (await read(Probe(name="a", url=server.url("/")), web)).status is Status.OK
    gone = await read(Probe(name="b", url=server.url("/gone")), web)
    assert (gone.status, gone.reason) == (Status.FAILING, "[STATUS] (404) < 400")


async def test_a_softer_limit_marks_a_reading_and_leaves_its_status(web: Web, serve: Serve) -> None:
    server = await serve(lambda caller: caller.answer("ok"))
    sample = await read(Probe(name="a", url=server.url(), warn=("[BODY] == fine",)), web)
    assert (sample.status, sample.warned) == (Status.OK, True)


async def test_method_headers_and_body_are_sent(web: Web, serve: Serve) -> None:
    async def echo(caller: Caller) -> None:
        await caller.reader.readexactly(2)
        await caller.answer("ok")

    server = await serve(echo)
    probe = Probe(name="a", url=server.url(), method="POST", headers={"X-Team": "ops", "User-Agent": "me"}, body="hi")
    assert (await read(probe, web)).status is Status.OK
    assert server.heads[0].startswith("POST / ")
    assert "x-team: ops" in server.heads[0].lower()
    assert "user-agent: me" in server.heads[0].lower()


async def test_a_header_that_cannot_be_sent_is_a_reason(web: Web, serve: Serve) -> None:
    server = await serve(lambda caller: caller.answer("ok"))
    for value in ("line\nbreak", "snow ☃"):
        sample = await read(Probe(name="a", url=server.url(), headers={"x": value}), web)
        assert sample.status is Status.FAILING
        assert sample.error


async def test_trust_is_one_context_for_all_clients(web: Web, trust: ssl.SSLContext, serve: Serve) -> None:
    servers = [await serve(lambda caller: caller.answer("ok"), certificate="good") for _ in range(2)]
    answers = await asyncio.gather(*(web.ask(Request(url=server.url(), timeout=ENOUGH)) for server in servers))
    assert [answer.status for answer in answers] == [200, 200]
    assert trust.cert_store_stats()["x509_ca"] == 1
