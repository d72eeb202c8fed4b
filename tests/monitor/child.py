"""A console in a process of its own that watches, to be stopped, resumed or killed.

child.py FOLDER ADDRESS URL COUNT    prints `ready` once every probe was read, then its state for each line it is sent
"""

import json
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from warroom.config.settings import Probe, Service, Settings
from warroom.console.domain.intents import By
from warroom.console.engine.engine import Engine
from warroom.console.engine.setup import Setup
from warroom.console.session import Session, utc_now
from warroom.console.store.store import open_store

EVERY = timedelta(seconds=1)


def probes(url: str, count: int, who: str) -> tuple[Probe, ...]:
    """Probes that say who asks."""
    return tuple(
        Probe(
            name=f"p{number}",
            url=f"{url}/{number}",
            every=EVERY,
            timeout=EVERY,
            headers={"x-who": who},
            role="health",
            failures=1,
        )
        for number in range(count)
    )


def state(engine: Engine) -> dict[str, Any]:
    """What its screen would show."""
    view = engine.view()
    return {
        "polled_by": view.polled_by,
        "read_by": view.read_by,
        "statuses": sorted({str(row.health.status) for row in view.probes}),
        "newest": {row.name: row.health.last.at.isoformat() for row in view.probes if row.health.last},
        "raw": {row.name: row.health.last.raw for row in view.probes if row.health.last},
        "troubles": list(view.troubles),
    }


def main() -> None:
    """Watch until killed, or until nobody asks any more."""
    folder, address, url, count = sys.argv[1:]
    service = Service(name="shop", repository=str(Path(folder) / "shop"))
    with open_store(address) as store:
        setup = Setup(
            settings=Settings(playbook="tiny.toml", service=service, probe=probes(url, int(count), "child")),
            folder=Path(folder),
            store=store,
            session=Session(store.log, By(actor="child", console="console-child")),
            runs=Path(folder) / "child-runs",
            clock=utc_now,
        )
        engine = Engine(setup).start()
        while len(state(engine)["newest"]) < int(count):
            time.sleep(0.02)
        print("ready", flush=True)
        for _ in sys.stdin:
            print(json.dumps(state(engine)), flush=True)


if __name__ == "__main__":
    main()
