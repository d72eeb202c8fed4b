"""The room: one incident, with everything one needs to end it."""

from datetime import datetime
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.reactive import reactive

from warroom.console.domain import intents as i
from warroom.console.domain.model import Incident, Rollout
from warroom.console.domain.time.no_return import ROLLBACK, measured
from warroom.console.domain.timeline import Entry
from warroom.console.domain.view import Button, Person, ProbeView, Series, View
from warroom.console.screens import gist, tiny
from warroom.console.screens.acting.pressing import Acting, not_now
from warroom.console.screens.board import fill_header
from warroom.console.screens.kit.foot import Hint
from warroom.console.screens.kit.searching import FilterLine
from warroom.console.screens.kit.seat import Seat
from warroom.console.screens.kit.tabs import TabLine
from warroom.console.screens.prompts import room as prompts
from warroom.console.screens.prompts.step import open_step
from warroom.console.screens.room_keys import ACTING, ROOM_KEYS
from warroom.console.screens.standing import Standing, asked_words, given_words, measured_words, undo_words, waiting_for
from warroom.console.screens.troubles import Troubles
from warroom.widgets.action_bar import ActionBar
from warroom.widgets.banner import Banner
from warroom.widgets.chart import Chart
from warroom.widgets.checklist import Checklist
from warroom.widgets.clock_strip import ClockStrip
from warroom.widgets.crew import Crew
from warroom.widgets.header_bar import HeaderBar
from warroom.widgets.health import HealthPanel
from warroom.widgets.marks import Mark, marks_of
from warroom.widgets.rollout_bar import RolloutBar
from warroom.widgets.timeline import TimelinePanel

PANELS = ("phases", "health", "chart", "timeline", "actions")
"""In the order of tab and of the digits."""


