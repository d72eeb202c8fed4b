"""A network that is lost here, told from a world that is down."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from warroom.config.settings import Probe
from warroom.console.domain.watch.verdict import Sample, Status
from warroom.console.monitor.own_network import OwnNetwork, reached

AT = datetime(2026, 11, 20, tzinfo=UTC)
ELSEWHERE = [Probe(name=name, url=f"https://{name}.example/") for name in "ab"]
SAME = [Probe(name=name, url=f"https://one.example/{name}") for name in "ab"]


def lost(name: str) -> Sample:
    return Sample(probe=name, at=AT, status=Status.FAILING, error="no route to host", reached=False)


async def all_lost(network: OwnNetwork) -> Sample:
    await network.judge(lost("a"))
    return await network.judge(lost("b"))


def answers(word: bool, asked: list[str] | None = None) -> Callable[[str], Awaitable[bool]]:
    async def reach(address: str) -> bool:
        if asked is not None:
            asked.append(address)
        return word

    return reach


async def test_different_hosts_that_are_all_lost_make_the_own_network_suspect() -> None:
    network = OwnNetwork(ELSEWHERE)
    sample = await all_lost(network)
    assert (sample.status, network.suspected) == (Status.UNKNOWN, True)
    assert sample.error == "own network? no target is reached: no route to host"
    await network.judge(Sample(probe="a", at=AT, status=Status.OK))
    assert not network.suspected


async def test_one_host_that_is_lost_is_down_while_there_is_a_way_out() -> None:
    assert (await all_lost(OwnNetwork(SAME, way_out=lambda: True))).status is Status.FAILING


async def test_one_host_that_is_lost_is_unknown_where_there_is_no_way_out() -> None:
    assert (await all_lost(OwnNetwork(SAME, way_out=lambda: False))).status is Status.UNKNOWN


async def test_a_canary_that_is_reached_says_that_the_world_is_down() -> None:
    network = OwnNetwork(ELSEWHERE, ["https://canary.example"], answers(True))
    assert (await all_lost(network)).status is Status.FAILING
    assert not network.suspected


async def test_canaries_that_are_silent_make_the_own_network_suspect_and_are_asked_once() -> None:
    asked: list[str] = []
    network = OwnNetwork(SAME, ["https://one.example", "https://two.example"], answers(False, asked))
    sample = await all_lost(network)
    await asyncio.gather(*(network.judge(lost(name)) for name in "ab"))
    assert sample.error == "own network? no target and no canary is reached: no route to host"
    assert asked == ["https://one.example", "https://two.example"]


async def test_a_target_on_this_machine_says_nothing_of_the_network() -> None:
    here = Probe(name="a", url="http://127.0.0.1:1/")
    assert (await OwnNetwork([here]).judge(lost("a"))).status is Status.FAILING


async def test_a_canary_is_reached_by_a_connection_or_a_refusal() -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    assert await reached(f"http://127.0.0.1:{port}")
    server.close()
    await server.wait_closed()
    assert await reached(f"http://127.0.0.1:{port}"), "a refusal is an answer"
    assert not await reached("http://nobody.invalid")
