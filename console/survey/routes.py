"""Health routes that the source code of a service defines."""

import re
from collections.abc import Iterator
from pathlib import Path

_WORDS = "health|healthz|health-check|healthcheck|livez|readyz|ready|live|status|ping"
_ROUTE = re.compile(rf"""["'`](/(?:[A-Za-z0-9_-]+/){{0,3}}(?:{_WORDS}))/?["'`]""")
_ASKED_HERE = re.compile(rf"https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::\d+)?(/(?:[\w-]+/){{0,3}}(?:{_WORDS}))\b")
_OF_KUBERNETES = re.compile(rf"\bpath:\s*(/(?:[\w-]+/){{0,3}}(?:{_WORDS}))/?\s*(?:[,}}\n]|$)")
_BY_ITS_PLACE = re.compile(
    rf"(?:src/)?(?:app(?P<app>(?:/[\w()-]+)*?/(?:{_WORDS}))/route|pages(?P<page>/api(?:/[\w-]+)*?/(?:{_WORDS})(?:/index)?))\.[jt]sx?"
)
"""What Next.js serves is said by where a file lies."""
_NAMES = ("Dockerfile", "Containerfile")
_SOURCES = re.compile(r"\.(?:py|[jt]sx?|mjs|go|rb|java|kt|rs|php|cs|ex|ya?ml)")
_SKIPPED = {"node_modules", "vendor", "dist", "build", "target", "venv", "tests", "test", "__tests__", "coverage"}
_MOST_FILES = 4000
_LARGEST = 256 * 1024
_ORDER = ("/healthz", "/health", "/api/health", "/readyz", "/ready", "/livez")


def find_routes(folder: Path) -> tuple[tuple[str, str], ...]:
    """Routes that look like health checks, each with the file that names it, the likeliest first."""
    found: dict[str, str] = {}
    for path in _files(folder):
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        name = path.relative_to(folder)
        for route in (*_placed(name), *_ROUTE.findall(text), *_ASKED_HERE.findall(text), *_OF_KUBERNETES.findall(text)):
            found.setdefault(route, str(name))
    return tuple(sorted(found.items(), key=lambda pair: (_likely(pair[0]), len(pair[0]), pair[0])))


def _placed(name: Path) -> Iterator[str]:
    found = _BY_ITS_PLACE.fullmatch(name.as_posix())
    if found is not None:
        route = re.sub(r"/\([^/]*\)", "", found["app"] or found["page"])  # a folder in brackets only groups
        yield route.removesuffix("/index")


def _likely(route: str) -> int:
    if route in _ORDER:
        return _ORDER.index(route)
    return len(_ORDER) if "health" in route else len(_ORDER) + 1


def _files(folder: Path) -> Iterator[Path]:
    """Source files, breadth first, never through a link, and not without end."""
    seen, queue = 0, [folder]
    while queue:
        here = queue.pop(0)
        try:
            entries = sorted(here.iterdir())
        except OSError:
            continue
        for path in entries:
            if path.name.startswith(".") or path.name in _SKIPPED or path.is_symlink():
                continue
            if path.is_dir():
                queue.append(path)
            elif (_SOURCES.fullmatch(path.suffix) or path.name in _NAMES) and path.stat().st_size <= _LARGEST:
                seen += 1
                if seen > _MOST_FILES:
                    return
                yield path
