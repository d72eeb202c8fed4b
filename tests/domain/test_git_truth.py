"""What git says of the fix: facts that tick steps, and live branches that keep an incident open."""

from dataclasses import replace

import pytest

from tests.domain.playbooks import SMALL, Room, minutes
from warroom.console.domain import intents as i
from warroom.console.domain.debts import debts
from warroom.console.domain.git.backport import keeps_open, missing
from warroom.console.domain.git.release import MergeBack
from warroom.console.domain.git.truth import Backport
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import State, StepMark
from warroom.console.domain.playbook import Phase, Step

PREPARE = Phase(
    key="prepare",
    title="Prepare",
    step=(
        Step(key="branch", text="Branch from what is live", ticked_by="git:branch-from-base"),
        Step(key="merge", text="Bring it to main", ticked_by="git:merged", required=False),
    ),
)
BOUND = replace(SMALL, phase=(PREPARE, *SMALL.phase[1:]))


def fact(name: str, holds: bool | None, why: str = "", commit: str = "") -> i.RecordGitFact:
    return i.RecordGitFact(fact=name, holds=holds, why=why, commit=commit)


def row(branch: str, state: str, files: tuple[str, ...] = ()) -> i.RecordBackport:
    return i.RecordBackport(branch=branch, state=state, why="", files=files)  # type: ignore[arg-type]


def resolved() -> Room:
    room = Room.declared(playbook=SMALL)
    room.say(i.Decide(choice="hotfix", why="no way back"))
    room.say(i.Resolve(summary="it is live"))
    return room


def test_a_fact_ticks_its_step_and_unticks_it_when_it_no_longer_holds() -> None:
    room = Room.declared(playbook=BOUND)
    room.say(fact("branch-from-base", True, "starts at v1.2.3"))
    ticked = room.now.steps["branch"]
    assert (ticked.mark, ticked.evidence, ticked.text) == (StepMark.DONE, "git:branch-from-base", "starts at v1.2.3")
    room.wait(5).say(fact("branch-from-base", False, "it was rebased"))
    assert (room.now.steps["branch"].mark, room.now.steps["branch"].text) == (StepMark.REGRESSED, "it was rebased")
    assert room.now.steps["branch"].at == room.at


def test_what_can_not_be_told_leaves_a_tick_alone() -> None:
    room = Room.declared(playbook=BOUND)
    room.say(fact("branch-from-base", True))
    room.say(fact("branch-from-base", None, "the remote does not answer"))
    assert room.now.mark("branch") is StepMark.DONE
    assert room.now.git["branch-from-base"].holds is None


def test_only_changes_are_kept_and_what_never_held_is_no_news() -> None:
    room = Room.declared(playbook=BOUND)
    assert room.say(fact("tag", False)) == ()
    assert room.say(fact("tag", None)) == ()
    assert len(room.say(fact("fix", True, commit="abc"))) == 1
    since = room.now.git["fix"].since
    assert room.wait(1).say(fact("fix", True, "other words", commit="abc")) == ()
    assert len(room.say(fact("fix", True, commit="def"))) == 1
    assert (room.now.git["fix"].since, room.now.git["fix"].commit) == (since, "def")
    room.say(fact("fix", False))
    assert room.now.git["fix"].commit == "def"


def test_why_a_branch_lacks_the_fix_is_news_and_under_which_name_it_has_it_is_not() -> None:
    room = Room.declared(playbook=BOUND)
    room.say(i.RecordBackport(branch="develop", state="missing", why="lacks 1234567890"))
    pushed = i.RecordBackport(branch="develop", state="missing", why="develop has it here, and is not pushed to origin")
    assert len(room.say(pushed)) == 1
    assert room.now.backports["develop"].why.endswith("is not pushed to origin")
    assert room.say(pushed) == ()
    room.say(i.RecordBackport(branch="develop", state="fixed-by-patch", why="as 1111111111"))
    assert room.say(i.RecordBackport(branch="develop", state="fixed-by-patch", why="as 2222222222")) == ()


def test_a_fact_nobody_knows_is_refused() -> None:
    assert isinstance(Room.declared().ask(fact("moon", True)), Refused)


def test_an_incident_can_not_be_closed_while_a_live_branch_misses_the_fix() -> None:
    room = resolved()
    room.say(row("main", "fixed"))
    room.say(row("develop", "missing", ("app.py",)))
    room.say(row("next", "unknown"))
    answer = room.ask(i.Close())
    assert isinstance(answer, Refused)
    assert answer.reason == (
        "develop still misses the fix: backport it (K), or waive backport:develop with a reason and an owner"
    )
    room.say(row("develop", "fixed-by-patch"))
    room.say(i.Close())
    assert room.now.state is State.CLOSED


def test_a_waived_branch_is_a_debt_that_the_backport_repays() -> None:
    room = resolved()
    room.say(row("develop", "missing"))
    assert isinstance(room.ask(i.Waive(subject="backport:devlop", why="x", owner="kai")), Refused)
    due = room.at + minutes(60)
    room.say(i.Waive(subject="backport:develop", why="it is frozen", owner="kai", due=due))
    room.say(i.Close())
    (debt,) = (debt for debt in debts(room.now, room.at) if debt.key == "backport:develop")
    assert (debt.kind, debt.title, debt.owner, debt.due) == ("waiver", "carry the fix to develop", "kai", due)
    room.say(row("develop", "fixed"))
    assert not any(debt.key == "backport:develop" for debt in debts(room.now, room.at))
    assert room.now.state is State.CLOSED


def test_a_missing_branch_is_owed_once_the_incident_is_over() -> None:
    room = resolved()
    room.say(row("develop", "missing", ("app.py",)))
    (debt,) = (debt for debt in debts(room.now, room.at) if debt.key == "backport:develop")
    assert (debt.kind, debt.title) == ("merge", "carry the fix to develop: it is missing, conflicts in app.py")


def test_a_merge_that_is_seen_after_the_close_pays_its_step() -> None:
    room = Room.declared(playbook=replace(BOUND, merge_back=MergeBack()))
    room.say(i.Resolve(summary="over"))
    room.say(i.Close())
    assert any(debt.key == "merge" for debt in debts(room.now, room.at))
    room.say(fact("merged", True, "main has it"))
    assert room.now.mark("merge") is StepMark.DONE
    assert not any(debt.key == "merge" for debt in debts(room.now, room.at))


@pytest.mark.parametrize("choice", ["rollback", "wait", ""])
def test_without_a_hotfix_no_branch_keeps_it_open(choice: str) -> None:
    room = Room.declared(playbook=SMALL)
    if choice:
        room.say(i.Decide(choice=choice, why="it is enough"))  # type: ignore[arg-type]
    room.say(row("develop", "missing"))
    assert missing(room.now) == ()
    assert keeps_open(room.now) == ""


def test_a_deployed_tag_is_a_fix_whatever_was_decided() -> None:
    room = Room.declared(playbook=SMALL)
    room.say(row("develop", "missing"))
    room.say(fact("tag", True))
    room.run("deploy", "run-1", marks="deployed")
    assert [one.branch for one in missing(room.now)] == ["develop"]


def test_a_row_is_told_in_plain_words() -> None:
    at = Room.declared().at
    told = Backport(branch="x", state="missing", why="", files=("a.py", "b.py"), since=at).told()
    assert told == "missing, conflicts in a.py, b.py"
    assert Backport(branch="x", state="fixed-by-patch", why="", since=at).told() == "fixed by patch"
