"""A pick that conflicts: both sides are read, what is in the way is said, and it is gone on with or given up."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.screens.conftest import Open
from tests.screens.memory_desk import Clock, MemoryDesk
from tests.screens.test_backports import seen
from tests.screens.test_snapshots import ROOM, SIZED, SIZES
from tests.screens.test_snapshots import picture as picture
from warroom.console.actions.git.actions import CONTINUE, GIT_ACTIONS
from warroom.console.domain import intents as i
from warroom.console.domain.desk import Confirmation, Proposal
from warroom.console.domain.git.backport import GIVE_UP
from warroom.console.domain.git.conflict import ConflictFile, Conflicting, Hunk
from warroom.console.domain.intents import Refused
from warroom.console.screens.acting.backports import BackportScreen
from warroom.console.screens.acting.confirm import Confirm
from warroom.console.screens.acting.conflict import ConflictScreen

PLACE = "/home/kai/.local/state/warroom/picks/shop-1a2b3c4d/develop"
OPENED = Hunk(
    line=41,
    ours=(
        "def sign_in(user, password):",
        "    session = open_session(user, timeout=TIMEOUT, region=region_of(user), retries=3)",
        "    if not session.accepts(password):",
    ),
    theirs=("def sign_in(user, password):", "    session = open_session(user, timeout=45)"),
)
FILES = (
    ConflictFile(path="app/sign_in.py", hunks=(OPENED, Hunk(line=88, ours=("    retries = 3",), theirs=()))),
    ConflictFile(path="app/limits.py", hunks=(Hunk(line=2, ours=("LIMIT = 60",), theirs=("LIMIT = 45",)),)),
    ConflictFile(path="app/old.py", note="deleted on the branch, changed by the fix: git add it, or git rm it"),
)
FORETOLD = Conflicting(branch="develop", landing="develop", commit="3f2a1c9 Wait for the session", files=FILES, left=1)


def carried(clock: Clock, *found: Conflicting) -> MemoryDesk:
    """A desk with git's buttons, at which these picks conflict."""
    desk = seen(clock)
    desk.actions |= GIT_ACTIONS
    desk.conflicting = found
    desk.publish()
    return desk


def waits(clock: Clock, **more: object) -> Conflicting:
    """The same conflict, in which a pick waits."""
    since = clock() - timedelta(minutes=12)
    stopped = replace(FORETOLD, place=PLACE, since=since, in_the_way="app/sign_in.py and 2 more still conflict")
    return replace(stopped, **more)  # type: ignore[arg-type]


def foretold_desk(clock: Clock) -> MemoryDesk:
    return carried(clock, FORETOLD)


def waiting_desk(clock: Clock) -> MemoryDesk:
    return carried(clock, waits(clock))


def mended_desk(clock: Clock) -> MemoryDesk:
    ready = tuple(replace(file, stage="ready", hunks=(), note="") for file in FILES)
    return carried(clock, waits(clock, in_the_way="", files=ready))


@pytest.mark.parametrize("size", SIZES, ids=SIZED)
@pytest.mark.parametrize(
    ("scene", "keys"),
    [
        (waiting_desk, ("K",)),
        (foretold_desk, ("K", "v")),
        (waiting_desk, ("K", "enter", "n")),
        (mended_desk, ("K", "enter")),
    ],
    ids=["waits", "foretold", "conflict", "mended"],
)
def test_conflicts(
    picture: Callable[..., bool], scene: Callable[[Clock], MemoryDesk], keys: tuple[str, ...], size: tuple[int, int]
) -> None:
    assert picture(scene, size, ROOM, keys)


def test_a_conflict_at_40_columns(picture: Callable[..., bool]) -> None:
    assert picture(waiting_desk, (40, 24), ROOM, ("K", "enter"))


async def test_a_branch_says_that_a_pick_waits_since_when_where_and_what_is_in_its_way(
    clock: Clock, open_console: Open
) -> None:
    async with open_console(waiting_desk(clock), ROOM, (80, 24)) as console:
        await console.press("K")
        assert "1 waits at a conflict" in console.text
        assert "since 14:35 UTC, for 16m" in console.text
        assert PLACE in console.text
        assert "app/sign_in.py and 2 more still conflict" in console.text
        await console.press("enter")
        assert isinstance(console.screen, ConflictScreen)


async def test_both_sides_of_each_place_can_be_read_to_the_end_at_80_columns(clock: Clock, open_console: Open) -> None:
    async with open_console(waiting_desk(clock), ROOM, (80, 24)) as console:
        await console.press("K", "enter")
        assert "app/sign_in.py:41" in console.text
        assert console.text.index("the branch has") < console.text.index("the fix would put")
        assert "region=region_of(user)" in console.text
        assert "retries=3" in console.text
        await console.press("n")
        assert "retries = 3" in console.text
        assert "(nothing)" in console.text
        await console.press("n")
        assert "app/limits.py:2" in console.text
        await console.press("G")
        assert "deleted on the branch, changed by the fix" in console.text
        await console.press("N")
        assert "app/old.py" in console.text


async def test_continuing_is_explained_while_something_is_in_its_way(clock: Clock, open_console: Open) -> None:
    async with open_console(waiting_desk(clock), ROOM) as console:
        await console.press("K", "enter", "c")
        assert isinstance(console.screen, ConflictScreen)
        assert "not yet: app/sign_in.py and 2 more still conflict (in " in console.text
        await console.press("enter")
        assert "mend it in /home/kai" in console.text


