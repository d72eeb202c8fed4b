"""Small forms: a few fields, tried when Enter is pressed in the last one, with the reason where it was refused."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label

from warroom.console.domain.text import clean
from warroom.console.domain.view import View
from warroom.console.screens.kit.dialog import Dialog
from warroom.console.screens.kit.foot import Hint
from warroom.console.screens.kit.live import Submit
from warroom.console.screens.kit.pick import Pick
from warroom.console.screens.kit.seat import Seat
from warroom.console.screens.kit.words_box import WordsBox


class Field(NamedTuple):
    """Something to fill in; with `options`, something to pick."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    """An example, shown while it is empty."""
    options: tuple[str, ...] = ()
    optional: bool = False


class Ask(Dialog[bool]):
    """A form. `submit` tries what was filled in: with a reason the form stays open and says it, else it closes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "submit", "Done", id="form.submit", tooltip="Send what is filled in"),
        Binding("down", "app.focus_next", "Next", id="form.next", tooltip="Next field", show=False),
        Binding("up", "app.focus_previous", "Up", id="form.previous", tooltip="Field before", show=False),
        Binding("pagedown", "scroll(1)", "More", id="form.more", tooltip="Read on", show=False),
        Binding("pageup", "scroll(-1)", "Back up", id="form.less", tooltip="Read back", show=False),
    ]

    def __init__(
        self,
        seat: Seat,
        view: View,
        now: datetime,
        *,
        heading: str,
        fields: Sequence[Field],
        submit: Submit,
        words: str = "",
        incident: str = "",
    ) -> None:
        super().__init__(seat, view, now)
        self.heading, self.incident = heading, incident
        self._fields, self._submit, self._words = tuple(fields), submit, words
        self._asking = False

    def compose_body(self) -> ComposeResult:
        if self._words:
            yield WordsBox(self._words)
        for field in self._fields:
            with Horizontal(classes="field"):
                yield Label(Content(clean(field.label)), classes="label")
                yield make_input(field)

    def on_mount(self) -> None:
        self._inputs()[0].focus()

    def _inputs(self) -> list[Widget]:
        return [self.query_one(f"#field-{field.name}") for field in self._fields]

    def hints(self) -> tuple[Hint, ...]:
        more = (Hint("pgdn", "read on"),) if any(box.more for box in self.query(WordsBox)) else ()
        return (Hint("enter", "next, then done"), *more, Hint("tab", "next field"), Hint("esc", "back"))

    def action_scroll(self, by: int) -> None:
        for box in self.query(WordsBox):
            box.turn(by)

    @on(WordsBox.Laid)
    def laid(self) -> None:
        """Only now it is known whether all the words are in sight."""
        self._follow()

    def values(self) -> dict[str, str]:
        """What stands in the fields."""
        return {field.name: value_of(widget) for field, widget in zip(self._fields, self._inputs(), strict=True)}

    @on(Input.Submitted)
    def entered(self, event: Input.Submitted) -> None:
        """Enter goes on to the next empty field, and sends when there is none."""
        values = self.values()
        empty = [field for field in self._fields if not field.optional and not values[field.name].strip()]
        if empty and value_of(event.input).strip():
            self.query_one(f"#field-{empty[0].name}").focus()
        else:
            self.action_submit()

    def action_submit(self) -> None:
        values = self.values()
        empty = next((field for field in self._fields if not field.optional and not values[field.name].strip()), None)
        if empty is not None:
            self.query_one(f"#field-{empty.name}").focus()
            self.refuse(f"{empty.label} is empty" + (f", e.g. {empty.hint}" if empty.hint else ""))
        elif not self._asking and self.may_act():
            self._asking = True
            self.errand(self._try(values), "form")

    async def _try(self, values: dict[str, str]) -> None:
        try:
            reason = await self._submit(values)
        finally:
            self._asking = False
        if reason:
            self.refuse(reason)
        else:
            self.dismiss(True)


def make_input(field: Field) -> Widget:
    """The widget for a field."""
    if field.options:
        pick = Pick(id=f"field-{field.name}")
        pick.set_reactive(Pick.values, field.options)
        pick.set_reactive(Pick.value, field.value or field.options[0])
        return pick
    return Input(clean(field.value), placeholder=clean(field.hint), compact=True, id=f"field-{field.name}")


def value_of(widget: Widget) -> str:
    """What stands in a field's widget."""
    return widget.value if isinstance(widget, Input | Pick) else ""
