"""The look at a repository: everything that can be found without asking anybody, and without running anything."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from warroom.console.survey.found import Carried, Found, Part
from warroom.console.survey.gatus import read_gatus
from warroom.console.survey.hosting import Hosting, find_hosting
from warroom.console.survey.others import Watching, find_watching
from warroom.console.survey.repository import find_roots
from warroom.console.survey.routes import find_routes
from warroom.console.survey.scripts import find_actions

_MOST_ROUTES = 2


def look(folder: Path, address: str = "", carried: tuple[Carried, ...] = ()) -> Found:
    """Look at the repository in a folder.

    Args:
        folder: where it is.
        address: where production answers, e.g. `https://example.com`; empty: not known.
        carried: probes that other tools' files brought; without any, a Gatus configuration that lies here is.
    """
    watching = find_watching(folder) if not carried else Watching((), ())
    carried = (*carried, *map(read_gatus, watching.gatus))
    roots = find_roots(folder)
    hosting = find_hosting(folder)
    address = address or next((one.address for one in hosting[:1]), "")
    probes = [part for one in carried for part in one.probes]
    routes = find_routes(folder)
    notes = [note for one in carried for note in one.notes]
    if address:
        probes[:0] = _health(address, routes)
    elif routes:
        known = ", ".join(route for route, _ in routes[:_MOST_ROUTES])
        notes.append(f"routes that look like health checks: {known}; `warroom init --url U --print` shows their probes")
    if roots.problem:
        notes.append(f"git could not be asked: {roots.problem}")
    if not roots.tags:
        notes.append('no tag looks like a release; say which are with production.tags, e.g. "v*"')
    notes += [f"{one.file} speaks of {one.platform} as well" for one in hosting[1:]]
    production: dict[str, Any] = {"branch": roots.branch or "main", "tags": roots.tags or "v*"}
    why = f"newest release: {roots.live}" if roots.live else "from git"
    notes += [_rules_note(path.relative_to(folder)) for path in watching.rules]
    table: dict[str, Any] = {"name": roots.name, "repository": ".", "production": production}
    if address:
        table["environments"] = {"production": address}
    return Found(
        service=Part(table={**table, **_platform(hosting)}, why=why),
        probes=_named_once(probes),
        actions=find_actions(folder),
        notes=tuple(notes),
    )


def _rules_note(path: Path) -> str:
    return f"{path} holds rules of a Prometheus: `warroom init --print --rules {path} --prometheus http://…`"


def _platform(hosting: tuple[Hosting, ...]) -> Mapping[str, Any]:
    if not hosting:
        return {}
    options = {"platform_options": dict(hosting[0].options)} if hosting[0].options else {}
    return {"platform": hosting[0].platform, **options}


def _health(address: str, routes: tuple[tuple[str, str], ...]) -> list[Part]:
    base = address.rstrip("/")
    wanted = routes[:_MOST_ROUTES] or (("/", "the address itself"),)
    return [
        Part(
            table={
                "name": f"production {route}",
                "url": f"{base}{route}",
                "every": "10s",
                "timeout": "5s",
                "conditions": ["[STATUS] == 200", "[RESPONSE_TIME] < 1000"],
                "role": "health",
            },
            why=file,
        )
        for route, file in wanted
    ]


def _named_once(probes: list[Part]) -> tuple[Part, ...]:
    """Two files may bring the same name; a probe's name is its own."""
    taken: dict[str, int] = {}
    named = []
    for part in probes:
        name = str(part.table["name"])
        taken[name] = taken.get(name, 0) + 1
        own = name if taken[name] == 1 else f"{name} ({taken[name]})"
        named.append(Part(table={**part.table, "name": own}, why=part.why))
    return tuple(named)
