"""Wiring: the engine's pictures to the screens, the clock to every panel, keys and signals to what they mean."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar

from rich.console import RenderableType
from textual.app import App
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.events import Event, Key, MouseDown
from textual.filter import LineFilter, Monochrome, NoColor
from textual.message import Message
from textual.screen import ModalScreen, Screen

from warroom.console.domain.desk import Desk
from warroom.console.domain.order import by_urgency
from warroom.console.domain.playbook import Playbook
from warroom.console.domain.time.clocks import read_clocks, worst
from warroom.console.domain.view import View
from warroom.console.screens.board import Board
from warroom.console.screens.kit.live import Live
from warroom.console.screens.kit.seat import Seat
from warroom.console.screens.terminal.handback import Lifeline, window_title
from warroom.console.screens.terminal.last_gate import LastGate
from warroom.console.screens.terminal.thin_link import ThinLink, wanted
from warroom.console.themes import THEMES
from warroom.widgets import clock_face
from warroom.widgets.glyphs import glyphs

MONOCHROME_THEME = "ansi-dark"
"""The terminal's own colours: the only kind of theme from which Textual can take the colour away."""

Subscribe = Callable[[Callable[[View], None]], Callable[[], None]]
"""Calls back with every new view, from any thread; what it gives ends that."""


def _commands() -> type[Provider]:
    from warroom.console.screens.commands import Commands

    return Commands


def _nothing() -> None:
    """Nothing to put away."""


