"""How the suite is run."""

import gc
import os
import sys
from collections.abc import Iterator

import pytest

# Hundreds of tests start the program: each would compile all of it anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_xdist_auto_num_workers() -> int:
    """Twice the cores: tests wait for processes, servers and screens more than they work."""
    return 2 * (os.cpu_count() or 1)


def pytest_collection_finish() -> None:
    """Search for garbage as seldom as the program does, and not among modules and tests: they stay to the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """Textual remembers how a thousand widgets look, also of consoles long closed: hundreds of megabytes to search."""
    yield
    drawing = sys.modules.get("textual._styles_cache")
    if drawing is not None:
        drawing.StylesCache.get_inner_outer.cache_clear()
