"""Two consoles on one store: they see each other, and of two intents where only one may win, one does."""

import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.engine.intents import declare, request
from warroom.console.domain import intents as i
from warroom.console.domain.intents import By, Intent, Refused
from warroom.console.session import Session
from warroom.console.store.log import Proof
from warroom.console.store.store import open_store

RACES = 50
KILLS = int(os.environ.get("WARROOM_TEST_KILLS", "10"))
"""Rounds of `kill -9`; set the variable to 100 for a longer hunt."""
RACER = Path(__file__).with_name("racer.py")

Sit = Callable[[str], Session]


@pytest.fixture
def sit(address: str) -> Iterator[Sit]:
    """Sits somebody down at a console of their own on the same store."""
    with ExitStack() as consoles:

        def one(name: str) -> Session:
            store = consoles.enter_context(open_store(address))
            return Session(store.log, By(actor=name, console=f"console-{name}"))

        yield one


class Racer:
    """A console in a process of its own."""

    def __init__(self, address: str, name: str) -> None:
        root = Path(__file__).parents[2]
        self.process = subprocess.Popen(
            [sys.executable, str(RACER), address, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(root)},
        )
        assert self.hear() == "ready"

    def tell(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().rstrip("\n")


@pytest.fixture
def racers(address: str) -> Iterator[tuple[Racer, Racer]]:
    pair = Racer(address, "kai"), Racer(address, "mei")
    yield pair
    for racer in pair:
        racer.process.kill()
        racer.process.communicate()


def declared(session: Session) -> str:
    """A new incident."""
    incident = session.declare(declare)
    assert isinstance(incident, str)
    return incident


def test_consoles_see_each_others_events(sit: Sit) -> None:
    kai, mei = sit("kai"), sit("mei")
    incident = declared(kai)
    assert mei.behind()
    assert mei.refresh() > 0
    assert not mei.behind()
    mei.dispatch(incident, i.AddNote(text="here too"))
    kai.refresh()
    assert kai.incident(incident) == mei.incident(incident)
    assert kai.records(incident) == mei.records(incident)
    assert kai.picture() == mei.picture()


def test_an_intent_is_decided_on_the_newest_snapshot_without_asking(sit: Sit) -> None:
    kai, mei = sit("kai"), sit("mei")
    incident = declared(kai)
    refused = mei.dispatch(incident, request("a-1", "production"))
    assert not isinstance(refused, Refused)
    answer = kai.dispatch(incident, request("a-2", "production"))
    assert isinstance(answer, Refused)
    assert answer.reason == "Look (a-1) is running on production, by mei"


def test_what_already_is_leads_to_no_event(sit: Sit) -> None:
    kai = sit("kai")
    incident = declared(kai)
    assert kai.dispatch(incident, i.TakeConn()) == ()


REFUSALS: tuple[tuple[Intent, str], ...] = (
    (i.TakeConn(), "kai has the conn; ask for it to be handed over"),
    (i.AcceptConn(), "the conn was not offered to you"),
    (i.Tick(step="no-such-step"), "there is no step 'no-such-step' in release-protocol"),
    (i.Close(), "INC-1 is open; resolve it first"),
    (i.AddNote(text="  "), "the note is empty"),
    (i.StartRun(run="x-1"), "there is no run x-1 in INC-1"),
    (i.ResumeRollout(rollout="r-1"), "the rollout r-1 is not under way"),
)


def test_a_refusal_says_why_and_writes_nothing(sit: Sit) -> None:
    kai, mei = sit("kai"), sit("mei")
    incident = declared(kai)
    before = kai.position
    for intent, reason in REFUSALS:
        assert mei.dispatch(incident, intent) == Refused(reason=reason)
    kai.refresh()
    assert kai.position == before


def test_an_unknown_incident_is_refused(sit: Sit) -> None:
    assert sit("kai").dispatch("INC-9", i.TakeConn()) == Refused(reason="there is no such incident")


def test_in_a_race_of_threads_one_console_wins(sit: Sit) -> None:
    consoles = sit("kai"), sit("mei")
    incident = declared(consoles[0])
    line = threading.Barrier(2)

    def run(number: int, session: Session) -> bool:
        line.wait(30)
        answer = session.dispatch(incident, request(f"run-{number}-{session.by.actor}", f"environment-{number}"))
        return not isinstance(answer, Refused)

    with ThreadPoolExecutor(2) as threads:
        for number in range(RACES):
            first, second = (threads.submit(run, number, session) for session in consoles)
            assert {first.result(30), second.result(30)} == {True, False}


def test_threads_that_share_a_session_number_their_incidents_apart(sit: Sit) -> None:
    kai = sit("kai")
    with ThreadPoolExecutor(4) as threads:
        names = list(threads.map(lambda _: kai.declare(declare), range(12)))
    assert sorted(map(str, names)) == sorted(f"INC-{number + 1}" for number in range(12))


def test_of_two_processes_one_gets_the_environment(sit: Sit, racers: tuple[Racer, Racer]) -> None:
    kai = sit("kai")
    incident = declared(kai)
    for number in range(RACES):
        for racer in racers:
            racer.tell(f"run {incident} environment-{number}")
        answers = sorted(racer.hear() for racer in racers)
        if number == 0:
            assert answers[0].startswith("lost Look (x-")
            assert answers[0].endswith((", by kai", ", by mei"))
        assert [answer.split()[0] for answer in answers] == ["lost", "won"], answers
        incident = declared(kai)


def test_of_two_processes_one_ends_the_pain(sit: Sit, racers: tuple[Racer, Racer]) -> None:
    kai = sit("kai")
    for _ in range(RACES):
        incident = declared(kai)
        for racer in racers:
            racer.tell(f"mitigate {incident}")
        assert sorted(racer.hear() for racer in racers) == [f"lost {incident} is mitigated", "won"]


def test_processes_that_declare_at_once_count_on(sit: Sit, racers: tuple[Racer, Racer]) -> None:
    names = []
    for _ in range(RACES):
        for racer in racers:
            racer.tell("declare")
        names += [racer.hear() for racer in racers]
    assert sorted(names) == sorted(f"INC-{number + 1}" for number in range(2 * RACES))


def test_a_session_that_is_killed_loses_nothing_it_has_acknowledged(sit: Sit, address: str) -> None:
    kai = sit("kai")
    incident = declared(kai)
    moments = random.Random(11)
    acknowledged = 0
    for _ in range(KILLS if "://" not in address else KILLS // 4):
        racer = Racer(address, "mei")
        racer.tell(f"note {incident}")
        for _ in range(moments.randint(1, 25)):
            acknowledged = int(racer.hear())
        racer.process.kill()
        rest = racer.process.communicate()[0].splitlines(keepends=True)
        acknowledged = max([acknowledged, *(int(line) for line in rest if line.endswith("\n"))])
        kai.refresh()
        known = kai.incident(incident)
        assert known is not None
        assert known.version >= acknowledged
        with open_store(address) as store:
            assert isinstance(store.log.verify(), Proof)


def test_looking_never_waits_for_a_store_that_is_locked(sit: Sit, address: str) -> None:
    if "://" in address:
        pytest.skip("a lock of the whole file is SQLite's")
    import sqlite3

    kai = sit("kai")
    incident = declared(kai)
    locker = sqlite3.connect(address, isolation_level=None)
    locker.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(2) as threads:
        writing = threads.submit(kai.dispatch, incident, i.AddNote(text="late"))
        look = threads.submit(lambda: (kai.incident(incident), kai.records(incident), kai.picture()))
        look.result(30)
        assert not writing.done()
        locker.execute("ROLLBACK")
        assert not isinstance(writing.result(30), Refused)
    locker.close()
