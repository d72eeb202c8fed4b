"""Choosing by which channels a message goes: several at once, those of its audience marked already."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from warroom.console.domain.view import Outlet, View
from warroom.console.screens.kit.choose import Option, OptionList
from warroom.console.screens.kit.dialog import Dialog
from warroom.console.screens.kit.foot import Hint
from warroom.console.screens.kit.patience import Patience
from warroom.console.screens.kit.seat import Seat

_KINDS = {
    "chat": ("slack", "discord", "webhook"),
    "email": ("email", "webhook"),
    "status-page": ("statuspage", "webhook"),
}
"""The kinds of channel that carry what a protocol means by a word; a webhook may be anything."""


def carries(outlet: Outlet, meant: Sequence[str]) -> bool:
    """Whether a channel is one of those a message is meant for."""
    return any(outlet.kind in _KINDS.get(word, ()) for word in meant)


def usual(outlets: Sequence[Outlet], audience: str, meant: Sequence[str]) -> frozenset[str]:
    """The channels that are marked at first: those of the audience, less what the protocol does not mean it for."""
    theirs = [outlet for outlet in outlets if audience in outlet.audiences and not outlet.blocked]
    fitting = [outlet for outlet in theirs if carries(outlet, meant)] if meant else []
    return frozenset(outlet.name for outlet in fitting or theirs)


class SendTo(Dialog[tuple[str, ...]]):
    """Asks for channels; gives those that are marked. Enter sends, and not in the first moments."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", "Send", id="send.send", tooltip="Send by what is marked", priority=True),
        Binding("space", "mark", "Mark", id="send.mark", tooltip="Send by this channel, or not"),
        Binding("a", "all", "All", id="send.all", tooltip="Mark every channel, or none"),
        Binding("q,backspace", "leave", "Back", id="send.back", tooltip="Send nothing", show=False),
    ]
    DEFAULT_CSS = "SendTo OptionList { max-height: 80vh; margin-bottom: 1; }"
    heading = "Send it by which channels?"

    def __init__(
        self, seat: Seat, view: View, now: datetime, *, incident: str, audience: str, meant: Sequence[str] = ()
    ) -> None:
        super().__init__(seat, view, now)
        self.incident = incident
        self._audience = audience
        self._meant = tuple(meant)
        self._patience = Patience(seat.monotonic)
        self._marked = usual(view.outlets, audience, meant)

    def compose_body(self) -> ComposeResult:
        yield OptionList()

    def on_mount(self) -> None:
        self._list.focus()

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    @property
    def _open(self) -> tuple[str, ...]:
        return tuple(outlet.name for outlet in self.view.outlets if not outlet.blocked)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The channels that are marked and can be used."""
        return tuple(name for name in self._open if name in self._marked)

    def follow(self) -> None:
        super().follow()
        self._list.options = tuple(self._option(outlet) for outlet in self.view.outlets)

    def _option(self, outlet: Outlet) -> Option:
        mark = f"[{self._list.signs.ok}]" if outlet.name in self.chosen else "[ ]"
        said = f", for {self._audience}" if self._audience in outlet.audiences else ""
        if self._meant and not carries(outlet, self._meant):
            said += f"; the protocol has it by {' and '.join(self._meant)}"
        return Option(outlet.name, f"{mark} {outlet.name}", f"{outlet.kind}{said}", blocked=outlet.blocked)

    def hints(self) -> tuple[Hint, ...]:
        space = "space" if self.seat.ascii else "␣"
        return (Hint("enter", "send"), Hint(space, "mark"), Hint("a", "all or none"), Hint("esc", "back"))

    def action_mark(self) -> None:
        name = self._list.cursor
        outlet = next((one for one in self.view.outlets if one.name == name), None)
        if outlet is not None and outlet.blocked:
            self.refuse(f"{name}: {outlet.blocked}")
        elif outlet is not None:
            self._mark(self._marked ^ {name})

    def action_all(self) -> None:
        self._mark(frozenset() if set(self.chosen) == set(self._open) else frozenset(self._open))

    def _mark(self, names: frozenset[str]) -> None:
        self._marked = names
        self.hush()
        self.follow()

    @on(OptionList.Picked)
    def clicked(self) -> None:
        """A click marks: only a key sends."""
        self.action_mark()

    def action_send(self) -> None:
        if self._patience.early:
            return
        if self.chosen:
            self.dismiss(self.chosen)
        else:
            self.say("mark a channel first: space marks the one you stand on, a marks all", "warn")
