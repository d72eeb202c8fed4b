"""What every screen has: the newest picture, the time, a place for notices, and errands to the desk."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.css.query import NoMatches
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Input
from textual.worker import Worker, WorkerState

from warroom.console.domain.events import Recorded
from warroom.console.domain.intents import Intent, Refused
from warroom.console.domain.model import Incident
from warroom.console.domain.view import View
from warroom.console.screens.kit.foot import Foot, Hint, Notice
from warroom.console.screens.kit.seat import Seat
from warroom.widgets.lines import Lines

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOTHING = View(me="", console="", service="")
LASTS = timedelta(seconds=20)
"""How long a notice stands before the keys come back."""
ONLY_LOOKS = "this console was opened with --view: it only looks"

Result = TypeVar("Result")
Submit = Callable[[Mapping[str, str]], Awaitable[str]]
"""Tries what a form says; gives the reason why not, or nothing."""


class Live(Screen[Result]):
    """A screen that follows the view and the clock. Subclasses say in `follow` what to draw of them.

    A worker that fails says so in the foot; it never ends the app.
    """

    AUTO_FOCUS = None
    ACTING: ClassVar[frozenset[str]] = frozenset()
    """Names of the actions (without parameters) that change something: a console that only looks has none of them."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "app.help", "Help", id="help", tooltip="All keys of this screen", show=False),
        Binding("colon,ctrl+p", "app.command_palette", "Commands", id="commands", tooltip="Find a command", show=False),
    ]

    view: reactive[View] = reactive(NOTHING, always_update=True, layout=False, repaint=False)
    """The newest picture."""
    now: reactive[datetime] = reactive(EPOCH, layout=False, repaint=False)
    """The wall-clock second everything is drawn at."""

    def __init__(self, seat: Seat, view: View, now: datetime) -> None:
        super().__init__()
        self.seat = seat
        self.set_reactive(Live.view, view)
        self.set_reactive(Live.now, now)
        self._noticed_at = now
        self._ready = False

    def follow(self) -> None:
        """Hand the parts of the view to the panels. Called whenever view or time changed."""

    def hints(self) -> tuple[Hint, ...]:
        """The keys for the foot, the most wanted first, help last."""
        return ()

    @property
    def drill(self) -> bool:
        """Whether what is seen here is practice."""
        return self.view.drill

    @property
    def foot_drill(self) -> bool:
        """Whether the foot says so."""
        return self.drill

    def compose_foot(self) -> ComposeResult:
        """The last line, for subclasses to yield."""
        yield Foot()

    def on_mount(self) -> None:
        for lines in self.query(Lines):
            lines.ascii = self.seat.ascii
        for field in self.query(Input):
            # A blinking cursor is bytes on a thin link, day and night.
            field.cursor_blink = False
        self._ready = True
        self._follow()

    def watch_view(self) -> None:
        self._follow()

    def watch_now(self, now: datetime) -> None:
        if now - self._noticed_at > LASTS:
            self.hush()
        self._follow()

    def _follow(self) -> None:
        if not self._ready:
            return
        self.follow()
        if (foot := self._foot()) is not None:
            foot.hints, foot.drill = self.hints(), self.foot_drill

    def _foot(self) -> Foot | None:
        try:
            return self.query_one(Foot)
        except NoMatches:
            return None

    def say(self, text: str, tone: str = "") -> None:
        """Put a notice into the foot."""
        self._noticed_at = self.now
        if (foot := self._foot()) is not None:
            foot.notice = Notice(text, tone)

    def refuse(self, reason: str) -> None:
        """Say why something was not done."""
        self.say(reason, "bad")

    def hush(self) -> None:
        """Take the notice away."""
        if (foot := self._foot()) is not None:
            foot.notice = None

    def may_act(self) -> bool:
        """Whether this console may change anything; says why where not."""
        if self.view.read_only:
            self.say(ONLY_LOOKS, "warn")
        return not self.view.read_only

    def incident_of(self, incident: str) -> Incident | None:
        """An incident as it stands in the newest picture."""
        return self.view.incidents.get(incident)

    def errand(self, work: Coroutine[Any, Any, object], name: str, *, newest: bool = False) -> None:
        """Do something with the desk beside the screen. `newest`: an older one of this name is given up."""
        self.run_worker(work, name=name, group=name, exclusive=newest, exit_on_error=False)

    def put(self, incident: str, intent: Intent, done: str = "") -> None:
        """Put an intent to an incident; what came of it is said in the foot."""
        if self.may_act():
            self.errand(self._put(incident, intent, done), f"put:{type(intent).__name__}")

    async def _put(self, incident: str, intent: Intent, done: str) -> None:
        answer = await self.seat.desk.dispatch(incident, intent)
        if isinstance(answer, Refused):
            self.refuse(answer.reason)
        elif done:
            self.say(done if answer else f"{done} (it was so already)", "good")

    async def attempt(self, incident: str, intent: Intent) -> str:
        """Put an intent; gives the reason where it was refused, else nothing."""
        answer: tuple[Recorded, ...] | Refused = await self.seat.desk.dispatch(incident, intent)
        return answer.reason if isinstance(answer, Refused) else ""

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Leave this screen, where it stands on top.

        A key can reach it late: once it has gone, or with another screen over it, which would be taken away instead.
        """
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR and event.worker.node is self:
            error = event.worker.error
            self.refuse(f"{event.worker.name} failed: {type(error).__name__}: {error}")

    def on_screen_resume(self, _event: events.ScreenResume) -> None:
        self._follow()

    def copy(self, text: str, what: str) -> None:
        """Send text to the terminal's clipboard and say what that means."""
        self.app.copy_to_clipboard(text)
        self.say(f"{what} sent to the terminal's clipboard; where that is off, save it to a file instead", "good")