class Room(Acting[None]):
    """One incident. Wide, all panels are there; narrow, the one asked for, and tabs that tell of the others."""

    HORIZONTAL_BREAKPOINTS = tiny.HORIZONTAL
    VERTICAL_BREAKPOINTS = tiny.VERTICAL
    ACTING = ACTING
    BINDINGS: ClassVar[list[BindingType]] = [
        *ROOM_KEYS,
        Binding("slash", "filter", "Filter", id="room.filter", tooltip="Show only timeline rows with these words"),
        Binding("tab,right_square_bracket", "turn(1)", "Next panel", id="room.next", tooltip="Next panel", show=False),
        Binding(
            "shift+tab,left_square_bracket", "turn(-1)", "Before", id="room.before", tooltip="Panel before", show=False
        ),
        *(
            Binding(str(n), f"panel('{name}')", name.title(), id=f"room.{name}", tooltip=f"Go to {name}", show=False)
            for n, name in enumerate(PANELS, 1)
        ),
        Binding("escape,q,backspace", "leave", "Board", id="room.leave", tooltip="Back to the board"),
    ]

    incident: reactive[Incident | None] = reactive(None, layout=False, repaint=False)
    """The incident as it stands."""
    entries: reactive[tuple[Entry, ...]] = reactive((), layout=False, repaint=False)
    """Its timeline, oldest first."""
    probes: reactive[tuple[ProbeView, ...]] = reactive((), layout=False, repaint=False)
    """What is polled."""
    all_series: reactive[tuple[Series, ...]] = reactive((), layout=False, repaint=False)
    """Readings of every probe."""
    charted: reactive[Series | None] = reactive(None, layout=False, repaint=False)
    """The readings that are charted."""
    marks: reactive[tuple[Mark, ...]] = reactive((), layout=False, repaint=False)
    """What was done when."""
    rollout: reactive[Rollout | None] = reactive(None, layout=False, repaint=False)
    """The newest rollout."""
    people: reactive[tuple[Person, ...]] = reactive((), layout=False, repaint=False)
    """Who may be called."""
    buttons: reactive[tuple[Button, ...]] = reactive((), layout=False, repaint=False)
    """The actions on offer."""

    def __init__(self, seat: Seat, view: View, now: datetime, key: str) -> None:
        super().__init__(seat, view, now)
        self.key = key
        self.panel = PANELS[0]

    @property
    def drill(self) -> bool:
        return self.view.drill or (self.incident is not None and self.incident.drill)

    def compose(self) -> ComposeResult:
        yield HeaderBar().data_bind(Room.now)
        yield Troubles()
        yield Standing()
        with Vertical(classes="full"):
            yield Banner().data_bind(Room.incident, Room.now)
            yield ClockStrip().data_bind(Room.incident, Room.now)
            yield RolloutBar().data_bind(Room.rollout, Room.now)
            yield TabLine()
            with Horizontal(id="body"):
                with Vertical(id="left"):
                    yield Checklist(id="phases").data_bind(Room.incident, Room.now)
                    yield Crew(id="crew").data_bind(Room.incident, Room.people, Room.now)
                with Vertical(id="side"):
                    with Horizontal(id="readings"):
                        yield HealthPanel(id="health").data_bind(Room.probes, Room.now, series=Room.all_series)
                        yield Chart(id="chart").data_bind(Room.marks, Room.now, series=Room.charted)
                    yield TimelinePanel(id="timeline").data_bind(Room.entries, Room.now)
            yield ActionBar(id="actions").data_bind(Room.buttons)
        yield tiny.Tiny().data_bind(Room.now)
        yield FilterLine()
        yield from self.compose_foot()

    def on_mount(self) -> None:
        self._show(PANELS[0])

    def follow(self) -> None:
        view = self.view
        incident = view.incidents.get(self.key)
        if incident is None:
            self.say(f"there is no incident {self.key}", "warn")
            return
        if self.incident is None:
            # It was declared a moment ago, and this is the first picture of it.
            self.hush()
        self.incident = incident
        self.entries = view.timelines.get(self.key, ())
        self.probes, self.all_series = gist.with_mutes(view.probes, incident, self.now), view.series
        self.charted = gist.chart_series(view.series)
        self.marks, self.rollout = marks_of(incident), incident.rollout
        self.buttons, self.people = view.buttons.get(self.key, ()), view.people
        self._measure(incident)
        self._fill(incident)

    def _measure(self, incident: Incident) -> None:
        """What going back took in other incidents: it says until when it can still be chosen."""
        others = [one for one in self.view.incidents.values() if one.id != self.key]
        strip = self.query_one(ClockStrip)
        strip.verify = next((one.verify for one in self.buttons if one.action == ROLLBACK and one.verify), "verify")
        strip.rollbacks = measured(others, incident, ROLLBACK)
        strip.verifies = measured(others, incident, strip.verify)

    def _fill(self, incident: Incident) -> None:
        fill_header(self.query_one(HeaderBar), self, conn=incident.conn, drill=self.drill)
        self.query_one(Troubles).troubles = self.view.troubles
        standing = self.query_one(Standing)
        standing.asked = asked_words(waiting_for(self.view, self.now), self.now)
        standing.given = given_words(self.view, incident, self.now)
        standing.measured = measured_words(self.view, incident)
        standing.undo = undo_words(incident, self.buttons, self.now)
        self.query_one(RolloutBar).display = incident.rollout is not None and not incident.over
        self.query_one(ActionBar).display = bool(self.buttons) and not self.view.read_only
        self.query_one(TimelinePanel).drill = self.drill
        self.query_one(HealthPanel).read_by = self.view.read_by
        self.query_one(tiny.Tiny).incidents = {self.key: incident}
        line = self.query_one(TabLine)
        line.tabs = gist.tabs(incident, self.probes, self.charted, len(self.entries), self.now, line.signs)

    def hints(self) -> tuple[Hint, ...]:
        looks = (Hint("O", "output"), Hint("P", "post-mortem"), Hint(":", "commands"), Hint("esc", "board"))
        if self.view.read_only:
            return (*looks, Hint("?", "help"))
        return (
            Hint("␣" if not self.seat.ascii else "space", "tick"),
            Hint("n", "note"),
            Hint("m", "message"),
            Hint("D", "decide"),
            Hint("e", "escalate"),
            Hint("S", "state"),
            *looks,
            Hint("?", "help"),
        )

    def _show(self, name: str) -> None:
        """Go to a panel; where only one fits it takes the place of the others."""
        panel = self.query_one(f"#{name}")
        if name != "actions":
            for other in PANELS[:-1]:
                self.set_class(other == name, f"-at-{other}")
            self.query_one(TabLine).current = name
        self.panel = name
        if panel.can_focus:
            panel.focus()
        else:
            self.set_focus(None)

    def action_panel(self, name: str) -> None:
        if name == "actions" and not self.query_one(ActionBar).display:
            self.say(prompts.NO_ACTIONS, "warn")
        else:
            self._show(name)

    def action_turn(self, by: int) -> None:
        names = PANELS if self.query_one(ActionBar).display else PANELS[:-1]
        at = names.index(self.panel) if self.panel in names else 0
        self._show(names[(at + by) % len(names)])

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """A click into a panel goes there too."""
        if event.widget.id in PANELS and event.widget.id != self.panel:
            self._show(event.widget.id)

    @on(TabLine.Picked)
    def tab_clicked(self, event: TabLine.Picked) -> None:
        """Show the panel of a tab."""
        self._show(event.name)

    def on_key(self, event: events.Key) -> None:
        """The keys of the buttons; a key of the room itself goes first."""
        bar = self.query_one(ActionBar)
        wanted = event.character if event.is_printable and event.character else event.key
        if isinstance(self.focused, FilterLine) or not any(button.key == wanted for button in self.buttons):
            return
        if event.key not in self.active_bindings:
            event.stop()
            if self.may_act():
                bar.press_key(wanted)

    @on(ActionBar.Pressed)
    def pressed(self, event: ActionBar.Pressed) -> None:
        """Start the button's action."""
        self.act(self.key, event.action)

    @on(ActionBar.Blocked)
    def blocked(self, event: ActionBar.Blocked) -> None:
        """Say why a button can't be used."""
        self.say(not_now(event.reason), "warn")

    @on(Checklist.Ticked)
    def ticked(self, event: Checklist.Ticked) -> None:
        """A person's word that a step is done."""
        self.put(self.key, i.Tick(step=event.step))

    @on(Checklist.Unticked)
    def unticked(self, event: Checklist.Unticked) -> None:
        """A tick is taken back."""
        self.put(self.key, i.Untick(step=event.step))

    @on(Checklist.StepChosen)
    def step_chosen(self, event: Checklist.StepChosen) -> None:
        """Enter on a step: its action where it has one, else what it is about."""
        if self.incident is not None:
            open_step(self, self.incident, event.step)

    @on(HealthPanel.Opened)
    def probe_opened(self, event: HealthPanel.Opened) -> None:
        """What a probe read last, as it came."""
        from warroom.console.screens.readings import ReadingsScreen

        self.app.push_screen(ReadingsScreen(self.seat, self.view, self.now, event.probe, self.key))

    @on(FilterLine.Typed)
    def filtered(self, event: FilterLine.Typed) -> None:
        """Filter the timeline and the probes while one types."""
        self.query_one(TimelinePanel).filter = self.query_one(HealthPanel).filter = event.words
        if event.over:
            self._show("timeline")

    def action_filter(self) -> None:
        self._show("timeline")
        self.query_one(FilterLine).open()

    def action_leave(self) -> None:
        if self.query_one(TimelinePanel).filter:
            self.query_one(FilterLine).value = ""
        else:
            self.dismiss()

    def action_rollback(self) -> None:
        self.rollback(self.key)

    def action_stop_all(self) -> None:
        self.stop_everything(self.key)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        # Who types a filter types these letters too.
        typing = action == "prompt" and isinstance(self.focused, FilterLine)
        return False if typing else super().check_action(action, parameters)

    def action_prompt(self, name: str) -> None:
        """Open one of the room's dialogs."""
        if self.incident is None:
            return
        if f"prompt('{name}')" in ACTING and not self.may_act():
            return
        prompts.PROMPTS[name](self, self.incident)
