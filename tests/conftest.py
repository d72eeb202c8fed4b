"""How the suite is run."""

import os

# Hundreds of tests start the program: each would compile all of it anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_xdist_auto_num_workers() -> int:
    """Twice the cores: tests wait for processes, servers and screens more than they work."""
    return 2 * (os.cpu_count() or 1)
