"""Why: until when a rollback still helps, each clock explained, and the road ahead against them."""

from collections.abc import Iterator, Sequence

from warroom.console.domain.model import Incident
from warroom.console.domain.time.clocks import ClockReading, read_clocks
from warroom.console.domain.time.explain import (
    clock_reasons,
    forecast_reasons,
    no_point_reason,
    phase_reason,
    point_reasons,
    road_reason,
    threshold_reason,
)
from warroom.console.domain.time.forecast import ClockForecast, Forecast, Outlook, forecast
from warroom.console.domain.time.no_return import ROLLBACK, PointOfNoReturn, measured, point_of_no_return
from warroom.console.screens.kit.listing import Item, Listing, ListScreen
from warroom.widgets import clock_face, format

_SIGNS = {"good": "live", "warn": "warn", "bad": "bad", "dim": "dot", "info": "current"}


class Why(ListScreen):
    """The point of no return, the clocks with their reasons, the phases ahead, and what has to hold after a deploy."""

    EMPTY = "No clock runs, and none is to come."

    def heading(self, incident: Incident) -> tuple[str, str, bool]:
        hardest = forecast(incident, self.now).worst
        title = f"Why the clocks of {incident.id} stand so"
        if hardest is None:
            return title, "", False
        return title, f"{hardest.title}: {hardest.words}", hardest.outlook is Outlook.CANNOT

    def items(self, incident: Incident) -> Sequence[Item]:
        ahead = forecast(incident, self.now)
        return (
            *self._point(incident),
            *self._clocks(incident, ahead),
            *_road(incident, ahead),
            *_thresholds(incident),
        )

    def choose(self, incident: Incident, key: str) -> None:
        """A line that explains leads nowhere else."""
        self.say("T in the room corrects a time, L the level: every clock follows")

    def _point(self, incident: Incident) -> Iterator[Item]:
        others = [one for one in self.view.incidents.values() if one.id != incident.id]
        buttons = self.view.buttons.get(incident.id, ())
        verify = next((one.verify for one in buttons if one.action == ROLLBACK and one.verify), "verify")
        point = point_of_no_return(
            incident,
            self.now,
            rollbacks=measured(others, incident, ROLLBACK),
            verifies=measured(others, incident, verify),
            verify=verify,
        )
        yield Item("", group="The last moment to go back")
        if point is None:
            yield Item("point", "There is none", "none", "dot", "dim", lines=(no_point_reason(incident),))
        else:
            at = format.stamp(point.by, self.now)
            yield _point_item(point, at, tuple(point_reasons(incident, others, point, verify)))

    def _clocks(self, incident: Incident, ahead: Forecast) -> Iterator[Item]:
        readings = sorted(read_clocks(incident, self.now), key=clock_face.urgency)
        signs = self.query_one(Listing).signs
        outlooks = {one.key: one for one in ahead.clocks}
        if readings:
            yield Item("", group="Clocks")
        for number, reading in enumerate(readings):
            words = clock_face.words(reading, signs)
            yield _clock_item(incident, number, reading, words, outlooks.get(reading.key))


def _point_item(point: PointOfNoReturn, at: str, reasons: tuple[str, ...]) -> Item:
    word, sign, tone = ("ahead", "live", "")
    if point.passed:
        word, sign, tone = ("passed", "bad", "bad strong")
    elif point.near:
        word, sign, tone = ("near", "warn", "warn strong")
    left = f"{format.short(-point.left)} ago" if point.passed else f"{format.short(point.left)} left"
    guess = ", not measured" if point.assumed else ""
    return Item("point", f"Rollback by {at} UTC", word, sign, tone, f"{left}{guess}", reasons)


def _clock_item(
    incident: Incident, number: int, reading: ClockReading, words: str, outlook: ClockForecast | None
) -> Item:
    tone = clock_face.tone_of(reading)
    told = tuple(forecast_reasons(outlook)) if outlook is not None else ()
    lines = (*told, *clock_reasons(incident, reading))
    return Item(f"clock:{number}", reading.title, str(reading.state), _SIGNS.get(tone, "dot"), tone, words, lines)


def _road(incident: Incident, ahead: Forecast) -> Iterator[Item]:
    yield Item("", group="The road ahead")
    yield Item("road", road_reason(incident, ahead))
    for phase in ahead.ahead:
        word, sign, tone = ("late", "warn", "warn") if phase.overrun else ("ahead", "open", "dim")
        if phase.key == incident.phase and not phase.overrun:
            word, sign, tone = "now", "current", "info"
        yield Item(f"phase:{phase.key}", phase.title, word, sign, tone, phase_reason(phase))


def _thresholds(incident: Incident) -> Iterator[Item]:
    if incident.playbook.threshold:
        yield Item("", group="What has to hold after a deploy")
    for number, one in enumerate(incident.playbook.threshold):
        yield Item(f"threshold:{number}", one.text, lines=(threshold_reason(one),))
