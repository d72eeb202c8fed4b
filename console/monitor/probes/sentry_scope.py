"""Which part of an organization a probe of Sentry looks at, as parameters and as words of its search."""

from warroom.config.settings import Probe


def place_of(probe: Probe) -> dict[str, str]:
    """The parameters that say which project, where it is given by its number, and which environment."""
    asked = {"project": probe.project} if probe.project.isdigit() else {}
    return asked | ({"environment": probe.environment} if probe.environment else {})


def search_of(probe: Probe, release_key: str, *words: str) -> str:
    """The search: `words`, the release under the key it has there, a project by its slug, and the probe's own query."""
    project = f"project:{probe.project}" if probe.project and not probe.project.isdigit() else ""
    quoted = probe.release.replace("\\", "\\\\").replace('"', '\\"')
    release = f'{release_key}:"{quoted}"' if probe.release else ""
    return " ".join(filter(None, (*words, release, project, probe.query)))
