"""What a probe read last, as it came: each answer with its limits, its head and the beginning of its body; muting."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from warroom.console.domain import intents as i
from warroom.console.domain.time.when import parse_ahead
from warroom.console.domain.view import ProbeView, View
from warroom.console.domain.watch.alert import Alert
from warroom.console.domain.watch.mute import Mute, muted
from warroom.console.domain.watch.verdict import Sample, Status
from warroom.console.screens.acting.pressing import Acting
from warroom.console.screens.kit.ask import Field
from warroom.console.screens.kit.dialog import Heading
from warroom.console.screens.kit.foot import Hint
from warroom.console.screens.kit.form import open_form
from warroom.console.screens.kit.listing import Item, Listing
from warroom.console.screens.kit.seat import Seat
from warroom.widgets import format

_LINES = 24
"""Lines of a body that are shown."""
_LOOKS = {Status.OK: ("live", "good"), Status.FAILING: ("bad", "bad"), Status.UNKNOWN: ("unknown", "warn")}


class ReadingsScreen(Acting[None]):
    """The last answers of one probe, the newest first. `incident`: whose room it was opened from; empty: the board."""

    ACTING = frozenset({"mute"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "mute", "Mute", id="readings.mute", tooltip="Mute this probe for a while, or listen again"),
        Binding("escape,q,backspace", "leave", "Back", id="readings.leave", tooltip="Back"),
    ]

    def __init__(self, seat: Seat, view: View, now: datetime, probe: str, incident: str = "") -> None:
        super().__init__(seat, view, now)
        self.probe, self.incident = probe, incident

    def compose(self) -> ComposeResult:
        yield Heading()
        yield Listing()
        yield from self.compose_foot()

    def on_mount(self) -> None:
        self.query_one(Listing).focus()

    @property
    def foot_drill(self) -> bool:
        """The heading says it."""
        return False

    def follow(self) -> None:
        head, listing = self.query_one(Heading), self.query_one(Listing)
        head.drill, head.title = self.drill, f"Readings: {self.probe}"
        row = next((one for one in self.view.probes if one.name == self.probe), None)
        if row is None:
            head.aside, listing.items, listing.empty = "", (), "This probe is not watched any more."
            return
        status = row.health.shown(self.now, timedelta(seconds=row.every))
        head.aside, head.loud = status.value.upper(), status is not Status.OK
        listing.items = tuple(self._items(row))
        listing.empty = "Nothing was read yet."

    def _items(self, row: ProbeView) -> Sequence[Item]:
        items = []
        if mute := self._muted():
            items.append(Item("mute", mute.words(), "muted", "unknown", "warn"))
        health = row.health
        if health.last is not None:
            streak = f"{health.run.value} {health.run_length} times in a row, every {row.every:g} s"
            since = f"{health.status.value} since {format.stamp(health.since, self.now)} UTC" if health.since else ""
            words = tuple(line for line in (row.compared, since, streak) if line)
            items.append(Item("verdict", row.name, health.status.value, *_LOOKS[health.status], lines=words))
        if self.view.polled_by:
            whose = f"{self.view.polled_by} polls: its answers come along from here on, older ones are there"
            items.append(Item("whose", whose, "", "dot", "dim"))
        answers = row.answers or ((health.last,) if health.last else ())
        return [*items, *(_item(sample, self.now) for sample in reversed(answers))]

    def hints(self) -> tuple[Hint, ...]:
        word = "listen again" if self._muted() else "mute"
        mute = (Hint("m", word),) if self.incident and not self.view.read_only else ()
        return (*mute, Hint("j k", "move"), Hint("esc", "back"), Hint("?", "help"))

    def action_leave(self) -> None:
        self.dismiss()

    def action_mute(self) -> None:
        subject = self.incident_of(self.incident)
        if not self.may_act():
            return
        if subject is None:
            self.say("a probe is muted in the room of an incident: open it from there", "warn")
        elif self._muted():
            self.put(self.incident, i.UnmuteProbe(probe=self.probe), f"{self.probe} is listened to again")
        else:
            self._ask()

    def _muted(self) -> Mute | None:
        subject = self.incident_of(self.incident)
        return muted(subject.mutes.values(), self.probe, self.now) if subject else None

    def _ask(self) -> None:
        subject = self.incident_of(self.incident)
        if subject is None:
            return

        async def submit(values: Mapping[str, str]) -> str:
            try:
                until = parse_ahead(values["for"], self.now)
            except ValueError as error:
                return str(error)
            return await self.attempt(self.incident, i.MuteProbe(probe=self.probe, until=until, why=values["why"]))

        fields = [Field("for", "for", "30m", hint="a span such as 30m, a day at most"), Field("why", "why")]
        words = f"{self.probe} is shown grey until then. A gate that needs it is unknown, and does not pass."
        open_form(self, subject, "Mute for how long, and why?", fields, submit, words)


def _item(sample: Sample, now: datetime) -> Item:
    took = f"{sample.latency_ms:.0f} ms" if sample.latency_ms is not None else "no answer"
    value = format.quantity(sample.value, sample.unit) if sample.value is not None else ""
    limits = [f"{'holds' if one.ok else 'BROKEN'}  {one.shown}" for one in sample.conditions]
    head = [sample.error or "", sample.warning, *limits, _certificate(sample)]
    body = sample.raw.splitlines()
    cut = [f"… {len(body) - _LINES} lines more"] if len(body) > _LINES else []
    alerts = [_alert(alert, now) for alert in sample.alerts]
    lines = [line for line in (*head, *alerts, *sample.details, *sample.head) if line]
    return Item(
        sample.at.isoformat(),
        f"{format.stamp(sample.at, now)} UTC  {value}".rstrip(),
        sample.status.value,
        *_LOOKS[sample.status],
        aside=took,
        lines=(*lines, *(f"| {line}" for line in body[:_LINES]), *cut),
    )


def _certificate(sample: Sample) -> str:
    left = sample.certificate_left
    if left is None:
        return ""
    span = f"{left.days} days" if left >= timedelta(days=2) else format.short(left)
    return f"certificate ends in {span}" if left > timedelta(0) else "certificate has ended"


def _alert(alert: Alert, now: datetime) -> str:
    severity = f" ({alert.severity})" if alert.severity else ""
    since = f"since {format.stamp(alert.started_at, now)} UTC"
    return f"fires  {alert.name}{severity} {since}" + (f": {alert.summary}" if alert.summary else "")
