"""When a key counts: not in the first moments of a dialog, and not while it is held down."""

from collections.abc import Callable

OPENING = 0.3
"""Seconds after a dialog opened in which keys are ignored: they were meant for what was there before."""
HELD = 1.0
"""Seconds of quiet after which the same key counts again. The first repeat of a held key comes after 0.2 to 0.7 s,
and terminals do not say that it is one."""


class Patience:
    """Judges keys by the monotonic clock it is given."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._opened = monotonic()
        self._seen: dict[str, float] = {}

    def reopen(self) -> None:
        """What is shown has changed: the first moments begin again."""
        self._opened = self._monotonic()

    @property
    def early(self) -> bool:
        """Whether these are the first moments."""
        return self._monotonic() - self._opened < OPENING

    def allows(self, key: str) -> bool:
        """Whether a key that has just come was meant; remembers it in any case."""
        now = self._monotonic()
        before = self._seen.get(key)
        self._seen[key] = now
        return not self.early and (before is None or now - before >= HELD)
