"""The verb about live branches: backports."""

from typing import TYPE_CHECKING, Any

import click

from warroom.console.cli.boundary import Exit, Stop, say
from warroom.console.cli.room import Options, pass_options
from warroom.console.domain.text import clean

if TYPE_CHECKING:
    from warroom.console.domain.git.conflict import Conflicting
    from warroom.console.domain.model import Incident


@click.command()
@click.argument("incident")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@pass_options
def backports(options: Options, incident: str, as_json: bool) -> int:
    """Say which live branches have the fix, from a fresh look at the repository and its remote.

    Ends with 0 where all have it, 1 where one lacks it, 3 where that can't be told.
    """
    from warroom.console.cli.shapes import to_json

    found = _looked(options, options.incident(incident))
    waiting = _waiting(options, found)
    rows = found.backports.values()
    if not rows:
        raise Stop(Exit.UNKNOWN, f"{found.id}: there is no fix yet: no commit on its branch was seen")
    if as_json:
        click.echo(to_json(_shape(found, waiting)))
    else:
        wide = max(len(row.branch) for row in rows)
        for row in rows:
            click.echo(clean(f"{row.branch:<{wide}}  {row.told()}" + (f"  ({row.why})" if row.why else "")))
            for one in waiting:
                if one.branch == row.branch:
                    _tell(found, one)
    if any(row.state == "missing" for row in rows):
        say(f"hint: warroom run {found.id} backport onto=BRANCH, or waive backport:BRANCH in the room (K)")
        return Exit.FAILED
    return Exit.UNKNOWN if any(row.state == "unknown" for row in rows) else Exit.OK


def _looked(options: Options, incident: "Incident") -> "Incident":
    """The incident after a look at the repository; what is news is noted, unless this console only looks."""
    from warroom.console.actions.git.looker import Looker, named, notes_of
    from warroom.console.actions.git.repository import GitError
    from warroom.console.domain.decide.git import decide_git
    from warroom.console.domain.intents import Refused

    if not named(incident):
        return incident
    looker = Looker(options.settings.service)
    try:
        remote = looker.ask(incident)
        if remote.trouble:
            say(f"warning: {remote.trouble}; what is there is shown as it was last seen")
        notes = notes_of(looker.look(incident, remote), doubtful=bool(remote.trouble))
    except GitError as problem:
        raise Stop(Exit.UNKNOWN, f"warroom: the repository can't be read: {problem}") from None
    for note in notes:
        news = decide_git(incident, note)
        if news and not isinstance(news, Refused) and not options.view:
            options.dispatch(incident.id, note)
    return options.incident(incident.id)


def _waiting(options: Options, incident: "Incident") -> "tuple[Conflicting, ...]":
    """The picks that wait at a conflict on this machine; none where the incident is about another repository."""
    from warroom.console.actions.git.conflicts import Conflicts
    from warroom.console.actions.git.errors import GitError

    if incident.service and incident.service != options.settings.service.name:
        return ()
    try:
        return Conflicts(options.settings.service, foretell=False).of(incident)
    except GitError as problem:
        raise Stop(Exit.UNKNOWN, f"warroom: the repository can't be read: {problem}") from None


def _tell(incident: "Incident", one: "Conflicting") -> None:
    since = f" since {one.since:%Y-%m-%d %H:%M} UTC" if one.since else ""
    other = ", of other commits than this fix" if one.other else ""
    click.echo(clean(f"  a pick for {one.landing} waits{since}{other}: {one.commit}"))
    click.echo(clean(f"  in {one.place}"))
    click.echo(clean(f"  {one.in_the_way or 'nothing is in the way of continuing it'}"))
    run = f"warroom run {incident.id} backport"
    go_on = "" if one.other or one.in_the_way else f"{run}-continue landing={one.landing}, "
    say(f"hint: {go_on}{run}-abort landing={one.landing}, or K in the room")


def _shape(incident: "Incident", waiting: "tuple[Conflicting, ...]") -> list[dict[str, Any]]:
    from warroom.console.cli.shapes import stamp

    waived = {waiver.subject: waiver.owner for waiver in incident.waivers if waiver.repaid_at is None}
    return [
        {
            "branch": row.branch,
            "state": row.state,
            "why": row.why,
            "conflicts": list(row.files),
            "commits": row.commits or None,
            "since": stamp(row.since),
            "waived_by": waived.get(f"backport:{row.branch}"),
            "waiting": [
                {
                    "landing": one.landing,
                    "place": one.place,
                    "since": stamp(one.since),
                    "commit": one.commit,
                    "in_the_way": one.in_the_way or None,
                    "files": [{"path": file.path, "state": file.stage} for file in one.files],
                    "of_this_fix": not one.other,
                }
                for one in waiting
                if one.branch == row.branch
            ],
        }
        for row in incident.backports.values()
    ]
