"""A console in a process of its own that watches one address, to be killed.

watcher.py FOLDER ADDRESS URL    prints `ready` once a reading of it is kept
"""

import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

from warroom.config.settings import Probe, Service, Settings
from warroom.console.domain.intents import By
from warroom.console.engine.engine import Engine
from warroom.console.engine.setup import Setup
from warroom.console.session import Session, utc_now
from warroom.console.store.store import open_store


def main() -> None:
    """Watch for ever."""
    folder, address, url = sys.argv[1:]
    probe = Probe(name="api", url=url, every=timedelta(seconds=1), role="health")
    service = Service(name="shop", repository=str(Path(folder) / "shop"))
    with open_store(address) as store:
        setup = Setup(
            settings=Settings(playbook="tiny.toml", service=service, probe=(probe,)),
            folder=Path(folder),
            store=store,
            session=Session(store.log, By(actor="victim", console="console-victim")),
            runs=Path(folder) / "runs",
            clock=utc_now,
        )
        Engine(setup).start()
        while not store.samples.head():
            time.sleep(0.02)
        print("ready", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
