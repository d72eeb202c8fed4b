"""A console in a process of its own, to be killed: declares, starts an action, and stays.

console.py FOLDER ADDRESS RUNS ACTION ARGV…    prints the run's id once it is started
"""

import asyncio
import sys
from pathlib import Path

from warroom.config.settings import Service, Settings
from warroom.console.domain.action import Action, Danger
from warroom.console.domain.desk import Confirmation
from warroom.console.domain.intents import By, Refused
from warroom.console.engine.engine import Engine
from warroom.console.engine.setup import Setup
from warroom.console.session import Session, utc_now
from warroom.console.store.store import open_store


async def work(engine: Engine, action: str) -> None:
    """Press the button, say so, and wait for ever."""
    print("ready", flush=True)
    incident = next(iter(engine.view().incidents))
    proposal = await engine.propose(incident, action, {})
    assert not isinstance(proposal, Refused), proposal
    run = await engine.run(proposal, Confirmation(fingerprint=proposal.fingerprint, typed=proposal.target))
    print(run, flush=True)
    await asyncio.Event().wait()


def main() -> None:
    """Do it."""
    folder, address, runs, action, *argv = sys.argv[1:]
    chosen = {action: Action(title="Deploy", argv=tuple(argv), danger=Danger.FREE, environment="production")}
    service = Service(name="shop", repository=str(Path(folder) / "shop"))
    settings = Settings(playbook="tiny.toml", service=service, action=chosen)
    with open_store(address) as store:
        session = Session(store.log, By(actor="kai", console="console-victim"))
        setup = Setup(
            settings=settings,
            folder=Path(folder),
            store=store,
            session=session,
            runs=Path(runs),
            watch=False,
            clock=utc_now,
        )
        asyncio.run(work(Engine(setup).start(), action))


if __name__ == "__main__":
    main()
