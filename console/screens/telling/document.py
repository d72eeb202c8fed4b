"""A document as the log has it now: to read, to save, to sign."""

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from warroom.console.domain.intents import Refused, SignDocument
from warroom.console.domain.text import clean
from warroom.console.domain.view import View
from warroom.console.screens.acting.pressing import Acting
from warroom.console.screens.kit.choose import Choose, Option
from warroom.console.screens.kit.dialog import Heading
from warroom.console.screens.kit.foot import Hint
from warroom.console.screens.kit.live import Live
from warroom.console.screens.kit.saving import save
from warroom.console.screens.kit.seat import Seat
from warroom.widgets import format
from warroom.widgets.browse import Browse
from warroom.widgets.lines import Row, Span, data, row

_BLANK = re.compile(r"^(?:> |- .*)\*\*to be (?:written|chosen)\b", re.IGNORECASE | re.MULTILINE)
"""What a document leaves to people, as Markdown has it."""


class Reader(Browse):
    """Markdown as it is written, wrapped; headings stand out, links are text. Takes `text`."""

    TITLE = "Document"

    text: data[str] = data("")
    """Foreign text is allowed."""

    def build(self, width: int, height: int) -> Sequence[Row]:
        rows: list[Row] = []
        for number, line in enumerate(clean(self.text, keep_newlines=True).split("\n")):
            tone = "strong accent" if line.startswith("#") else "dim" if line.startswith(("|", ">")) else ""
            pieces = format.wrap(line, max(width - 2, 8))
            rows += [row(Span(f" {piece}", tone), key=f"{number}.{part}") for part, piece in enumerate(pieces)]
        return rows


class DocumentScreen(Live[None]):
    """One document of an incident."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", id="document.save", tooltip="To a file"),
        Binding("ctrl+y", "copy", "Copy", id="document.copy", tooltip="To the terminal's clipboard (OSC 52)"),
        Binding("ctrl+t", "sign", "Sign", id="document.sign", tooltip="Put your name to it, as it stands"),
        Binding("escape,q,backspace", "leave", "Back", id="document.leave", tooltip="Back to the room"),
    ]
    ACTING = frozenset({"sign"})

    def __init__(
        self, seat: Seat, view: View, now: datetime, incident: str, document: str, title: str, text: str
    ) -> None:
        super().__init__(seat, view, now)
        self.key, self.document, self._title, self._text = incident, document, title, text

    @property
    def drill(self) -> bool:
        subject = self.incident_of(self.key)
        return self.view.drill or (subject is not None and subject.drill)

    def compose(self) -> ComposeResult:
        yield Heading()
        yield Reader()
        yield from self.compose_foot()

    def on_mount(self) -> None:
        reader = self.query_one(Reader)
        reader.text = self._text
        reader.focus()

    def follow(self) -> None:
        subject = self.incident_of(self.key)
        signed = subject is not None and self.document in subject.documents
        head = self.query_one(Heading)
        head.title, head.aside, head.drill = self._title + (", signed" if signed else ""), self.key, self.drill

    def hints(self) -> tuple[Hint, ...]:
        sign = () if self.view.read_only else (Hint("ctrl+t", "sign"),)
        return (Hint("ctrl+s", "save"), Hint("ctrl+y", "copy"), *sign, Hint("esc", "back"), Hint("?", "help"))

    def action_leave(self) -> None:
        self.dismiss()

    def action_copy(self) -> None:
        self.copy(self._text, "document")

    def action_save(self) -> None:
        self.errand(self._save(), "save")

    async def _save(self) -> None:
        try:
            path = await asyncio.to_thread(save, self.seat.exports, f"{self.key}-{self.document}", self._text)
        except OSError as error:
            self.refuse(f"not saved: {error}")
        else:
            self.say(f"saved to {path}", "good")

    def action_sign(self) -> None:
        if not self.may_act():
            return
        detail, tone = f"as {self.view.me}, exactly this text", ""
        if left := len(_BLANK.findall(self._text)):
            places = "1 place in it is" if left == 1 else f"{left} places in it are"
            detail, tone = f"{detail}; {places} still to be written (F in the room says them)", "warn"
        options = [Option("no", "Not yet"), Option("yes", "Sign it", detail, tone)]
        asked = Choose(
            self.seat, self.view, self.now, heading=f"Sign {self._title}?", options=options, incident=self.key
        )

        def chosen(key: str | None) -> None:
            if key == "yes":
                self.put(self.key, SignDocument(document=self.document, text=self._text), f"{self._title} signed")

        self.app.push_screen(asked, chosen)


def open_document(screen: Acting[Any], incident: str, document: str, title: str) -> None:
    """Have a document filled from the log and show it."""

    async def show() -> None:
        text = await screen.seat.desk.document(incident, document)
        if isinstance(text, Refused):
            screen.refuse(text.reason)
        else:
            opened = DocumentScreen(screen.seat, screen.view, screen.now, incident, document, title, text)
            screen.app.push_screen(opened)

    screen.errand(show(), "document", newest=True)
