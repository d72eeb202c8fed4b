"""A bare app to show panels in, and ways to read what they show."""

import asyncio
from collections.abc import Sequence
from typing import TypeVar

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.message import Message

from tests.widgets import samples
from warroom.console.themes import THEMES
from warroom.widgets.action_bar import ActionBar
from warroom.widgets.banner import Banner
from warroom.widgets.chart import Chart
from warroom.widgets.checklist import Checklist
from warroom.widgets.clock_strip import ClockStrip
from warroom.widgets.header_bar import HeaderBar
from warroom.widgets.health import HealthPanel
from warroom.widgets.incident_table import IncidentTable
from warroom.widgets.lines import Lines
from warroom.widgets.marks import marks_of
from warroom.widgets.rollout_bar import RolloutBar
from warroom.widgets.run_output import RunOutput
from warroom.widgets.timeline import TimelinePanel

Kind = TypeVar("Kind", bound=Message)


class Stage(App[None]):
    """Shows panels below each other."""

    AUTO_FOCUS = None

    def __init__(self, panels: Sequence[Lines], *, theme: str = "warroom-night", ascii_only: bool = False) -> None:
        super().__init__()
        for known in THEMES:
            self.register_theme(known)
        self.theme = theme
        self.panels = panels
        for panel in panels:
            panel.ascii = ascii_only

    def compose(self) -> ComposeResult:
        yield from self.panels


class Posted(list[Message]):
    """What was posted, each message once however many handlers it passed; give `hear` as the message hook."""

    def hear(self, message: Message) -> None:
        if all(message is not heard for heard in self):
            self.append(message)

    def of(self, kind: type[Kind]) -> list[Kind]:
        """Those of one kind."""
        return [message for message in self if isinstance(message, kind)]


async def drawn(panel: Lines, words: str) -> None:
    """Wait until the words are in the picture; the test's own time limit ends it."""

    async def look() -> bool:
        await asyncio.sleep(0.01)
        return words in "\n".join(shown(panel))

    while not await look():
        pass


def shown(panel: Lines) -> list[str]:
    """The panel's lines as they are on the screen, without the frame."""
    return [panel.render_line(y).text for y in range(panel.size.height)]


def record_refreshes(panel: Lines, monkeypatch: pytest.MonkeyPatch) -> list[Region]:
    """Every region the panel asks to repaint from here on; an empty one stands for the whole panel."""
    regions: list[Region] = []
    real = panel.refresh

    def refresh(*asked: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Lines:
        regions.extend(asked or [Region()])
        return real(*asked, repaint=repaint, layout=layout, recompose=recompose)

    monkeypatch.setattr(panel, "refresh", refresh)
    return regions


def header() -> HeaderBar:
    panel = HeaderBar()
    panel.service, panel.consoles, panel.conn, panel.me = "acme/shop", 2, "kai", "dana"
    panel.checked_at, panel.now, panel.zone = samples.ago(seconds=2), samples.NOW, samples.ZONE
    return panel


def table() -> IncidentTable:
    panel = IncidentTable()
    panel.incidents, panel.now = samples.incidents(), samples.NOW
    return panel


def banner() -> Banner:
    panel = Banner()
    panel.incident, panel.now = samples.incident(), samples.NOW
    return panel


def clocks() -> ClockStrip:
    panel = ClockStrip()
    panel.incident, panel.now = samples.incident(), samples.NOW
    return panel


def checklist() -> Checklist:
    panel = Checklist()
    panel.incident, panel.now = samples.incident(), samples.NOW
    return panel


def health() -> HealthPanel:
    panel = HealthPanel()
    panel.probes, panel.series, panel.now = samples.probes(), (samples.series(),), samples.NOW
    return panel


def chart() -> Chart:
    panel = Chart()
    panel.series, panel.marks, panel.now = samples.series(), marks_of(samples.incident()), samples.NOW
    return panel


def timeline() -> TimelinePanel:
    panel = TimelinePanel()
    panel.entries, panel.now = samples.entries(), samples.NOW
    return panel


def actions() -> ActionBar:
    panel = ActionBar()
    panel.buttons = samples.buttons()
    return panel


def rollout() -> RolloutBar:
    panel = RolloutBar()
    panel.rollout, panel.now = samples.rollout(), samples.NOW
    return panel


def output() -> RunOutput:
    panel = RunOutput()
    panel.run_shown, panel.now = samples.run(), samples.NOW
    return panel


def every_panel() -> list[Lines]:
    """One of each, full of data."""
    return [
        header(),
        banner(),
        clocks(),
        table(),
        checklist(),
        health(),
        chart(),
        timeline(),
        rollout(),
        output(),
        actions(),
    ]
