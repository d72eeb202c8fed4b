"""Conflicts of a backport, asked at the desk: foretold, waiting, continued by a console that was not there."""

import asyncio
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.conftest import Project, Seat, Sit, wait_for
from tests.engine.test_git_watch import bound, fixed_names
from warroom.config.settings import Settings
from warroom.console.actions.git.actions import BACKPORT, BACKPORT_BRANCH, CONTINUE
from warroom.console.domain.git.backport import GIVE_UP
from warroom.console.domain.git.conflict import Conflicting
from warroom.console.domain.model import RunState


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A state folder of one's own, and git as it comes."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")


@pytest.fixture
def seat(project: Project, sit: Sit) -> Seat:
    return seated(project, sit)


def seated(project: Project, sit: Sit) -> Seat:
    """Somebody who sees that develop lacks the fix, and that picking it would conflict."""
    bound(project)
    project.git("config", "user.name", "kai")
    project.git("config", "user.email", "kai@localhost")
    project.git("switch", "-q", "-c", "develop", "v1.1.0")
    project.commit("zwei")
    project.git("switch", "-q", "-c", "hotfix/x", "v1.1.0")
    project.commit("three")
    project.git("switch", "-q", "main")
    project.git("push", "-q", "origin", "develop")
    seat = sit(watch=True, pace=100.0, settings=settled(project))
    asyncio.run(seat.declare())
    fixed_names(project, seat)
    wait_for(lambda: bool(branch_files(seat)), "the conflict that is foretold")
    return seat


def settled(project: Project) -> Settings:
    return replace(project.settings, service=replace(project.settings.service, branches=("develop",)))


def branch_files(seat: Seat) -> tuple[str, ...]:
    seat.session.refresh()
    row = seat.incident().backports.get("develop")
    return row.files if row else ()


def state(seat: Seat) -> str:
    seat.session.refresh()
    return seat.incident().backports["develop"].state


async def conflicts(seat: Seat) -> tuple[Conflicting, ...]:
    found = await seat.engine.conflicts("INC-1")
    assert isinstance(found, tuple), found
    return found


async def begun(seat: Seat) -> Conflicting:
    row = seat.incident().backports["develop"]
    run = await seat.run(BACKPORT, onto="develop", commits=row.commits)
    assert run.state is RunState.FAILED
    (found,) = await conflicts(seat)
    return found


def mend(project: Project, place: str) -> None:
    (Path(place) / "app").write_text("drei")
    subprocess.run(["git", "add", "app"], cwd=place, check=True)


def test_what_is_foretold_is_told_with_both_sides(seat: Seat) -> None:
    (found,) = asyncio.run(conflicts(seat))
    assert (found.branch, found.landing, found.waits) == ("develop", "develop", False)
    assert found.commit.endswith(" three")
    (file,) = found.files
    (hunk,) = file.hunks
    assert (file.path, hunk.ours, hunk.theirs) == ("app", ("zwei",), ("three",))


def test_what_is_foretold_is_of_the_branch_as_it_was_judged(project: Project, seat: Seat, tmp_path: Path) -> None:
    # Somebody pushed, and the commit came here without the name that this copy has for the remote's branch.
    remote, other = project.git("remote", "get-url", "origin"), tmp_path / "other"
    subprocess.run(["git", "clone", "-q", "-b", "develop", remote, str(other)], check=True)
    who = ("-c", "user.name=lee", "-c", "user.email=lee@localhost")
    (other / "app").write_text("vier")
    subprocess.run(["git", *who, "commit", "-qam", "vier"], cwd=other, check=True)
    subprocess.run(["git", "push", "-q", "origin", "develop"], cwd=other, check=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=other, check=True, capture_output=True, text=True)
    project.git("fetch", "-q", remote, "develop")
    project.git("update-ref", "refs/remotes/origin/develop", "develop")

    def judged() -> bool:
        seat.session.refresh()
        return seat.incident().backports["develop"].head == head.stdout.strip()

    wait_for(judged, "the branch as it is at the remote")
    (found,) = asyncio.run(conflicts(seat))
    assert found.files[0].hunks[0].ours == ("vier",)


def test_a_confirmation_says_that_it_will_stop(seat: Seat) -> None:
    row = seat.incident().backports["develop"]
    proposal = asyncio.run(seat.propose(BACKPORT, onto="develop", commits=row.commits))
    assert proposal.beware[0].startswith("it will stop: picking it conflicts in app. It waits then")
    assert asyncio.run(seat.propose(BACKPORT, onto="main", commits=row.commits)).beware == ()


