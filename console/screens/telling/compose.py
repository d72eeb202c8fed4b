"""Writing to people outside: a draft filled from facts, its blanks in sight, to send, copy, save and note as sent."""

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Label, TextArea

from warroom.console.domain.desk import Letter
from warroom.console.domain.intents import Refused, SendMessage
from warroom.console.domain.text import clean
from warroom.console.domain.view import View
from warroom.console.screens.kit.dialog import Heading
from warroom.console.screens.kit.foot import Hint
from warroom.console.screens.kit.live import Live
from warroom.console.screens.kit.saving import save
from warroom.console.screens.kit.seat import Seat
from warroom.console.screens.telling.send_to import SendTo
from warroom.widgets import format
from warroom.widgets.lines import Lines, Row, Span, data, row

BY_HAND = "by hand"
"""The channel of a message that somebody carried to where it was sent."""


class LetterNotes(Lines):
    """What stands against sending: blanks and the objection. Takes `audience`, `meant`, `blanks`, `objection`."""

    DEFAULT_CSS = "LetterNotes { height: auto; }"

    audience: data[str] = data("")
    """Who reads it."""
    meant: data[tuple[str, ...]] = data(())
    """Where the protocol means it to go."""
    blanks: data[tuple[str, ...]] = data(())
    """Facts nobody gave yet."""
    objection: data[str] = data("")
    """Why it may not be sent as it stands."""

    def build(self, width: int, height: int) -> list[Row]:
        by = f"  by {' and '.join(self.meant)}, as the protocol has it" if self.meant else ""
        room = width - 10 - format.width_of(by)
        rows = [
            row(Span(f" {'to':<8}", "dim"), Span(format.cut(self.audience, max(room, 8)), "strong"), Span(by, "dim"))
        ]
        if self.blanks:
            text = f"still blank: {', '.join(self.blanks)} (F in the room says them, or write over them here)"
            rows += [row(Span(f" {self.signs.warn} {line}", "warn")) for line in format.wrap(text, max(width - 4, 8))]
        if self.objection:
            lines = format.wrap(self.objection, max(width - 4, 8))
            rows += [row(Span(f" {self.signs.bad} {line}", "bad strong")) for line in lines]
        return rows


