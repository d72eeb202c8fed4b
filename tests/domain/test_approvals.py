"""A second person's word: who may give it, for what, how long, and for one run only."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.domain.playbooks import KAI, LEE, Room, ask_approval, ended, grant, proposal, request
from warroom.console.domain import events as e
from warroom.console.domain import intents as i
from warroom.console.domain.approval import TRIES, ApprovalState, code_hash, open_approvals, plain_code
from warroom.console.domain.intents import By, Refused

ALSO_KAI = By(actor=" Kai ", console="desk-3")
LEE_HERE = By(actor="lee", console=KAI.console)
MEI = By(actor="mei", console="desk-4")
CODE = "7KQM-2WXP"


def asked() -> Room:
    """A room in which kai has asked for a word on a restore."""
    room = Room.declared()
    room.say(ask_approval())
    return room


def granted() -> Room:
    """And lee has given it."""
    room = asked()
    room.say(grant(), by=LEE)
    return room


def coded(room: Room, by: By = LEE) -> Room:
    """Somebody was shown a code."""
    intent = i.IssueCode(request="approval-1", hash=code_hash(CODE, "salt"), salt="salt", account="1001@box")
    room.say(intent, by=by)
    return room


def restore(run: str = "run-1", approval: str = "approval-1", fingerprint: str = "0" * 64) -> i.RequestRun:
    """The run that was approved, or one like it."""
    asked_for = request("restore", run, danger="two", approval=approval)
    return i.RequestRun(
        **{name: getattr(asked_for, name) for name in asked_for.__slots__} | {"fingerprint": fingerprint}
    )


def state(room: Room) -> ApprovalState:
    """How far the request is."""
    return room.now.approvals["approval-1"].state(room.at)


def test_a_run_of_class_two_needs_a_second_persons_word() -> None:
    room = asked()
    assert "a second person must approve" in room.refusal(restore(approval=""))
    assert "a second person must approve" in room.refusal(restore(approval="approval-9"))
    assert "nobody has answered" in room.refusal(restore())
    room.say(grant(), by=LEE)
    (requested,) = room.say(restore())
    assert isinstance(requested, e.RunRequested)
    assert (requested.approved_by, requested.approval) == ("lee", "approval-1")
    run = room.now.runs["run-1"]
    assert (run.by, run.approved_by) == ("kai", "lee")


def test_the_word_of_a_second_person_is_good_for_one_run() -> None:
    room = granted()
    room.say(restore())
    room.say(i.StartRun(run="run-1"), ended("run-1", room.at))
    assert state(room) is ApprovalState.USED
    assert "approval-1 was used by run-1" in room.refusal(restore("run-2"))


def test_who_asks_can_not_answer_under_any_spelling_or_console() -> None:
    room = asked()
    unseen = (By(actor=name, console="desk-9") for name in ("KAI", "k\u200bai", "\u202ekai ", "\uff4bai", "kai\ufe0f"))
    for by in (KAI, ALSO_KAI, *unseen):
        for intent in (grant(), i.DenyApproval(request="approval-1", account="x")):
            assert "somebody else must answer" in room.refusal(intent, by)
        issue = i.IssueCode(request="approval-1", hash="h", salt="s", account="x")
        assert "somebody else must answer" in room.refusal(issue, by)


def test_another_name_on_the_same_console_is_no_second_person() -> None:
    assert "asked here" in asked().refusal(grant(), LEE_HERE)


def test_the_target_is_typed_by_the_second_person_as_well() -> None:
    room = asked()
    assert "the target is 'production', not 'staging'" in room.refusal(grant(typed="staging"), LEE)
    assert "not ''" in room.refusal(grant(typed=""), LEE)


def test_a_word_for_something_else_is_no_word() -> None:
    room = granted()
    assert "something changed" in room.refusal(restore(fingerprint="1" * 64))
    assert room.ask(restore())


def test_a_word_given_to_one_person_is_no_good_for_another() -> None:
    room = granted()
    room.say(i.OfferConn(to="mei"))
    room.say(i.AcceptConn(), by=MEI)
    assert "asked for by kai" in room.refusal(restore(), MEI)
    assert "mei has the conn" in room.refusal(restore())


@pytest.mark.parametrize("answered", [False, True])
def test_a_request_expires_granted_or_not(answered: bool) -> None:
    room = granted() if answered else asked()
    room.wait(14.9)
    assert state(room) in (ApprovalState.ASKED, ApprovalState.GRANTED)
    room.wait(0.1)
    assert state(room) is ApprovalState.EXPIRED
    assert open_approvals(room.now.approvals, room.at) == ()
    assert "expired" in room.refusal(grant(), LEE)
    assert "expired" in room.refusal(restore())


def test_a_request_that_is_answered_takes_no_second_answer() -> None:
    room = granted()
    assert "lee has granted approval-1 already" in room.refusal(grant(), MEI)
    assert "lee has granted approval-1 already" in room.refusal(i.DenyApproval(request="approval-1", account="x"), MEI)
    room = asked()
    room.say(i.DenyApproval(request="approval-1", account="1001@relay", why="the backup is from Tuesday"), by=LEE)
    assert "lee has denied" in room.refusal(grant(), MEI)
    assert "lee has denied" in room.refusal(restore())


def test_what_was_taken_back_is_over() -> None:
    room = granted()
    assert "only they take it back" in room.refusal(i.WithdrawApproval(request="approval-1"), LEE)
    room.say(i.WithdrawApproval(request="approval-1"))
    assert room.ask(i.WithdrawApproval(request="approval-1")) == ()
    assert "took approval-1 back" in room.refusal(restore())
    assert "took approval-1 back" in room.refusal(grant(), MEI)


def test_asking_twice_for_the_same_is_asking_once() -> None:
    room = asked()
    assert room.ask(ask_approval("approval-2")) == ()
    room.say(ask_approval("approval-3", fingerprint="1" * 64))
    assert "asked for already" in room.refusal(ask_approval("approval-3"))
    room.wait(16)
    room.say(ask_approval("approval-2"))


def test_only_what_could_run_is_put_to_a_second_person() -> None:
    room = Room.declared()
    assert "nothing that a second person approves" in room.refusal(ask_approval(danger="typed"))
    assert "nothing that a second person approves" in room.refusal(ask_approval(target=" "))
    assert "nothing that a second person approves" in room.refusal(ask_approval(incident="INC-8"))
    assert "kai has the conn" in room.refusal(ask_approval(), LEE)


def test_a_code_typed_where_it_was_asked_grants_in_the_name_of_who_was_shown_it() -> None:
    room = coded(asked())
    assert "that is not the code" in room.refusal(i.RedeemCode(request="approval-1", code="AAAA-AAAA"))
    (event,) = room.say(i.RedeemCode(request="approval-1", code=" 7kqm2wxp "))
    assert isinstance(event, e.ApprovalGranted)
    assert (event.by, event.way, event.account) == ("lee", "code", "1001@box")
    assert room.stream[-1].actor == "kai"
    assert room.now.approvals["approval-1"].answered_by == "lee"
    room.say(restore())
    assert room.now.runs["run-1"].approved_by == "lee"


def test_a_code_is_good_once_for_two_minutes_and_for_who_asked() -> None:
    room = coded(asked())
    assert "kai asked" in room.refusal(i.RedeemCode(request="approval-1", code=CODE), MEI)
    room.wait(2)
    assert "too old" in room.refusal(i.RedeemCode(request="approval-1", code=CODE))
    coded(room)
    room.say(i.RedeemCode(request="approval-1", code=CODE))
    assert "already" in room.refusal(i.RedeemCode(request="approval-1", code=CODE))


def guess(room: Room, code: str = "AAAA-AAAA") -> str:
    """Type what is no code; what is noted of it is kept. Gives the reason."""
    answer = room.ask(i.RedeemCode(request="approval-1", code=code, account="1000@box"))
    assert isinstance(answer, Refused), answer
    room.keep(answer.noted)
    return answer.reason


def test_a_wrong_code_is_in_the_log_and_five_of_them_void_those_shown() -> None:
    room = coded(asked())
    said = [guess(room) for _ in range(TRIES)]
    assert said[:2] == ["that is not the code; 4 more tries", "that is not the code; 3 more tries"]
    assert said[-1] == "that is not the code; it is void now; a new one: warroom approve INC-7 approval-1"
    noted = [one.event for one in room.stream if isinstance(one.event, e.ApprovalCodeRefused)]
    assert [event.left for event in noted] == [4, 3, 2, 1, 0]
    assert {event.account for event in noted} == {"1000@box"}
    assert "those shown are void" in room.refusal(i.RedeemCode(request="approval-1", code=CODE))
    coded(room)
    room.say(i.RedeemCode(request="approval-1", code=CODE))
    assert state(room) is ApprovalState.GRANTED


def test_where_no_code_was_shown_there_is_nothing_to_guess() -> None:
    room = asked()
    assert "no code was shown" in guess(room)
    assert not any(isinstance(one.event, e.ApprovalCodeRefused) for one in room.stream)


@pytest.mark.parametrize("where", ["asked", "answered"])
def test_where_two_accounts_are_asked_for_one_is_not_enough(where: str) -> None:
    room = Room.declared()
    room.say(replace(ask_approval(), different_accounts=where == "asked"))
    strict = where == "answered"
    here = replace(grant(), account="1000@box", different_accounts=strict)
    assert "must come from another account" in room.refusal(here, by=LEE)
    code = i.IssueCode(request="approval-1", hash="h", salt="s", account="1000@box", different_accounts=strict)
    assert "must come from another account" in room.refusal(code, by=LEE)
    room.say(replace(grant(), different_accounts=strict), by=LEE)
    assert state(room) is ApprovalState.GRANTED


def test_a_no_is_taken_from_any_account() -> None:
    room = Room.declared()
    room.say(replace(ask_approval(), different_accounts=True))
    room.say(i.DenyApproval(request="approval-1", account="1000@box"), by=LEE)
    assert state(room) is ApprovalState.DENIED


def test_a_word_from_the_asking_account_is_not_used_however_it_came_into_the_log() -> None:
    room = Room.declared()
    room.say(replace(ask_approval(), different_accounts=True))
    room.keep((e.ApprovalGranted(request="approval-1", by="lee", account="1000@box", way="console"),), LEE)
    assert "it takes another account" in room.refusal(restore())


def test_no_code_outlives_its_request() -> None:
    room = asked().wait(14)
    coded(room)
    (code,) = room.now.approvals["approval-1"].codes
    assert code.expires_at == room.now.approvals["approval-1"].expires_at


def test_the_log_keeps_a_hash_and_never_the_code() -> None:
    room = coded(asked())
    assert not any(plain_code(CODE) in plain_code(repr(recorded.event)) for recorded in room.stream)
    assert code_hash(CODE, "salt") != code_hash(CODE, "pepper")


def test_one_account_for_both_is_told_apart_from_two() -> None:
    room = granted()
    assert not room.now.approvals["approval-1"].same_account
    room = asked()
    room.say(i.GrantApproval(request="approval-1", typed="production", account="1000@box"), by=LEE)
    assert room.now.approvals["approval-1"].same_account


def test_a_guard_that_refuses_leaves_nothing_to_approve() -> None:
    from dataclasses import replace

    from warroom.console.domain.proposal import Check

    room = Room.declared()
    refused = replace(proposal(), checks=(Check(name="backup", verdict="refused", reason="backup has not run"),))
    asking = i.RequestApproval(request="approval-1", proposal=refused, account="1000@box")
    assert room.refusal(asking) == "backup: backup has not run"


def test_a_request_lasts_a_quarter_of_an_hour() -> None:
    room = asked()
    found = room.now.approvals["approval-1"]
    assert found.expires_at - found.asked_at == timedelta(minutes=15)
