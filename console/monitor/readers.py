"""Reading probes of every kind. The libraries that takes are imported with the first reading."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import cache
from types import TracebackType
from typing import TYPE_CHECKING, Self, assert_never

from warroom.config.secrets import unset
from warroom.config.settings import Probe
from warroom.console.domain.watch.verdict import Sample
from warroom.console.monitor.place import Place
from warroom.console.monitor.probes.judge import unknown
from warroom.console.monitor.probes.rates import Window
from warroom.console.monitor.probes.secrecy import masked
from warroom.console.monitor.reasons import reason_of

if TYPE_CHECKING:
    from warroom.console.monitor.http import Web


class Readers:
    """Reads probes, and keeps what lasts between two readings: connections, and the scrapes of a rate."""

    def __init__(self, clock: Callable[[], datetime], web: "Web | None" = None, place: Place | None = None) -> None:
        """Open nothing yet.

        Args:
            clock: the time, aware UTC.
            web: the HTTP clients; they are made when first needed.
            place: what commands run in; the folder and the variables of this process unless said.
        """
        self._clock = clock
        self._web = web
        self._place = place or Place()
        self._windows: dict[str, Window] = {}
        self._unset: dict[str, str] = {}
        self.deployed: datetime | None = None
        """When the service was last deployed, as far as is known: issues are new that came since."""

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

    async def renew(self) -> None:
        """Connect anew from now on, after a pause."""
        if self._web is not None:
            await self._web.close()

    async def read(self, probe: Probe) -> Sample:
        """One reading. Never raises: an error nobody foresaw is an unknown sample that names it."""
        if probe.name not in self._unset:
            self._unset[probe.name] = unset(probe)
        if lacking := self._unset[probe.name]:
            return unknown(probe, self._clock(), lacking)
        try:
            return masked(await self._read(probe), probe)
        except Exception as error:  # noqa: BLE001  the one boundary around a probe: watching must go on
            reason = f"this probe cannot be read ({type(error).__name__}): {reason_of(error)}"
            return masked(unknown(probe, self._clock(), reason), probe)

    async def past(self, probe: Probe, since: datetime, now: datetime) -> tuple[Sample, ...]:
        """What a probe would have read between two moments, oldest first, to fill a chart; nothing where nobody knows.

        Only a prometheus probe can tell.
        """
        if probe.kind != "prometheus" or unset(probe):
            return ()
        from warroom.console.monitor.probes import prometheus

        return await prometheus.past(probe, self._open(), since, now)

    async def _read(self, probe: Probe) -> Sample:
        match probe.kind:
            case "command":
                from warroom.console.monitor.probes import command

                return await command.read(probe, self._place, self._clock)
            case "tcp":
                from warroom.console.monitor.probes import tcp

                return await tcp.read(probe, self._open().context, self._clock)
            case "dns":
                from warroom.console.monitor.probes import dns

                return await dns.read(probe, self._clock)
            case "metrics":
                from warroom.console.monitor.probes import metrics

                return await metrics.read(probe, self._open(), self._window(probe))
            case "sentry":
                from warroom.console.monitor.probes import sentry

                return await sentry.read(probe, self._open(), self.deployed)
            case "http" | "prometheus" | "alertmanager" | "statuspage":
                return await _reader(probe.kind)(probe, self._open())
            case _:
                assert_never(probe.kind)

    def _window(self, probe: Probe) -> Window:
        window = self._windows.get(probe.name)
        if window is None:
            window = self._windows[probe.name] = Window(probe.span, probe.every)
        return window

    def _open(self) -> "Web":
        from warroom.console.monitor.http import Web

        if self._web is None:
            self._web = Web(self._clock)
        return self._web


@cache
def _reader(kind: str) -> "Callable[[Probe, Web], Awaitable[Sample]]":
    """What reads a kind that only asks over HTTP."""
    from warroom.console.monitor.probes import alertmanager, http, prometheus, statuspage

    return {
        "http": http.read,
        "prometheus": prometheus.read,
        "alertmanager": alertmanager.read,
        "statuspage": statuspage.read,
    }[kind]
