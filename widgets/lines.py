"""The base of every panel: rows of toned text, of which a change redraws only the cells that differ."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.app import RenderResult
from textual.content import Content
from textual.css.styles import RenderStyles
from textual.dom import DOMNode
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from warroom.console.domain.text import clean
from warroom.widgets.cells import changes
from warroom.widgets.format import cut, fit, width_of
from warroom.widgets.glyphs import Glyphs, glyphs

T = TypeVar("T")


class data(reactive[T]):
    """A reactive of a `Lines` widget: when it changes the rows are built anew and compared, nothing is repainted."""

    def __init__(self, default: T) -> None:
        super().__init__(default, layout=False, repaint=False, init=False)


class Span(NamedTuple):
    """A piece of a row. `tone` is one or more of the names in `Lines.TONES`, e.g. `bad strong`."""

    text: str
    tone: str = ""


class Row(NamedTuple):
    """A line on the screen; rows with the same `key` belong to one item."""

    spans: tuple[Span, ...]
    key: str = ""


BLANK = Row(())


class Lines(Widget):
    """Rows of text. A subclass gives `build`; each of its `data` reactives makes the rows anew when it changes.

    Every text is cleaned once more before it is drawn, and drawn as plain segments: never as markup.
    """

    TONES: ClassVar[tuple[str, ...]] = (
        "strong",
        "dim",
        "faint",
        "good",
        "warn",
        "bad",
        "info",
        "accent",
        "bad-soft",
        "info-soft",
        "bad-fill",
        "warn-fill",
        "good-fill",
        "info-fill",
        "dim-fill",
        "bar",
        "cursor",
    )
    DEFAULT_CSS = """
    Lines {
        width: 1fr;
        height: 1fr;
        color: $foreground;
        & > .lines--strong { text-style: bold; }
        & > .lines--dim { color: $foreground-muted; }
        & > .lines--faint { color: $text-disabled; }
        & > .lines--good { color: $success; }
        & > .lines--warn { color: $warning; }
        & > .lines--bad { color: $error; }
        & > .lines--info { color: $primary; }
        & > .lines--accent { color: $accent; }
        & > .lines--bad-soft { color: $error-muted; }
        & > .lines--info-soft { color: $primary-muted; }
        & > .lines--bad-fill { color: $background; background: $error; }
        & > .lines--warn-fill { color: $background; background: $warning; }
        & > .lines--good-fill { color: $background; background: $success; }
        & > .lines--info-fill { color: $background; background: $primary; }
        & > .lines--dim-fill { color: $foreground; background: $panel; }
        & > .lines--bar { background: $panel; }
        & > .lines--cursor { background: $block-cursor-background; }
    }
    Lines:nocolor {
        & > .lines--cursor { text-style: reverse; }
        & > .lines--bad-fill { color: $foreground; background: $background; text-style: bold reverse; }
        & > .lines--warn-fill { color: $foreground; background: $background; text-style: reverse; }
        & > .lines--good-fill { color: $foreground; background: $background; text-style: reverse; }
        & > .lines--info-fill { color: $foreground; background: $background; text-style: reverse; }
    }
    """

    ascii: data[bool] = data(False)
    """Draw with ASCII signs only."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._rows: list[Row] = []
        self._clean: dict[int, tuple[Span, ...]] = {}
        self._strips: dict[int, Strip] = {}
        self._built_for: Size | None = None
        self._stale = False
        self._tones: dict[str, Style] = {}
        self._natural = 0

    @property
    def signs(self) -> Glyphs:
        """The glyphs to draw with."""
        return glyphs(self.ascii)

    def cut(self, text: str, width: int) -> str:
        """Foreign text made harmless and no wider than `width`."""
        return cut(text, width, self.signs.ellipsis)

    def fit(self, text: str, width: int, *, right: bool = False) -> str:
        """The same, padded to exactly `width`."""
        return fit(text, width, self.signs.ellipsis, right=right)

    def build(self, width: int, height: int) -> Sequence[Row]:
        """All rows, from the top; those below `height` are not seen."""
        raise NotImplementedError

    def window(self, width: int, height: int) -> Sequence[Row]:
        """The rows that are seen. A widget that scrolls overrides it."""
        return self.build(width, height)

    def on_mount(self) -> None:
        for name in self._data_names():
            self.watch(self, name, self.touch, init=False)
        self._follow_ascii()

    @classmethod
    def _data_names(cls) -> list[str]:
        found = [name for kind in cls.__mro__ for name, value in vars(kind).items() if isinstance(value, data)]
        return list(dict.fromkeys(found))

    def watch_ascii(self) -> None:
        if self.is_mounted:
            self._follow_ascii()

    def _follow_ascii(self) -> None:
        self.set_class(self.ascii, "-ascii")

    def touch(self) -> None:
        """Something that is drawn changed: compare and redraw, once for all changes of this turn."""
        if not self._stale:
            self._stale = True
            self.call_next(self._settle)

    def _settle(self) -> None:
        if self._stale:
            self.redraw()

    def redraw(self) -> None:
        """Build the rows now and refresh the cells that differ."""
        self._stale = False
        if self._built_for != self.size:
            # What was built may fit again when the size comes back, as of a line that was hidden: it is old by then.
            self._built_for = None
            self.refresh(layout=self._wants_layout())
            return
        if self._wants_layout():
            self.refresh(layout=True)
        if regions := self._take(self.window(*self.size)):
            self.refresh(*regions)

    def _wants_layout(self) -> bool:
        height = self.styles.height
        if height is None or not height.is_auto or not self.size.width:
            return False
        return len(self.build(self.size.width, 0)) != self._natural

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        self._natural = len(self.build(width, 0))
        return self._natural

    def _take(self, rows: Sequence[Row]) -> list[Region]:
        width, height = self.size
        new = list(rows[:height])
        new += [BLANK] * (height - len(new))
        regions: list[Region] = []
        for y, row in enumerate(new):
            if row == self._rows[y]:
                continue
            before = self._clean.get(y)
            after = self._clean[y] = _cleaned(row)
            self._strips.pop(y, None)
            regions += [Region(0, y, width, 1)] if before is None else changes(before, after, y, width)
        self._rows = new
        return regions

    def _rebuild(self) -> None:
        self._built_for = self.size
        self._stale = False
        self._rows = list(self.window(*self.size)[: self.size.height])
        self._rows += [BLANK] * (self.size.height - len(self._rows))
        self._strips.clear()
        self._clean = {y: _cleaned(row) for y, row in enumerate(self._rows)}

    def notify_style_update(self) -> None:
        self._tones.clear()
        self._strips.clear()
        self._component_styles.clear()
        super().notify_style_update()

    def get_component_styles(self, *names: str) -> RenderStyles:
        """The styles of tones, worked out when they are first drawn.

        As `COMPONENT_CLASSES` Textual would work out all of them at every change of a class on any panel or above it:
        that took half of the time in which a dialog opens.
        """
        for name in names:
            if name not in self._component_styles:
                part = DOMNode(classes=name)
                part._attach(self)
                self.app.stylesheet.apply(part)
                self._component_styles[name] = part.styles
        return super().get_component_styles(*names)

    def render(self) -> RenderResult:
        return Content("")

    def render_line(self, y: int) -> Strip:
        if self._built_for != self.size:
            self._rebuild()
        strip = self._strips.get(y)
        if strip is None:
            spans = self._clean.get(y, ())
            pieces = [(span.text, self.tone(span.tone)) for span in spans if span.text]
            strip = Strip(_joined(pieces)).adjust_cell_length(self.size.width, self.tone(""))
            self._strips[y] = strip
        return strip

    def tone(self, names: str) -> Style:
        """The style of a tone, from the theme."""
        style = self._tones.get(names)
        if style is None:
            style = self.rich_style
            for name in names.split():
                part = self.get_component_rich_style(f"lines--{name}", partial=True)
                style += part
                if part.color:
                    # The partial colour has lost its transparency; the full one is blended with what is behind.
                    style += Style(color=self.get_component_rich_style(f"lines--{name}").color)
            self._tones[names] = style
        return style


