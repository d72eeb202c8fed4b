"""What is wrong with the console itself."""

from warroom.console.domain.text import clean
from warroom.widgets import format
from warroom.widgets.lines import Lines, Row, Span, data, row


class Troubles(Lines):
    """A line for each trouble of the console: store, clock, blind panels; nothing where there is none.

    Takes `troubles`.
    """

    DEFAULT_CSS = "Troubles { height: auto; max-height: 3; }"

    troubles: data[tuple[str, ...]] = data(())
    """In words."""

    def build(self, width: int, height: int) -> list[Row]:
        lines = self.troubles[:3]
        more = len(self.troubles) - len(lines)
        rows = [
            row(Span(f" {self.signs.warn} ", "warn-fill strong"), Span(f" {self._text(text, width)}", "warn"))
            for text in lines
        ]
        if more > 0:
            rows[-1] = row(*rows[-1].spans, Span(f" and {more} more", "warn"))
        return rows

    def _text(self, text: str, width: int) -> str:
        return format.cut(clean(text), max(width - 16, 8), self.signs.ellipsis)

    def watch_troubles(self) -> None:
        self.display = bool(self.troubles)

    def on_mount(self) -> None:
        self.display = bool(self.troubles)
