"""Who works on an environment: one run at a time in each, across incidents, consoles and hosts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Run
from warroom.console.session import Session
from warroom.console.store.leases import Held, Lease, Leases, Lost

CONSOLES = "console/"
"""What the names of the leases begin with by which consoles say that they are here."""
_TTL = timedelta(seconds=60)
_RENEW = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Hold:
    """An environment held for a run."""

    lease: Lease
    at: datetime
    """When it was last taken or renewed."""


class Occupancy:
    """The leases of a service's environments. Calls block; make them off the loop."""

    def __init__(
        self, session: Session, leases: Leases, *, service: str, host: str, clock: Callable[[], datetime]
    ) -> None:
        self._session = session
        self._leases = leases
        self._service = service
        self._host = host
        self._clock = clock

    def take(self, incident: str, environment: str, run: str) -> Hold | Refused | None:
        """Hold an environment for a run that is about to begin; nothing for one that changes none."""
        if not environment:
            return None
        if (refusal := self._elsewhere(incident, environment)) is not None:
            return refusal
        note = f"{run} by {self._session.by.actor}"
        taken = self._lease(environment, note)
        if isinstance(taken, Held) and self._over(taken.lease.note):
            # Its console went away before it could give it back.
            self._leases.release(taken.lease)
            taken = self._lease(environment, note)
        if isinstance(taken, Held):
            return Refused(reason=f"{environment} is taken: {taken.lease.note}")
        return Hold(taken, self._clock())

    def keep(self, hold: Hold | None, run: Run) -> Hold | None:
        """Hold on to the environment of a run that goes on, and take over what a vanished console held for it."""
        now = self._clock()
        if hold is None:
            return self._inherit(run) if run.environment else None
        if now - hold.at < _RENEW:
            return hold
        renewed = self._leases.renew(hold.lease, now, _TTL)
        return None if isinstance(renewed, Lost) else Hold(renewed, now)

    def give_back(self, hold: Hold | None) -> None:
        """Let others have it."""
        if hold is not None:
            self._leases.release(hold.lease)

    def deserted(self, run: Run) -> str | Refused:
        """How it is known that nobody follows an active run any more; refused where somebody may."""
        if run.host == self._host:
            return Refused(reason=f"{run.id} is followed here: cancel it, or wait for its end")
        machine, now = run.host.partition("@")[2], self._clock()
        for lease in self._leases.list("environment/"):
            if lease.live(now) and _run_of(lease.note) == run.id:
                return Refused(reason=f"{run.id} still holds {run.environment}, for a console that lives")
        # What changes no environment holds none; then a console on its machine is taken for one that follows it.
        for lease in self._leases.list(CONSOLES) if not run.environment else ():
            if lease.live(now) and lease.owner.partition(":")[0] == machine:
                return Refused(reason=f"{run.id} runs on {machine}, where {lease.note} has a console open")
        return f"no console on {machine} answers"

    def _lease(self, environment: str, note: str) -> Lease | Held:
        return self._leases.take(self._name(environment), self._session.by.console, self._clock(), _TTL, note)

    def _inherit(self, run: Run) -> Hold | None:
        name, now = self._name(run.environment), self._clock()
        for lease in self._leases.list(name):
            if lease.name == name and _run_of(lease.note) == run.id and not lease.live(now):
                taken = self._lease(run.environment, lease.note)
                return None if isinstance(taken, Held) else Hold(taken, now)
        return None

    def _elsewhere(self, incident: str, environment: str) -> Refused | None:
        # A lease runs out with its console, and the run goes on: what this host still sees running counts as well.
        incidents = self._session.picture().incidents
        service = incidents[incident].service if incident in incidents else self._service
        for other in incidents.values():
            if other.id == incident or other.service != service:
                continue
            for run in other.runs.values():
                if run.active and run.environment == environment and run.host == self._host:
                    return Refused(reason=f"{environment} is taken: {run.id} of {other.id} by {run.by}")
        return None

    def _over(self, note: str) -> bool:
        run = _run_of(note)
        known = [one.runs[run] for one in self._session.picture().incidents.values() if run in one.runs]
        return bool(known) and not any(one.active for one in known)

    def _name(self, environment: str) -> str:
        return f"environment/{self._service}/{environment}"


def _run_of(note: str) -> str:
    return note.partition(" ")[0]
