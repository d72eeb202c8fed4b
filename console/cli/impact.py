"""The verb that measures when users were hurt: impact."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from warroom.console.cli.boundary import Exit, say
from warroom.console.cli.room import Options, pass_options
from warroom.console.domain.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warroom.console.domain.model import Incident
    from warroom.console.domain.watch.impact import Crossing


@click.command()
@click.argument("incident")
@click.option("--apply", "apply_", is_flag=True, help="Correct the impact's time by it; every clock follows.")
@click.option("--why", default="", help="With --apply: the reason that is kept; what was measured if left out.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@pass_options
def impact(options: Options, incident: str, apply_: bool, why: str, as_json: bool) -> int:
    """Measure from the error rates that were kept when users were hurt, against what was said.

    Ends with 3 where the readings tell of no outage around what was said.
    """
    from warroom.console.domain.intents import CorrectTime
    from warroom.console.domain.watch.impact import correction, reason
    from warroom.console.engine.measuring import outage_of
    from warroom.console.session import utc_now

    if why and not apply_:
        raise click.UsageError("--why goes with --apply")
    found = options.incident(incident)
    outage = outage_of(found, options.settings, options.opened.samples, utc_now())
    start = correction(found, outage) if outage else None
    if as_json:
        click.echo(_json(found, outage, start))
    elif outage is None:
        click.echo("unknown: no reading of an error rate was beyond its limit around what was said")
    else:
        for line in lines(found, outage, start):
            click.echo(clean(line))
    if apply_ and start is not None and outage is not None:
        options.dispatch(found.id, CorrectTime(moment="impact", to=start, why=why or reason(outage)))
        say(f"corrected: impact is {start:%Y-%m-%d %H:%M:%S} UTC")
    elif apply_:
        say("nothing was changed")
    return Exit.OK if outage else Exit.UNKNOWN


def lines(incident: "Incident", outage: "Crossing", start: datetime | None) -> "Iterator[str]":
    """What was measured, and how what was said stands to it."""
    said = incident.moments["impact"]
    at_least = "" if outage.good_before else ", or before: readings begin there"
    yield f"beyond its limit  {_stamp(outage.start)}  {outage.probe}{at_least}"
    yield f"back              {_stamp(outage.end)}" if outage.end else "back              not yet"
    apart = abs((said - outage.start).total_seconds())
    late = "late" if said > outage.start else "early"
    judged = "nothing to correct" if start is None else f"{apart:.0f} s too {late}; --apply corrects it"
    yield f"impact was said   {_stamp(said)}  {judged}"


def _stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _json(incident: "Incident", outage: "Crossing | None", start: datetime | None) -> str:
    from warroom.console.cli.shapes import stamp, to_json

    return to_json(
        {
            "id": incident.id,
            "impact_at": stamp(incident.moments["impact"]),
            "measured": None
            if outage is None
            else {
                "probe": outage.probe,
                "from": stamp(outage.start),
                "at_the_latest": outage.good_before is None,
                "to": stamp(outage.end),
            },
            "correction": stamp(start),
        }
    )
