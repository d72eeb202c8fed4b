"""Old run folders go; what is active, unknown or not in the log stays."""

import asyncio
from datetime import timedelta

from tests.engine.conftest import Project, Seat, Sit, script, wait_for
from warroom.console.actions.runs.retention import Retention
from warroom.console.actions.runs.runner import Runner
from warroom.console.domain import intents as i
from warroom.console.session import utc_now

MONTH = timedelta(days=30)


def retention(seat: Seat, project: Project, later: timedelta) -> Retention:
    """What a console has that looks so much later."""
    return Retention(seat.session, Runner(project.runs), project.runs, keep=MONTH, clock=lambda: utc_now() + later)


async def test_the_folder_of_an_ended_run_goes_after_a_month_and_its_last_words_stay(
    sit: Sit, project: Project
) -> None:
    seat = sit({"look": script("echo all quiet")})
    await seat.declare()
    run = await seat.run("look")
    assert retention(seat, project, MONTH - timedelta(minutes=5)).sweep() == ()
    assert (project.runs / run.id).is_dir()
    assert retention(seat, project, MONTH).sweep() == (run.id,)
    assert list(project.runs.iterdir()) == []
    assert seat.incident().runs[run.id].tail.strip() == "all quiet"
    output = await seat.engine.output(run.id, 0)
    assert (output.text, output.ended) == ("", True)


async def test_what_still_runs_is_kept_whatever_its_age(sit: Sit, project: Project) -> None:
    seat = sit({"wait": script("sleep 600")})
    await seat.declare()
    run = await seat.start("wait")
    assert retention(seat, project, 100 * MONTH).sweep() == ()
    assert (project.runs / run).is_dir()
    await seat.engine.cancel("INC-1", run)
    await seat.engine.finish("INC-1", run)


async def test_a_run_whose_outcome_nobody_knows_is_kept_until_somebody_settles_it(sit: Sit, project: Project) -> None:
    seat = sit({"wait": script("sleep 600")})
    await seat.declare()
    run = await seat.start("wait")
    await asyncio.to_thread(wait_for, lambda: Runner(project.runs).look(run).supervisor)
    seat.engine.stop()
    runner = Runner(project.runs)
    runner.cancel(run)
    await asyncio.to_thread(wait_for, lambda: runner.look(run).ended)
    seat.session.dispatch("INC-1", i.LoseRun(run=run, why="nobody was there"))
    assert retention(seat, project, 100 * MONTH).sweep() == ()
    seat.session.dispatch("INC-1", i.SettleRun(run=run, outcome="failed", why="seen"))
    assert retention(seat, project, 100 * MONTH).sweep() == (run,)


async def test_what_the_log_does_not_know_is_left_alone_and_a_half_removed_one_is_not(
    sit: Sit, project: Project
) -> None:
    seat = sit({"look": script("true")})
    await seat.declare()
    run = await seat.run("look")
    (project.runs / "somebodys-folder").mkdir()
    (project.runs / ".gone-look-1").mkdir()
    assert retention(seat, project, MONTH).sweep() == (run.id,)
    assert [path.name for path in project.runs.iterdir()] == ["somebodys-folder"]
