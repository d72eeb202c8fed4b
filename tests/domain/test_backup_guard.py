"""A database is restored or migrated on a backup that was taken, and best on one that was read back."""

from tests.domain.playbooks import Room
from warroom.console.domain import guard
from warroom.console.domain import intents as i
from warroom.console.domain.desk import Check


def said(room: Room) -> Check:
    """What the guard says."""
    return next(one for one in guard.check(("backup",), room.now, "kai", "two", "") if one.name == "backup")


def test_without_a_backup_nothing_is_restored() -> None:
    assert (said(Room.declared()).verdict, said(Room.declared()).reason) == ("refused", "backup has not run")


def test_a_backup_that_failed_is_none() -> None:
    room = Room.declared()
    room.run("backup", "run-1", "failed")
    assert said(room).verdict == "refused"


def test_a_backup_that_nobody_has_read_is_said_to_be_so() -> None:
    room = Room.declared()
    room.run("backup", "run-1")
    assert (said(room).verdict, said(room).reason) == (
        "warn",
        "backup succeeded; nothing has proved that it can be read",
    )


def test_a_backup_that_was_read_back_is_proven_until_the_next() -> None:
    room = Room.declared()
    room.run("backup", "run-1")
    room.run("verify-backup", "run-2")
    assert (said(room).verdict, said(room).reason) == ("ok", "backup succeeded, and verify-backup proved it")
    room.run("backup", "run-3")
    assert said(room).verdict == "warn"
    room.run("check-backup", "run-4", "failed")
    assert (said(room).verdict, said(room).reason) == ("refused", "backup succeeded, and check-backup has failed")


def test_a_waiver_stands_for_it() -> None:
    room = Room.declared()
    room.say(i.Waive(subject="backup", why="the disk is full", owner="kai", due=None))
    assert (said(room).verdict, said(room).reason) == ("warn", "waived")
