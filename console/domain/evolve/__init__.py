"""The fold: what a snapshot becomes when an event happens. The only place where incident state changes."""

from warroom.console.domain.evolve.incident import evolve as evolve
from warroom.console.domain.evolve.incident import fold as fold
