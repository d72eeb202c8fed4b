"""The board: every incident, the worst first, and what the probes say."""

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.reactive import reactive

from warroom.console.domain.model import Incident
from warroom.console.domain.timeline import Entry
from warroom.console.domain.view import ProbeView, Series
from warroom.console.screens import tiny
from warroom.console.screens.acting.pressing import Acting
from warroom.console.screens.kit.foot import Hint
from warroom.console.screens.kit.searching import FilterLine
from warroom.console.screens.standing import Standing, alert_words, asked_words, waiting_for
from warroom.console.screens.troubles import Troubles
from warroom.widgets.header_bar import HeaderBar
from warroom.widgets.health import HealthPanel
from warroom.widgets.incident_table import IncidentTable
from warroom.widgets.timeline import TimelinePanel

QUIET = "No incident. All is quiet.\n \nn declares one.  warroom drill, from the shell, is practice."
REASONS_BESIDE = 110
"""Columns from which on the health panel writes reasons beside the rows."""
ONLY_LOOKING = "No incident. All is quiet."


class Board(Acting[None]):
    """All incidents. Enter opens the room of one."""

    HORIZONTAL_BREAKPOINTS = tiny.HORIZONTAL
    VERTICAL_BREAKPOINTS = tiny.VERTICAL
    ACTING = frozenset({"declare", "rollback", "stop_all"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "declare", "New incident", id="board.declare", tooltip="Declare a new incident"),
        Binding("r", "rollback", "ROLLBACK", id="board.rollback", tooltip="Roll the chosen incident's service back"),
        Binding("a", "alerts", "Alerts", id="board.alerts", tooltip="What fires, and which incident is about it"),
        Binding("Q", "approvals", "Two people", id="board.approvals", tooltip="What waits for a second person's word"),
        Binding("ctrl+x", "stop_all", "Stop all", id="board.stop", tooltip="Stop what moves in the chosen incident"),
        Binding("slash", "filter", "Filter", id="board.filter", tooltip="Show only rows with these words"),
        Binding("tab", "app.focus_next", "Next panel", id="board.next", tooltip="Go to the next panel", show=False),
        Binding("1", "panel('table')", "Incidents", id="board.incidents", tooltip="Go to the incidents", show=False),
        Binding("2", "panel('latest')", "Timeline", id="board.latest", tooltip="Go to the timeline", show=False),
        Binding("3", "panel('health')", "Health", id="board.health", tooltip="Go to the health panel", show=False),
        Binding("escape", "clear", "Clear filter", id="board.clear", tooltip="Take filter and notice away", show=False),
        Binding("q", "app.leave", "Quit", id="board.quit", tooltip="Close this console; runs go on"),
    ]

    incidents: reactive[Mapping[str, Incident]] = reactive({}, layout=False, repaint=False)
    """All of them, by id."""
    probes: reactive[tuple[ProbeView, ...]] = reactive((), layout=False, repaint=False)
    """What is polled."""
    series: reactive[tuple[Series, ...]] = reactive((), layout=False, repaint=False)
    """Readings."""

    entries: reactive[tuple[Entry, ...]] = reactive((), layout=False, repaint=False)
    """What happened in the incident under the cursor."""

    def compose(self) -> ComposeResult:
        yield HeaderBar().data_bind(Board.now)
        yield Troubles()
        yield Standing()
        with Vertical(classes="full"):
            yield IncidentTable(id="table").data_bind(Board.incidents, Board.now)
            yield TimelinePanel(id="latest").data_bind(Board.entries, Board.now)
            yield HealthPanel(id="health").data_bind(Board.probes, Board.series, Board.now)
        yield tiny.Tiny().data_bind(Board.incidents, Board.now)
        yield FilterLine()
        yield from self.compose_foot()

    def on_mount(self) -> None:
        table = self.query_one(IncidentTable)
        table.focus()
        self.watch(table, "cursor", self._follow_cursor, init=False)

    def _follow_cursor(self) -> None:
        self.entries = self.view.timelines.get(self.chosen, ())
        incident = self.view.incidents.get(self.chosen)
        self.query_one(TimelinePanel).drill = self.drill or (incident is not None and incident.drill)

    def follow(self) -> None:
        view = self.view
        fill_header(self.query_one(HeaderBar), self)
        self.query_one(Troubles).troubles = view.troubles
        standing = self.query_one(Standing)
        standing.asked, standing.fires = asked_words(waiting_for(view, self.now), self.now), alert_words(view)
        self.query_one(IncidentTable).empty = ONLY_LOOKING if view.read_only else QUIET
        health = self.query_one(HealthPanel)
        health.display, health.read_by = bool(view.probes), view.read_by
        rows = len(view.probes) * (1 if self.size.width >= REASONS_BESIDE else 2) + 2
        health.styles.height = min(rows, max(self.size.height // 3, 5))
        self.query_one(TimelinePanel).set_class(not view.incidents, "-nothing")
        self.incidents, self.probes, self.series = view.incidents, view.probes, view.series
        self._follow_cursor()

    def hints(self) -> tuple[Hint, ...]:
        open_one = (Hint("enter", "open"),) if self.view.incidents else ()
        new = () if self.view.read_only else (Hint("n", "new incident"),)
        back = (Hint("r", "ROLLBACK"),) if open_one and new else ()
        return (
            *open_one,
            *new,
            *back,
            Hint("/", "filter"),
            Hint(":", "commands"),
            Hint("q", "quit"),
            Hint("?", "help"),
        )

    @property
    def chosen(self) -> str:
        """The incident under the cursor; empty: none."""
        key = self.query_one(IncidentTable).cursor
        return key if key in self.view.incidents else ""

    @on(IncidentTable.Opened)
    def opened(self, event: IncidentTable.Opened) -> None:
        """Go into the room of an incident."""
        self.open_room(event.incident)

    def open_room(self, incident: str) -> None:
        """Show one incident's room."""
        from warroom.console.screens.room import Room

        self.app.push_screen(Room(self.seat, self.view, self.now, incident))

    @on(HealthPanel.Opened)
    def probe_opened(self, event: HealthPanel.Opened) -> None:
        """What a probe read last, as it came."""
        from warroom.console.screens.readings import ReadingsScreen

        self.app.push_screen(ReadingsScreen(self.seat, self.view, self.now, event.probe))

    @on(FilterLine.Typed)
    def filtered(self, event: FilterLine.Typed) -> None:
        """Filter while one types."""
        self.query_one(IncidentTable).filter = self.query_one(HealthPanel).filter = event.words
        if event.over:
            self.query_one(IncidentTable).focus()

    def action_filter(self) -> None:
        self.query_one(FilterLine).open()

    def action_clear(self) -> None:
        self.query_one(FilterLine).value = ""
        self.hush()

    def action_panel(self, name: str) -> None:
        panel = self.query_one(f"#{name}")
        if panel.display:
            panel.focus()
        else:
            self.say("there is no room for that panel, or nothing in it", "warn")

    def action_rollback(self) -> None:
        if self.chosen:
            self.rollback(self.chosen)
        else:
            self.say("there is no incident to roll back for", "warn")

    def action_alerts(self) -> None:
        from warroom.console.screens.alerts import AlertsScreen

        def wanted(incident: str | None) -> None:
            if incident:
                self.open_room(incident)

        self.app.push_screen(AlertsScreen(self.seat, self.view, self.now), wanted)

    def action_approvals(self) -> None:
        from warroom.console.screens.acting.approvals import ApprovalsScreen

        self.app.push_screen(ApprovalsScreen(self.seat, self.view, self.now))

    def action_stop_all(self) -> None:
        if self.chosen:
            self.stop_everything(self.chosen)

    def action_declare(self) -> None:
        if not self.may_act():
            return
        from warroom.console.screens.declare import Declaring

        def declared(incident: str | None) -> None:
            if incident:
                self.open_room(incident)

        self.app.push_screen(Declaring(self.seat, self.view, self.now), declared)


def fill_header(header: HeaderBar, screen: Acting[None], conn: str | None = None, drill: bool = False) -> None:
    """Hand the header its part of the view."""
    view = screen.view
    header.service, header.me, header.checked_at = view.service, view.me, view.checked_at
    header.consoles, header.conn = len(view.consoles) + 1, conn
    header.drill, header.read_only = view.drill or drill, view.read_only
    header.zone = screen.seat.zone
