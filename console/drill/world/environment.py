"""One environment: the revisions that run in it, and who gets the next request."""

import threading
from collections.abc import Callable, Mapping

from warroom.console.drill.world.errors import WorldError
from warroom.console.drill.world.meters import Meters
from warroom.console.drill.world.revision import Revision


class Environment:
    """Splits traffic between revisions by percentages that sum up to 100. Safe to use from many threads."""

    def __init__(self, name: str, idle: int) -> None:
        """`idle`: how many revisions without traffic are kept running, ready for a rollback."""
        self.name = name
        self.url = ""
        self.meters = Meters()
        self._idle = idle
        self._revisions: dict[str, Revision] = {}
        self._history: list[str] = []
        self._lock = threading.Lock()
        self._adding = threading.Lock()
        self._changing = threading.Lock()

    def pick(self, version: str | None) -> Revision | None:
        """The revision that answers the next request: the named one, else by smooth weighted turns.

        Turns are exact: of any hundred requests a revision at 10 % gets ten, evenly spread.
        """
        with self._lock:
            if version is not None:
                return self._revisions.get(version)
            serving = [one for one in self._revisions.values() if one.percent]
            for one in serving:
                one.credit += one.percent
            chosen = max(serving, key=lambda one: one.credit, default=None)
            if chosen is not None:
                chosen.credit -= sum(one.percent for one in serving)
            return chosen

    def add(self, version: str, commit: str, start: Callable[[], Revision]) -> None:
        """Start a revision at 0 %; one of the same commit that is up stays, one of another commit is replaced.

        Traffic can be routed meanwhile: a rollback never waits for a slow start.
        """
        with self._adding:
            old = self._revisions.get(version)
            if old is not None and old.commit == commit and old.health() == "UP":
                return
            fresh = start()
            self.meters.expect(version)
            with self._changing, self._lock:
                old = self._revisions.get(version)
                fresh.percent = old.percent if old else 0
                self._revisions[version] = fresh
            if old is not None:
                old.end()

    def route(self, shares: Mapping[str, int]) -> None:
        """Give each revision its percentage; those not named get none.

        Raises:
            WorldError: the percentages don't sum up to 100, or one goes to a revision that is not up.
        """
        with self._changing:
            if sum(shares.values()) != 100 or any(not 0 < share <= 100 for share in shares.values()):
                raise WorldError(f"shares are whole percentages that sum up to 100, not {dict(shares)}")
            for version in shares:
                if version not in self._revisions:
                    raise WorldError(f"{version} does not run in {self.name}; it runs {', '.join(self._revisions)}")
                if (health := self._revisions[version].health()) != "UP":
                    raise WorldError(f"{version} is {health}: it gets no traffic")
            with self._lock:
                for version, revision in self._revisions.items():
                    revision.percent, revision.credit = shares.get(version, 0), 0
            for version, share in shares.items():
                if share == 100 and self._history[-1:] != [version]:
                    self._history.append(version)
            self._retire()

    def _retire(self) -> None:
        """End the revisions that nobody needs: without traffic, and longest away from it."""
        idle = [version for version, one in self._revisions.items() if not one.percent]
        idle.sort(key=lambda version: self._history[::-1].index(version) if version in self._history else 0)
        for version in idle[self._idle :]:
            with self._lock:
                revision = self._revisions.pop(version)
            revision.end()

    def facts(self) -> dict[str, object]:
        """What the control answers: url, revisions, and the versions that had all the traffic, oldest first."""
        with self._lock:
            revisions = list(self._revisions.values())
            history = list(self._history)
        return {
            "environment": self.name,
            "url": self.url,
            "revisions": [one.facts() for one in revisions],
            "history": history,
        }

    def end(self) -> None:
        """End every revision."""
        with self._lock:
            revisions = list(self._revisions.values())
            self._revisions.clear()
        for one in revisions:
            one.end()
