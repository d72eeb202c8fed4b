"""The drill's small real world: a repository, a hosting platform, users, and a bad release."""

from warroom.console.drill.world.errors import WorldError
from warroom.console.drill.world.world import BAD, GOOD, NEXT, World

__all__ = ["BAD", "GOOD", "NEXT", "World", "WorldError"]