class Panel(Lines):
    """Lines in a frame with a title; the class `-bare` takes the frame away."""

    TITLE: ClassVar[str] = ""
    DEFAULT_CSS = """
    Panel {
        border: round $border-blurred;
        border-title-color: $foreground-muted;
        border-title-style: bold;
        border-subtitle-color: $foreground-muted;
        &:focus { border: round $border; border-title-color: $foreground; }
        &.-ascii { border: ascii $border-blurred; }
        &.-ascii:focus { border: ascii $border; }
        &.-bare { border: none; }
    }
    """

    def on_resize(self) -> None:
        self.retitle()

    def title_text(self) -> str:
        """What stands in the frame; foreign text is allowed."""
        return self.TITLE

    def retitle(self) -> None:
        """Write the title anew if it changed: the frame is repainted whole."""
        text = self.cut(self.title_text(), max(self.outer_size.width - 6, 1))
        if str(self.border_title) != text:
            self.border_title = Content(text)


def row(*spans: Span, key: str = "") -> Row:
    """A row of these spans, empty ones left out."""
    return Row(tuple(span for span in spans if span.text), key)


def spread(left: Sequence[Span], right: Sequence[Span], width: int, key: str = "") -> Row:
    """A row with one part at each end; the right one goes first where there is no room for both."""
    room = width - sum(width_of(span.text) for span in (*left, *right))
    if room < 1:
        return row(*left, key=key)
    return row(*left, Span(" " * room), *right, key=key)


def _joined(pieces: Sequence[tuple[str, Style]]) -> list[Segment]:
    """As few segments as look the same: each costs its colours on a thin link, and blanks need only their ground."""
    joined: list[tuple[str, Style]] = []
    for text, style in pieces:
        if joined and (style == joined[-1][1] or (text.isspace() and _same_ground(style, joined[-1][1]))):
            joined[-1] = (joined[-1][0] + text, joined[-1][1])
        else:
            joined.append((text, style))
    return [Segment(text, style) for text, style in joined]


def _same_ground(one: Style, other: Style) -> bool:
    return one.bgcolor == other.bgcolor and not any(
        style.reverse or style.underline or style.strike for style in (one, other)
    )


def _cleaned(row: Row) -> tuple[Span, ...]:
    return tuple(Span(clean(text), tone) for text, tone in row.spans)