@pytest.mark.parametrize(("key", "action"), [("c", CONTINUE), ("x", GIVE_UP), ("a", GIVE_UP)])
async def test_going_on_and_giving_up_are_proposed_for_the_branch_that_waits(
    clock: Clock, open_console: Open, key: str, action: str
) -> None:
    async with open_console(mended_desk(clock), ROOM) as console:
        await console.press("K", "enter", key)
        await console.until(lambda: isinstance(console.screen, Confirm))
        assert isinstance(console.screen, Confirm)
        proposal = console.screen.proposal
        assert (proposal.action, proposal.values) == (action, {"landing": "develop"})


async def test_what_is_foretold_is_begun_with_enter(clock: Clock, open_console: Open) -> None:
    async with open_console(foretold_desk(clock), ROOM) as console:
        await console.press("K", "v", "c")
        assert "nothing has begun yet" in console.text
        await console.press("enter")
        await console.until(lambda: isinstance(console.screen, Confirm))
        assert isinstance(console.screen, Confirm)
        assert console.screen.proposal.action == "backport"


async def test_it_is_asked_for_again_while_somebody_looks(clock: Clock, open_console: Open) -> None:
    desk = foretold_desk(clock)
    async with open_console(desk, ROOM) as console:
        await console.press("K", "v")
        assert "foretold" in console.text
        desk.conflicting = (waits(clock),)
        clock.pass_(seconds=4)
        console.screen.now = clock()  # type: ignore[attr-defined]
        await console.settle()
        assert "it stopped at the conflict, and waits to be mended" in console.text
        assert "still conflicts" in console.text
        desk.conflicting = ()
        desk.put(ROOM, i.RecordBackport(branch="develop", state="fixed-by-patch", why="as 1234567890"))
        clock.pass_(seconds=4)
        console.screen.now = clock()  # type: ignore[attr-defined]
        await console.settle()
        assert "Nothing conflicts here any more. develop: fixed by patch, as 1234567890" in console.text
        await console.press("c")
        assert "nothing waits here" in console.text
        await console.press("escape")
        assert isinstance(console.screen, BackportScreen)


async def test_what_waits_of_another_fix_can_only_be_given_up(clock: Clock, open_console: Open) -> None:
    desk = carried(clock, waits(clock, other=True, in_the_way=""))
    async with open_console(desk, ROOM) as console:
        await console.press("K")
        assert "it carries other commits than this fix" in console.text
        await console.press("enter", "c")
        assert "its commits are not of this incident's fix" in console.text
        await console.press("x")
        await console.until(lambda: isinstance(console.screen, Confirm))


async def test_the_path_is_copied(clock: Clock, open_console: Open) -> None:
    async with open_console(waiting_desk(clock), ROOM) as console:
        await console.press("K", "enter", "y")
        assert console.app.clipboard == PLACE
        assert "where it waits sent to the terminal's clipboard" in console.text


async def test_a_pull_requests_pick_stands_beside_the_branch_it_is_for(clock: Clock, open_console: Open) -> None:
    both = (waits(clock), waits(clock, landing="backport/develop/INC-2"))
    async with open_console(carried(clock, *both), ROOM) as console:
        await console.press("K")
        assert "2 wait at a conflict" in console.text
        assert "develop by backport/develop/INC-2" in console.text
        await console.press("j", "enter")
        assert "Carrying the fix to develop by backport/develop/INC-2" in console.text


async def test_a_console_that_only_looks_reads_and_changes_nothing(clock: Clock, open_console: Open) -> None:
    desk = mended_desk(clock)
    desk.publish(read_only=True)
    async with open_console(desk, ROOM) as console:
        await console.press("K", "enter")
        assert "nothing is in the way" in console.text
        await console.press("c", "x")
        assert isinstance(console.screen, ConflictScreen)
        assert "it only looks" in console.text


async def test_a_pick_that_waits_on_another_machine_is_said_to_wait_there(clock: Clock, open_console: Open) -> None:
    desk = foretold_desk(clock)
    proposal = await desk.propose(ROOM, "backport", {"onto": "develop", "commits": "aaa..bbb"})
    assert isinstance(proposal, Proposal)
    run = await desk.run(proposal, Confirmation(fingerprint=proposal.fingerprint))
    assert isinstance(run, str)
    last = "picking 3f2a onto develop conflicts in app.py: it waits in /home/lee/picks/develop"
    desk.put(ROOM, i.EndRun(run=run, outcome="failed", exit_code=1, ended_at=clock(), tail=last))
    desk.publish(account="1000@relay")
    async with open_console(desk, ROOM) as console:
        await console.press("K")
        assert "kai's pick stopped at a conflict at 14:51 UTC: it waits on desk, not here" in console.text
        desk.publish(account="1000@desk")
        await console.settle()
        assert "not here" not in console.text


class Unreadable(MemoryDesk):
    """Its repository can't be read."""

    async def conflicts(self, incident: str) -> tuple[Conflicting, ...] | Refused:
        return Refused(reason="the repository can't be read: it is locked")


async def test_where_it_cannot_be_told_the_log_still_tells_the_files(clock: Clock, open_console: Open) -> None:
    known = seen(clock)
    desk = Unreadable(clock)
    desk.publish(incidents=known.view().incidents, timelines=known.view().timelines)
    async with open_console(desk, ROOM) as console:
        await console.press("K")
        assert "the repository can't be read: it is locked" in console.text
        assert "picking it conflicts in app/[x].py" in console.text
        await console.press("v")
        assert "What contradicts what can't be told here" in console.text
