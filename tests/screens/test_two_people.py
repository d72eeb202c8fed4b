"""The second person's side: the question is seen everywhere, shown whole, and answered deliberately."""

from datetime import timedelta

from tests.screens import scenes
from tests.screens.conftest import Open, Opened
from tests.screens.memory_desk import Clock, MemoryDesk
from warroom.console.domain import intents as i
from warroom.console.domain.approval import ApprovalState
from warroom.console.domain.desk import Proposal
from warroom.console.domain.intents import By
from warroom.console.screens.acting.answering import Answering
from warroom.console.screens.acting.approvals import ApprovalsScreen

KAI_ELSEWHERE = By(actor="kai", console="desk-9")


async def asked_by_kai(clock: Clock) -> MemoryDesk:
    """Kai asks for a word; lee sits here."""
    desk = scenes.breach(clock)
    proposal = await desk.propose("INC-2", "restore", {})
    assert isinstance(proposal, Proposal)
    desk.put("INC-2", i.RequestApproval(request="approval-1", proposal=proposal, account="1000@desk"), KAI_ELSEWHERE)
    desk.by = scenes.LEE
    desk.publish(me="lee", console="desk-2", account="1001@relay")
    return desk


def state(desk: MemoryDesk, clock: Clock) -> ApprovalState:
    return desk.incident("INC-2").approvals["approval-1"].state(clock())


async def open_request(console: Opened) -> None:
    await console.press("Q", "enter")
    await console.until(lambda: isinstance(console.screen, Answering))


async def test_board_and_room_say_what_is_asked(clock: Clock, open_console: Open) -> None:
    desk = await asked_by_kai(clock)
    for start in (None, "INC-2"):
        async with open_console(desk, start) as console:
            assert "Q: kai asks you to approve Restore the database on orders (INC-2), 15:00 left" in console.text


async def test_who_asked_is_not_asked(clock: Clock, open_console: Open) -> None:
    desk = await asked_by_kai(clock)
    desk.publish(me="kai")
    async with open_console(desk, "INC-2") as console:
        assert "asks you to approve" not in console.text


async def test_the_request_is_shown_whole_and_approved_by_the_targets_name(clock: Clock, open_console: Open) -> None:
    desk = await asked_by_kai(clock)
    async with open_console(desk) as console:
        await open_request(console)
        for words in ("kai asks you to approve", "./ops/restore orders --backup", "/srv/checkouts/shop", "PRODUCTION"):
            assert words in console.text
        await console.press("ctrl+y")
        assert "nothing was typed" in console.text
        await console.type("orders")
        await console.press("enter")
        assert "Enter never says yes" in console.text
        assert state(desk, clock) is ApprovalState.ASKED
        await console.press("ctrl+y")
        assert isinstance(console.screen, ApprovalsScreen)
        assert state(desk, clock) is ApprovalState.GRANTED
        assert "approved: kai can run it, once" in console.text
        approval = desk.incident("INC-2").approvals["approval-1"]
        assert (approval.answered_by, approval.answered_from, approval.way) == ("lee", "1001@relay", "console")


async def test_a_no_takes_its_reason_along(clock: Clock, open_console: Open) -> None:
    desk = await asked_by_kai(clock)
    async with open_console(desk) as console:
        await open_request(console)
        console.screen.query_one("#why").focus()
        await console.type("old backup")
        await console.press("ctrl+n")
        approval = desk.incident("INC-2").approvals["approval-1"]
        assert (approval.settled, approval.why) == (ApprovalState.DENIED, "old backup")
        assert "lee said no: old backup" in console.text


async def test_a_burst_of_keys_approves_nothing(clock: Clock, open_console: Open) -> None:
    desk = await asked_by_kai(clock)
    async with open_console(desk) as console:
        console.stop_clock.seconds += 2
        await console.pilot.press("Q", "enter", *"orders", "ctrl+y", "enter", "ctrl+y", "ctrl+n", "y", "space", "enter")
        await console.settle()
        assert state(desk, clock) is ApprovalState.ASKED


async def test_a_held_yes_is_one_yes_to_nothing(clock: Clock, open_console: Open) -> None:
    desk = await asked_by_kai(clock)
    async with open_console(desk) as console:
        await open_request(console)
        console.stop_clock.seconds += 0.25
        for _ in range(20):
            console.stop_clock.seconds += 0.05
            await console.pilot.press("ctrl+y")
        await console.settle()
        assert state(desk, clock) is ApprovalState.ASKED


async def test_what_was_answered_elsewhere_closes_here(clock: Clock, open_console: Open) -> None:
    desk = await asked_by_kai(clock)
    async with open_console(desk) as console:
        await open_request(console)
        desk.put("INC-2", i.WithdrawApproval(request="approval-1"), KAI_ELSEWHERE)
        await console.settle()
        assert isinstance(console.screen, ApprovalsScreen)
        assert "too late: approval-1 is withdrawn" in console.text


async def test_ones_own_request_can_be_taken_back(clock: Clock, open_console: Open) -> None:
    desk = await asked_by_kai(clock)
    desk.by = KAI_ELSEWHERE
    desk.publish(me="kai")
    async with open_console(desk) as console:
        await console.press("Q", "enter")
        assert "You asked for it: Restore the database" in console.text
        await console.press("down", "enter")
        assert state(desk, clock) is ApprovalState.WITHDRAWN


async def test_a_console_that_only_looks_answers_nothing(clock: Clock, open_console: Open) -> None:
    desk = await asked_by_kai(clock)
    desk.publish(read_only=True)
    async with open_console(desk) as console:
        await console.press("Q", "enter")
        assert isinstance(console.screen, ApprovalsScreen)
        assert "only looks" in console.text


async def test_what_can_be_taken_back_stands_in_the_room_with_its_countdown(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    action = desk.actions["deploy-production"]
    request = i.RequestRun(
        run="deploy-1",
        action="deploy-production",
        title=action.title,
        target="production",
        environment="production",
        command="./ops/deploy",
        fingerprint="f",
        danger="typed",
        host="here",
        undo_action="rollback",
        undo_window=timedelta(minutes=5),
    )
    desk.put("INC-2", request)
    desk.put("INC-2", i.StartRun(run="deploy-1"))
    async with open_console(desk, "INC-2") as console:
        assert "undo:" not in console.text
        desk.end("INC-2", "deploy-1")
        await console.settle()
        assert "undo: r rollback, until 14:52 UTC (5:00 left)" in console.text
        await console.press("Z")
        assert "undo: r rollback, until 14:52 UTC (5:00 left)" in console.text
        clock.pass_(minutes=5)
        desk.publish()
        await console.until(lambda: "undo:" not in console.text)
