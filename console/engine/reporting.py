"""Reports of the machine room's own failures, each once, where somebody asked for them."""

from importlib.metadata import version

from warroom.console.crash import report, report_slow
from warroom.console.engine.setup import Setup


class Reporter:
    """Sends what failed or was slow. Calls block for a moment; make them off the loop. Does nothing without a DSN."""

    def __init__(self, setup: Setup) -> None:
        self._dsn = setup.settings.sentry_dsn
        self._secrets = setup.secrets
        self._sent: set[tuple[str, str]] = set()

    @property
    def wanted(self) -> bool:
        """Whether anything is to be sent at all."""
        return bool(self._dsn)

    def failed(self, worker: str, error: Exception) -> None:
        """A worker was stopped by an error; the same one again is no news."""
        key = (worker, type(error).__name__)
        if self.wanted and key not in self._sent:
            self._sent.add(key)
            report(error, self._dsn, version("warroom"), self._secrets)

    def slow(self, where: str, seconds: float) -> None:
        """A part of the console was late."""
        report_slow(where, seconds, self._dsn, version("warroom"), self._secrets)
