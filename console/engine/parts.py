"""What an engine consists of: each part made once, and who of them knows whom."""

from collections.abc import Callable
from dataclasses import dataclass

from warroom.console.actions.buttons.asking import Asking
from warroom.console.actions.propose import Proposer
from warroom.console.actions.rollouts import Driver
from warroom.console.actions.runs.conduct import Conductor
from warroom.console.actions.runs.runner import Runner
from warroom.console.actions.ways_back import Scout
from warroom.console.domain.model import Run
from warroom.console.engine.approving import Approver
from warroom.console.engine.besides import besides
from warroom.console.engine.books import Books
from warroom.console.engine.carrying import Carrying
from warroom.console.engine.mailing import Mailing
from warroom.console.engine.place import place_of
from warroom.console.engine.publisher import Publisher
from warroom.console.engine.pull_requests import Bodies
from warroom.console.engine.rounds import Rounds
from warroom.console.engine.setup import Setup
from warroom.console.engine.staging import Stager
from warroom.console.engine.starting import Starter
from warroom.console.identity import host
from warroom.console.monitor.keeping import kept
from warroom.console.monitor.panel import Panel


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What an engine consists of."""

    books: Books
    proposer: Proposer
    publisher: Publisher
    runner: Runner
    conductor: Conductor
    starter: Starter
    stager: Stager
    driver: Driver
    carrying: Carrying
    approver: Approver
    mailing: Mailing
    rounds: Rounds


def assemble(setup: Setup) -> Parts:
    """Make all parts of an engine; nothing works before its rounds run."""
    proposer, runner = _proposer(setup), Runner(setup.runs)
    panel = _panel(setup, on_sample=lambda: publisher.touch())
    setup.session.refresh()
    publisher = Publisher(setup, panel, proposer)
    hosted = proposer.offering.hosted
    publisher.trouble("platform", hosted.problem)
    conductor = _conductor(setup, runner, publisher, ended=lambda incident, run: starter.ended(incident, run))
    starter = Starter(setup.session, proposer, conductor, publisher.trouble)
    stager = Stager(setup.session, proposer, starter)
    driver = _driver(setup, panel, stager, publisher)
    mailing = Mailing(setup, publisher.mail, publisher.trouble)
    scout = Scout(setup.settings, proposer.trial, Asking(hosted, setup.settings))
    rounds = Rounds(setup, panel, conductor, driver, publisher, mailing, scout)
    rounds.besides.update(besides(setup, panel, proposer, publisher, runner, lambda: rounds.records))
    strict = setup.settings.approval.different_accounts
    return Parts(
        books=Books(setup),
        proposer=proposer,
        publisher=publisher,
        runner=runner,
        conductor=conductor,
        starter=starter,
        stager=stager,
        driver=driver,
        carrying=Carrying(setup, proposer),
        approver=Approver(setup.session, proposer, host(), setup.clock, strict=strict),
        mailing=mailing,
        rounds=rounds,
    )


def _proposer(setup: Setup) -> Proposer:
    secrets = {f"secret {number}": value for number, value in enumerate(setup.secrets)}
    proposer = Proposer(setup.session, setup.settings, secrets)
    proposer.body = Bodies(setup).write
    return proposer


def _panel(setup: Setup, on_sample: Callable[[], None]) -> Panel:
    return Panel(
        setup.settings.probe if setup.watch else (),
        setup.store.samples,
        clock=setup.clock,
        on_sample=on_sample,
        service=setup.settings.service.name,
        keep=kept(setup.settings.watch),
        canaries=setup.settings.watch.canaries,
        place=place_of(setup.settings),
    )


def _conductor(setup: Setup, runner: Runner, publisher: Publisher, ended: Callable[[str, Run], None]) -> Conductor:
    return Conductor(
        setup.session,
        runner,
        setup.store.leases,
        service=setup.settings.service.name,
        host=host(),
        clock=setup.clock,
        trouble=publisher.trouble,
        ended=ended,
        masked=setup.secrets,
    )


def _driver(setup: Setup, panel: Panel, stager: Stager, publisher: Publisher) -> Driver:
    return Driver(
        setup.session,
        setup.store.leases,
        run_stage=stager.run,
        readings=panel.readings,
        clock=setup.clock,
        trouble=publisher.trouble,
        pace=setup.pace,
    )
