"""The outbox at work: delivered once, in order, through failures, kills and rivals; the log says only what is so."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.comms.office import Clock, Office
from tests.comms.services import Answer, Page, Service, in_turn, service
from tests.store.conftest import address, cluster, postgres_address
from warroom.config.settings import Channel
from warroom.console.comms.parcels import GIVE_UP, ORPHANED, TTL, backoff, parcels
from warroom.console.domain.desk import Letter
from warroom.console.domain.intents import Refused

__all__ = ["address", "cluster", "postgres_address"]

Hire = Callable[..., Office]
OK: Answer = (200, "ok")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def hire(tmp_path: Path, clock: Clock) -> AsyncIterator[Hire]:
    offices: list[Office] = []

    def make(actor: str = "kai", at: str = "", **channels: Channel) -> Office:
        console = f"{actor}:{len(offices)}"
        office = Office(at or str(tmp_path / "warroom.db"), channels, clock, actor, console)
        offices.append(office)
        return office

    yield make
    for office in offices:
        await office.close()


def slack(server: Service, **more: Any) -> Channel:
    return Channel(kind="slack", url=server.url("/services/T0/B0/secret-part"), **more)


async def test_a_letter_is_in_the_log_once_it_was_delivered_and_not_before(
    hire: Hire, tmp_path: Path, clock: Clock
) -> None:
    async with service(in_turn((503, ""), OK)) as server:
        office = hire(room=slack(server))
        incident = office.declare(tmp_path)
        office.put(incident)
        await office.work()
        assert office.states() == {"We are on it": "waiting"} and office.sent(incident) == ()
        assert (office.rows[0].reason, office.rows[0].attempts) == ("HTTP 503", 1)
        clock.ahead(3)
        await office.work()
        assert office.states() == {"We are on it": "sent"}
        (sent,) = office.sent(incident)
        assert (sent.message, sent.audience, sent.channel, sent.text, sent.by) == (
            ("progress", "users", "room", "Down\n\nWe are on it", "kai")
        )
        assert len(server.asked) == 2


async def test_the_same_letter_put_twice_is_sent_once_and_another_text_is_another(hire: Hire, tmp_path: Path) -> None:
    async with service(in_turn(OK)) as server:
        office = hire(room=slack(server))
        incident = office.declare(tmp_path)
        assert office.put(incident) == office.put(incident) != office.put(incident, "Other words")
        await office.work()
        await office.work()
        assert len(server.asked) == 2 and len(office.sent(incident)) == 2


async def test_letters_of_an_incident_arrive_in_order_and_one_channel_holds_up_no_other(
    hire: Hire, tmp_path: Path, clock: Clock
) -> None:
    async with service(in_turn((429, "", {"retry-after": "60"}), OK)) as busy, service(in_turn(OK)) as free:
        office = hire(busy=slack(busy), free=slack(free))
        incident = office.declare(tmp_path)
        office.put(incident, "first")
        clock.ahead(1)
        office.put(incident, "second")
        for _ in range(3):
            await office.work()
        assert (len(busy.asked), len(free.asked)) == (1, 2)
        clock.ahead(58)
        await office.work()
        assert len(busy.asked) == 1, "asked to be left alone for 60 s"
        clock.ahead(2)
        for _ in range(2):
            await office.work()
        texts = [asked.json["text"] for asked in busy.asked]
        assert texts == ["Down\n\nfirst", "Down\n\nfirst", "Down\n\nsecond"]


async def test_a_channel_that_says_no_for_good_is_not_asked_again(hire: Hire, tmp_path: Path, clock: Clock) -> None:
    async with service(in_turn((404, "no_service"))) as server:
        office = hire(room=slack(server))
        incident = office.declare(tmp_path)
        office.put(incident)
        await office.work()
        clock.ahead(3600)
        await office.work()
        assert office.states() == {"We are on it": "failed"} and len(server.asked) == 1
        assert "secret" not in office.rows[0].reason


async def test_what_could_not_be_sent_for_hours_is_given_up(hire: Hire, tmp_path: Path, clock: Clock) -> None:
    async with service(in_turn((503, ""))) as server:
        office = hire(room=slack(server))
        office.put(office.declare(tmp_path))
        await office.work()
        clock.ahead(GIVE_UP.total_seconds() + 1)
        await office.work()
        assert office.rows[0].state == "failed"
        assert office.rows[0].reason == "given up after 2 h: HTTP 503"


@pytest.mark.parametrize("accident", ["reset", "hang"])
async def test_a_slack_message_that_may_have_arrived_waits_for_a_person(
    hire: Hire, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, accident: str
) -> None:
    monkeypatch.setattr("warroom.console.comms.channels.send.TOTAL_SECONDS", 0.3)
    async with service(in_turn(accident, OK)) as server:
        office = hire(room=slack(server))
        incident = office.declare(tmp_path)
        if accident == "hang":
            office.sender._post = _impatient(office.sender._post)
        office.put(incident)
        await office.work()
        clock.ahead(3600)
        await office.work()
        assert office.states() == {"We are on it": "unknown"} and len(server.asked) == 1
        assert office.rows[0].reason.startswith("it may have arrived: ")
        assert office.sent(incident) == ()


def _impatient(post: Any) -> Any:
    return lambda call: post(replace(call, timeout=timedelta(seconds=0.3)))


async def test_a_channel_that_asks_for_it_is_written_to_again_in_doubt(
    hire: Hire, tmp_path: Path, clock: Clock
) -> None:
    async with service(in_turn("reset", OK)) as server:
        office = hire(room=slack(server, repeat=True))
        incident = office.declare(tmp_path)
        office.put(incident)
        await office.work()
        clock.ahead(5)
        await office.work()
        assert len(server.asked) == 2 and len(office.sent(incident)) == 1


async def test_a_status_page_that_took_it_and_broke_off_has_it_once(hire: Hire, tmp_path: Path, clock: Clock) -> None:
    page = Page("reset", None, "reset")
    async with service(page) as server:
        office = hire(page=Channel(kind="statuspage", url=server.url("/v1"), page="p1", api_key="k3y-of-the-page"))
        incident = office.declare(tmp_path)
        for text, message in (("first", "initial"), ("second", "progress"), ("third", "resolution")):
            office.put(incident, text, message=message)
            for _ in range(2):
                await office.work()
                clock.ahead(70)
        assert [(update["body"], update["status"]) for update in page.updates] == [
            ("first", "investigating"),
            ("second", "identified"),
            ("third", "resolved"),
        ]
        assert len(page.incidents) == 1 and len(office.sent(incident)) == 3


async def test_two_consoles_on_one_store_deliver_each_letter_once(
    hire: Hire, tmp_path: Path, clock: Clock, address: str
) -> None:
    async with service(in_turn(OK)) as server:
        kai, dana = (hire(actor, address, room=slack(server), more=slack(server)) for actor in ("kai", "dana"))
        incident = kai.declare(tmp_path)
        dana.session.refresh()
        for number in range(5):
            kai.put(incident, f"kai {number}")
            dana.put(incident, f"dana {number}")
            clock.ahead(1)
        clock.ahead(ORPHANED.total_seconds())
        while kai.store.outbox.pending():
            await asyncio.gather(kai.work(), dana.work())
        texts = [asked.json["text"] for asked in server.asked]
        assert len(texts) == 20 and all(texts.count(text) == 2 for text in texts)
        assert len(kai.sent(incident)) == 20


async def test_two_consoles_of_one_person_deliver_each_letter_once(hire: Hire, tmp_path: Path, address: str) -> None:
    async with service(in_turn(OK)) as server:
        here, there = (hire("kai", address, room=slack(server)) for _ in range(2))
        incident = here.declare(tmp_path)
        for number in range(5):
            here.put(incident, str(number))
        while here.store.outbox.pending():
            await asyncio.gather(here.work(), there.work())
        assert len(server.asked) == 5 and len(here.sent(incident)) == 5


async def test_what_another_console_left_lying_is_taken_over_after_a_while(
    hire: Hire, tmp_path: Path, clock: Clock
) -> None:
    async with service(in_turn(OK)) as server:
        kai, dana = (hire(actor, room=slack(server)) for actor in ("kai", "dana"))
        kai.put(kai.declare(tmp_path))
        dana.session.refresh()
        await dana.work()
        assert server.asked == []
        clock.ahead(ORPHANED.total_seconds())
        await dana.work()
        assert len(server.asked) == 1 and dana.states() == {"We are on it": "sent"}


async def test_a_console_that_goes_away_after_the_delivery_leaves_the_log_to_the_next(
    hire: Hire, tmp_path: Path, clock: Clock
) -> None:
    async with service(in_turn(OK)) as server:
        office = hire(room=slack(server))
        incident = office.declare(tmp_path)
        (id,) = office.put(incident)
        row = office.store.outbox.get(id)
        assert row is not None
        office.store.outbox.move(row, state="delivered", attempts=1, changed_at=clock())
        await hire(room=slack(server)).work()
        assert len(office.sent(incident)) == 1 and server.asked == []
        row = office.store.outbox.get(id)
        assert row is not None
        # As if it had gone away after the log was written and before the row was.
        office.store.outbox.move(row, state="delivered", changed_at=clock())
        await hire(room=slack(server)).work()
        assert len(office.sent(incident)) == 1 and office.states() == {"We are on it": "sent"}


async def test_an_answer_that_comes_after_somebody_gave_the_attempt_up_still_counts(
    hire: Hire, tmp_path: Path, clock: Clock
) -> None:
    release = asyncio.Event()

    async def late(_: object) -> Answer:
        await release.wait()
        return OK

    def behaviour(asked: object) -> Awaitable[Answer]:
        return late(asked)

    async with service(behaviour) as server:
        kai, dana = (hire(actor, room=slack(server)) for actor in ("kai", "dana"))
        incident = kai.declare(tmp_path)
        dana.session.refresh()
        kai.put(incident)
        await kai.sender.look()
        await server.seen.wait()
        clock.ahead(TTL.total_seconds() + 1)
        await dana.work()
        assert dana.states() == {"We are on it": "unknown"}
        release.set()
        await kai.work()
        assert dana.states() == {"We are on it": "sent"} and len(dana.sent(incident)) == 1


@pytest.mark.parametrize(
    ("kind", "deliveries", "state"), [("slack", 1, "unknown"), ("webhook", 2, "sent"), ("statuspage", 1, "sent")]
)
async def test_a_sender_killed_in_the_midst_leaves_a_letter_that_is_settled_by_the_next(
    hire: Hire, tmp_path: Path, clock: Clock, kind: Any, deliveries: int, state: str
) -> None:
    # The victim runs by the real clock.
    clock.at = datetime.now(UTC)
    page = Page("hang")
    behaviour = page if kind == "statuspage" else in_turn("hang", OK)
    async with service(behaviour) as server:
        fields = {"kind": kind, "url": server.url("/v1" if kind == "statuspage" else "/hook")}
        if kind == "statuspage":
            fields |= {"page": "p1", "api_key": "k3y-of-the-page"}
        office = hire(room=Channel(**fields))
        incident = office.declare(tmp_path)
        office.put(incident)
        arguments = (str(tmp_path / "warroom.db"), "kai", "victim", json.dumps({"room": fields}))
        victim = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.comms.office", *arguments)
        await asyncio.wait_for(server.hanging.wait(), 60)
        victim.send_signal(signal.SIGKILL)
        await victim.wait()
        assert office.states() == {"We are on it": "sending"}
        # The next one comes when its lease is over.
        clock.at = office.store.outbox.pending()[0].changed_at + TTL + timedelta(seconds=1)
        for _ in range(3):
            await office.work()
            clock.ahead(5)
        changes = [asked for asked in server.asked if asked.method != "GET"]
        assert (len(changes), office.states()) == (deliveries, {"We are on it": state})
        assert len(office.sent(incident)) == (1 if state == "sent" else 0)
        if kind == "webhook":
            assert len({asked.headers["idempotency-key"] for asked in changes}) == 1


async def test_a_console_that_ends_lets_the_attempt_under_way_end_too(hire: Hire, tmp_path: Path) -> None:
    release = asyncio.Event()

    async def late() -> Answer:
        await release.wait()
        return OK

    async with service(lambda asked: late()) as server:
        office = hire(room=slack(server))
        incident = office.declare(tmp_path)
        office.put(incident)
        running = asyncio.create_task(office.sender.run())
        await server.seen.wait()
        running.cancel()
        asyncio.get_running_loop().call_later(0.05, release.set)
        await asyncio.gather(running, return_exceptions=True)
        assert office.states() == {"We are on it": "sent"} and len(office.sent(incident)) == 1
        assert office.store.leases.list("outbox") == ()


async def test_a_drill_s_letter_goes_to_nobody_outside_and_says_drill(hire: Hire, tmp_path: Path) -> None:
    async with service(in_turn(OK)) as server:
        outside = Channel(kind="slack", url="https://hooks.slack.com/services/x")
        office = hire(room=slack(server), outside=outside)
        incident = office.declare(tmp_path, drill=True)
        snapshot = office.session.incident(incident)
        assert snapshot is not None
        letter = Letter(message="progress", title="T", audience="users", subject="Down", body="x")
        refused = parcels(snapshot, letter, ("room", "outside"), office.channels, "kai", office.clock())
        assert refused == Refused(reason="outside leads out of this machine, and a drill writes to nobody outside")
        office.put(incident, "x", "room")
        await office.work()
        assert server.asked[0].json["text"].startswith("DRILL: Down\n\nDRILL. ")


async def test_a_console_whose_channel_leads_elsewhere_leaves_the_letter_alone(
    hire: Hire, tmp_path: Path, clock: Clock
) -> None:
    async with service(in_turn(OK)) as right, service(in_turn(OK)) as wrong:
        office, other = hire(room=slack(right)), hire(room=slack(wrong))
        office.put(office.declare(tmp_path))
        other.session.refresh()
        clock.ahead(ORPHANED.total_seconds())
        await other.work()
        await hire().work()
        assert (wrong.asked, office.states()) == ([], {"We are on it": "waiting"})
        await office.work()
        assert (len(right.asked), office.states()) == (1, {"We are on it": "sent"})


def test_waiting_doubles_is_scattered_and_never_shorter_than_asked() -> None:
    seconds = [backoff(attempts, 1.0, None).total_seconds() for attempts in (1, 2, 3, 4, 5, 6, 50)]
    assert seconds == [2, 4, 8, 16, 32, 60, 60]
    assert backoff(1, 0.0, None) == timedelta(seconds=1)
    assert backoff(1, 0.0, timedelta(seconds=90)) == timedelta(seconds=90)
