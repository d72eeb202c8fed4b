"""The way back: what is seen of it decides whether it counts as ready, and only changes go into the log."""

from dataclasses import replace

import pytest

from tests.domain.playbooks import START, Room, minutes
from warroom.console.domain import intents as i
from warroom.console.domain.way_back import Readiness, Seen, first_ready, judge

GOOD = Seen(target="v1.2.3", target_exists=True, credentials=True)


@pytest.mark.parametrize(
    ("seen", "readiness", "reason"),
    [
        (GOOD, Readiness.READY, ""),
        (replace(GOOD, blocked="gcloud is not on the PATH"), Readiness.BLOCKED, "gcloud is not on the PATH"),
        (replace(GOOD, asks="tell it the backup"), Readiness.DOUBTFUL, "tell it the backup"),
        (replace(GOOD, target_exists=False), Readiness.BLOCKED, "v1.2.3 does not exist"),
        (replace(GOOD, target_exists=None), Readiness.DOUBTFUL, "whether v1.2.3 exists can't be told"),
        (replace(GOOD, credentials=False, credentials_say="401"), Readiness.BLOCKED, "no access: 401"),
        (replace(GOOD, credentials=None), Readiness.DOUBTFUL, "whether the credentials work was not tried"),
        (replace(GOOD, migrations=None), Readiness.DOUBTFUL, "whether a migration lies between can't be told"),
        (
            replace(GOOD, migrations=("a.sql", "b.sql")),
            Readiness.DOUBTFUL,
            "a migration lies between: a.sql and 1 more",
        ),
        (replace(GOOD, undone_by="a sync takes it back"), Readiness.DOUBTFUL, "a sync takes it back"),
        (Seen(), Readiness.DOUBTFUL, "whether the release to go back to exists can't be told"),
    ],
)
def test_nothing_unknown_counts_as_ready(seen: Seen, readiness: Readiness, reason: str) -> None:
    way = judge("The previous release", "rollback", seen)
    assert (way.readiness, way.reasons[0] if way.reasons else "") == (readiness, reason)


def test_the_gravest_reason_comes_first() -> None:
    way = judge("R", "r", replace(GOOD, migrations=("a.sql",), credentials=False, credentials_say="expired"))
    assert way.reasons == ("no access: expired", "a migration lies between: a.sql")


def test_a_means_without_a_button_is_done_by_hand() -> None:
    assert judge("By hand", "", Seen()).readiness is Readiness.BY_HAND


def test_the_first_ready_one_in_the_playbooks_order_is_offered() -> None:
    ways = [
        judge(key, key, seen) for key, seen in (("a", replace(GOOD, target_exists=False)), ("b", GOOD), ("c", GOOD))
    ]
    assert first_ready(ways) is ways[1]
    assert first_ready(ways[:1]) is None


def test_only_changes_are_kept_and_say_since_when() -> None:
    room = Room.declared()
    good = judge("R", "rollback", GOOD)
    bad = judge("R", "rollback", replace(GOOD, target_exists=False))
    assert len(room.say(i.RecordWayBack(way=good))) == 1
    assert room.wait(1).say(i.RecordWayBack(way=good)) == ()
    assert room.now.ways_back["R"].since == START
    room.wait(1).say(i.RecordWayBack(way=bad))
    assert room.now.ways_back["R"].since == START + minutes(2)
    assert room.now.ways_back["R"].readiness is Readiness.BLOCKED