class Compose(Live[str]):
    """A message to edit: it goes into the outbox, or where somebody pastes it. Gives what came of it, in words."""

    ACTING = frozenset({"send", "sent"})

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "send", "Send", id="compose.send", tooltip="By the channels you choose", priority=True),
        Binding("ctrl+y", "copy", "Copy", id="compose.copy", tooltip="To the clipboard (OSC 52)", priority=True),
        Binding("ctrl+s", "save", "Save", id="compose.save", tooltip="To a file", priority=True),
        Binding("ctrl+t", "sent", "Note as sent", id="compose.sent", tooltip="The log says it went out", priority=True),
        Binding("escape", "leave", "Back", id="compose.leave", tooltip="Back; the draft is made anew next time"),
        Binding("tab", "app.focus_next", "Next", id="compose.next", tooltip="Next field", show=False, priority=True),
    ]

    def __init__(self, seat: Seat, view: View, now: datetime, incident: str, letter: Letter) -> None:
        super().__init__(seat, view, now)
        self.key, self.letter = incident, letter
        self._warned = ""
        self._asking = False

    @property
    def drill(self) -> bool:
        subject = self.incident_of(self.key)
        return self.view.drill or (subject is not None and subject.drill)

    def compose(self) -> ComposeResult:
        yield Heading()
        yield LetterNotes()
        with Horizontal(classes="field subject"):
            yield Label(Content("subject"), classes="label")
            yield Input(clean(self.letter.subject), id="subject", compact=True)
        with Vertical(classes="letter"):
            body = clean(self.letter.body, keep_newlines=True)
            yield TextArea(body, id="body", soft_wrap=True, tab_behavior="focus", compact=True)
        yield from self.compose_foot()

    def on_mount(self) -> None:
        notes = self.query_one(LetterNotes)
        notes.audience, notes.objection = self.letter.audience, self.letter.objection
        notes.meant = self.meant
        self._look_for_blanks()
        body = self.query_one(TextArea)
        body.cursor_blink = False
        body.focus()

    def follow(self) -> None:
        head = self.query_one(Heading)
        head.title, head.aside, head.drill = f"Message: {clean(self.letter.title)}", self.key, self.drill

    def hints(self) -> tuple[Hint, ...]:
        sent = () if self.view.read_only else (Hint("ctrl+t", "note as sent"),)
        send = (Hint("ctrl+r", "send"),) if self.can_send else ()
        return (
            *send,
            Hint("ctrl+y", "copy"),
            Hint("ctrl+s", "save"),
            *sent,
            Hint("tab", "subject"),
            Hint("esc", "back"),
        )

    @property
    def can_send(self) -> bool:
        """Whether there is any channel, and this console may use it."""
        return bool(self.view.outlets) and not self.view.read_only

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The key to send is there where there is a channel."""
        return self.can_send if action == "send" else super().check_action(action, parameters)

    @property
    def meant(self) -> tuple[str, ...]:
        """Where the protocol means it to go; empty: wherever the sender likes."""
        incident = self.incident_of(self.key)
        message = incident.playbook.message.get(self.letter.message) if incident else None
        return message.channels if message else ()

    @property
    def subject(self) -> str:
        """The subject as it stands."""
        return self.query_one("#subject", Input).value

    @property
    def body(self) -> str:
        """The body as it stands."""
        return f"{self.query_one(TextArea).text.strip()}\n"

    @property
    def text(self) -> str:
        """Both."""
        return f"{self.subject}\n\n{self.body}"

    @property
    def blanks(self) -> tuple[str, ...]:
        """The blanks of the draft that are still in the text."""
        return tuple(blank for blank in self.letter.blanks if f"[{blank}?]" in self.text)

    @on(TextArea.Changed)
    @on(Input.Changed)
    def _look_for_blanks(self) -> None:
        self.query_one(LetterNotes).blanks = self.blanks

    def action_leave(self) -> None:
        self.dismiss("")

    def action_copy(self) -> None:
        self.copy(self.text, "message")

    def action_save(self) -> None:
        self.errand(self._save(), "save")

    async def _save(self) -> None:
        try:
            path = await asyncio.to_thread(save, self.seat.exports, f"{self.key}-{self.letter.message}", self.text)
        except OSError as error:
            self.refuse(f"not saved: {error}")
        else:
            self.say(f"saved to {path}", "good")

    def action_send(self) -> None:
        """Choose the channels, once what stands against it was said."""
        if self._asking or not self.may_act() or self._held_back("To ask the outbox all the same, ctrl+r again."):
            return
        asked = SendTo(
            self.seat, self.view, self.now, incident=self.key, audience=self.letter.audience, meant=self.meant
        )
        self.app.push_screen(asked, self._channels_chosen)

    def _channels_chosen(self, channels: tuple[str, ...] | None) -> None:
        if channels and not self._asking:
            self._asking = True
            self.errand(self._send(channels), "send")

    async def _send(self, channels: tuple[str, ...]) -> None:
        letter = replace(self.letter, subject=self.subject, body=self.body)
        try:
            answer = await self.seat.desk.send(self.key, letter, channels)
        finally:
            self._asking = False
        if isinstance(answer, Refused):
            self.refuse(f"not sent: {answer.reason}")
        else:
            self.dismiss(f"{letter.title}: in the outbox, for {', '.join(channels)}. B shows what becomes of it")

    def action_sent(self) -> None:
        """Note it as sent. What stands against it is said first; a second time is meant."""
        if self._asking or not self.may_act() or self._held_back("If it went out all the same, ctrl+t again."):
            return
        self._asking = True
        self.errand(self._note(), "sent")

    def _held_back(self, otherwise: str) -> bool:
        """Say what stands against it, once for each reason and each key."""
        against = self._against()
        said = f"{against}. {otherwise}"
        if not against or self._warned == said:
            return False
        self._warned = said
        self.say(said, "warn")
        return True

    def _against(self) -> str:
        if self.letter.objection:
            return self.letter.objection
        return f"still blank: {', '.join(self.blanks)}" if self.blanks else ""

    async def _note(self) -> None:
        letter = self.letter
        intent = SendMessage(message=letter.message, audience=letter.audience, channel=BY_HAND, text=self.text)
        try:
            reason = await self.attempt(self.key, intent)
        finally:
            self._asking = False
        if reason:
            self.refuse(reason)
        else:
            self.dismiss(f"{letter.title}: noted as sent to {letter.audience}")
