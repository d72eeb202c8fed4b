"""A drill shortens what is sat out, and no limit that people have to keep."""

from datetime import timedelta
from pathlib import Path

from warroom.config.playbook_files import load_playbook, shipped
from warroom.console.drill.haste import hasten


def test_watches_are_shortened_and_limits_are_not() -> None:
    book = load_playbook("release-protocol", Path())
    fast = hasten(book, 120)
    watches = [threshold.watch for threshold in book.threshold]
    assert any(watches)
    for before, after in zip(watches, (threshold.watch for threshold in fast.threshold), strict=True):
        assert after == (None if before is None else max(before / 120, timedelta(seconds=1)))
    for clock, hastened in zip(book.clock, fast.clock, strict=True):
        assert clock.window or clock == hastened
    assert book.decision.objection == timedelta(minutes=1)
    assert fast.decision.objection == timedelta(seconds=1)
    assert (fast.phase, fast.strategy, fast.level) == (book.phase, book.strategy, book.level)


def test_every_playbook_can_be_hastened_and_its_windows_are_whole_seconds() -> None:
    for name in shipped():
        book = load_playbook(name, Path())
        assert hasten(book, 1) is book
        for clock in hasten(book, 7).clock:
            for limit in (clock.limit, *clock.limits.values()):
                if clock.window and limit is not None and limit.max is not None:
                    assert limit.max >= timedelta(seconds=1)
                    assert limit.max.microseconds == 0
