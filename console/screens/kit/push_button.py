"""A button of a dialog."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from warroom.widgets import format
from warroom.widgets.lines import Lines, Row, Span, data, row


class PushButton(Lines, can_focus=True):
    """A label with its key, to press with Enter, space or a click. Takes `label`, `key`; posts `Pushed`.

    A `deliberate` one is pressed by its own key or a click alone: Enter and space do nothing.
    """

    DEFAULT_CSS = "PushButton { width: auto; height: 1; margin: 0 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "push", "Press", id="button.push", tooltip="Press this button", show=False)
    ]

    label: data[str] = data("")
    """What it says."""
    key: data[str] = data("")
    """The key that does the same."""

    @dataclass
    class Pushed(Message):
        """It was pressed."""

        button: "PushButton"

        @property
        def control(self) -> "PushButton":
            """The button, for selectors."""
            return self.button

    def __init__(self, label: str, *, key: str = "", id: str | None = None, deliberate: bool = False) -> None:
        super().__init__(id=id)
        self.set_reactive(PushButton.label, label)
        self.set_reactive(PushButton.key, key)
        self._deliberate = deliberate
        self._fit()

    def watch_label(self) -> None:
        self._fit()

    def _fit(self) -> None:
        self.styles.width = format.width_of(self.label) + (len(" ctrl+y") if self._deliberate else 0) + 4

    def build(self, width: int, height: int) -> list[Row]:
        tone = "cursor strong" if self.has_focus else "dim-fill"
        marks = ("[", "]") if self.has_focus else (" ", " ")
        key = f" {self.key}" if self.key else ""
        text = f"{marks[0]} {self.label}"
        return [row(Span(text, tone), Span(key, f"{tone} accent"), Span(f" {marks[1]}", tone))]

    def watch_has_focus(self, _focused: bool) -> None:
        self.touch()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A deliberate button has no key of its own: its screen has."""
        return not (action == "push" and self._deliberate)

    def action_push(self) -> None:
        self.post_message(self.Pushed(self))

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.action_push()
