"""A second person on a real store: whose word counts, once, however consoles race."""

import asyncio
import os
import sqlite3
from datetime import datetime, timedelta

from tests.engine.conftest import Project, Seat, Sit, script, wait_for
from warroom.console.domain import intents as i
from warroom.console.domain.approval import ApprovalState, code_hash
from warroom.console.domain.desk import Confirmation, Proposal
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import RunState
from warroom.console.identity import host
from warroom.console.session import utc_now

RESTORE = {"restore": script("echo restored >> {repository}/restored", danger="two", title="Restore", target="orders")}


async def asked(seat: Seat) -> tuple[Proposal, str]:
    """Declare, propose, ask."""
    await seat.declare()
    proposal = await seat.propose("restore")
    request = await seat.engine.ask(proposal)
    assert isinstance(request, str), request
    return proposal, request


def yes(proposal: Proposal, approval: str = "") -> Confirmation:
    return Confirmation(fingerprint=proposal.fingerprint, typed="orders", approval=approval)


async def sees(seat: Seat, request: str) -> None:
    """Another console has heard of it."""
    await asyncio.to_thread(wait_for, lambda: _known(seat, request))


def _known(seat: Seat, request: str) -> bool:
    incident = seat.session.incident("INC-1")
    return incident is not None and request in incident.approvals


def grant(request: str) -> i.GrantApproval:
    return i.GrantApproval(request=request, typed="orders", account="1001@relay")


def restored(project: Project) -> int:
    path = project.repository / "restored"
    return len(path.read_text().splitlines()) if path.exists() else 0


async def test_a_word_from_another_console_lets_exactly_one_run_through(sit: Sit, project: Project) -> None:
    kai, lee = sit(RESTORE), sit(RESTORE, actor="lee")
    proposal, request = await asked(kai)
    refused = await kai.engine.run(proposal, yes(proposal))
    assert refused == Refused(reason="Restore: a second person must approve it")
    assert isinstance(await kai.engine.run(proposal, yes(proposal, request)), Refused)
    await sees(lee, request)
    frozen = lee.incident().approvals[request]
    assert frozen.proposal == proposal
    assert frozen.account == host()
    assert not isinstance(await lee.engine.dispatch("INC-1", grant(request)), Refused)
    run = await kai.engine.run(proposal, yes(proposal, request))
    assert isinstance(run, str), run
    ended = await kai.engine.finish("INC-1", run)
    assert ended is not None
    assert (ended.state, ended.by, ended.approved_by) == (RunState.SUCCEEDED, "kai", "lee")
    again = await kai.engine.run(proposal, yes(proposal, request))
    assert again == Refused(reason=f"Restore: {run} was started since you said yes; look at it again")
    assert restored(project) == 1


async def test_a_word_in_a_log_that_was_edited_by_hand_is_good_for_nothing(sit: Sit, project: Project) -> None:
    kai, lee = sit(RESTORE), sit(RESTORE, actor="lee")
    proposal, request = await asked(kai)
    await sees(lee, request)
    assert not isinstance(await lee.engine.dispatch("INC-1", grant(request)), Refused)
    with sqlite3.connect(project.address) as stored:
        stored.execute("UPDATE records SET actor = 'mei' WHERE type = 'approval.granted'")
    answer = await kai.engine.run(proposal, yes(proposal, request))
    assert isinstance(answer, Refused)
    assert answer.reason.startswith("Restore: the log was changed by hand (event ")
    assert restored(project) == 0


async def test_two_consoles_that_use_one_word_at_once_make_one_run(sit: Sit, project: Project) -> None:
    kai, also, lee = sit(RESTORE), sit(RESTORE), sit(RESTORE, actor="lee")
    proposal, request = await asked(kai)
    await sees(lee, request)
    await sees(also, request)
    await lee.engine.dispatch("INC-1", grant(request))
    answers = await asyncio.gather(*(seat.engine.run(proposal, yes(proposal, request)) for seat in (kai, also) * 3))
    started = [answer for answer in answers if isinstance(answer, str)]
    assert len(started) == 1, answers
    owner = kai if started[0] in kai.engine._conductor._watching else also
    await owner.engine.finish("INC-1", started[0])
    await asyncio.to_thread(wait_for, lambda: restored(project) == 1)
    assert len(kai.events("RunRequested")) == 1


