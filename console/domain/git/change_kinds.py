"""Kinds of files that a fix of one thing rarely touches, found by their paths; all of it can be set."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar, Literal

from warroom.console.domain.action import STRICT

Kind = Literal["lockfile", "migration", "configuration", "generated", "ci", "formatting", "binary", "submodule", "test"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How a kind is spoken of, and why it matters."""

    one: str
    many: str
    why: str
    patterns: tuple[str, ...] = ()
    """Globs; one without a slash fits the name in any folder, `**` fits any number of folders."""


KINDS: Mapping[Kind, Told] = {
    "lockfile": Told(
        one="lockfile",
        many="lockfiles",
        why="dependencies are raised only where that is the fix",
        patterns=(
            *("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"),
            *("poetry.lock", "uv.lock", "Pipfile.lock", "pdm.lock", "Cargo.lock", "go.sum", "Gemfile.lock"),
            *("composer.lock", "mix.lock", "pubspec.lock", "packages.lock.json", "gradle.lockfile", "flake.lock"),
            *("Package.resolved", "Podfile.lock", "deno.lock", ".terraform.lock.hcl"),
        ),
    ),
    "migration": Told(
        one="migration",
        many="migrations",
        why="going back to the old code does not take it back",
        patterns=(
            *("**/migrations/**", "**/migrate/**", "**/alembic/versions/**", "**/flyway/**", "**/liquibase/**"),
            *("V*__*.sql", "schema.prisma", "**/db/schema.rb", "**/db/structure.sql", "schema.sql"),
        ),
    ),
    "configuration": Told(
        one="configuration file",
        many="configuration files",
        why="it may mean something else in production than in the tests",
        patterns=(
            *("*.env", ".env*", "*.ini", "*.cfg", "*.conf", "*.properties", "*.toml", "*.yaml", "*.yml", "*.tf"),
            *("*.tfvars", "Dockerfile*", "docker-compose*", "Procfile", "vercel.json", "netlify.toml", "fly.toml"),
            *("**/config/**", "**/helm/**", "**/k8s/**", "**/terraform/**", "appsettings*.json", "settings.py"),
        ),
    ),
    "generated": Told(
        one="generated file",
        many="generated files",
        why="nobody reads these in a review; make sure that they come from the source beside them",
        patterns=(
            *("*.min.js", "*.min.css", "*.map", "*_pb2.py", "*.pb.go", "*.g.dart", "*.generated.*", "*.snap"),
            *("**/dist/**", "**/build/**", "**/generated/**", "**/__generated__/**", "**/vendor/**"),
            *("**/node_modules/**", "**/__snapshots__/**"),
        ),
    ),
    "ci": Told(
        one="file of the pipeline",
        many="files of the pipeline",
        why="the way to production itself changes while it is used",
        patterns=(
            *(".github/workflows/**", ".github/actions/**", ".gitlab-ci.yml", ".circleci/**", "Jenkinsfile*"),
            *("azure-pipelines*.yml", ".travis.yml", "bitbucket-pipelines.yml", ".buildkite/**", ".ci/**"),
            *("cloudbuild.yaml", ".drone.yml"),
        ),
    ),
    "formatting": Told(
        one="file where only white space changes",
        many="files where only white space changes",
        why="it hides the fix from whoever reviews it",
    ),
    "binary": Told(one="binary file", many="binary files", why="a review can't see what changes in it"),
    "submodule": Told(one="submodule", many="submodules", why="another repository's changes ride along unseen"),
    "test": Told(
        one="test",
        many="tests",
        why="",
        patterns=(
            *("test_*.py", "*_test.py", "*_test.go", "*.test.*", "*.spec.*", "*Test.java", "*Tests.cs", "*Test.kt"),
            *("*_spec.rb", "*_test.rb", "*_test.exs", "*Test.php", "**/tests/**", "**/test/**", "**/__tests__/**"),
            *("**/spec/**", "**/e2e/**", "**/cypress/**"),
        ),
    ),
}
"""Every kind in the order in which it is told. Formatting, binary and submodule are seen in the change itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How small a fix has to be (`[service.limits]`). A number above its limit refuses a production deploy."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    files: int = 10
    """Files that may differ."""
    lines: int = 200
    """Lines added and removed together; those of lockfiles and generated files are not counted."""
    commits: int = 5
    """Commits of the fix itself."""
    refuse: tuple[Kind, ...] = ("lockfile", "migration", "submodule")
    """Kinds of files that refuse; the others are only said."""
    patterns: Mapping[Kind, tuple[str, ...]] = field(default_factory=dict)
    """Globs of a kind in place of the usual ones, e.g. `migration = ["db/**"]`."""


USUAL_LIMITS = Limits()


def kinds_of(path: str, limits: Limits) -> tuple[Kind, ...]:
    """The kinds a path belongs to. A test is nothing besides, and a lockfile or pipeline file is no configuration."""
    found = [kind for kind, told in KINDS.items() if _fits(path, limits.patterns.get(kind, told.patterns))]
    if "test" in found:
        return tuple(kind for kind in found if kind in ("test", "generated"))
    narrower = {"lockfile", "ci", "migration", "generated"} & set(found)
    return tuple(kind for kind in found if kind != "configuration" or not narrower)


def _fits(path: str, patterns: tuple[str, ...]) -> bool:
    name = path.rpartition("/")[2]
    return any(_compiled(each).fullmatch(path if "/" in each else name) for each in patterns)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = []
    for piece in re.findall(r"\*\*/|/\*\*$|\*\*|\*|\?|[^*?]+", pattern):
        match piece:
            case "**/":
                parts.append("(?:.*/)?")
            case "/**":
                parts.append("/.*")
            case "**":
                parts.append(".*")
            case "*":
                parts.append("[^/]*")
            case "?":
                parts.append("[^/]")
            case _:
                parts.append(re.escape(piece))
    return re.compile("".join(parts), re.DOTALL)
