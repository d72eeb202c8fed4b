"""The impact window that the machine room measures from the samples that were kept."""

import asyncio
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime, timedelta

from tests.engine.conftest import Project, Sit, wait_for
from warroom.config.settings import Probe
from warroom.console.domain import intents as i
from warroom.console.domain.watch.impact import hint
from warroom.console.session import utc_now
from warroom.console.store.samples import Sample
from warroom.console.store.store import Store

ERRORS = Probe(name="errors", url="http://127.0.0.1:9/", every=timedelta(hours=1), role="error-rate")


def keep(store: Store, bad: Iterable[int], now: datetime, service: str = "shop") -> None:
    """A reading a minute of the last two hours, beyond the limit in these minutes before now."""
    store.samples.write(
        [
            Sample("errors", now - timedelta(minutes=ago), "failing" if ago in bad else "ok", value=1.0)
            for ago in range(120, 0, -1)
        ],
        service,
    )


async def test_the_room_is_told_when_readings_say_it_began_earlier(sit: Sit) -> None:
    kai = sit(probes=(ERRORS,))
    now = utc_now()
    keep(kai.store, range(20, 41), now)
    name = await kai.engine.declare("Sign-in fails", "P1", impact_at="-30m")
    assert isinstance(name, str)
    await asyncio.to_thread(wait_for, lambda: kai.engine.view().outages.get(name), "an outage")
    outage = kai.engine.view().outages[name]
    assert outage.start == now - timedelta(minutes=40)
    assert outage.end == now - timedelta(minutes=19)
    assert "error rate says" in hint(kai.incident(name), outage)
    await kai.engine.dispatch(name, i.CorrectTime(moment="impact", to=now - timedelta(minutes=3), why="no, later"))
    await asyncio.to_thread(wait_for, lambda: name not in kai.engine.view().outages, "another answer")


async def test_readings_of_another_service_say_nothing(sit: Sit) -> None:
    kai = sit(probes=(ERRORS,))
    keep(kai.store, range(1, 41), utc_now(), "bank")
    name = await kai.engine.declare("Sign-in fails", "P1", impact_at="-30m")
    await asyncio.to_thread(wait_for, lambda: kai.engine.view().probes[0].health.last, "a reading")
    assert name not in kai.engine.view().outages


async def test_readings_that_cannot_be_read_are_said_and_the_word_is_taken_back(sit: Sit, project: Project) -> None:
    kai = sit(probes=(ERRORS,))

    def said() -> bool:
        return any("when users were hurt is not measured" in text for text in kai.engine.view().troubles)

    with closing(sqlite3.connect(project.address, isolation_level=None)) as other:
        other.execute("ALTER TABLE samples RENAME TO elsewhere")
        name = await kai.engine.declare("Sign-in fails", "P1", impact_at="-30m")
        assert isinstance(name, str)
        await asyncio.to_thread(wait_for, said, "the trouble")
        other.execute("ALTER TABLE elsewhere RENAME TO samples")
    await kai.engine.dispatch(name, i.CorrectTime(moment="impact", to=utc_now() - timedelta(minutes=3), why="later"))
    await asyncio.to_thread(wait_for, lambda: not said(), "its end")
