"""The output of a run, drawn only where it is seen, however fast it comes."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from warroom.console.domain.model import Run, RunState
from warroom.console.domain.text import clean
from warroom.widgets import format
from warroom.widgets.header_bar import EPOCH
from warroom.widgets.line_ring import LineRing
from warroom.widgets.lines import Panel, Row, Span, data, row, spread

FRAME = 1 / 20
"""Seconds between two pictures while output streams."""

_STATES = {
    RunState.REQUESTED: ("REQUESTED", "dim-fill strong"),
    RunState.RUNNING: ("RUNNING", "info-fill strong"),
    RunState.SUCCEEDED: ("SUCCEEDED", "good-fill strong"),
    RunState.FAILED: ("FAILED", "bad-fill strong"),
    RunState.CANCELLED: ("CANCELLED", "warn-fill strong"),
    RunState.LOST: ("OUTCOME UNKNOWN", "warn-fill strong"),
}


class RunOutput(Panel, can_focus=True):
    """A run's lines under a line on the run itself. Takes `run`, `now`, and text by `feed`; posts nothing.

    It follows the end until one scrolls up, and again from the end on. `/` searches, `n` and `N` go to the next match.
    """

    TITLE = "Output"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "scroll_by(1)", "Down", id="output.down", tooltip="A line down", show=False),
        Binding("k,up", "scroll_by(-1)", "Up", id="output.up", tooltip="A line up", show=False),
        Binding("ctrl+d,pagedown", "page(1)", "Page down", id="output.page-down", tooltip="A page on", show=False),
        Binding("ctrl+u,pageup", "page(-1)", "Page up", id="output.page-up", tooltip="A page back", show=False),
        Binding("g,home", "top", "Top", id="output.top", tooltip="First line that is kept", show=False),
        Binding("G,end", "follow", "Follow", id="output.follow", tooltip="To the end, and follow it"),
        Binding("f", "pause", "Follow on/off", id="output.pause", tooltip="Follow the end, or stand still"),
        Binding("slash", "search", "Search", id="output.search", tooltip="Search in the output"),
        Binding("n", "again(1)", "Next match", id="output.next", tooltip="Next match", show=False),
        Binding("N", "again(-1)", "Match before", id="output.back", tooltip="Match before", show=False),
    ]

    run_shown: data[Run | None] = data(None)
    """The run whose output it is."""
    now: data[datetime] = data(EPOCH)
    """The moment to draw."""
    following: data[bool] = data(True)
    """The newest line is kept in sight."""
    words: data[str] = data("")
    """What is searched for."""
    typing: data[bool] = data(False)
    """The search is being typed."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.ring = LineRing()
        self._top = 0
        self._match: int | None = None
        self._missed = False
        self._due = False

    def feed(self, text: str) -> None:
        """Take the next chunk of output. Any size; drawn with the next picture."""
        self.ring.feed(text)
        if not self._due and self.is_mounted:
            self._due = True
            self.set_timer(FRAME, self._frame)

    def skip(self, count: int) -> None:
        """Say in its place that so many bytes are not kept: a flood keeps its beginning and its end."""
        self.feed(f"\n{self.signs.ellipsis} {_size(count)} of output are not kept {self.signs.ellipsis}\n")

    def clear(self) -> None:
        """Forget the output, to show another run's."""
        self.ring.clear()
        self._top, self._match, self._missed = 0, None, False
        self.following = True
        self.touch()

    def _frame(self) -> None:
        self._due = False
        self.redraw()

    def build(self, width: int, height: int) -> Sequence[Row]:
        room = max(height - 2, 0)
        last_top = max(self.ring.end - room, self.ring.first)
        self._top = last_top if self.following else max(min(self._top, last_top), self.ring.first)
        lines = [self._line(number, width) for number in range(self._top, min(self._top + room, self.ring.end))]
        lines += [row()] * (room - len(lines))
        return [self._head(width), *lines, self._foot(width, room)][: max(height, 1)]

    def _line(self, number: int, width: int) -> Row:
        text = clean(self.ring.line(number))
        if format.width_of(text) > width - 1:
            text = format.cut(text, width - 1, self.signs.cut)
        start = text.casefold().find(self.words.casefold()) if self.words else -1
        # Folding may change a text's length; then the line is marked whole.
        if start < 0:
            return row(Span(" "), Span(text))
        end = start + len(self.words)
        here = "warn-fill strong" if number == self._match else "warn strong"
        return row(Span(" "), Span(text[:start]), Span(text[start:end], here), Span(text[end:]))

    def _head(self, width: int) -> Row:
        run = self.run_shown
        if run is None:
            return row(Span(" no run", "dim"))
        word, tone = _STATES[run.state]
        if run.cancelling and run.active:
            word, tone = "CANCELLING", "warn-fill strong"
        code = f"exit {run.exit_code}  " if run.exit_code is not None else ""
        start = run.started_at or run.requested_at
        right = [Span(code, "dim"), Span(format.elapsed((run.ended_at or self.now) - start) + " ", "strong")]
        room = width - len(word) - sum(len(span.text) for span in right) - 6
        command = self.cut(f"$ {clean(run.command)}", max(room, 4))
        return spread([Span(f" {word} ", tone), Span(f" {command}", "strong")], right, width)

    def _foot(self, width: int, room: int) -> Row:
        if self.typing:
            return row(Span(" /", "accent strong"), Span(clean(self.words)), Span("_", "accent"))
        below = max(self.ring.end - self._top - room, 0)
        if self.following:
            left = [Span(f" {self.signs.live} following", "good")]
        else:
            left = [Span(f" {self.signs.dot} standing still", "warn"), Span(f"  {below} lines below", "dim")]
        if self.words:
            found = (
                "not found" if self._missed else f"match in line {self._match + 1}" if self._match is not None else ""
            )
            left.append(Span(f"  /{clean(self.words)}  {found}", "warn" if self._missed else "dim"))
        total = f"{self.ring.end} lines" + (f", {self.ring.first} dropped" if self.ring.first else "")
        return spread(left, [Span(total + " ", "dim")], width)

    def action_scroll_by(self, by: int) -> None:
        self._go(self._top + by)

    def action_page(self, by: int) -> None:
        self._go(self._top + by * max(self.size.height - 3, 1))

    def action_top(self) -> None:
        self._go(self.ring.first)

    def action_follow(self) -> None:
        self.following = True

    def action_pause(self) -> None:
        self.following = not self.following

    def _go(self, top: int) -> None:
        room = max(self.size.height - 2, 1)
        self._top = max(top, self.ring.first)
        self.following = self._top + room >= self.ring.end
        self.redraw()

    def action_search(self) -> None:
        self.words, self._match, self._missed = "", None, False
        self.typing = True

    def action_again(self, step: int) -> None:
        if not self.words:
            return
        start = self._top if self._match is None else self._match + step
        found = self.ring.search(self.words, start, step)
        if found is None:
            found = self.ring.search(self.words, self.ring.first if step > 0 else self.ring.end - 1, step)
        self._missed = found is None
        if found is not None:
            self._match = found
            self._go(found - max(self.size.height - 2, 1) // 2)
            # Also near the end: what was found must not be carried away by what comes in.
            self.following = False
        self.touch()

    async def _on_key(self, event: events.Key) -> None:
        if not self.typing:
            await super()._on_key(event)
            return
        event.stop()
        event.prevent_default()
        if event.key == "enter":
            self.typing = False
            self.action_again(1)
        elif event.key in ("escape", "ctrl+c"):
            self.typing = False
            self.words = ""
        elif event.key in ("backspace", "ctrl+h"):
            self.words = self.words[:-1]
        elif event.is_printable and event.character:
            self.words += event.character

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._go(self._top + 3)
        event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._go(self._top - 3)
        event.stop()


def _size(count: int) -> str:
    for size, unit in ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} bytes"
