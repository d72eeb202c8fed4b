"""The ways back are looked at from the first moment on, and one that is not known to be safe asks for more."""

import asyncio
from pathlib import Path

from tests.engine.conftest import Project, Seat, Sit, script, wait_for
from warroom.console.domain.action import Action, Danger
from warroom.console.domain.way_back import Readiness

BACK = "Back"


def back(*argv: str) -> dict[str, Action]:
    """The rollback of the tiny service."""
    action = Action(title="Back", argv=argv, danger=Danger.CONFIRM, environment="production", target="{environment}")
    return {"back": action, "touch": script("true")}


def readiness(seat: Seat) -> Readiness | None:
    seat.session.refresh()
    way = seat.incident().ways_back.get(BACK)
    return way.readiness if way else None


def declared(sit: Sit, *argv: str) -> Seat:
    seat = sit(back(*argv), watch=True)
    asyncio.run(seat.declare())
    wait_for(lambda: readiness(seat), "the first look")
    return seat


def test_a_rollback_whose_release_exists_is_ready_and_stays_quick(sit: Sit) -> None:
    seat = declared(sit, "sh", "-c", "true", "{previous_tag}")
    assert readiness(seat) is Readiness.READY
    assert asyncio.run(seat.propose("back")).danger == "confirm"


def test_looking_fixes_no_name(sit: Sit) -> None:
    assert declared(sit, "sh", "-c", "true", "{previous_tag}").incident().names == {}


def test_a_migration_in_between_makes_it_doubtful_and_asks_for_the_target(project: Project, sit: Sit) -> None:
    folder = project.repository / "db" / "migrations"
    folder.mkdir(parents=True)
    (folder / "0001.sql").write_text("alter table users drop column name;")
    project.git("add", "db")
    project.commit("three", "v1.2.0")
    seat = declared(sit, "sh", "-c", "true", "{previous_tag}")
    assert seat.incident().ways_back[BACK].reasons == ("a migration lies between: db/migrations/0001.sql",)
    assert asyncio.run(seat.propose("back")).danger == "typed"


def test_a_tool_that_is_missing_is_named_before_it_is_needed(sit: Sit) -> None:
    seat = declared(sit, "no-such-tool", "rollback")
    assert seat.incident().ways_back[BACK].reasons == ("no-such-tool is not on the PATH",)


def test_a_remote_that_does_not_answer_blocks_a_push(project: Project, sit: Sit, tmp_path: Path) -> None:
    project.git("remote", "add", "origin", str(tmp_path / "gone.git"))
    seat = declared(sit, "git", "push", "origin", "v1.0.0:refs/heads/main")
    way = seat.incident().ways_back[BACK]
    assert way.readiness is Readiness.BLOCKED
    assert way.reasons[0].startswith("no access: origin: ")


def test_a_value_that_somebody_must_give_is_asked_for_ahead(sit: Sit) -> None:
    action = Action(
        title="Back", argv=("sh", "-c", "true", "{backup}"), danger=Danger.CONFIRM, parameters={"backup": ""}
    )
    seat = sit({"back": action}, watch=True)
    asyncio.run(seat.declare())
    wait_for(lambda: readiness(seat), "the first look")
    assert readiness(seat) is Readiness.DOUBTFUL
    assert "must be given" in seat.incident().ways_back[BACK].reasons[0]


def test_what_changes_is_seen_after_the_next_run(project: Project, sit: Sit) -> None:
    seat = declared(sit, "./ops/back")
    assert readiness(seat) is Readiness.BLOCKED
    program = project.repository / "ops" / "back"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    asyncio.run(seat.run("touch"))
    wait_for(lambda: readiness(seat) is Readiness.READY, "the look after the run")


def test_what_is_live_already_is_said_and_not_offered_as_ready(sit: Sit) -> None:
    actions = back("echo", "{previous_tag}")
    seat = sit({**actions, "deploy": script("true", environment="production", danger="confirm")}, watch=True)
    asyncio.run(seat.declare())
    wait_for(lambda: readiness(seat) is Readiness.READY, "the first look")
    run = asyncio.run(seat.run("back"))
    wait_for(lambda: readiness(seat) is Readiness.DOUBTFUL, "the look after it")
    (reason,) = seat.incident().ways_back[BACK].reasons
    assert reason.startswith(f"v1.0.0 is live already: {run.id} went back to it at ")
    proposal = asyncio.run(seat.propose("back"))
    assert (proposal.danger, proposal.beware) == ("typed", (reason,))
    # Once something else is out there, the way back leads somewhere again.
    asyncio.run(seat.run("deploy"))
    wait_for(lambda: readiness(seat) is Readiness.READY, "the look after the deploy")


def test_a_way_back_over_a_fix_says_which_release_it_goes_past(sit: Sit) -> None:
    actions = back("echo", "{previous_tag}")
    seat = sit({**actions, "deploy": script("true", environment="production", danger="confirm")}, watch=True)
    asyncio.run(seat.declare())
    assert asyncio.run(seat.propose("back")).beware == ()
    asyncio.run(seat.run("deploy"))
    past = "it goes past v1.1.0, which was live when this began, to v1.0.0"
    assert past in asyncio.run(seat.propose("back")).beware
    asyncio.run(seat.run("back"))
    asyncio.run(seat.run("deploy"))
    assert past not in asyncio.run(seat.propose("back")).beware
