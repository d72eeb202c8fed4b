"""Output streaming through the panel that shows it, at a given rate, beside a line that keys change.

python -m tests.bench.streaming_app LINES_A_SECOND
"""

import sys

from rich.console import RenderableType
from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from warroom.console.screens.terminal.thin_link import ThinLink
from warroom.console.themes import THEMES
from warroom.widgets.run_output import RunOutput

EVERY = 0.05
"""Seconds between two chunks, as a reader of a busy run's file gets them."""


class Streaming(App[None]):
    """The panel, and a line that shows how many keys came."""

    def __init__(self, rate: int) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name
        self._rate, self._line, self._keys = rate, 0, 0
        self._thin_link = ThinLink()

    def compose(self) -> ComposeResult:
        yield Static("key 00000", id="mark")
        yield RunOutput(id="output")

    def on_mount(self) -> None:
        """Begin to stream."""
        if self._rate:
            self.set_interval(EVERY, self._stream)

    def _stream(self) -> None:
        start, count = self._line, int(self._rate * EVERY)
        self._line += count
        text = "".join(f"{number} step passed in 12 ms on web-7f9c\n" for number in range(start, start + count))
        self.query_one(RunOutput).feed(text)

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        super()._display(screen, self._thin_link.thin(renderable))

    def on_key(self) -> None:
        """Count it."""
        self._keys += 1
        # A new word each time: of a number only the digit that differs would be written.
        self.query_one("#mark", Static).update(f"key {'xy'[self._keys % 2] * 5}", layout=False)


if __name__ == "__main__":
    Streaming(int(sys.argv[1])).run()
