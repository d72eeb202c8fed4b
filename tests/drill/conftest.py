"""A world to act in, and patience."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from warroom.console.drill.world import World

Until = Callable[[Callable[[], bool], str], None]


@pytest.fixture
def start() -> datetime:
    """When the worlds of these tests begin."""
    return datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


@pytest.fixture
def world(tmp_path: Path, start: datetime) -> Iterator[World]:
    """A healthy shop with its users in it; its waits are hardly there."""
    with World.build(tmp_path / "world", start, seed=7, speed=50) as running:
        yield running


@pytest.fixture
def until() -> Until:
    """Waits for a condition; fails with its name when it does not come within 20 s."""

    def wait(holds: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + 20
        while not holds():
            assert time.monotonic() < deadline, f"in 20 s still not: {what}"
            time.sleep(0.05)

    return wait
