"""Debts: what an incident that is over still owes, until it is paid."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.intentions import STREAMS, Asked
from tests.domain.playbooks import OTHER, POST_MORTEM, SMALL, Room, ended, minutes, request
from tests.domain.test_properties import last
from warroom.console.domain import intents as i
from warroom.console.domain.debts import Debt, debts, nearest, payable
from warroom.console.domain.debts import owed as owed_now
from warroom.console.domain.git.release import MergeBack
from warroom.console.domain.playbook import Clock, Phase, Step
from warroom.console.domain.strategy import Threshold
from warroom.console.domain.time.limit import Limit

DAY = 24 * 60
AFTER = Phase(
    key="after",
    title="After",
    step=(
        Step(key="tickets", text="Write the follow-up tickets"),
        Step(key="thanks", text="Thank everybody", required=False),
        Step(key="backport", text="Carry the fix over"),
        Step(key="authority", text="Notify the authority"),
    ),
)
OWING = replace(
    SMALL,
    clock=(
        Clock(key="gdpr", title="Notice", stops=("step:authority",), limit=Limit(max=minutes(72 * 60))),
        Clock(key="fix", title="Fix", stops=("deployed",), limit=Limit(max=minutes(30))),
        Clock(key="update", title="Next update", restarts="audience:all", limit=Limit(max=minutes(15))),
    ),
    phase=(*SMALL.phase[:-1], AFTER),
    resolved_after="verify",
    threshold=(Threshold(role="health", text="healthy", watch=minutes(60)),),
    document={"post-mortem": replace(POST_MORTEM, due=Limit(max=minutes(48 * 60)))},
    merge_back=MergeBack(due=Limit(max=minutes(DAY))),
)


def over(**changes: object) -> Room:
    """A room that was deployed to and resolved."""
    room = Room.declared(playbook=replace(OWING, **changes))  # type: ignore[arg-type]
    room.run("deploy", "run-1", marks="deployed")
    room.say(i.Resolve(summary="the fix is live"))
    return room


def owed(room: Room, later: float = 0) -> dict[str, Debt]:
    """The debts by key."""
    return {debt.key: debt for debt in debts(room.now, room.at + minutes(later))}


def test_nothing_is_owed_before_the_end() -> None:
    room = Room.declared(playbook=OWING)
    room.say(i.Waive(subject="step:impact", why="no time", owner="kai"))
    assert debts(room.now, room.at) == ()


def test_watch_merge_review_notice_and_follow_ups_are_owed_the_nearest_first() -> None:
    room = over()
    found = debts(room.now, room.at)
    assert [(debt.kind, debt.key) for debt in found] == [
        ("watch", "watch"),
        ("merge", "merge-back"),
        ("document", "post-mortem"),
        ("deadline", "gdpr"),
        ("step", "tickets"),
    ]
    assert nearest(found) == room.at + minutes(60)


def test_branches_that_lack_the_fix_are_owed_one_by_one_and_not_once_more_together() -> None:
    room = over()
    room.say(i.RecordGitFact(fact="tag", holds=True, why="v1 is 1234567890"))
    room.say(i.RecordBackport(branch="develop", state="missing", why="lacks 1234567890"))
    merging = [debt for debt in debts(room.now, room.at) if debt.kind == "merge"]
    assert [debt.key for debt in merging] == ["backport:develop"]
    assert merging[0].due == room.at + minutes(DAY)


def test_the_watch_is_paid_by_time_and_is_never_overdue() -> None:
    room = over()
    assert not owed(room, 59)["watch"].overdue(room.at + minutes(61))
    assert "watch" not in owed(room, 60)


def test_each_debt_goes_when_it_is_paid() -> None:
    room = over()
    room.wait(61).say(
        i.Tick(step="backport"),
        i.Tick(step="tickets"),
        i.Tick(step="authority"),
        i.SignDocument(document="post-mortem", text="…"),
    )
    assert debts(room.now, room.at) == ()


def test_what_is_late_is_said_to_be() -> None:
    room = over()
    late = room.at + minutes(49 * 60)
    assert {debt.key for debt in debts(room.now, late) if debt.overdue(late)} == {"merge-back", "post-mortem"}


def test_a_skipped_rule_is_owed_by_its_owner_until_it_is_repaid() -> None:
    room = Room.declared(playbook=OWING)
    due = room.at + minutes(DAY)
    room.say(i.Waive(subject="step:impact", why="no time", owner="lee", due=due), i.Resolve())
    debt = owed(room)["step:impact"]
    assert (debt.kind, debt.owner, debt.due) == ("waiver", "lee", due)
    assert debt.title == "skipped: Estimate what users feel"
    room.say(i.Repay(subject="step:impact", note="done"))
    assert "step:impact" not in owed(room)


def test_a_way_back_leaves_nothing_to_merge() -> None:
    room = Room.declared(playbook=OWING)
    room.say(i.Decide(choice="rollback", why="it is quick"), i.Resolve())
    assert {debt.kind for debt in debts(room.now, room.at)} == {"document", "deadline", "step"}


def test_a_fix_is_owed_to_the_branches_where_no_date_is_set_too() -> None:
    assert owed(over(merge_back=MergeBack()))["backport"] == Debt(
        kind="merge", key="backport", title="Carry the fix over"
    )


def test_a_post_mortem_is_owed_where_the_protocol_sets_no_date() -> None:
    undated = over(document={"post-mortem": POST_MORTEM})
    assert owed(undated)["post-mortem"].due is None
    undated.say(i.SignDocument(document="post-mortem", text="…"))
    assert "post-mortem" not in owed(undated)
    other_level = over(document={"post-mortem": replace(POST_MORTEM, levels=("P1",))})
    assert "post-mortem" not in owed(other_level)


def test_a_closed_incident_takes_what_is_owed_and_nothing_else() -> None:
    room = over()
    room.say(i.Close())
    assert "tickets" in owed(room)
    assert "closed" in room.refusal(i.Tick(step="impact"))
    room.say(i.Tick(step="tickets"), i.Tick(step="authority"))
    room.say(i.Waive(subject="step:backport", why="the branch is gone", owner="lee"))
    assert set(owed(room)) == {"post-mortem", "step:backport"}
    assert "closed" in room.refusal(i.Tick(step="tickets"))


@settings(deadline=None, max_examples=80)
@given(STREAMS, st.integers(0, 400_000))
def test_debts_have_names_come_once_and_only_after_the_end(asked: list[Asked], later: int) -> None:
    room = last(asked)
    found = debts(room.now, room.at + minutes(later / 60))
    assert room.now.over or not found
    assert len({(debt.kind, debt.key) for debt in found}) == len(found)
    assert all(debt.title for debt in found)


def test_a_duty_with_a_date_is_owed_until_somebody_says_it_is_done() -> None:
    room = Room.declared(playbook=OTHER)
    room.say(i.Resolve())
    debt = owed(room)["duty:Audit"]
    assert (debt.kind, debt.title, debt.due) == ("deadline", "Audit", room.at + minutes(DAY))
    assert payable(debt) == "duty:Audit"
    assert "knows no duty 'Tax'; it knows Audit, Breach" in room.refusal(i.Repay(subject="duty:Tax"))
    room.say(i.Close())
    room.wait(5).say(i.Repay(subject="duty:Audit", note="ticket 7"))
    assert "duty:Audit" not in owed(room)
    assert room.ask(i.Repay(subject="duty:Audit")) == ()


def test_a_duty_is_owed_only_where_its_fact_holds_and_no_clock_of_the_playbook_carries_it() -> None:
    room = Room.declared(playbook=OTHER)
    room.say(i.LearnFact(name="data-breach", value="yes"), i.Resolve())
    assert "duty:Breach" not in owed(room)
    assert "breach" in owed(room)
    alone = Room.declared(playbook=replace(OTHER, clock=()))
    alone.say(i.Resolve())
    assert "duty:Breach" not in owed(alone)
    alone.say(i.LearnFact(name="data-breach", value="yes"))
    assert "duty:Breach" in owed(alone)


def test_a_waiver_is_repaid_and_a_step_is_ticked() -> None:
    room = over()
    room.say(i.Waive(subject="step:tickets", why="no time", owner="lee"))
    assert payable(owed(room)["step:tickets"]) == "step:tickets"
    assert payable(owed(room)["gdpr"]) == payable(owed(room)["watch"]) == ""


def test_what_a_run_left_is_owed_until_the_action_that_pays_it_has_succeeded() -> None:
    room = Room.declared(playbook=OWING)

    def roll_back(run: str, outcome: str = "succeeded") -> None:
        left = replace(request("rollback", run), owes="follow-latest", owes_why="the split sticks")
        room.say(left, i.StartRun(run=run), ended(run, room.at, outcome))

    roll_back("run-0", "failed")
    assert owed_now(room.now, room.at) == ()
    roll_back("run-1")
    found = [(one.kind, one.key, one.title) for one in owed_now(room.now, room.at)]
    assert found == [("action", "follow-latest", "the split sticks")]
    room.run("follow-latest", "run-2", outcome="failed")
    room.say(i.Resolve(summary="rolled back"))
    assert "follow-latest" in owed(room)
    room.run("follow-latest", "run-3")
    assert "follow-latest" not in owed(room)
    roll_back("run-4")
    assert "follow-latest" in owed(room), "it was paid for the first, not for the second"
