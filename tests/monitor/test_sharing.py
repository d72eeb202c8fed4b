"""Consoles of several hosts on one PostgreSQL: one polls, all show the same, and who takes over asks in time."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.engine.conftest import Project, wait_for
from tests.engine.conftest import project as project
from tests.monitor.child import probes
from tests.monitor.sharing import Child, Door, child, opened
from tests.store.conftest import cluster as cluster
from tests.store.conftest import postgres_address as postgres_address
from warroom.config.settings import Settings
from warroom.console.domain.intents import By
from warroom.console.engine.engine import Engine
from warroom.console.engine.setup import Setup
from warroom.console.session import Session, utc_now
from warroom.console.store.store import Store, open_store

COUNT = 5


@pytest.fixture
def door() -> Iterator[Door]:
    with opened() as door:
        yield door


@pytest.fixture
def poller(project: Project, postgres_address: str, door: Door) -> Iterator[Child]:
    """A console in a process of its own, which polls."""
    with child(project.folder, postgres_address, door, COUNT) as one:
        yield one


@pytest.fixture
def store(postgres_address: str, poller: Child) -> Iterator[Store]:
    """The same store, seen from this process, after the other console took its turn."""
    with open_store(postgres_address) as store:
        yield store


@pytest.fixture
def ahead() -> list[timedelta]:
    """How far the clock of this process is ahead."""
    return [timedelta(0)]


@pytest.fixture
def mei(store: Store, project: Project, door: Door, ahead: list[timedelta]) -> Iterator[Engine]:
    """A second console."""

    setup = Setup(
        settings=Settings(playbook="tiny.toml", service=project.settings.service, probe=probes(door.url, COUNT, "mei")),
        folder=project.folder,
        store=store,
        session=Session(store.log, By(actor="mei", console="console-mei"), utc_now),
        runs=project.runs,
        clock=lambda: utc_now() + ahead[0],
    )
    engine = Engine(setup).start()
    yield engine
    engine.stop()


def newest(engine: Engine) -> dict[str, str]:
    return {row.name: row.health.last.at.isoformat() for row in engine.view().probes if row.health.last}


def test_one_polls_and_the_other_shows_the_same_with_its_answers(poller: Child, mei: Engine, door: Door) -> None:
    wait_for(lambda: mei.view().polled_by == "child (console-child)", "somebody to follow")
    wait_for(lambda: len(newest(mei)) == COUNT, "readings")
    assert mei.view().read_by == "read by child"
    seen = [newest(mei)]

    def moved_on() -> bool:
        seen.append(newest(mei))
        return all(seen[-1][name] > seen[0][name] for name in seen[0])

    wait_for(moved_on, "newer readings")
    # What is shown here was shown there, or is about to be.
    wait_for(lambda: any(poller.state()["newest"].get("p0") == one["p0"] for one in [newest(mei)]), "the same reading")
    assert door.of("mei") == [], "nothing is asked twice"
    wait_for(lambda: all(row.answers for row in mei.view().probes), "answers")
    for row in mei.view().probes:
        assert row.answers[-1].raw == f"answer to /{row.name[1:]}"
        assert row.answers[-1].head[0] == "HTTP 200"
        assert [one.condition for one in row.answers[-1].conditions] == ["[CONNECTED] == true", "[STATUS] < 400"]


def test_who_takes_over_from_a_killed_console_asks_alone(
    poller: Child, mei: Engine, door: Door, ahead: list[timedelta]
) -> None:
    wait_for(lambda: mei.view().read_by == "read by child" and len(newest(mei)) == COUNT, "a follower")
    poller.process.kill()
    poller.process.wait()
    asked = len(door.of("child"))
    ahead[0] = timedelta(seconds=12)
    wait_for(lambda: mei.view().read_by == "read by nobody: child is silent", "word of the silence")
    assert door.of("mei") == [], "the lease lives on"
    ahead[0] = timedelta(seconds=17)
    wait_for(lambda: mei.view().read_by == "" and mei.view().polled_by == "", "a successor")
    wait_for(lambda: len(door.of("mei")) >= 3 * COUNT, "readings of its own")
    assert len(door.of("child")) == asked
    moment = max(newest(mei).values())
    wait_for(lambda: min(newest(mei).values()) > moment, "newer ones of everything")
