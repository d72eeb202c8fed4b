"""Declaring an incident: title, level by what qualifies for it, protocol, service, and when users began to feel it."""

import asyncio
from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Label

from warroom.console.domain.intents import Refused
from warroom.console.domain.playbook import Playbook
from warroom.console.domain.when import parse_when
from warroom.console.screens.ask import Field, make_input
from warroom.console.screens.choose import Option, OptionList
from warroom.console.screens.dialog import Dialog
from warroom.console.screens.foot import Hint
from warroom.console.screens.pick import Pick
from warroom.widgets.glyphs import level_sign, level_tone

LEVELS = ("P0", "P1", "P2", "P3")
"""Offered until the protocols have been read."""


class Declaring(Dialog[str]):
    """The form for a new incident; gives its id. Nothing in it costs more than a title and a level."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "declare", "Declare", id="declare.send", tooltip="Declare it"),
    ]
    DEFAULT_CSS = "Declaring OptionList { max-height: 9; }"
    heading = "Declare an incident"

    playbooks: Mapping[str, Playbook] = {}
    """Filled in when they have been read."""
    _asking = False

    def compose_body(self) -> ComposeResult:
        with VerticalScroll(classes="card", can_focus=False):
            yield from self._line("title", "what is wrong", Field("title", "", hint="Sign-in fails for everyone"))
            with Horizontal(classes="field levels"):
                yield Label(Content("how bad"), classes="label")
                yield OptionList(id="level")
            yield from self._line("playbook", "protocol", Field("playbook", "", options=("the usual one",)))
            yield from self._line("service", "service", Field("service", "", self.view.service))
            yield from self._line(
                "impact", "felt since", Field("impact", "", hint="now; or 14:05, -20m, 2026-03-01 14:05")
            )

    def _line(self, name: str, label: str, field: Field) -> ComposeResult:
        with Horizontal(classes=f"field {name}"):
            yield Label(Content(label), classes="label")
            yield make_input(field)

    def on_mount(self) -> None:
        self.query_one("#field-title").focus()
        self._show_levels()
        self.errand(self._read_playbooks(), "playbooks")

    async def _read_playbooks(self) -> None:
        self.playbooks = await asyncio.to_thread(self.seat.playbooks)
        if self.playbooks and self.is_mounted:
            pick = self.query_one("#field-playbook", Pick)
            pick.values = tuple(self.playbooks)
            pick.value = pick.values[0]
            self._show_levels()

    @property
    def playbook(self) -> Playbook | None:
        """The protocol that is picked; none before they have been read."""
        return self.playbooks.get(self.query_one("#field-playbook", Pick).value)

    def _show_levels(self) -> None:
        options = self.query_one("#level", OptionList)
        playbook = self.playbook
        if playbook is None:
            options.options = tuple(Option(key, key) for key in LEVELS)
        else:
            signs = options.signs
            options.options = tuple(
                Option(
                    key,
                    f"{key} {level_sign(key, signs)} {level.title}",
                    "; ".join(level.criteria) or level.meaning,
                    level_tone(key),
                )
                for key, level in playbook.level.items()
            )

    @on(Pick.Changed)
    def protocol_changed(self) -> None:
        """Each protocol has levels of its own."""
        self._show_levels()

    def hints(self) -> tuple[Hint, ...]:
        return (
            Hint("enter", "next, then declare"),
            Hint("tab", "next field"),
            Hint("ctrl+s", "declare"),
            Hint("esc", "back"),
        )

    @on(Input.Submitted)
    def entered(self, event: Input.Submitted) -> None:
        """Enter in the title goes to the level; in the last fields it declares."""
        if event.input.id == "field-title":
            self.query_one("#level").focus()
        else:
            self.action_declare()

    @on(OptionList.Picked)
    def level_picked(self) -> None:
        """Enter on a level declares: the other fields have good answers already."""
        self.action_declare()

    def action_declare(self) -> None:
        """Check what is there and declare."""
        title = self.query_one("#field-title", Input)
        impact = self.query_one("#field-impact", Input)
        if not title.value.strip():
            title.focus()
            self.refuse('what is wrong? A few words, e.g. "Sign-in fails for everyone"')
            return
        try:
            when = parse_when(impact.value, self.now)
        except ValueError as error:
            impact.focus()
            self.refuse(f"felt since: {error}")
            return
        if when > self.now:
            impact.focus()
            self.refuse("felt since: that lies in the future")
            return
        if not self._asking and self.may_act():
            self._asking = True
            self.errand(self._declare(), "declare")

    async def _declare(self) -> None:
        playbook = self.playbook
        try:
            answer = await self.seat.desk.declare(
                self.query_one("#field-title", Input).value.strip(),
                self.query_one("#level", OptionList).cursor,
                playbook=playbook.id if playbook else "",
                service=self.query_one("#field-service", Input).value.strip(),
                impact_at=self.query_one("#field-impact", Input).value.strip(),
            )
        finally:
            self._asking = False
        if isinstance(answer, Refused):
            self.refuse(answer.reason)
        else:
            self.dismiss(answer)
