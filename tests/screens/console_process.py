"""A console in a process of its own, for tests that need a real terminal. Arguments: what to open it on."""

import os
import sys
import time
from datetime import UTC
from pathlib import Path

from tests.screens import scenes
from tests.screens.memory_desk import Clock
from warroom.console.app import WarroomApp, run_app


def stall() -> None:
    """Say so and never come back."""
    os.write(2, b"STALLED")
    time.sleep(600)


def main(scene: str) -> int:
    clock = Clock()
    desk = scenes.deploying_now(clock) if scene == "deploying" else scenes.breach(clock)
    app = WarroomApp(desk, desk.subscribe, clock, "INC-2", zone=UTC)
    if scene == "stalled":
        # As when nobody reads the terminal.
        app.call_later(lambda: app.set_timer(0.1, stall))
    if scene == "broken":
        secret = "2retnuh"[::-1]
        app.call_later(lambda: app.set_timer(0.1, lambda: secret + 1))  # type: ignore[operator]
    return run_app(app, ending=lambda: Path(os.environ["ENDED"]).touch())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
