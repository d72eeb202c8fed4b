"""Steps of two git actions, one here and one at the remote: the second is offered once the first is done."""

from tests.engine.conftest import Project, Seat, Sit, wait_for
from warroom.console.domain import intents as i
from warroom.console.domain.checklist import action_of, find_step
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import StepMark
from warroom.console.domain.view import Button

COMMANDS = """
[command]
merge = ["warroom-git", "merge", "{branch}", "--into", "main"]
push-tag = ["warroom-git", "push", "{tag}"]
"""
STEPS = """
[[phase.step]]
key = "tag"
text = "Tag it and push the tag"
action = "tag"
ticked_by = "git:tag-pushed"

[[phase.step]]
key = "merge"
text = "Main has it"
action = "merge"
ticked_by = "git:merged"
"""


def mark(seat: Seat, step: str) -> StepMark:
    seat.session.refresh()
    return seat.incident().mark(step)


def asked(seat: Seat, step: str) -> str:
    seat.session.refresh()
    found = find_step(seat.incident(), step)
    assert found is not None
    return action_of(seat.incident(), found)


def button(seat: Seat, action: str) -> Button | None:
    return next((one for one in seat.engine.view().buttons["INC-1"] if one.action == action), None)


def shown(seat: Seat, action: str) -> bool:
    found = button(seat, action)
    return found is not None and not found.quiet


async def test_what_was_made_here_is_pushed_next(project: Project, sit: Sit) -> None:
    book = project.folder / "tiny.toml"
    head, phase, rest = book.read_text().partition("\n[strategy.ramp]")
    book.write_text(head + STEPS + phase + rest + COMMANDS)
    project.git("init", "-q", "--bare", "-b", "main", str(project.folder / "remote.git"))
    project.git("remote", "add", "origin", str(project.folder / "remote.git"))
    project.git("push", "-q", "origin", "main", "v1.0.0", "v1.1.0")
    seat = sit(watch=True, pace=100.0)
    await seat.declare()
    names = {"branch": "hotfix/x", "base": "v1.1.0", "tag": "v1.1.1", "previous_tag": "v1.0.0"}
    assert not isinstance(await seat.engine.dispatch("INC-1", i.FixNames(names=names)), Refused)
    project.git("switch", "-q", "-c", "hotfix/x", "v1.1.0")
    project.commit("three")
    project.git("switch", "-q", "main")
    assert (asked(seat, "tag"), asked(seat, "merge")) == ("tag", "merge")
    wait_for(lambda: shown(seat, "tag"), "the fix to be seen")
    assert not shown(seat, "push-tag")

    await seat.run("tag")
    wait_for(lambda: asked(seat, "tag") == "push-tag", "the tag to be seen")
    wait_for(lambda: shown(seat, "push-tag"), "its button")
    await seat.run("merge")
    assert asked(seat, "merge") == "push-main"
    wait_for(lambda: shown(seat, "push-main"), "its button")
    await seat.run("push-main")
    await seat.run("push-tag")
    wait_for(lambda: mark(seat, "merge") is StepMark.DONE and mark(seat, "tag") is StepMark.DONE, "both ticks")
