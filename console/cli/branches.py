"""The verb about live branches: backports."""

from typing import TYPE_CHECKING, Any

import click

from warroom.console.cli.boundary import Exit, Stop, say
from warroom.console.cli.room import Options, pass_options
from warroom.console.domain.text import clean

if TYPE_CHECKING:
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
    rows = found.backports.values()
    if not rows:
        raise Stop(Exit.UNKNOWN, f"{found.id}: there is no fix yet: no commit on its branch was seen")
    if as_json:
        click.echo(to_json(_shape(found)))
    else:
        wide = max(len(row.branch) for row in rows)
        for row in rows:
            click.echo(clean(f"{row.branch:<{wide}}  {row.told()}" + (f"  ({row.why})" if row.why else "")))
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


def _shape(incident: "Incident") -> list[dict[str, Any]]:
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
        }
        for row in incident.backports.values()
    ]
