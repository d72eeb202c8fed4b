"""A tiny real service to act on, and consoles that sit down at it."""

from tests.store.conftest import address, cluster, postgres_address

__all__ = ["address", "cluster", "postgres_address"]
