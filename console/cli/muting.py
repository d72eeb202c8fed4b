"""Verbs about what is listened to: mute, unmute."""

import click

from warroom.console.cli.boundary import Exit, Stop
from warroom.console.cli.room import Options, pass_options
from warroom.console.domain.text import clean


@click.command()
@click.argument("incident")
@click.argument("probe", required=False)
@click.option("--for", "span", default="30m", show_default=True, metavar="SPAN", help="How long; a day at most.")
@click.option("--why", default="", help="Why; it is kept.")
@pass_options
def mute(options: Options, incident: str, probe: str | None, span: str, why: str) -> None:
    """Listen to a probe no more for a while. A gate that needs it is unknown meanwhile, and does not pass.

    Without PROBE: what is muted.
    """
    from warroom.console.domain.intents import MuteProbe
    from warroom.console.domain.time.when import parse_ahead
    from warroom.console.session import utc_now

    found, now = options.incident(incident), utc_now()
    if probe is None:
        for one in found.mutes.values():
            if one.live(now):
                click.echo(clean(f"{one.probe}: {one.words()}"))
        return
    known = [one.name for one in options.settings.probe]
    if probe not in known:
        raise Stop(Exit.USAGE, f"warroom: there is no probe {probe!r}", f"known: {', '.join(known) or 'none'}")
    try:
        until = parse_ahead(span, now)
    except ValueError as error:
        raise click.UsageError(f"--for: {error}") from None
    options.dispatch(found.id, MuteProbe(probe=probe, until=until, why=why))


@click.command()
@click.argument("incident")
@click.argument("probe")
@pass_options
def unmute(options: Options, incident: str, probe: str) -> None:
    """Listen to a muted probe again."""
    from warroom.console.domain.intents import UnmuteProbe

    options.dispatch(options.incident(incident).id, UnmuteProbe(probe=probe))
