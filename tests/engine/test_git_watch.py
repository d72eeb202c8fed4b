"""The repository is looked at while an incident needs it, and what changes comes into the log by itself."""

import asyncio
from dataclasses import replace
from pathlib import Path

from tests.engine.conftest import Project, Seat, Sit, wait_for
from warroom.console.domain import intents as i
from warroom.console.domain.events import GitSeen
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import StepMark

STEPS = """
[[phase.step]]
key = "made"
text = "The branch is made"
ticked_by = "git:branch-from-base"

[[phase.step]]
key = "merged"
text = "Main has it"
ticked_by = "git:merged"
"""


def bound(project: Project) -> None:
    """Steps that the repository ticks, and a remote."""
    book = project.folder / "tiny.toml"
    head, phase, rest = book.read_text().partition("\n[strategy.ramp]")
    book.write_text(head + STEPS + phase + rest)
    project.git("init", "-q", "--bare", "-b", "main", str(project.folder / "remote.git"))
    project.git("remote", "add", "origin", str(project.folder / "remote.git"))
    project.git("push", "-q", "origin", "main", "v1.0.0", "v1.1.0")


def fixed_names(project: Project, seat: Seat) -> None:
    names = {"branch": "hotfix/x", "base": "v1.1.0", "tag": "v1.1.1", "previous_tag": "v1.0.0"}
    seat.session.dispatch("INC-1", i.FixNames(names=names))


def mark(seat: Seat, step: str) -> StepMark:
    seat.session.refresh()
    return seat.incident().mark(step)


def fix(project: Project) -> None:
    project.git("switch", "-q", "-c", "hotfix/x", "v1.1.0")
    project.commit("three")
    project.git("switch", "-q", "main")


def test_steps_follow_the_repository(project: Project, sit: Sit) -> None:
    bound(project)
    seat = sit(watch=True, pace=100.0)
    asyncio.run(seat.declare())
    fixed_names(project, seat)
    fix(project)
    wait_for(lambda: mark(seat, "made") is StepMark.DONE, "the tick of the branch")
    assert seat.incident().steps["made"].text == "starts at v1.1.0"
    wait_for(lambda: "main" in seat.incident().backports, "the row of main")
    assert seat.incident().backports["main"].state == "missing"
    assert mark(seat, "merged") is StepMark.OPEN
    project.git("merge", "-q", "--no-ff", "-m", "Merge", "hotfix/x")
    project.git("push", "-q", "origin", "main")
    wait_for(lambda: mark(seat, "merged") is StepMark.DONE, "the tick of the merge")
    project.git("push", "-q", "--force", "origin", "v1.1.0^{commit}:refs/heads/main")
    wait_for(lambda: mark(seat, "merged") is StepMark.REGRESSED, "the regression")


def test_a_close_waits_for_every_live_branch(project: Project, sit: Sit) -> None:
    bound(project)
    project.git("branch", "develop", "main")
    project.git("push", "-q", "origin", "develop")
    service = replace(project.settings.service, branches=("develop",))
    seat = sit(watch=True, pace=100.0, settings=replace(project.settings, service=service))
    asyncio.run(seat.declare())
    fixed_names(project, seat)
    fix(project)
    project.git("merge", "-q", "--no-ff", "-m", "Merge", "hotfix/x")
    project.git("push", "-q", "origin", "main")
    seat.session.dispatch("INC-1", i.Decide(choice="hotfix", why="no way back"))
    seat.session.dispatch("INC-1", i.Resolve())
    wait_for(lambda: "develop" in seat.incident().backports, "the row of develop")
    answer = seat.session.dispatch("INC-1", i.Close())
    assert isinstance(answer, Refused)
    assert "develop still misses the fix" in answer.reason
    project.git("push", "-q", "origin", "main:develop")
    wait_for(lambda: not isinstance(seat.session.dispatch("INC-1", i.Close()), Refused), "the close")


def test_a_silent_remote_is_said_once_and_takes_no_tick_back(project: Project, sit: Sit) -> None:
    bound(project)
    seat = sit(watch=True, pace=100.0)
    asyncio.run(seat.declare())
    fixed_names(project, seat)
    fix(project)
    wait_for(lambda: mark(seat, "made") is StepMark.DONE, "the tick of the branch")
    (project.folder / "remote.git").rename(project.folder / "moved.git")
    wait_for(lambda: any("what is there stays" in text for text in seat.engine.view().troubles), "the trouble")
    assert sum("what is there stays" in text for text in seat.engine.view().troubles) == 1
    assert mark(seat, "made") is StepMark.DONE
    (project.folder / "moved.git").rename(project.folder / "remote.git")
    wait_for(lambda: not any("what is there stays" in text for text in seat.engine.view().troubles), "its end")


def test_without_a_repository_or_names_nothing_is_looked_at(project: Project, sit: Sit, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()
    service = replace(project.settings.service, repository=str(nowhere))
    seat = sit(watch=True, pace=100.0, settings=replace(project.settings, service=service))
    asyncio.run(seat.declare())
    fixed_names(project, seat)
    noted = asyncio.run(seat.engine.dispatch("INC-1", i.AddNote(text="still here")))
    assert not isinstance(noted, Refused)
    wait_for(lambda: seat.engine.view().incidents["INC-1"].notes, "the note")
    assert seat.engine.view().troubles == ()
    assert seat.incident().git == {}


def test_only_one_of_two_consoles_writes(project: Project, sit: Sit) -> None:
    bound(project)
    seats = [sit(watch=True, pace=100.0, actor=name) for name in ("kai", "lee")]
    asyncio.run(seats[0].declare())
    fixed_names(project, seats[0])
    fix(project)
    wait_for(lambda: mark(seats[0], "made") is StepMark.DONE, "the tick of the branch")
    wait_for(lambda: "main" in seats[0].incident().backports, "the row of main")
    records = seats[0].session.records("INC-1")
    consoles = {record.console for record in records if isinstance(record.event, GitSeen)}
    assert len(consoles) == 1
