"""What can go wrong with a store, by name. Each message is one line: where, what, and a way on."""


class StoreError(Exception):
    """The store can't be used as asked; the command line ends with status 4."""

    def __init__(self, where: str, what: str, way_on: str) -> None:
        super().__init__(" ".join(f"{where}: {what}; {way_on}".split()))
        self.where = where
        """The file or address, without a password."""
        self.what = what
        """What is wrong."""
        self.way_on = way_on
        """What a person can do now."""


class Full(StoreError):
    """No space is left for an append. Nothing acknowledged is lost, reading still works, a later append may succeed."""


class Locked(StoreError):
    """Another process held the write lock longer than the patience of five seconds. Nothing was written: try again."""


class Corrupt(StoreError):
    """What is stored can't be read back as what was written. Nothing is ever overwritten."""


class Foreign(StoreError):
    """The file or database belongs to another program; it is left as it was."""


class Newer(StoreError):
    """A newer warroom wrote this store; it is left as it was."""


class Unreachable(StoreError):
    """The file can't be opened or the server doesn't answer.

    When it comes from an append, the outcome is unknown: read the stream again before trying anew.
    """


class UnknownEvent(StoreError):
    """A record carries an event this program has no name for."""


class Conflict(Exception):
    """Somebody appended to the stream first; nothing was written. Read the stream again and decide once more."""

    def __init__(self, stream: str, expected_version: int, actual_version: int) -> None:
        super().__init__(f"{stream}: expected version {expected_version}, found {actual_version}")
        self.stream = stream
        self.expected_version = expected_version
        self.actual_version = actual_version
