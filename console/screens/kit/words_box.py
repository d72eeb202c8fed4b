"""Words above a form or a choice: as many lines as there is room for, the others by turning pages."""

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message

from warroom.console.domain.text import clean
from warroom.widgets import format
from warroom.widgets.lines import Lines, Row, Span, data, row


class Words(Lines):
    """A few lines of explanation. Takes `text`, one paragraph a line."""

    DEFAULT_CSS = "Words { height: auto; margin-bottom: 1; }"

    text: data[str] = data("")
    """What to say. Foreign text is allowed."""

    def build(self, width: int, height: int) -> list[Row]:
        rows: list[Row] = []
        for paragraph in clean(self.text, keep_newlines=True).split("\n"):
            # Columns of a card stay columns.
            text = paragraph.lstrip(" ")
            indent = min(len(paragraph) - len(text), max(width // 4, 1))
            lines = format.wrap(text, max(width - 1 - indent, 8))
            rows += [row(Span(f"{'':{indent}}{line}" if indent else line, "dim")) for line in lines]
        return rows


class WordsBox(VerticalScroll, can_focus=False):
    """`Words` that never push the fields out of sight. Posts `Laid` when it is known how much is to be seen."""

    DEFAULT_CSS = """
    WordsBox {
        height: auto; max-height: 60vh; margin-bottom: 1; scrollbar-size-vertical: 1;
        & Words { margin-bottom: 0; }
    }
    """

    @dataclass
    class Laid(Message):
        """Words and box have their sizes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        yield Words()

    def on_mount(self) -> None:
        self.query_one(Words).text = self._text

    def on_resize(self) -> None:
        self.call_after_refresh(self.post_message, self.Laid())

    @property
    def more(self) -> bool:
        """Not all of it is in sight."""
        return self.max_scroll_y > 0

    def turn(self, by: int) -> None:
        """Turn so many pages."""
        self.scroll_relative(y=by * max(self.size.height - 1, 1), animate=False)
