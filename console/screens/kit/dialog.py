"""The frame of every dialog: a title that says DRILL in a drill, a body, and a foot of its own."""

from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from warroom.console.domain.text import clean
from warroom.console.screens.kit.live import Live
from warroom.widgets import format
from warroom.widgets.lines import Lines, Row, Span, data, spread

Result = TypeVar("Result")


class Heading(Lines):
    """The first line of a dialog. Takes `title`, `aside`, `loud`, `drill`."""

    DEFAULT_CSS = "Heading { height: 1; background: $panel; }"

    title: data[str] = data("")
    """What is asked."""
    aside: data[str] = data("")
    """A word at the right: the incident, or PRODUCTION."""
    loud: data[bool] = data(False)
    """The aside is a warning."""
    drill: data[bool] = data(False)
    """This is practice."""

    def build(self, width: int, height: int) -> list[Row]:
        right = [Span(f" {clean(self.aside)} ", "bad-fill strong" if self.loud else "dim")] if self.aside else []
        if self.drill:
            right = [Span(" DRILL ", "warn-fill strong"), Span(" " if right else ""), *right]
        room = width - sum(format.width_of(span.text) for span in right) - 2
        return [spread([Span(f" {format.cut(self.title, room, self.signs.ellipsis)}", "strong accent")], right, width)]


class Dialog(Live[Result], ModalScreen[Result]):
    """A dialog over a screen. Subclasses yield their body in `compose_body` and set `heading`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", id="dialog.back", tooltip="Close without doing anything")
    ]
    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        background: $background 60%;
        & > .frame { width: 84; max-width: 100%; height: auto; max-height: 100%; background: $surface; padding: 0; }
        & > .frame > .body { height: auto; padding: 1 1 0 1; }
        & Foot { dock: none; }
    }
    """
    heading = ""
    aside = ""
    incident = ""
    """The incident it is about, if it is about one."""

    @property
    def drill(self) -> bool:
        subject = self.incident_of(self.incident)
        return self.view.drill or (subject is not None and subject.drill)

    def compose(self) -> ComposeResult:
        with Vertical(classes="frame"):
            yield Heading()
            with Vertical(classes="body"):
                yield from self.compose_body()
            yield from self.compose_foot()

    def compose_body(self) -> ComposeResult:
        """What stands between title and foot."""
        raise NotImplementedError

    def follow(self) -> None:
        head = self.query_one(Heading)
        head.title, head.aside, head.drill = self.heading, self.aside or self.incident, self.drill

    @property
    def foot_drill(self) -> bool:
        """The heading says it."""
        return False

    def action_leave(self) -> None:
        self.dismiss()
