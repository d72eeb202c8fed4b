"""Clocks: computed from moments, so that a corrected moment moves everything that hangs on it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import TypeAdapter

from tests.domain.playbooks import POST_MORTEM, SMALL, START, Room, minutes, verdict
from warroom.console.domain import events as e
from warroom.console.domain import intents as i
from warroom.console.domain.evolve import fold
from warroom.console.domain.git.release import MergeBack
from warroom.console.domain.intents import Refused
from warroom.console.domain.playbook import Clock, Phase, Step
from warroom.console.domain.strategy import Threshold
from warroom.console.domain.time.calendar import UTC_CALENDAR, Calendar
from warroom.console.domain.time.clocks import ClockReading, ClockState, read_clocks, read_phase, worst
from warroom.console.domain.time.limit import Limit
from warroom.widgets import clock_face
from warroom.widgets.glyphs import UNICODE


def clock(room: Room, key: str, now: datetime | None = None) -> ClockReading:
    """One clock of the room, now."""
    readings = {reading.key: reading for reading in read_clocks(room.now, now or room.at)}
    assert key in readings, sorted(readings)
    return readings[key]


def keys(room: Room) -> set[str]:
    """The clocks that have started."""
    return {reading.key for reading in read_clocks(room.now, room.at)}


def test_a_clock_runs_warns_and_is_breached() -> None:
    room = Room.declared()
    states = [clock(room, "fix", START + minutes(at)).state for at in (0, 22, 23, 30, 31)]
    assert states == [
        ClockState.RUNNING,
        ClockState.RUNNING,
        ClockState.WARNING,
        ClockState.WARNING,
        ClockState.BREACHED,
    ]


def test_a_clock_stopped_at_its_limit_is_met_and_a_second_later_missed() -> None:
    room = Room.declared().wait(30)
    room.say(i.Mitigate(how="feature switched off"))
    assert clock(room, "fix").state is ClockState.MET
    late = Room.declared()
    late.at += timedelta(minutes=30, seconds=1)
    late.say(i.Mitigate(how="feature switched off"))
    assert clock(late, "fix").state is ClockState.MISSED


def test_a_stopped_clock_stands_still() -> None:
    room = Room.declared().wait(10)
    room.say(i.Mitigate(how="feature switched off"))
    assert clock(room, "fix", room.at + minutes(500)).elapsed == minutes(10)
    assert clock(room, "fix", room.at + minutes(500)).remaining == minutes(20)


@pytest.mark.parametrize(("moment", "moved"), [("detected", "fix"), ("impact", "resolve"), ("declared", "update")])
def test_correcting_a_moment_moves_every_clock_that_hangs_on_it(moment: str, moved: str) -> None:
    room = Room.declared().wait(5)
    before = {reading.key: reading for reading in read_clocks(room.now, room.at)}
    room.say(i.CorrectTime(moment=moment, to=START - minutes(20), why="the first report was older"))
    after = {reading.key: reading for reading in read_clocks(room.now, room.at)}
    for key, reading in after.items():
        shift = minutes(20) if key in (moved, "escalation" if moment == "declared" else moved) else minutes(0)
        assert before[key].started_at - reading.started_at == shift, key
        assert reading.due_at is None or (before[key].due_at or START) - reading.due_at == shift, key


def test_a_correction_can_turn_met_into_missed() -> None:
    room = Room.declared().wait(25)
    room.say(i.Mitigate(how="feature switched off"))
    assert clock(room, "fix").state is ClockState.MET
    room.say(i.CorrectTime(moment="detected", to=START - minutes(10), why="the pager rang earlier"))
    assert clock(room, "fix").state is ClockState.MISSED


def test_the_limit_follows_the_level() -> None:
    room = Room.declared("P0")
    room.say(i.ChangeLevel(level="P1", why="only half of them"))
    assert clock(room, "fix").due_at == START + minutes(60)
    assert clock(room, "fix").early_at == START + minutes(30)
    room.say(i.ChangeLevel(level="P2", why="a few"))
    assert "fix" not in keys(room)


def test_the_update_clock_starts_anew_with_every_update() -> None:
    room = Room.declared().wait(14)
    assert clock(room, "update").state is ClockState.WARNING
    room.say(i.SendMessage(message="progress", audience="stakeholders", channel="chat", text="…"))
    assert clock(room, "update").due_at == room.at + minutes(15)
    room.wait(3).say(i.SendMessage(message="progress", audience="engineers", channel="chat", text="…"))
    assert clock(room, "update").due_at == START + minutes(29)


def test_one_update_in_time_makes_none_of_the_late_ones_before_it() -> None:
    room, told = Room.declared(), i.SendMessage(message="progress", audience="stakeholders", channel="chat", text="…")
    room.wait(34).say(told)
    assert clock(room, "update").state is ClockState.RUNNING
    room.wait(10).say(told, i.Resolve())
    reading = clock(room, "update")
    assert (reading.state, reading.late, reading.longest) == (ClockState.MISSED, 1, minutes(34))
    assert clock_face.words(reading, UNICODE) == "✗ 1 late, longest 34:00"
    assert clock_face.words(reading, UNICODE, long=False) == "✗ 1 late"


def test_updates_that_were_all_in_time_are_met() -> None:
    room, told = Room.declared(), i.SendMessage(message="progress", audience="stakeholders", channel="chat", text="…")
    room.wait(14).say(told)
    room.wait(10).say(i.Resolve())
    assert clock(room, "update").state is ClockState.MET


def test_a_clock_bound_to_a_fact_runs_only_when_it_is_said_and_not_denied() -> None:
    room = Room.declared()
    for answer, runs in (("no", False), ("yes", True), ("False", False)):
        room.say(i.LearnFact(name="data-breach", value=answer))
        assert ("breach" in keys(room)) is runs


def test_a_waived_clock_is_neither_met_nor_missed() -> None:
    room = Room.declared().wait(40)
    room.say(i.Waive(subject="clock:fix", why="the vendor fixes it", owner="kai"))
    assert clock(room, "fix").state is ClockState.WAIVED
    assert clock(room, "fix").stopped


def test_the_phase_clock_is_that_of_the_current_phase() -> None:
    room = Room.declared().wait(16)
    assert clock(room, "phase").title == "Assess"
    assert clock(room, "phase").state is ClockState.BREACHED
    room.say(i.EnterPhase(phase="deploy"))
    assert "phase" not in keys(room)
    room.say(i.Resolve())
    assert "phase" not in keys(room)


def test_a_phase_that_was_not_entered_has_no_clock() -> None:
    room = Room.declared()
    assert read_phase(room.now, Phase(key="later", title="Later", max=minutes(5)), room.at) is None


def test_the_ladder_clock_shows_the_next_rung_until_the_pain_stops() -> None:
    room = Room.declared()
    assert clock(room, "escalation").due_at == START + minutes(15)
    room.say(i.Escalate(level=2))
    assert clock(room, "escalation").due_at == START + minutes(60)
    room.say(i.Escalate())
    assert "escalation" not in keys(room)
    calm = Room.declared()
    calm.say(i.Mitigate(how="feature switched off"))
    assert "escalation" not in keys(calm)


def test_the_worst_clock_is_the_running_one_with_the_least_time_left() -> None:
    room = Room.declared().wait(5)
    first = worst(read_clocks(room.now, room.at))
    assert first is not None
    assert first.due_at == START + minutes(15)
    assert worst(()) is None


def test_reopening_starts_the_resolve_clock_again() -> None:
    room = Room.declared().wait(10)
    room.say(i.Resolve(summary="done"))
    assert clock(room, "resolve").state is ClockState.MET
    room.wait(60).say(i.Reopen(why="it is back"))
    assert clock(room, "resolve").state is ClockState.BREACHED


def test_readings_of_probes_move_no_clock() -> None:
    room = Room.declared()
    before = read_clocks(room.now, room.at)
    room.say(verdict("health", "failing", "500"))
    assert read_clocks(room.now, room.at) == before


WATCHING = replace(
    SMALL,
    clock=(
        Clock(
            key="watch",
            title="Watch",
            starts="action:deploy",
            stops=("step:errors",),
            limit=Limit(min=minutes(15), max=minutes(30)),
            window=True,
        ),
        Clock(key="notice", title="Notice", stops=("step:notice",), limit=Limit(max=minutes(60))),
    ),
)


def at(room: Room, key: str, later: float) -> ClockReading:
    """A clock so many minutes from now."""
    return clock(room, key, room.at + minutes(later))


def test_a_limit_of_the_calendar_is_due_in_the_calendar_that_was_declared_with() -> None:
    berlin = Calendar(zone="Europe/Berlin", holidays=("2026-11-23",))
    room = Room()
    room.say(i.Declare(incident="INC-7", title="x", level="P0", playbook=SMALL, calendar=berlin), i.Resolve())
    assert clock(room, "review").due_at == datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
    assert str(clock(room, "review").limit) == "next business day"
    assert fold(None, room.stream) == room.now


def test_a_log_from_before_there_was_a_calendar_reads_with_the_plain_one() -> None:
    room = Room.declared()
    declared = room.stream[0].event
    adapter = TypeAdapter(e.Declared)
    old = adapter.dump_python(declared, mode="json")  # type: ignore[arg-type]
    del old["calendar"]
    assert adapter.validate_python(old).calendar == UTC_CALENDAR


def test_a_watch_is_over_when_it_has_run_and_never_breached() -> None:
    room = Room.declared(playbook=WATCHING)
    room.run("deploy", "run-1")
    states = [at(room, "watch", later).state for later in (0, 16, 29, 30, 300)]
    assert states == [ClockState.RUNNING] * 3 + [ClockState.MET] * 2
    assert at(room, "watch", 300).elapsed == minutes(30)
    found = worst(read_clocks(room.now, room.at + minutes(1)))
    assert found is not None
    assert found.kind == "limit"


def test_a_watch_may_end_after_its_lower_mark() -> None:
    for waited in (16, 45):
        room = Room.declared(playbook=WATCHING)
        room.run("deploy", "run-1")
        room.wait(waited).say(i.Tick(step="errors"))
        assert clock(room, "watch").state is ClockState.MET, waited


def test_no_single_key_ends_a_watch_before_its_lower_mark() -> None:
    room = Room.declared(playbook=WATCHING)
    room.say(i.Tick(step="errors"), i.Untick(step="errors"))
    room.run("deploy", "run-1")
    till = room.at + minutes(15)
    answer = room.wait(14).ask(i.Tick(step="errors"))
    assert answer == Refused(
        reason=f"14m of 15m watched: it can be ticked from {till:%H:%M:%S} UTC on, or skipped now, with a reason"
    )
    room.say(i.Waive(subject="step:errors", why="the next fire", owner="Kai"))
    assert clock(room, "watch").state is ClockState.WAIVED


def test_a_watch_that_was_ended_early_in_an_old_log_stays_cut_short() -> None:
    room = Room.declared(playbook=WATCHING)
    room.run("deploy", "run-1")
    room.wait(14).keep((e.StepTicked(step="errors", evidence="person"),))
    assert clock(room, "watch").state is ClockState.MISSED


def test_a_second_deploy_starts_the_watch_anew_whatever_ended_the_first() -> None:
    room = Room.declared(playbook=WATCHING)
    room.run("deploy", "run-1")
    room.wait(20).say(i.Tick(step="errors"))
    assert clock(room, "watch").stopped
    room.wait(5).run("deploy", "run-2")
    assert clock(room, "watch").started_at == room.at
    assert clock(room, "watch").state is ClockState.RUNNING


def test_an_unticked_step_stops_its_clock_no_longer() -> None:
    room = Room.declared(playbook=WATCHING).wait(10)
    room.say(i.Tick(step="notice"))
    assert clock(room, "notice").state is ClockState.MET
    room.say(i.Untick(step="notice", why="it went to the wrong office"))
    assert clock(room, "notice").state is ClockState.RUNNING


def test_a_waived_step_waives_the_clock_it_would_have_stopped() -> None:
    room = Room.declared(playbook=WATCHING).wait(90)
    room.say(i.Waive(subject="step:notice", why="nothing leaked", owner="kai"))
    assert clock(room, "notice").state is ClockState.WAIVED


def test_the_thresholds_of_a_playbook_make_its_watch_where_no_clock_does() -> None:
    thresholds = (
        Threshold(role="error-rate", text="below 0.1 %", watch=minutes(15)),
        Threshold(role="health", text="healthy", watch=minutes(60)),
    )
    room = Room.declared(playbook=replace(SMALL, threshold=thresholds))
    assert "watch" not in keys(room)
    room.run("rollback", "run-1")
    reading = clock(room, "watch")
    assert (reading.early_at, reading.due_at) == (room.at + minutes(15), room.at + minutes(60))
    assert reading.kind == "window"
    named = Room.declared(playbook=replace(WATCHING, threshold=thresholds))
    named.run("deploy", "run-1", marks="deployed")
    assert [one.key for one in read_clocks(named.now, named.at)].count("watch") == 1


def test_a_document_with_a_due_date_has_a_clock_that_its_signature_stops() -> None:
    due = replace(POST_MORTEM, due=Limit(max=minutes(48 * 60)), levels=("P0",))
    book = replace(SMALL, clock=(), document={"post-mortem": due})
    room = Room.declared(playbook=book)
    room.say(i.Resolve())
    assert clock(room, "post-mortem").due_at == START + minutes(48 * 60)
    room.wait(60).say(i.SignDocument(document="post-mortem", text="…"))
    assert clock(room, "post-mortem").state is ClockState.MET
    milder = Room.declared("P1", playbook=book)
    milder.say(i.Resolve())
    assert "post-mortem" not in keys(milder)


def test_merging_back_has_a_clock_where_the_playbook_gives_it_a_time() -> None:
    last = replace(SMALL.phase[-1], step=(*SMALL.phase[-1].step, Step(key="backport", text="Carry it over")))
    back = MergeBack(due=Limit(max=minutes(24 * 60)))
    room = Room.declared(playbook=replace(SMALL, phase=(*SMALL.phase[:-1], last), merge_back=back))
    room.say(i.Resolve())
    assert clock(room, "merge-back").due_at == START + minutes(24 * 60)
    room.wait(5).say(i.Tick(step="backport"))
    assert clock(room, "merge-back").state is ClockState.MET


def test_merging_back_is_done_once_every_branch_has_the_fix() -> None:
    steps = tuple(Step(key=f"to-{name}", text=name, ticked_by=f"git:backported:{name}") for name in ("rc", "develop"))
    merge = Step(key="merge", text="Merge it into main")
    back = MergeBack(how="cherry-pick", into=("rc", "develop"), due=Limit(max=minutes(60)))
    after = Phase(key="after", title="After", step=(merge, *steps))
    room = Room.declared(playbook=replace(SMALL, phase=(*SMALL.phase, after), merge_back=back))
    room.say(i.Tick(step="merge"), i.Tick(step="to-develop"), i.Resolve())
    assert clock(room, "merge-back").state is ClockState.RUNNING
    room.wait(70).say(i.Tick(step="to-rc"))
    assert clock(room, "merge-back").state is ClockState.MISSED


def test_what_was_done_ahead_of_its_clock_stops_it_as_it_starts() -> None:
    back = Phase(key="back-home", title="Back", step=(Step(key="back-merge", text="Merge it back"),))
    book = replace(SMALL, merge_back=MergeBack(due=Limit(max=minutes(60))), phase=(*SMALL.phase, back))
    room = Room.declared(playbook=book)
    room.wait(5).say(i.Tick(step="back-merge"))
    room.wait(5).say(i.Resolve(summary="it was merged before"))
    reading = clock(room, "merge-back")
    assert reading.state is ClockState.MET
    assert reading.stopped_at == reading.started_at == room.at