def test_a_pick_waits_and_a_console_that_was_not_there_continues_it(project: Project, seat: Seat, sit: Sit) -> None:
    found = asyncio.run(begun(seat))
    assert (found.waits, found.in_the_way, found.other) == (True, "app still conflicts", False)
    seat.engine.stop()
    other = sit(watch=True, pace=100.0, settings=settled(project))
    (again,) = asyncio.run(conflicts(other))
    assert again == found
    early = asyncio.run(other.run(CONTINUE, landing="develop"))
    assert early.state is RunState.FAILED
    mend(project, found.place)
    assert asyncio.run(conflicts(other))[0].in_the_way == ""
    ended = asyncio.run(other.run(CONTINUE, landing="develop"))
    assert ended.state is RunState.SUCCEEDED, ended.reason
    assert asyncio.run(conflicts(other)) == ()
    wait_for(lambda: state(other) == "fixed-by-patch", "the row of develop")
    assert project.git("show", "develop:app") == "drei"
    assert project.git("ls-remote", "origin", "develop").startswith(project.git("rev-parse", "develop"))


def test_a_branch_for_a_pull_request_is_made_once_it_is_mended_and_nothing_is_foretold_after_that(
    project: Project, sit: Sit
) -> None:
    book = project.folder / "tiny.toml"
    head, phase, rest = book.read_text().partition("\n[strategy.ramp]")
    back = '\n[merge_back]\nhow = "cherry-pick"\ninto = ["develop"]\nbranch = "backport/develop/{incident}"\n'
    book.write_text(head + back + phase + rest)
    seat, before = seated(project, sit), project.git("rev-parse", "develop")
    row, landing = seat.incident().backports["develop"], "backport/develop/INC-1"
    assert asyncio.run(conflicts(seat))[0].landing == landing
    asyncio.run(seat.run(BACKPORT_BRANCH, onto="develop", commits=row.commits, new_branch=landing))
    (found,) = asyncio.run(conflicts(seat))
    assert (found.waits, found.branch, found.landing) == (True, "develop", landing)
    mend(project, found.place)
    ended = asyncio.run(seat.run(CONTINUE, landing=landing))
    assert ended.state is RunState.SUCCEEDED, ended.tail
    seat.session.refresh()
    assert asyncio.run(conflicts(seat)) == ()
    assert project.git("ls-remote", "origin", landing).startswith(project.git("rev-parse", landing))
    assert project.git("rev-parse", "develop") == before


def test_giving_it_up_leaves_the_branch_and_foretells_it_again(project: Project, seat: Seat) -> None:
    before = project.git("rev-parse", "develop")
    (foretold,) = asyncio.run(conflicts(seat))
    found = asyncio.run(begun(seat))
    ended = asyncio.run(seat.run(GIVE_UP, landing="develop"))
    assert ended.state is RunState.SUCCEEDED, ended.reason
    assert not Path(found.place).exists()
    assert project.git("rev-parse", "develop") == before
    assert asyncio.run(conflicts(seat)) == (foretold,)


def test_a_copy_on_another_machine_knows_only_what_is_foretold(project: Project, seat: Seat, sit: Sit) -> None:
    asyncio.run(begun(seat))
    project.git("push", "-q", "origin", "hotfix/x")
    clone = project.folder / "elsewhere"
    subprocess.run(["git", "clone", "-q", str(project.folder / "remote.git"), str(clone)], check=True)
    settings = settled(project)
    there = sit(actor="lee", settings=replace(settings, service=replace(settings.service, repository=str(clone))))
    (found,) = asyncio.run(conflicts(there))
    assert not found.waits
    assert found.files[0].hunks


def test_a_pick_of_other_commits_is_said_to_be_of_another_fix(project: Project, seat: Seat) -> None:
    project.git("switch", "-q", "-c", "hotfix/y", "v1.1.0")
    project.commit("vier")
    project.git("switch", "-q", "main")
    asyncio.run(seat.run(BACKPORT, onto="develop", commits="v1.1.0..hotfix/y"))
    other, own = asyncio.run(conflicts(seat))
    assert (other.waits, other.other, own.waits) == (True, True, False)


def test_a_console_that_only_looks_tries_nothing(project: Project, seat: Seat, sit: Sit) -> None:
    looking = sit(settings=settled(project), read_only=True)
    assert asyncio.run(conflicts(looking)) == ()
    found = asyncio.run(begun(seat))
    assert asyncio.run(conflicts(looking)) == (found,)


def test_an_incident_of_another_service_has_none_here(project: Project, seat: Seat, sit: Sit) -> None:
    settings = settled(project)
    other = sit(settings=replace(settings, service=replace(settings.service, name="billing")))
    assert asyncio.run(conflicts(other)) == ()