async def test_a_yes_and_a_no_at_once_leave_one_answer(sit: Sit) -> None:
    kai, lee, mei = sit(RESTORE), sit(RESTORE, actor="lee"), sit(RESTORE, actor="mei")
    _, request = await asked(kai)
    await sees(lee, request)
    await sees(mei, request)
    no = i.DenyApproval(request=request, account="1002@box")
    answers = await asyncio.gather(lee.engine.dispatch("INC-1", grant(request)), mei.engine.dispatch("INC-1", no))
    assert sorted(isinstance(answer, Refused) for answer in answers) == [False, True]
    kai.session.refresh()
    assert len(kai.events("ApprovalGranted")) + len(kai.events("ApprovalDenied")) == 1


async def test_who_asked_can_not_answer_from_a_second_console(sit: Sit, project: Project) -> None:
    kai, again = sit(RESTORE), sit(RESTORE, actor="Kai")
    proposal, request = await asked(kai)
    await sees(again, request)
    answer = await again.engine.dispatch("INC-1", grant(request))
    assert isinstance(answer, Refused)
    assert "somebody else must answer" in answer.reason
    assert isinstance(await kai.engine.run(proposal, yes(proposal, request)), Refused)
    assert restored(project) == 0


async def test_a_word_for_names_that_changed_since_is_void(sit: Sit, project: Project) -> None:
    action = script("echo {tag}", danger="two", title="Restore", target="orders", parameters={"tag": "{tag}"})
    kai, lee = sit({"restore": action}), sit({"restore": action}, actor="lee")
    before, request = await asked(kai)
    await sees(lee, request)
    await lee.engine.dispatch("INC-1", grant(request))
    await kai.engine.dispatch("INC-1", i.FixNames(names={"tag": "v9.9.9"}))
    answer = await kai.engine.ask(before)
    assert answer == Refused(reason="Restore: something changed since you looked; look at it again")
    after = await kai.propose("restore")
    answer = await kai.engine.run(after, yes(after, request))
    assert answer == Refused(reason=f"something changed since {request} was asked for; ask again")
    assert not kai.events("RunRequested")


async def test_a_word_is_no_good_after_a_quarter_of_an_hour(sit: Sit) -> None:
    late = timedelta(0)

    def clock() -> datetime:
        return utc_now() + late

    kai, lee = sit(RESTORE, clock=clock), sit(RESTORE, actor="lee", clock=clock)
    proposal, request = await asked(kai)
    await sees(lee, request)
    await lee.engine.dispatch("INC-1", grant(request))
    late = timedelta(minutes=15)
    answer = await kai.engine.run(proposal, yes(proposal, request))
    assert answer == Refused(reason=f"{request} has expired; it must be asked for anew")
    fresh = await kai.engine.ask(proposal)
    assert isinstance(fresh, str)
    assert fresh != request
    assert kai.incident().approvals[fresh].state(clock()) is ApprovalState.ASKED


async def test_asking_again_gives_the_question_that_stands(sit: Sit) -> None:
    kai = sit(RESTORE)
    proposal, request = await asked(kai)
    assert await kai.engine.ask(proposal) == request
    assert len(kai.events("ApprovalAsked")) == 1


async def test_a_code_is_redeemed_where_it_was_asked(sit: Sit, project: Project) -> None:
    kai, lee = sit(RESTORE), sit(RESTORE, actor="lee")
    proposal, request = await asked(kai)
    await sees(lee, request)
    issue = i.IssueCode(request=request, hash=code_hash("7KQM2WXP", "salt"), salt="salt", account=host())
    assert not isinstance(await lee.engine.dispatch("INC-1", issue), Refused)
    wrong = i.RedeemCode(request=request, code="AAAA", account=host())
    assert isinstance(await kai.engine.dispatch("INC-1", wrong), Refused)
    # That somebody tried stands in the log, for everybody.
    assert [(event.account, event.left) for event in kai.events("ApprovalCodeRefused")] == [(host(), 4)]
    assert not isinstance(await kai.engine.dispatch("INC-1", i.RedeemCode(request=request, code="7kqm-2wxp")), Refused)
    run = await kai.engine.run(proposal, yes(proposal, request))
    assert isinstance(run, str)
    ended = await kai.engine.finish("INC-1", run)
    assert ended is not None
    assert ended.approved_by == "lee"


