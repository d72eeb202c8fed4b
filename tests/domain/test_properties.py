"""What holds for an incident whatever people ask for, in whatever order."""

from collections import deque
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.intentions import ASKED, NOW, OPENING, STREAMS, Asked
from tests.domain.playbooks import KAI, Room
from warroom.console.domain import events as e
from warroom.console.domain import intents as i
from warroom.console.domain.checklist import consequences
from warroom.console.domain.decide import decide
from warroom.console.domain.evolve import fold
from warroom.console.domain.intents import Refused
from warroom.console.domain.time.clocks import ClockReading, ClockState, read_clocks, worst
from warroom.console.domain.timeline import entry

quick = settings(deadline=None, max_examples=80)


def play(asked: list[Asked], opened: bool = True) -> Iterator[Room]:
    """The room after every intent that was accepted."""
    room = Room()
    if opened:
        room.say(OPENING)
    for intent, by, later in asked:
        room.at += later
        answer = room.ask(intent, by)
        if not isinstance(answer, Refused):
            room.keep(answer, by)
        yield room


def last(asked: list[Asked]) -> Room:
    """The room after all of it."""
    opened = Room()
    opened.say(OPENING)
    return deque(play(asked), maxlen=1).pop() if asked else opened


@quick
@given(st.lists(ASKED, max_size=15))
def test_before_a_declaration_everything_else_is_refused(asked: list[Asked]) -> None:
    for room in play(asked, opened=False):
        assert not room.stream or isinstance(room.stream[0].event, e.Declared)


@quick
@given(STREAMS)
def test_whatever_is_accepted_folds_and_replays_to_the_same_snapshot(asked: list[Asked]) -> None:
    room = last(asked)
    assert fold(None, room.stream) == room.incident
    assert room.now.version == len(room.stream)


@quick
@given(STREAMS, ASKED)
def test_the_same_question_gets_the_same_answer_and_changes_nothing(asked: list[Asked], question: Asked) -> None:
    room = last(asked)
    before = fold(None, room.stream)
    first, second = (decide(room.incident, question[0], room.at, question[1]) for _ in range(2))
    assert first == second
    assert room.incident == before


@quick
@given(STREAMS)
def test_after_every_intent_the_incident_is_at_rest(asked: list[Asked]) -> None:
    for room in play(asked):
        assert consequences(room.now) == ()


@quick
@given(STREAMS)
def test_an_environment_never_has_two_active_runs(asked: list[Asked]) -> None:
    for room in play(asked):
        busy = [run.environment for run in room.now.runs.values() if run.active and run.environment]
        assert len(busy) == len(set(busy))


@quick
@given(STREAMS)
def test_the_conn_moves_only_to_who_asked_and_never_without_its_holder(asked: list[Asked]) -> None:
    room = last(asked)
    holder = offered = ""
    for recorded in room.stream:
        match recorded.event:
            case e.ConnTaken(name=name):
                assert not holder
                assert name == recorded.actor
                holder, offered = name, ""
            case e.ConnOffered(to=to):
                assert recorded.actor == holder
                offered = to
            case e.ConnHandedOver(was=was, name=name):
                assert (was, name) == (holder, offered)
                assert name == recorded.actor
                holder, offered = name, ""
            case _:
                pass
    assert room.now.conn == holder


@quick
@given(STREAMS)
def test_only_the_holder_of_the_conn_starts_what_is_dangerous(asked: list[Asked]) -> None:
    for room in play(asked):
        if not room.stream or not isinstance(room.stream[-1].event, e.RunRequested):
            continue
        requested = room.stream[-1].event
        assert requested.danger == "free" or room.stream[-1].actor == room.now.conn
        if requested.danger == "two":
            assert requested.approved_by.casefold() not in ("", room.stream[-1].actor)
            assert room.now.approvals[requested.approval].proposal.fingerprint == requested.fingerprint


@quick
@given(STREAMS)
def test_a_run_ends_once_unless_its_outcome_was_unknown(asked: list[Asked]) -> None:
    seen: dict[str, list[type]] = {}
    for recorded in last(asked).stream:
        if isinstance(recorded.event, e.RunEvent):
            seen.setdefault(recorded.event.run, []).append(type(recorded.event))
    for kinds in seen.values():
        assert kinds[0] is e.RunRequested
        assert kinds.count(e.RunRequested) == 1
        assert sum(kind in (e.RunEnded, e.RunSettled) for kind in kinds) <= 1


@quick
@given(STREAMS, NOW)
def test_a_clock_never_contradicts_itself(asked: list[Asked], now: datetime) -> None:
    readings = read_clocks(last(asked).now, now)
    for reading in readings:
        _consistent(reading)
    first = worst(readings)
    assert first is None or not first.stopped


def _consistent(reading: ClockReading) -> None:
    stop, due = reading.stopped_at, reading.due_at
    assert reading.elapsed.total_seconds() >= 0
    assert reading.used >= 0
    assert (reading.remaining is None) == (due is None)
    match reading.state:
        case ClockState.MET:
            assert stop is not None
            assert due is None or stop <= due
        case ClockState.MISSED:
            assert stop is not None
            assert due is not None
            assert stop > due
        case ClockState.BREACHED:
            assert stop is None
            assert due is not None
            assert reading.now > due
        case ClockState.RUNNING | ClockState.WARNING:
            assert stop is None
            assert due is None or reading.now <= due
        case ClockState.WAIVED:
            assert reading.stopped


@quick
@given(STREAMS)
def test_every_event_has_a_line_and_lines_keep_the_order_of_the_log(asked: list[Asked]) -> None:
    room = last(asked)
    lines = [entry(recorded) for recorded in room.stream]
    assert all(line.text and line.kind for line in lines)
    assert all(one.at <= other.at for one, other in pairwise(lines))


@quick
@given(STREAMS)
def test_a_closed_incident_changes_only_by_what_may_be_said_afterwards(asked: list[Asked]) -> None:
    room = last(asked)
    for closing in (i.Mitigate(how="x"), i.Tick(step="impact"), i.TakeConn(), i.Escalate()):
        if room.now.state == "closed":
            assert "closed" in room.refusal(closing, KAI)
