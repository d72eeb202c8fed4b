"""Verbs that work an incident: declare, status, note, tick, level, assign, resolve, close."""

from datetime import datetime

import click

from warroom.console.cli.boundary import Exit, Stop
from warroom.console.cli.room import Options, pass_options
from warroom.console.domain.text import clean


@click.command()
@click.argument("title")
@click.option("--level", default="", metavar="P0", help='How bad it is; "?" where nobody knows yet.')
@click.option("--scenario", default="", metavar="KEY", help="Of which kind it is; brings its own level.")
@click.option("--playbook", metavar="ID", help="The protocol; the configured one if left out.")
@click.option("--impact-at", metavar="T", default="", help='When users began to feel it, e.g. "14:05" or "-20m".')
@click.option("--detected-at", metavar="T", default="", help="When it was noticed.")
@click.option("--service", metavar="S", default="", help="What it is about; the configured service if left out.")
@pass_options
def declare(
    options: Options,
    title: str,
    level: str,
    scenario: str,
    playbook: str | None,
    impact_at: str,
    detected_at: str,
    service: str,
) -> None:
    """Open an incident and print its id."""
    from warroom.config.playbook_files import load_playbook
    from warroom.console.domain.intents import Declare, Refused
    from warroom.console.session import utc_now

    options.must_act()
    if not level and not scenario:
        raise click.UsageError('say how bad it is with --level, "?" where nobody knows, or name a --scenario')
    now = utc_now()
    settings = options.settings
    book = load_playbook(playbook or settings.playbook, options.folder)
    impact = when(impact_at, "--impact-at", now) if impact_at else None
    detected = when(detected_at, "--detected-at", now) if detected_at else None
    answer = options.session.declare(
        lambda incident: Declare(
            incident=incident,
            title=title,
            level=level,
            playbook=book,
            service=service or settings.service.name,
            impact_at=impact,
            detected_at=detected,
            drill=settings.drill,
            calendar=settings.calendar,
            scenario=scenario,
        )
    )
    if isinstance(answer, Refused):
        raise Stop(Exit.REFUSED, f"refused: {answer.reason}")
    click.echo(answer)


def when(text: str, option: str, now: datetime) -> datetime:
    """A moment given to an option."""
    from warroom.console.domain.time.when import parse_when

    try:
        return parse_when(text, now)
    except ValueError as error:
        raise click.UsageError(f"{option}: {error}") from None


@click.command()
@click.argument("incident", required=False)
@click.option("--json", "as_json", is_flag=True, help="A list of incidents, as JSON.")
@click.option("--oneline", is_flag=True, help="The worst open incident in a line, for a status bar.")
@pass_options
def status(options: Options, incident: str | None, as_json: bool, oneline: bool) -> None:
    """Incidents, clocks, phases."""
    from warroom.console.cli import plain
    from warroom.console.cli.shapes import incident_shape, to_json
    from warroom.console.domain.order import by_urgency
    from warroom.console.session import utc_now

    now = utc_now()
    everything = options.session.picture().incidents.values()
    chosen = [options.incident(incident)] if incident else list(by_urgency(everything, now))
    if as_json:
        click.echo(to_json([incident_shape(one, now) for one in chosen]))
    elif oneline:
        click.echo(plain.oneline(chosen, now))
    else:
        click.echo(plain.incident(chosen[0], now) if incident else plain.board(chosen, now))


@click.command()
@click.argument("incident")
@click.argument("text")
@pass_options
def note(options: Options, incident: str, text: str) -> None:
    """Add a note to the timeline."""
    from warroom.console.domain.intents import AddNote

    options.dispatch(options.incident(incident).id, AddNote(text=text))


@click.command()
@click.argument("incident")
@click.argument("step")
@click.option("--undo", is_flag=True, help="Take the tick back.")
@click.option("--note", "words", default="", help="What was seen.")
@pass_options
def tick(options: Options, incident: str, step: str, undo: bool, words: str) -> None:
    """Tick a step of the checklist."""
    from warroom.console.domain.intents import Tick, Untick

    intent = Untick(step=step, why=words) if undo else Tick(step=step, note=words)
    options.dispatch(options.incident(incident).id, intent)


@click.command()
@click.argument("incident")
@click.argument("level")
@click.option("--why", required=True, help="The reason; it is kept.")
@pass_options
def level(options: Options, incident: str, level: str, why: str) -> None:
    """Change how bad it is; every clock follows."""
    from warroom.console.domain.intents import ChangeLevel

    options.dispatch(options.incident(incident).id, ChangeLevel(level=level, why=why))


@click.command()
@click.argument("incident")
@click.argument("role")
@click.argument("name")
@pass_options
def assign(options: Options, incident: str, role: str, name: str) -> None:
    """Give a role to a person."""
    from warroom.console.domain.intents import Assign

    found = options.incident(incident)
    roles = found.playbook.role
    if roles and role not in roles:
        raise Stop(Exit.USAGE, f"warroom: {found.playbook.id} knows no role {role!r}", f"known: {', '.join(roles)}")
    options.dispatch(found.id, Assign(role=role, name=name))


@click.command()
@click.argument("incident")
@click.option("--summary", default="", help="What ended it.")
@pass_options
def resolve(options: Options, incident: str, summary: str) -> None:
    """Users are well again: stop the clocks."""
    from warroom.console.domain.intents import Resolve

    options.dispatch(options.incident(incident).id, Resolve(summary=summary))


@click.command()
@click.argument("incident")
@click.option("--note", "words", default="", help="What is left to say.")
@pass_options
def close(options: Options, incident: str, words: str) -> None:
    """Nothing is left to do."""
    from warroom.console.domain.intents import Close

    found = options.incident(incident)
    options.dispatch(found.id, Close(note=words))
    checkpoint = options.opened.log.checkpoint()
    click.echo(clean(f"{found.id} closed. Keep this outside of the store, it finds a cut log: {checkpoint}"), err=True)
