"""The names commands use: branch, tag, base … worked out once from the playbook and the repository."""

import re
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path

from warroom.config.settings import Settings
from warroom.console.actions.git.facts import Release, next_version, production_commit, releases, riding_along
from warroom.console.actions.git.repository import GitError, NotARepository, UnknownRef, open_repository
from warroom.console.actions.template import CommandError, fill
from warroom.console.domain.git.release import Naming
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Incident
from warroom.console.domain.text import clean
from warroom.console.domain.time.moments import action_done

_RELEASED = (
    "production_tag",
    "previous_tag",
    "next_tag",
    "next_version",
    "commit",
    "base",
    "branch",
    "tag",
    "revision",
)
_TOLD = ("slug", "ticket", "date", "stamp")
FIXED = (*_RELEASED, *_TOLD)
_USUAL = Naming()
_SHOWN_RIDERS = 30
_SLUG_LENGTH = 40


def work_out(incident: Incident, settings: Settings) -> Mapping[str, str] | Refused:
    """The names as fixed when they were first needed; worked out now where they are not fixed yet.

    A service without a repository has no names from it, and actions that need none still run.
    """
    if all(name in incident.names for name in FIXED):
        return incident.names
    production = settings.service.production
    try:
        with open_repository(Path(settings.service.repository)) as repository:
            live = production_commit(repository, production.branch, production.tags)
            earlier = releases(repository, production.tags)[1:2]
    except NotARepository:
        return {**_told(incident), **incident.names}
    except (GitError, UnknownRef) as error:
        return Refused(reason=f"the repository can't be read: {error}")
    try:
        return {**_names(incident, settings, live, earlier[0].tag if earlier else live.tag), **incident.names}
    except CommandError as error:
        return Refused(reason=str(error))


def _names(incident: Incident, settings: Settings, live: Release, previous: str) -> dict[str, str]:
    naming = incident.playbook.naming
    following = next_version(live, "hotfix" if naming.version == "hotfix-suffix" else "patch")
    names = {
        **_told(incident),
        "incident": incident.id,
        "title": clean(incident.title),
        "level": incident.level,
        "service": settings.service.name,
        "production_tag": live.tag,
        "previous_tag": previous,
        "next_tag": following,
        "next_version": following.removeprefix(live.prefix).removesuffix(live.suffix),
        "commit": live.commit,
    }
    bases = {"production-tag": live.tag or live.commit, "production-commit": live.commit}
    names["base"] = bases.get(naming.base, settings.service.production.branch)
    names["branch"] = fill(naming.branch, names, "naming.branch")
    # Where releases are tagged in another way, as in a repository of several services, the usual form would be none.
    names["tag"] = following if naming.tag == _USUAL.tag else fill(naming.tag, names, "naming.tag")
    names["revision"] = fill(naming.revision, names, "naming.revision") or names["tag"]
    return {name: names[name] for name in FIXED}


def _told(incident: Incident) -> dict[str, str]:
    """What the incident itself tells; the dates are those of its declaration, so midnight changes nothing."""
    declared = incident.moments["declared"].astimezone(UTC)
    words = re.findall(r"[a-z0-9]+", incident.title.lower())
    return {
        "slug": "-".join(words)[:_SLUG_LENGTH].strip("-") or incident.id.lower(),
        "ticket": incident.facts.get("ticket") or incident.id,
        "date": f"{declared:%Y%m%d}",
        "stamp": f"{declared:%Y%m%d-%H%M%S}",
    }


def before_the_fix(incident: Incident, names: Mapping[str, str]) -> str:
    """What users had before the fix: the newest release, or the one before once somebody has gone back to it.

    The fix's own deploy is no answer: against itself it would be proven nothing.
    """
    if action_done("rollback") in incident.moments and names.get("previous_tag"):
        return names["previous_tag"]
    return names.get("production_tag") or names.get("commit", "")


def riding(incident: Incident, settings: Settings, given: Mapping[str, str]) -> tuple[str, ...]:
    """What a change of production brings along, and what it takes away, against what users had before."""
    names = {**incident.names, **given}
    candidate, live = names.get("tag") or names.get("branch"), before_the_fix(incident, names)
    if not candidate or not live:
        return ()
    try:
        with open_repository(Path(settings.service.repository)) as repository:
            riders = riding_along(repository, live, candidate)
    except GitError:
        # The candidate may not exist yet; the command itself will say so.
        return ()
    came = [f"+ {rider.sha[:10]} {rider.author}: {rider.subject}" for rider in riders.commits]
    left = [f"- {rider.sha[:10]} {rider.author}: {rider.subject}" for rider in riders.dropped]
    return tuple((came + left)[:_SHOWN_RIDERS])
