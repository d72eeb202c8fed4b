"""A command that takes the code from the working copy says what is checked out there, before and after."""

from tests.engine.conftest import Project, Seat, Sit
from warroom.console.domain import intents as i
from warroom.console.domain.action import Action, Danger
from warroom.console.domain.desk import Check
from warroom.console.domain.intents import Refused

TEST = Action(title="Test", argv=("echo", "tested"), danger=Danger.FREE)
BUILD = Action(title="Build", argv=("echo", "{branch}"), danger=Danger.FREE)
STAGE = Action(title="Stage", argv=("echo", "staging"), danger=Danger.CONFIRM)
OTHER = Action(title="Flush", argv=("echo", "flushed"), danger=Danger.FREE)


async def begun(project: Project, sit: Sit) -> Seat:
    seat = sit({"test": TEST, "build": BUILD, "deploy-staging": STAGE, "flush": OTHER})
    await seat.declare()
    names = {"branch": "hotfix/x", "base": "v1.1.0", "tag": "v1.1.1", "previous_tag": "v1.0.0"}
    assert not isinstance(await seat.engine.dispatch("INC-1", i.FixNames(names=names)), Refused)
    project.git("switch", "-q", "-c", "hotfix/x", "v1.1.0")
    project.commit("fixed")
    tip = project.git("rev-parse", "HEAD")
    fact = i.RecordGitFact(fact="fix", holds=True, why="1 commit", commit=tip)
    assert not isinstance(await seat.engine.dispatch("INC-1", fact), Refused)
    return seat


async def checked(seat: Seat, action: str) -> Check | None:
    proposal = await seat.propose(action)
    return next((one for one in proposal.checks if one.name == "checked-out"), None)


async def test_it_says_which_commit_is_tried_and_that_it_is_not_the_fix(project: Project, sit: Sit) -> None:
    seat = await begun(project, sit)
    tip = project.git("rev-parse", "HEAD")
    on_fix = f"hotfix/x at {tip[:7]}"
    assert await checked(seat, "test") == Check(
        name="checked-out", verdict="ok", reason=f"{on_fix}, which has all of the fix"
    )
    run = await seat.run("test")
    assert (run.checkout, run.fix) == (on_fix, tip)

    project.git("switch", "-q", "main")
    head = project.git("rev-parse", "HEAD")[:7]
    words = f"main at {head} lacks the fix, {tip[:7]}: {{}}; git switch hotfix/x first"
    assert await checked(seat, "test") == Check(
        name="checked-out", verdict="warn", reason=words.format("what passes there proves nothing")
    )
    assert await checked(seat, "deploy-staging") == Check(
        name="checked-out", verdict="warn", reason=words.format("that is what it would take")
    )
    run = await seat.run("test")
    assert (run.checkout, run.fix) == (f"main at {head}", "")


async def test_main_with_the_fix_merged_into_it_counts(project: Project, sit: Sit) -> None:
    seat = await begun(project, sit)
    tip = project.git("rev-parse", "HEAD")
    project.git("switch", "-q", "main")
    project.git("merge", "-q", "--no-ff", "-m", "merge", "-X", "theirs", "hotfix/x")
    assert (await seat.run("test")).fix == tip


async def test_changes_that_are_not_committed_are_said(project: Project, sit: Sit) -> None:
    seat = await begun(project, sit)
    (project.repository / "untracked.txt").write_text("no matter")
    assert "not committed" not in (await seat.run("test")).checkout
    tracked = project.git("ls-files").splitlines()[0]
    (project.repository / tracked).write_text("something else")
    assert (await seat.run("test")).checkout.endswith(" and changes that are not committed")


async def test_what_names_its_version_or_needs_none_is_left_alone(project: Project, sit: Sit) -> None:
    seat = await begun(project, sit)
    assert await checked(seat, "build") is None
    assert await checked(seat, "flush") is None
    assert (await seat.run("build")).checkout == ""