async def test_a_console_that_only_looks_asks_and_answers_nothing(sit: Sit) -> None:
    kai, viewer = sit(RESTORE), sit(RESTORE, actor="lee", read_only=True)
    proposal, request = await asked(kai)
    await sees(viewer, request)
    refused = Refused(reason="this console only looks")
    assert await viewer.engine.ask(proposal) == refused
    assert await viewer.engine.dispatch("INC-1", grant(request)) == refused


async def test_stages_of_a_rollout_take_no_word_for_what_nobody_saw(sit: Sit) -> None:
    shift = script("true", danger="two", title="Shift", target="production", parameters={"percent": "100"})
    kai = sit({"shift": shift})
    await kai.declare()
    proposal = await kai.propose("shift", percent="10")
    request = await kai.engine.ask(proposal)
    assert isinstance(request, str)
    said = Confirmation(fingerprint=proposal.fingerprint, typed="production", approval=request)
    for answer in (await kai.engine.propose_rollout("INC-1", "ramp"), await kai.engine.rollout("INC-1", "ramp", said)):
        assert isinstance(answer, Refused)
        assert "asks for a second person at each run" in answer.reason
        assert "run shift stage by stage instead, each with its own approval" in answer.reason


def elsewhere(seat: Seat, environment: str = "production") -> i.RequestRun:
    """A run that another machine follows."""
    return i.RequestRun(
        run="deploy-x",
        action="deploy",
        title="Deploy",
        target=environment,
        environment=environment,
        command="./deploy",
        fingerprint="f",
        danger="free",
        host="1000@relay",
    )


async def test_a_run_of_a_machine_that_never_returns_is_settled_by_hand_once_its_lease_is_over(sit: Sit) -> None:
    kai = sit(RESTORE)
    await kai.declare()
    kai.session.dispatch("INC-1", elsewhere(kai))
    kai.session.dispatch("INC-1", i.StartRun(run="deploy-x"))
    name, note = "environment/shop/production", "deploy-x by lee"
    lease = kai.store.leases.take(name, "relay:77:abc", utc_now(), timedelta(minutes=1), note)
    answer = await kai.engine.settle("INC-1", "deploy-x", "failed", "production answers with v1.0.0")
    assert answer == Refused(reason="deploy-x still holds production, for a console that lives")
    kai.store.leases.release(lease)  # type: ignore[arg-type]
    assert isinstance(await kai.engine.settle("INC-1", "deploy-x", "failed", " "), Refused)
    answer = await kai.engine.settle("INC-1", "deploy-x", "failed", "production answers with v1.0.0")
    assert not isinstance(answer, Refused)
    assert [type(one.event).__name__ for one in answer] == ["RunLost", "RunSettled"]
    assert kai.incident().runs["deploy-x"].state is RunState.FAILED
    (lost,) = kai.events("RunLost")
    assert lost.why == "no console on relay answers"


async def test_a_run_without_an_environment_is_followed_by_whoever_is_on_its_machine(sit: Sit) -> None:
    kai = sit(RESTORE)
    await kai.declare()
    kai.session.dispatch("INC-1", elsewhere(kai, ""))
    lease = kai.store.leases.take("console/relay:77:abc", "relay:77:abc", utc_now(), timedelta(minutes=1), "lee")
    answer = await kai.engine.settle("INC-1", "deploy-x", "failed", "seen")
    assert answer == Refused(reason="deploy-x runs on relay, where lee has a console open")
    kai.store.leases.release(lease)  # type: ignore[arg-type]
    assert not isinstance(await kai.engine.settle("INC-1", "deploy-x", "failed", "seen"), Refused)


async def test_a_run_that_is_followed_here_is_not_settled_by_hand(sit: Sit) -> None:
    kai = sit({"wait": script("sleep 60")})
    await kai.declare()
    run = await kai.start("wait")
    answer = await kai.engine.settle("INC-1", run, "succeeded", "I say so")
    assert answer == Refused(reason=f"{run} is followed here: cancel it, or wait for its end")
    await kai.engine.cancel("INC-1", run)
    await kai.engine.finish("INC-1", run)


def test_the_account_is_that_of_this_process() -> None:
    assert host().partition("@")[0] == str(os.getuid())
