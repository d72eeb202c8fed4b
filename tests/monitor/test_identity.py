"""Who a probe says it is and whom it trusts: logins, client certificates, authorities, certificates that end soon."""

import asyncio
import shutil
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from tests.monitor.servers import TLS, Caller, Handler, Serve, Server, now
from warroom.config.settings import Probe
from warroom.console.domain.watch.verdict import Sample, Status
from warroom.console.monitor.http import Web
from warroom.console.monitor.probes.http import read
from warroom.console.monitor.readers import Readers

CA = str(TLS / "ca.pem")
GOOD = str(TLS / "good.pem")
SECRET = "sup3rs3cret-token"


@asynccontextmanager
async def strict(handler: Handler) -> AsyncIterator[Server]:
    """A server that answers only who shows a certificate of the test authority."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=CA)
    context.load_cert_chain(GOOD)
    context.verify_mode = ssl.CERT_REQUIRED
    server = Server(handler, context)
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=context)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        await server.end()
        listener.close()


@asynccontextmanager
async def openssl_server(authority: str) -> AsyncIterator[int]:
    """One of OpenSSL that answers only who shows a certificate of that authority; its port."""
    process = await asyncio.create_subprocess_exec(
        *("openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", GOOD, "-key", GOOD, "-www"),
        *("-CAfile", authority, "-Verify", "1", "-verify_return_error"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        async for line in process.stdout:
            if line.startswith(b"ACCEPT"):
                yield int(line.rpartition(b":")[2])
                break
    finally:
        process.kill()
        await process.wait()


async def answered(caller: Caller) -> None:
    await caller.answer("ok")


async def probed(url: str, web: Web | None = None, **more: Any) -> Sample:
    probe = Probe(name="target", url=url, **({"timeout": timedelta(seconds=20)} | more))
    if web is not None:
        return await read(probe, web)
    async with Readers(now) as readers:
        return await readers.read(probe)


async def test_a_client_certificate_opens_what_is_closed_without() -> None:
    async with strict(answered) as server:
        sample = await probed(server.url(), ca=CA, client_cert=GOOD)
        assert (sample.status, sample.error) == (Status.OK, None)
        assert (await probed(server.url(), ca=CA, client_cert=GOOD, client_key=GOOD)).status is Status.OK
        closed = await probed(server.url(), ca=CA)
    assert closed.status is Status.FAILING
    assert closed.error


async def test_a_client_certificate_stays_with_its_host(serve: Serve) -> None:
    async def elsewhere(caller: Caller) -> None:
        await caller.answer("", 302, f"location: {other.url('/end', host='localhost')}")

    seen = await serve(elsewhere, certificate="good")
    async with strict(answered) as other:
        sample = await probed(seen.url(), ca=CA, client_cert=GOOD)
    assert sample.status is Status.FAILING
    assert other.heads == []


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"ca": "/nowhere/ca.pem"}, "ca /nowhere/ca.pem cannot be used: no such file or directory"),
        ({"client_cert": "/nowhere/c.pem"}, "client_cert /nowhere/c.pem cannot be used: no such file or directory"),
        ({"client_cert": CA}, f"client_cert {CA} cannot be used: "),
        ({"ca": __file__}, f"ca {__file__} cannot be used: "),
        ({"client_cert": str(TLS / "locked.pem")}, "client_cert "),
    ],
    ids=["no ca", "no certificate", "no key", "no PEM", "locked key"],
)
async def test_a_file_that_cannot_be_used_is_named(serve: Serve, more: dict[str, Any], reason: str) -> None:
    server = await serve(answered, certificate="good")
    async with asyncio.timeout(40):  # a locked key must not ask for its passphrase
        sample = await probed(server.url(), **more)
    assert sample.status is Status.FAILING
    assert (sample.error or "").startswith(reason)
    assert "cannot be used" in (sample.error or "")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize(
    ("authority", "shown", "reason"),
    [
        ("ca.pem", {}, "TLS: the target asks for a client certificate"),
        ("self_signed.pem", {"client_cert": GOOD}, "TLS: the target does not know who signed our certificate"),
    ],
)
async def test_a_refused_client_certificate_is_told_in_words(
    authority: str, shown: dict[str, Any], reason: str
) -> None:
    """OpenSSL's own server: Python's leaves out the alert that says why."""
    async with openssl_server(str(TLS / authority)) as port:
        sample = await probed(f"https://localhost:{port}/", ca=CA, **shown)
    assert (sample.status, sample.error) == (Status.FAILING, reason)


async def test_a_certificate_without_its_key_is_told_in_words(serve: Serve) -> None:
    server = await serve(answered, certificate="good")
    sample = await probed(server.url(), client_cert=str(TLS / "locked.pem"))
    assert (sample.error or "").endswith(
        "cannot be used: it holds no certificate with a key, or the key has a passphrase"
    )


async def test_probes_that_trust_alike_share_one_context() -> None:
    async with strict(answered) as one, strict(answered) as two, Web(now) as web:
        for server in (one, two):
            for more in ({"client_cert": GOOD, "ca": CA}, {"verify_tls": False, "client_cert": GOOD}):
                assert (await probed(server.url(), web, **more)).status is Status.OK
        assert len(web._contexts) == 2
        assert len(web._pools) == 4


@pytest.mark.parametrize(
    ("given", "header"),
    [
        ({"token": SECRET}, f"authorization: Bearer {SECRET}"),
        ({"username": "kai", "password": SECRET}, "authorization: Basic a2FpOnN1cDNyczNjcmV0LXRva2Vu"),
        ({"headers": {"Authorization": f"Token {SECRET}"}, "token": "other"}, f"authorization: Token {SECRET}"),
    ],
)
async def test_a_login_is_sent_and_never_shown(serve: Serve, given: dict[str, Any], header: str) -> None:
    async def parrot(caller: Caller) -> None:
        await caller.answer(caller.head, 401)

    server = await serve(parrot)
    sample = await probed(server.url(), conditions=("[STATUS] == 200", "[BODY] == calm"), **given)
    assert header in server.heads[0]
    assert sample.status is Status.FAILING
    assert SECRET not in repr(sample)


async def test_a_login_of_the_address_is_not_shown_where_redirects_led(serve: Serve) -> None:
    server = await serve(lambda caller: caller.answer("", 302, "location: /again"))
    sample = await probed(server.url().replace("//", "//kai:pw@"))
    assert sample.error == f"more than 3 redirects, the last to {server.url('/again')}"


async def test_a_certificate_that_ends_soon_marks_the_reading(web: Web, serve: Serve) -> None:
    server = await serve(answered, certificate="good")
    far = await probed(server.url(), web)
    near = await probed(server.url(), web, certificate_warning=timedelta(days=365 * 300))
    never = await probed(server.url(), web, certificate_warning=timedelta(0))
    assert [sample.warned for sample in (far, near, never)] == [False, True, False]
    assert near.status is Status.OK
    assert near.warning.startswith("the certificate ends in ")
    assert near.warning.endswith(" days")


async def test_an_ended_certificate_that_is_accepted_marks_the_reading(web: Web, serve: Serve) -> None:
    server = await serve(answered, certificate="expired")
    sample = await probed(server.url(), web, verify_tls=False)
    assert (sample.status, sample.warning) == (Status.OK, "the certificate has ended")
