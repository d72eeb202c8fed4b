"""What is done over and over besides the rounds' own work: each looks after one thing, and fails by itself."""

from collections.abc import Awaitable, Callable

from warroom.console.actions.propose import Proposer
from warroom.console.actions.runs.retention import Retention
from warroom.console.actions.runs.runner import Runner
from warroom.console.engine.intake import Intake
from warroom.console.engine.measuring import Measuring
from warroom.console.engine.proving import Proving
from warroom.console.engine.publisher import Publisher
from warroom.console.engine.pull_requests import PullRequests
from warroom.console.engine.setup import Setup
from warroom.console.engine.sweeping import Sweeping
from warroom.console.engine.toolbox import Toolbox
from warroom.console.monitor.panel import Panel

Worker = Callable[[], Awaitable[None]]


def besides(
    setup: Setup, panel: Panel, proposer: Proposer, publisher: Publisher, runner: Runner, records: Callable[[], bool]
) -> dict[str, Worker]:
    """The workers by name. `records`: whether it is this console whose findings go into the log."""
    workers: dict[str, Worker] = {
        "prove": Proving(setup, proposer.prover).run,
        "impact": Measuring(setup, publisher.measured, publisher.trouble).run,
        "tools": Toolbox(proposer.offering.tools, publisher.touch).run,
        "pull requests": PullRequests(setup, publisher.trouble).run,
    }
    if not setup.read_only:
        retention = Retention(setup.session, runner, setup.runs, keep=setup.settings.runs.keep, clock=setup.clock)
        workers["alerts"] = Intake(setup, panel, records).run
        workers["old runs"] = Sweeping(retention, publisher.trouble).run
    return workers
