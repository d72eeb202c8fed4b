"""A console at which nothing happens."""

import asyncio
from datetime import datetime, timedelta

import pytest

from tests.engine.conftest import Sit, wait_for


async def test_where_nothing_happens_it_is_still_seen_that_somebody_looks(
    sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    from warroom.console.engine import publisher

    monkeypatch.setattr(publisher, "_CALM", timedelta(seconds=0.1))
    seat = sit({})
    await seat.declare()

    def looked() -> datetime:
        at = seat.engine.view().checked_at
        assert at is not None
        return at

    first = looked()
    await asyncio.to_thread(wait_for, lambda: looked() > first + timedelta(seconds=0.3))
