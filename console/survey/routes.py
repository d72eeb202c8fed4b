"""Health routes that the source code of a service defines."""

import re
from collections.abc import Iterator
from pathlib import Path

_WORDS = "health|healthz|health-check|healthcheck|livez|readyz|ready|live|status|ping"
_ROUTE = re.compile(rf"""["'`](/(?:[A-Za-z0-9_-]+/){{0,3}}(?:{_WORDS}))/?["'`]""")
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
        for route in _ROUTE.findall(text):
            found.setdefault(route, str(path.relative_to(folder)))
    return tuple(sorted(found.items(), key=lambda pair: (_likely(pair[0]), len(pair[0]), pair[0])))


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
            elif _SOURCES.fullmatch(path.suffix) and path.stat().st_size <= _LARGEST:
                seen += 1
                if seen > _MOST_FILES:
                    return
                yield path
