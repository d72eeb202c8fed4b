"""The verbs that look without a screen: watch and alerts."""

import signal
from types import FrameType
from typing import TYPE_CHECKING

import click

from warroom.console.cli.boundary import Exit, Stop, say
from warroom.console.cli.room import Options, pass_options
from warroom.console.domain.text import clean

if TYPE_CHECKING:
    from warroom.console.domain.view import View
    from warroom.console.domain.watch.alert import Firing

_EVERY = 0.25


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One event a line, as JSON.")
@pass_options
def watch(options: Options, as_json: bool) -> int:
    """Watch without a screen: poll, keep the clocks, and while nobody sits at a screen escalate and tell people.

    Prints what happens, a line each, and ends with 0 when it is told to (TERM, INT). Channels and escalation are set
    under [watch].
    """
    import threading

    from warroom.console.cli.machine import machine
    from warroom.console.engine.watchman import Watchman
    from warroom.console.session import utc_now

    options.must_act()
    if options.loaded is None:
        raise Stop(Exit.USAGE, "warroom: there is no warroom.toml here or above, so nothing is watched", "warroom init")
    over = threading.Event()

    def leave(number: int, _: FrameType | None) -> None:
        over.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)
    options.mark = "watchman"
    printed = _Printer(options, as_json)
    engine = machine(options, watch=True)
    try:
        watching = options.settings.watch
        watchman = Watchman(engine, utc_now, watching.notify, escalate=watching.escalate, refused=say)
        engine.background("watchman", watchman.run())
        say(f"watching {options.settings.service.name}: {len(options.settings.probe)} probes")
        while not over.wait(_EVERY):
            printed.show(engine.view())
    finally:
        engine.stop()
    printed.show(engine.view())
    return Exit.OK


class _Printer:
    """Prints each line of every timeline once, and each change of a verdict; what was before it came is not news."""

    def __init__(self, options: Options, as_json: bool) -> None:
        self._options = options
        self._as_json = as_json
        picture = options.session.picture()
        self._versions = {name: incident.version for name, incident in picture.incidents.items()}
        self._entries = {name: len(entries) for name, entries in picture.timelines.items()}
        self._verdicts: dict[str, str] = {}
        self._troubles: tuple[str, ...] = ()

    def show(self, view: "View") -> None:
        """Print what is new."""
        for name in view.incidents:
            if self._as_json:
                self._records(name)
            else:
                self._lines(view, name)
        if not self._as_json:
            self._health(view)
        for trouble in view.troubles:
            if trouble not in self._troubles:
                say(f"warning: {trouble}")
        self._troubles = view.troubles

    def _records(self, name: str) -> None:
        from warroom.console.cli.history import record_line

        records = self._options.opened.log.read(name, self._versions.get(name, 0))
        for record in records:
            click.echo(record_line(record))
        self._versions[name] = self._versions.get(name, 0) + len(records)

    def _lines(self, view: "View", name: str) -> None:
        entries = view.timelines[name]
        for entry in entries[self._entries.get(name, 0) :]:
            click.echo(clean(f"{entry.at:%Y-%m-%d %H:%M:%S}Z  {name}  {entry.who:<10}  {entry.kind:<8}  {entry.text}"))
        self._entries[name] = len(entries)

    def _health(self, view: "View") -> None:
        for probe in view.probes:
            status, was = str(probe.health.status), self._verdicts.get(probe.name)
            if status != was and (was is not None or probe.health.last is not None):
                reason = f": {probe.health.reason}" if probe.health.reason else ""
                at = f"{view.checked_at:%Y-%m-%d %H:%M:%S}Z" if view.checked_at else ""
                click.echo(clean(f"{at}  {'-':<5}  {'probe':<10}  {'health':<8}  {probe.name} {status}{reason}"))
                self._verdicts[probe.name] = status


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--declare", "fingerprint", metavar="FINGERPRINT", help="Declare an incident about it; prints its id.")
@click.option("--level", default="?", show_default=True, help="How bad it is, with --declare.")
@pass_options
def alerts(options: Options, as_json: bool, fingerprint: str | None, level: str) -> int:
    """What fires now, asked once of every probe of kind alertmanager, and the incident that is about each.

    Ends with 1 where something fires that no incident is about, and with 3 where it could not be asked.
    """
    import asyncio

    found = asyncio.run(_asked(options))
    if fingerprint is not None:
        click.echo(_declared(options, found, fingerprint, level))
        return Exit.OK
    if as_json:
        import json

        click.echo(json.dumps([_shape(one) for one in found], indent=2, ensure_ascii=True))
    else:
        for one in found:
            alert = one.alert
            told = f"{alert.started_at:%Y-%m-%d %H:%M:%S}Z  {alert.severity or '-':<9}{one.incident or '-':<9}"
            click.echo(clean(f"{told}{alert.fingerprint}  {alert.name}  {alert.summary}".rstrip()))
    return Exit.FAILED if any(not one.incident for one in found) else Exit.OK


async def _asked(options: Options) -> "tuple[Firing, ...]":
    from warroom.console.domain.view import ProbeView
    from warroom.console.domain.watch.intake import firing
    from warroom.console.domain.watch.verdict import Health, Status
    from warroom.console.monitor.once import probe_once

    probes = [probe for probe in options.settings.probe if probe.kind == "alertmanager"]
    if not probes:
        hint = '[[probe]] kind = "alertmanager"'
        raise Stop(Exit.USAGE, "warroom: no probe of kind alertmanager is configured", hint)
    samples = await probe_once(probes)
    if unknown := [sample for sample in samples if sample.status is Status.UNKNOWN]:
        raise Stop(Exit.UNKNOWN, f"warroom: {unknown[0].probe} could not be asked: {unknown[0].reason}")
    rows = [
        ProbeView(name=probe.name, role=probe.role, every=0.0, health=Health(probe=probe.name, last=sample))
        for probe, sample in zip(probes, samples, strict=True)
    ]
    return firing(rows, options.session.picture().incidents)


def _declared(options: Options, found: "tuple[Firing, ...]", fingerprint: str, level: str) -> str:
    import asyncio

    from warroom.console.cli.machine import machine
    from warroom.console.domain.intents import Refused
    from warroom.console.domain.watch.intake import declare_from

    one = next((one for one in found if one.alert.fingerprint == fingerprint), None)
    if one is None:
        known = ", ".join(one.alert.fingerprint for one in found) or "nothing fires"
        raise Stop(Exit.USAGE, f"warroom: no alert {fingerprint!r} fires", f"known: {known}")
    options.must_act()
    engine = machine(options, watch=False)
    try:
        answer = asyncio.run(declare_from(engine, one, level))
    finally:
        engine.stop()
    if isinstance(answer, Refused):
        raise Stop(Exit.REFUSED, f"refused: {answer.reason}")
    return answer


def _shape(one: "Firing") -> dict[str, object]:
    from warroom.console.cli.shapes import stamp

    alert = one.alert
    return {
        "fingerprint": alert.fingerprint,
        "name": alert.name,
        "severity": alert.severity or None,
        "summary": alert.summary,
        "started_at": stamp(alert.started_at),
        "labels": dict(alert.labels),
        "probe": one.probe,
        "incident": one.incident or None,
    }
