"""The live branches: what the screen says, what Enter proposes, and a waiver as a debt."""

from dataclasses import replace
from pathlib import Path

from tests.screens import scenes
from tests.screens.conftest import Open
from tests.screens.memory_desk import Clock, MemoryDesk
from warroom.config.playbook_files import load_playbook
from warroom.console.actions.git.actions import GIT_ACTIONS
from warroom.console.domain import intents as i
from warroom.console.domain.desk import Confirmation, Proposal
from warroom.console.domain.git.release import MergeBack
from warroom.console.domain.model import Run, RunState
from warroom.console.screens.acting.backports import BackportScreen, proposal_for
from warroom.console.screens.prompts.step import carried_first


def seen(clock: Clock) -> MemoryDesk:
    """A fix that main has, develop lacks with a conflict, and a branch that can't be told."""
    desk = scenes.breach(clock)
    desk.put("INC-2", i.RecordBackport(branch="main", state="fixed", why="1234567890 is in it"))
    desk.put(
        "INC-2",
        i.RecordBackport(
            branch="develop", state="missing", why="lacks 1234567890", files=("app/[x].py",), commits="aaa..bbb"
        ),
    )
    desk.put("INC-2", i.RecordBackport(branch="next", state="missing", why="lacks 1234567890", commits="aaa..bbb"))
    desk.put("INC-2", i.RecordBackport(branch="next", state="unknown", why="\x1b[2Jthis copy is shallow"))
    clock.pass_(minutes=4)
    return desk


async def test_each_branch_stands_there_with_its_state_those_that_lack_it_first(
    clock: Clock, open_console: Open
) -> None:
    async with open_console(seen(clock), "INC-2", (80, 24)) as console:
        await console.press("K")
        text = console.text
        assert isinstance(console.screen, BackportScreen)
        assert text.index("develop") < text.index("main")
        assert "picking it conflicts in app/[x].py" in text
        assert "for 4m" in text
        assert "1 lacks the fix" in text
        assert "\x1b" not in text
        await console.press("escape")
        assert not isinstance(console.screen, BackportScreen)


async def test_enter_proposes_the_action_for_that_branch(clock: Clock, open_console: Open) -> None:
    desk = seen(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("K", "enter")
        assert "backport" in console.text
    row = desk.incident("INC-2").backports["develop"]
    action, values = proposal_for(desk.incident("INC-2"), row)
    assert (action, values) == ("backport", {"onto": "develop", "commits": "aaa..bbb"})


def test_a_protocol_that_merges_has_a_merge_proposed_where_nothing_contradicts(clock: Clock) -> None:
    desk = seen(clock)
    desk.put("INC-2", i.RecordGitFact(fact="branch", holds=True, why="hotfix/x is 1234567890"))
    subject = desk.incident("INC-2")
    merging = replace(subject, playbook=replace(subject.playbook, merge_back=MergeBack(into=("main", "develop"))))
    row = replace(merging.backports["develop"], files=())
    assert proposal_for(merging, row) == ("merge-back", {"onto": "develop"})
    assert proposal_for(merging, merging.backports["develop"])[0] == "backport"
    assert proposal_for(merging, replace(row, branch="next"))[0] == "backport"
    undone = replace(row, why="it had the fix, and 1234567890 reverts it")
    assert proposal_for(merging, undone)[0] == "backport"
    gone = replace(merging, git={})
    assert proposal_for(gone, row)[0] == "backport"


async def test_a_branch_that_has_it_is_only_told(clock: Clock, open_console: Open) -> None:
    async with open_console(seen(clock), "INC-2") as console:
        await console.press("K", "G", "enter")
        assert "main: fixed, 1234567890 is in it" in console.text
        await console.press("w")
        assert "there is nothing to waive" in console.text


async def test_a_branch_is_waived_with_a_reason_and_an_owner(clock: Clock, open_console: Open) -> None:
    desk = seen(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("K", "w")
        await console.type("frozen")
        await console.press("enter", "enter", "enter")
        waiver = desk.incident("INC-2").waivers[-1]
        assert (waiver.subject, waiver.why, waiver.owner) == ("backport:develop", "frozen", "kai")
        assert "waived: owed by kai" in console.text


async def test_before_anything_was_seen_it_says_when_it_will_be(clock: Clock, open_console: Open) -> None:
    async with open_console(scenes.breach(clock), "INC-2") as console:
        await console.press("K", "enter", "w")
        assert "No live branch was looked at yet" in console.text


async def test_what_waits_for_its_pull_request_is_said_until_it_is_merged(clock: Clock, open_console: Open) -> None:
    desk = seen(clock)
    desk.books = {"release-protocol": load_playbook("emergency-release", Path.cwd())}
    desk.open("Sign-in fails again", "P0")
    key = list(desk.view().incidents)[-1]
    desk.put(key, i.RecordBackport(branch="develop", state="missing", why="lacks 1234567890", commits="aaa..bbb"))
    desk.put(key, i.FixNames(names={"ticket": "ENG-1"}))
    desk.actions |= GIT_ACTIONS
    action, values = proposal_for(desk.incident(key), desk.incident(key).backports["develop"])
    proposal = await desk.propose(key, action, values)
    assert isinstance(proposal, Proposal), proposal
    run = await desk.run(proposal, Confirmation(fingerprint=proposal.fingerprint))
    assert isinstance(run, str), run
    async with open_console(desk, key) as console:
        await console.press("K")
        assert "open its pull request" not in console.text
        desk.end(key, run)
        await console.settle()
        assert "it is on backport/dev/hotfix-ENG-1: open its pull request" in console.text
        desk.put(key, i.RecordBackport(branch="develop", state="fixed", why="1234567890 is in it"))
        await console.settle()
        assert "open its pull request" not in console.text


def test_the_branch_of_a_pull_request_is_made_before_the_pull_request(clock: Clock) -> None:
    desk = seen(clock)
    desk.put("INC-2", i.Decide(choice="hotfix", why="the cause is known"))
    playbook = load_playbook("emergency-release", Path())
    subject = replace(desk.incident("INC-2"), playbook=playbook, names={"ticket": "ENG-1"})
    step = next(one for one in playbook.phase[-1].step if one.key == "backport-develop")
    first = carried_first(subject, step)
    assert first is not None
    landing = first[1]["new_branch"]
    assert (first[0], landing) == ("backport-branch", "backport/dev/hotfix-ENG-1")
    run = Run(
        id="run-1",
        action=first[0],
        title="Carry the fix",
        target=landing,
        environment="",
        command="warroom-git backport",
        danger="confirm",
        host="box",
        by="Kai",
        requested_at=clock(),
        values=first[1],
    )
    assert carried_first(replace(subject, runs={"run-1": replace(run, state=RunState.FAILED)}), step) is not None
    assert carried_first(replace(subject, runs={"run-1": replace(run, state=RunState.SUCCEEDED)}), step) is None
    assert carried_first(subject, playbook.phase[0].step[0]) is None