class WarroomApp(App[None]):
    """The console on a screen. It owns no work: everything is asked of the desk, everything shown comes from its view.

    Args:
        desk: where everything is done.
        subscribe: calls back with each new view.
        clock: the wall clock, aware UTC.
        start: the incident to open at once.
        playbooks: the protocols one can declare under, the usual one first; may read files, called off the loop.
        exports: where texts are saved; this folder when left out.
        begin: called once the first picture is drawn.
        attended: told when the screen opens, and at every key: somebody sits here.
        zone: zone of local times; this machine's when left out.
        ascii: draw with ASCII signs only.
        monotonic: tells a fresh key from a held one.
    """

    CSS_PATH = "app.tcss"
    TITLE = "warroom"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_commands}
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", "Quit", id="quit", tooltip="Close this console; runs go on", priority=True),
        Binding("ctrl+z", "suspend_process", "Suspend", id="suspend", tooltip="To the shell; fg comes back"),
        Binding("ctrl+l", "redraw", "Redraw", id="redraw", tooltip="Draw everything anew", show=False),
        Binding("ctrl+c", "leave", "Quit", id="quit.ask", tooltip="Close this console", show=False),
    ]

    @dataclass
    class ViewChanged(Message):
        """The engine has a new picture. Only the newest counts."""

        view: View

        def can_replace(self, message: Message) -> bool:
            """A newer picture takes the place of one that has not been drawn."""
            return isinstance(message, WarroomApp.ViewChanged)

    def __init__(
        self,
        desk: Desk,
        subscribe: Subscribe,
        clock: Callable[[], datetime],
        start: str | None = None,
        *,
        playbooks: Callable[[], Mapping[str, Playbook]] = dict,
        exports: Path | None = None,
        begin: Callable[[], object] = _nothing,
        attended: Callable[[], None] = _nothing,
        zone: tzinfo | None = None,
        ascii: bool = False,
        monotonic: Callable[[], float] = monotonic,
    ) -> None:
        if os.environ.get("NO_COLOR") == "":
            # Set but empty means nothing by the convention; Textual would take it for a wish.
            del os.environ["NO_COLOR"]
        super().__init__()
        self.animation_level = "none"
        self._clock = clock
        self._subscribe, self._unsubscribe = subscribe, _nothing
        self._start = start
        self._begin, self._attended = begin, attended
        self._newest = desk.view()
        self._seat = Seat(
            desk=desk,
            monotonic=monotonic,
            playbooks=playbooks,
            exports=exports or Path.cwd(),
            zone=zone,
            ascii=ascii,
        )
        self._last_gate = LastGate()
        self._thin_link = ThinLink(wanted(os.environ))
        self._window_title = ""
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = MONOCHROME_THEME if self.no_color else THEMES[0].name

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The last gate after all others; and really no colour where none is wanted."""
        filters = [one for one in super().get_line_filters() if not isinstance(one, Monochrome | NoColor)]
        if self.no_color:
            filters.append(NoColor() if self.native_ansi_color else Monochrome())
        return [*filters, self._last_gate]

    def get_default_screen(self) -> Screen[Any]:
        """The board."""
        return Board(self._seat, self._newest, self._clock())

    def on_mount(self) -> None:
        self._unsubscribe = self._subscribe(self._take)
        self.app_resume_signal.subscribe(self, lambda _: self._repaint())
        board = self.screen
        if self._start and isinstance(board, Board):
            board.open_room(self._start)
        self._attended()
        self._tick()
        self.call_after_refresh(self._begin)

    async def on_event(self, event: Event) -> None:
        """Every event passes here first."""
        if isinstance(event, Key | MouseDown):
            self._attended()
        await super().on_event(event)

    def _take(self, view: View) -> None:
        self.post_message(self.ViewChanged(view))

    def on_unmount(self) -> None:
        self._unsubscribe()

    def on_warroom_app_view_changed(self, event: ViewChanged) -> None:
        """Every open screen follows; those below others must be right when one comes back to them."""
        self._newest = event.view
        for screen in self.screen_stack:
            if isinstance(screen, Live):
                screen.view = event.view

    def _tick(self) -> None:
        """Give all screens the same second, on the second."""
        exact = self._clock()
        now = exact.replace(microsecond=0)
        for screen in self.screen_stack:
            if isinstance(screen, Live):
                screen.now = now
        for between in self.screen_stack[1:-1]:
            if isinstance(between, ModalScreen):
                # The dialog on top is painted over this one's last picture, which holds the screen below as it was.
                between.refresh()
        self._name_window(now)
        self.set_timer((now + timedelta(seconds=1) - exact).total_seconds(), self._tick, name="tick")

    def _name_window(self, now: datetime) -> None:
        title = window_words(self._newest, now, self._seat.ascii)
        # Textual has no way of its own to name the window.
        if title != self._window_title and self._driver is not None:
            self._window_title = title
            self._driver.write(window_title(title))

    @property
    def _background_screens(self) -> list[Screen[Any]]:
        """The screens that are seen below the one on top: none, but below a dialog.

        Textual counts the one below in any case. What changed there was then painted in place of what changed on top,
        within the size that the one below had when it was last seen: after a resize the rest of the room stood still.
        """
        return super()._background_screens if isinstance(self.screen, ModalScreen) else []

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        super()._display(screen, self._thin_link.thin(renderable))

    def on_resize(self) -> None:
        """A terminal may have changed what it shows."""
        self._thin_link.forget()

    def _repaint(self) -> None:
        # Back from the shell, the terminal is empty and Textual thinks that it is not.
        self._thin_link.forget()
        for screen in self.screen_stack:
            screen.refresh(layout=True)

    def action_redraw(self) -> None:
        """Draw everything anew, where something else has written on the terminal."""
        self._repaint()

    def action_help(self) -> None:
        """All keys of the screen one is on."""
        from warroom.console.screens.help import Help
        from warroom.console.screens.kit.active_keys import active_keys, button_keys
        from warroom.console.screens.room import Room

        screen = self.screen
        if isinstance(screen, Live) and not isinstance(screen, Help):
            actions = button_keys(screen.buttons) if isinstance(screen, Room) and not screen.view.read_only else []
            keys = (*actions, *active_keys(screen))
            self.push_screen(Help(self._seat, screen.view, screen.now, keys))

    def action_leave(self) -> None:
        """Close the console; where something runs, say that it goes on and ask."""
        running = self.last_words()
        if not running:
            self.exit()
            return
        from warroom.console.screens.kit.choose import Choose, Option

        if isinstance(self.screen, Choose):
            return
        options = [Option("stay", "Stay"), Option("leave", "Leave", running)]
        asked = Choose(self._seat, self._newest, self._clock(), heading="Close this console?", options=options)
        self.push_screen(asked, lambda answer: self.exit(message=running) if answer == "leave" else None)

    def last_words(self) -> str:
        """What goes on without this console; empty: nothing."""
        incidents = self._newest.incidents.values()
        active = [run for incident in incidents for run in incident.runs.values() if run.active]
        rollouts = [one for incident in incidents if (one := incident.rollout) and one.phase == "running"]
        parts = [f"{run.title} ({run.id}) goes on" for run in active]
        parts += [f"{rollout.strategy.title} holds where it is, if this console drives it" for rollout in rollouts]
        return "; ".join(parts)

    def _fatal_error(self) -> None:
        """A traceback without local variables: they hold what must not be on a screen."""
        from rich.segment import Segments
        from rich.traceback import Traceback

        self.bell()
        traceback = Traceback(show_locals=False, width=None, suppress=[])
        self._exit_renderables.append(Segments(self.console.render(traceback, self.console.options)))
        self._close_messages_no_wait()


def window_words(view: View, now: datetime, ascii_only: bool = False) -> str:
    """What the window is called: the worst incident and its clock."""
    first = next(iter(by_urgency((one for one in view.incidents.values() if not one.over), now)), None)
    if first is None:
        return f"warroom {view.service}".rstrip()
    clock = worst(read_clocks(first, now))
    left = f" {clock_face.name_of(clock)} {clock_face.words(clock, glyphs(ascii_only), long=False)}" if clock else ""
    return f"{'DRILL ' if first.drill else ''}{first.level} {first.id}{left}"


def run_app(app: WarroomApp, ending: Callable[[], None] = _nothing) -> int:
    """Open the console until it is left; gives the exit status.

    Args:
        app: the console.
        ending: puts away what else was started, when a signal ends the program; not called when it is left.
    """
    with Lifeline(ending, app.last_words):
        app.run()
    return app.return_code or 0
