"""The panels of a room in a few characters each, for the tabs."""

from dataclasses import replace
from datetime import datetime, timedelta

from warroom.console.domain.applying import phases_of, steps_of
from warroom.console.domain.model import Incident, StepMark
from warroom.console.domain.view import ProbeView, Series
from warroom.console.domain.watch.mute import muted
from warroom.console.domain.watch.verdict import Status
from warroom.console.screens.kit.tabs import Tab
from warroom.widgets import format
from warroom.widgets.glyphs import Glyphs


def tabs(
    incident: Incident,
    probes: tuple[ProbeView, ...],
    series: Series | None,
    events: int,
    now: datetime,
    signs: Glyphs,
) -> tuple[Tab, ...]:
    """Phases, health, chart and timeline, each with what matters most of it."""
    return (
        _phases(incident),
        _health(probes, now, signs),
        _chart(series, signs),
        Tab("timeline", "4", "Timeline", str(events)),
    )


def _phases(incident: Incident) -> Tab:
    for phase in phases_of(incident):
        if phase.key == incident.phase:
            steps = steps_of(incident, phase)
            marks = [incident.mark(step.key) for step in steps]
            done = sum(mark in (StepMark.DONE, StepMark.WAIVED) for mark in marks)
            fell = StepMark.REGRESSED in marks
            return Tab("phases", "1", "Phases", f"{done}/{len(steps)}", "bad" if fell else "")
    return Tab("phases", "1", "Phases", "done", "good")


def _health(probes: tuple[ProbeView, ...], now: datetime, signs: Glyphs) -> Tab:
    shown = [probe.health.shown(now, timedelta(seconds=probe.every)) for probe in probes]
    failing, unknown = shown.count(Status.FAILING), shown.count(Status.UNKNOWN)
    if failing:
        return Tab("health", "2", "Health", f"{signs.bad}{failing}", "bad strong")
    if unknown or not probes:
        return Tab("health", "2", "Health", f"{signs.unknown}{unknown or ''}", "warn")
    return Tab("health", "2", "Health", f"{signs.live}{len(probes)}", "good")


def _chart(series: Series | None, signs: Glyphs) -> Tab:
    if series is None or not series.points:
        return Tab("chart", "3", "Chart", signs.unknown, "warn")
    value = series.points[-1][1]
    over = value is None or series.beyond(value)
    return Tab("chart", "3", "Chart", format.quantity(value, series.unit), "bad" if over else "good")


def chart_series(series: tuple[Series, ...]) -> Series | None:
    """The line to draw: the error rate; failing that, the first there is. They come in that order."""
    return next((one for one in series if one.role == "error-rate"), series[0] if series else None)


def with_mutes(probes: tuple[ProbeView, ...], incident: Incident, now: datetime) -> tuple[ProbeView, ...]:
    """The probes with what mutes them in an incident."""
    mutes = incident.mutes.values()
    return tuple(replace(one, mute=mute) if (mute := muted(mutes, one.name, now)) else one for one in probes)
