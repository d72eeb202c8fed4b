"""Connections to real servers: what is kept, what is not, and what passes for an answer."""

import asyncio
from datetime import timedelta

import pytest

from tests.monitor.servers import Caller, Serve
from warroom.console.monitor.exchange import Answer, Request
from warroom.console.monitor.http import Web

PATIENCE = 40.0


async def asked(web: Web, url: str, method: str = "GET", body: str = "", **headers: str) -> Answer:
    request = Request(url=url, method=method, body=body, headers=headers, timeout=timedelta(seconds=20))
    async with asyncio.timeout(PATIENCE):
        return await web.ask(request)


async def until_gone(web: Web) -> None:
    """Wait until the one connection that is kept is not fit to be used any more."""
    (pool,) = web._pools.values()
    ((_, connection),) = pool._idle
    async with asyncio.timeout(PATIENCE):
        while connection.idle:  # noqa: ASYNC110 - nobody else waits for it, so there is no event
            await asyncio.sleep(0)


@pytest.mark.parametrize("closes", [True, False])
async def test_a_goodbye_on_an_idle_connection_is_no_answer_to_the_next_question(
    web: Web, serve: Serve, closes: bool
) -> None:
    """As a proxy says it before it closes what nobody used for a while."""
    let_go = asyncio.Event()

    async def leaving(caller: Caller) -> None:
        await caller.answer("ok")
        if server.connections == 1:
            await let_go.wait()
            await caller.answer("late", 408)
            if closes:
                raise ConnectionError

    server = await serve(leaving)
    assert (await asked(web, server.url())).status == 200
    let_go.set()
    await until_gone(web)
    answer = await asked(web, server.url())
    assert (answer.status, answer.body, server.connections) == (200, b"ok", 2)


async def test_what_follows_a_whole_answer_is_not_taken_for_the_next(web: Web, serve: Serve) -> None:
    async def talkative(caller: Caller) -> None:
        await caller.send(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n")

    server = await serve(talkative)
    assert [(await asked(web, server.url())).status for _ in range(3)] == [200, 200, 200]
    assert server.connections == 3


async def test_a_connection_the_target_wants_closed_is_not_kept(web: Web, serve: Serve) -> None:
    server = await serve(lambda caller: caller.answer("ok", 200, "connection: close"))
    assert [(await asked(web, server.url())).body for _ in range(2)] == [b"ok", b"ok"]
    assert server.connections == 2


async def test_two_questions_at_once_have_a_connection_each_and_both_are_kept(web: Web, serve: Serve) -> None:
    both = asyncio.Barrier(2)

    async def together(caller: Caller) -> None:
        await both.wait()
        await caller.answer("ok")

    server = await serve(together)
    for _ in range(2):
        answers = await asyncio.gather(*(asked(web, server.url()) for _ in range(2)))
        assert [answer.status for answer in answers] == [200, 200]
    assert server.connections == 2


async def test_hints_before_the_answer_are_passed_over(web: Web, serve: Serve) -> None:
    async def hinting(caller: Caller) -> None:
        await caller.send(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n")
        await caller.answer("ok")

    server = await serve(hinting)
    assert [(await asked(web, server.url())).body for _ in range(2)] == [b"ok", b"ok"]
    assert server.connections == 1


@pytest.mark.parametrize("headers", [{}, {"connection": "upgrade", "upgrade": "chat"}])
async def test_another_protocol_is_no_answer(web: Web, serve: Serve, headers: dict[str, str]) -> None:
    async def switching(caller: Caller) -> None:
        await caller.send(b"HTTP/1.1 101 Switching Protocols\r\nupgrade: chat\r\nconnection: upgrade\r\n\r\n")

    answer = await asked(web, (await serve(switching)).url(), **headers)
    assert answer.status == 0
    assert answer.error


async def test_an_endless_head_is_failing(web: Web, serve: Serve) -> None:
    async def endless(caller: Caller) -> None:
        while True:
            await caller.send(b"x-more: " + b"y" * 8192)

    answer = await asked(web, (await serve(endless)).url())
    assert answer.status == 0
    assert answer.error


async def test_pieces_come_together_and_the_length_of_what_is_sent_is_said(web: Web, serve: Serve) -> None:
    async def echoing(caller: Caller) -> None:
        assert "content-length: 5" in caller.head.lower()
        body = await caller.reader.readexactly(5)
        await caller.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        for byte in body:
            await caller.send(b"1\r\n%c\r\n" % byte)
        await caller.send(b"0\r\n\r\n")

    server = await serve(echoing)
    assert [(await asked(web, server.url(), "POST", "hello")).body for _ in range(2)] == [b"hello", b"hello"]
    assert server.connections == 1


async def test_an_answer_without_a_length_ends_with_the_connection(web: Web, serve: Serve) -> None:
    async def old(caller: Caller) -> None:
        await caller.send(b"HTTP/1.0 200 OK\r\n\r\nok")
        raise ConnectionError

    server = await serve(old)
    answers = [await asked(web, server.url()) for _ in range(2)]
    assert [(answer.status, answer.body, answer.error) for answer in answers] == [(200, b"ok", None)] * 2
