"""Reading probes of every kind. The libraries that takes are imported with the first reading."""

from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self, assert_never

from warroom.config.settings import Probe
from warroom.console.domain.verdict import Sample
from warroom.console.monitor.probes.judge import unknown
from warroom.console.monitor.probes.rates import Window
from warroom.console.monitor.reasons import reason_of

if TYPE_CHECKING:
    from warroom.console.monitor.http import Web


class Readers:
    """Reads probes, and keeps what lasts between two readings: connections, and the scrapes of a rate."""

    def __init__(self, clock: Callable[[], datetime], web: "Web | None" = None) -> None:
        """Open nothing yet.

        Args:
            clock: the time, aware UTC.
            web: the HTTP clients; they are made when first needed.
        """
        self._clock = clock
        self._web = web
        self._windows: dict[str, Window] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection and forget the scrapes."""
        self._windows.clear()
        if self._web is not None:
            await self._web.close()

    async def read(self, probe: Probe) -> Sample:
        """One reading. Never raises: an error nobody foresaw is an unknown sample that names it."""
        try:
            return await self._read(probe)
        except Exception as error:  # noqa: BLE001  the one boundary around a probe: watching must go on
            reason = f"this probe cannot be read ({type(error).__name__}): {reason_of(error)}"
            return unknown(probe, self._clock(), reason)

    async def _read(self, probe: Probe) -> Sample:
        from warroom.console.monitor.probes import http, metrics, prometheus

        web = self._open()
        match probe.kind:
            case "http":
                return await http.read(probe, web)
            case "metrics":
                window = self._windows.get(probe.name)
                if window is None:
                    window = self._windows[probe.name] = Window(probe.window, probe.every)
                return await metrics.read(probe, web, window)
            case "prometheus":
                return await prometheus.read(probe, web)
            case _:
                assert_never(probe.kind)

    def _open(self) -> "Web":
        from warroom.console.monitor.http import Web

        if self._web is None:
            self._web = Web(self._clock)
        return self._web
