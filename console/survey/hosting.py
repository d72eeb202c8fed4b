"""Where a repository is deployed to, by the files that hosting platforms ask for."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warroom.console.survey.yaml_files import UnreadableFile, listed, mapping, read_yaml

_MANIFESTS = ("k8s", "kubernetes", "deploy", "manifests", "deployment", ".")
_MOST_FILES = 40
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*\.)*[A-Za-z0-9-]+")
_DEPLOYS = re.compile(r"deploy|release|production|staging|publish", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosting:
    """A platform, the file that tells of it, and what that file says about it."""

    platform: str
    file: str
    options: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    """Where it is served, as far as the file says so."""


def find_hosting(folder: Path) -> tuple[Hosting, ...]:
    """Every platform that the files in a folder speak of, the most telling first."""
    found = (look(folder) for look in _LOOKS)
    return tuple(hosting for hosting in found if hosting is not None)


def _marker(platform: str, *names: str) -> Callable[[Path], Hosting | None]:
    def look(folder: Path) -> Hosting | None:
        name = next((name for name in names if (folder / name).exists()), "")
        return Hosting(platform=platform, file=name) if name else None

    return look


def _documents(folder: Path, kind: str) -> tuple[str, dict[str, Any]]:
    """The first manifest of a kind, with its file; empty if there is none."""
    for place in _MANIFESTS:
        files = sorted((folder / place).glob("*.y*ml"))[:_MOST_FILES] if (folder / place).is_dir() else []
        for path in files:
            try:
                # Several documents in a file are told apart by hand: laid over each other they would mix.
                for document in _split(path):
                    if document.get("kind") == kind:
                        return str(path.relative_to(folder)), document
            except UnreadableFile:
                continue
    return "", {}


def _split(path: Path) -> list[dict[str, Any]]:
    import yaml

    try:
        return [mapping(document) for document in yaml.safe_load_all(path.read_text(encoding="utf-8"))]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError, ValueError) as error:
        raise UnreadableFile(f"{path}: {error}") from None


def _kubernetes(folder: Path) -> Hosting | None:
    file, manifest = _documents(folder, "Deployment")
    if not file:
        return None
    about = mapping(manifest.get("metadata"))
    pods = mapping(mapping(mapping(manifest.get("spec")).get("template")).get("spec"))
    container = mapping(next(iter(listed(pods.get("containers"))), {}))
    said = {
        "deployment": about.get("name"),
        "namespace": about.get("namespace"),
        "container": container.get("name"),
        "image": re.sub(r"[:@][^/]*$", "", str(container.get("image") or "")),
    }
    options = {key: str(value) for key, value in said.items() if value}
    return Hosting(platform="kubernetes", file=file, options=options, address=_ingress(folder))


def _ingress(folder: Path) -> str:
    """The address of the first host that an Ingress names."""
    spec = mapping(_documents(folder, "Ingress")[1].get("spec"))
    hosts = [mapping(rule).get("host") for rule in listed(spec.get("rules"))]
    host = next((host for host in hosts if isinstance(host, str) and _HOST.fullmatch(host)), "")
    return f"{'https' if spec.get('tls') else 'http'}://{host}" if host else ""


def _github_actions(folder: Path) -> Hosting | None:
    """Workflows that deploy; those that can be started by hand are what the buttons start."""
    files = sorted((folder / ".github" / "workflows").glob("*.y*ml"))[:_MOST_FILES]
    telling = [path for path in files if _DEPLOYS.search(path.stem)]
    if not telling:
        return None
    started = [path.name for path in telling if _is_started_by_hand(path)]
    staging = next((name for name in started if "stag" in name), "")
    whole = next((name for name in started if name != staging), "")
    said = {"workflow": whole, "staging_workflow": staging}
    options = {key: name for key, name in said.items() if name}
    return Hosting(platform="github-actions", file=str(telling[0].relative_to(folder)), options=options)


def _is_started_by_hand(path: Path) -> bool:
    try:
        workflow: dict[Any, Any] = read_yaml(path)
    except UnreadableFile:
        return False
    # YAML 1.1 takes the key `on` for a truth.
    return "workflow_dispatch" in (workflow.get("on") or workflow.get(True) or ())


def _cloud_run(folder: Path) -> Hosting | None:
    for name in ("service.yaml", "service.yml"):
        if (folder / name).is_file():
            try:
                manifest = read_yaml(folder / name)
            except UnreadableFile:
                continue
            if "serving.knative.dev" in str(manifest.get("apiVersion")):
                return Hosting(platform="cloud-run", file=name)
    build = folder / "cloudbuild.yaml"
    if build.is_file() and "run" in build.read_text(encoding="utf-8", errors="replace"):
        return Hosting(platform="cloud-run", file=build.name)
    return None


_LOOKS = (
    _marker("vercel", "vercel.json", ".vercel/project.json"),
    _marker("netlify", "netlify.toml"),
    _marker("railway", "railway.json", "railway.toml"),
    _marker("elastic-beanstalk", ".elasticbeanstalk/config.yml", ".ebextensions"),
    _cloud_run,
    _kubernetes,
    _marker("docker-compose", "docker-compose.prod.yml", "compose.yaml", "docker-compose.yml", "compose.yml"),
    _github_actions,
)
