"""What can go wrong with a world."""


class WorldError(Exception):
    """The small world can't be built, started or changed; the text says why."""
