"""A pull request proves what it says of the head as it is, and nothing of an older one."""

from dataclasses import replace

import pytest

from tests.domain.playbooks import Room
from warroom.console.domain import guard
from warroom.console.domain import intents as i
from warroom.console.domain.git.pull_request import PullRequest, Reviewed, enough_approvals, proves

DANA = Reviewed(by="dana", verdict="approved", commit="new")
OPEN = PullRequest(number=12, url="https://github.com/acme/shop/pull/12", state="open", head="new", reviews=(DANA,))


def test_an_approval_of_the_head_counts() -> None:
    assert enough_approvals(OPEN, 1) == (True, "#12 approved by dana")


def test_an_approval_of_an_older_commit_does_not_count() -> None:
    holds, why = enough_approvals(replace(OPEN, head="newer"), 1)
    assert not holds
    assert "1 of an older commit" in why


def test_fewer_approvals_than_the_playbook_asks_for_are_not_enough() -> None:
    assert enough_approvals(OPEN, 2) == (False, "1 of 2 approvals of #12 as it is")


def test_somebody_who_wants_changes_stops_it() -> None:
    lee = Reviewed(by="lee", verdict="changes-requested", commit="old")
    assert enough_approvals(replace(OPEN, reviews=(DANA, lee)), 1) == (False, "lee asked for changes in #12")


@pytest.mark.parametrize(
    ("request_", "key", "holds"),
    [
        (None, "approved", None),
        (None, "open", None),
        (OPEN, "open", True),
        (replace(OPEN, state="merged"), "open", True),
        (replace(OPEN, state="closed"), "open", False),
        (OPEN, "approved", True),
        (OPEN, "checks", None),
        (replace(OPEN, passed=3), "checks", True),
        (replace(OPEN, passed=3, pending=1), "checks", False),
        (replace(OPEN, passed=3, failed=1, failing=("lint",)), "checks", False),
        (OPEN, "merged", False),
        (replace(OPEN, state="merged"), "merged", True),
    ],
)
def test_what_it_proves(request_: PullRequest | None, key: str, holds: bool | None) -> None:
    assert proves(request_, key, 1)[0] is holds


def test_the_review_guard_goes_by_the_pull_request() -> None:
    room = Room.declared()
    room.say(i.Tick(step="review"))
    room.say(i.SeePullRequest(pull_request=replace(OPEN, head="newer")))
    assert guard.GUARDS["review"](room.now).verdict == "refused"
    room.say(i.SeePullRequest(pull_request=OPEN))
    found = guard.GUARDS["review"](room.now)
    assert (found.verdict, found.reason) == ("ok", "#12 approved by dana")


def test_the_same_state_is_noted_once() -> None:
    room = Room.declared()
    room.say(i.SeePullRequest(pull_request=OPEN))
    assert room.ask(i.SeePullRequest(pull_request=OPEN)) == ()
