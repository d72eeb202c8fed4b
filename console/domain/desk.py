"""The desk: what anybody who works an incident can do, at a screen, on the command line or as the drill's autopilot."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from warroom.console.domain.events import Recorded
from warroom.console.domain.intents import Intent, Refused
from warroom.console.domain.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A guard's answer."""

    name: str
    verdict: str
    """`ok`, `warn` (said, not refused) or `refused`."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A run, frozen as it would happen, for somebody to confirm. Changed in any way, it is void."""

    incident: str
    action: str
    title: str
    command: str
    """The argv as a person would type it, secrets masked."""
    folder: str
    environment: str
    production: bool
    target: str
    """What must be typed for the classes typed and two."""
    danger: str
    fingerprint: str
    undo: str
    undo_until: str = ""
    riding: tuple[str, ...] = ()
    """Commits that ride along, newest first."""
    checks: tuple[Check, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    """Environment variables that are added, secrets masked."""
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def refused(self) -> str:
        """The first reason that forbids it; empty: it may run."""
        return next((f"{check.name}: {check.reason}" for check in self.checks if check.verdict == "refused"), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """The yes: to exactly this proposal, with what its danger class asks for."""

    fingerprint: str
    typed: str = ""
    approved_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message filled from facts; `blanks` are the facts nobody gave yet."""

    message: str
    title: str
    audience: str
    subject: str
    body: str
    blanks: tuple[str, ...] = ()
    objection: str = ""
    """Why it may not be sent as it stands, e.g. it says all is normal while a probe is failing."""
    version: int = 0
    """The version of the incident it was drafted from: the same draft is sent to a channel once, however often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Part of a run's output."""

    text: str
    next: int
    """The byte offset to ask for next."""
    ended: bool


class Desk(Protocol):
    """Every call may be made from any thread's event loop; each answers in bounded time."""

    def view(self) -> View:
        """The newest picture."""
        ...

    async def dispatch(self, incident: str, intent: Intent) -> tuple[Recorded, ...] | Refused:
        """Put an intent to the incident."""
        ...

    async def declare(
        self,
        title: str,
        level: str,
        *,
        playbook: str = "",
        service: str = "",
        impact_at: str = "",
        scenario: str = "",
    ) -> str | Refused:
        """Open an incident; gives its id. `impact_at` as a person writes it: RFC 3339, `14:05`, `-20m`."""
        ...

    async def playbooks(self) -> Mapping[str, str]:
        """The playbooks an incident may go on by: title by id."""
        ...

    async def differences(self, incident: str, playbook: str) -> tuple[str, ...] | Refused:
        """What would change if the incident went on by another playbook, in lines."""
        ...

    async def switch(self, incident: str, playbook: str, why: str) -> tuple[Recorded, ...] | Refused:
        """Go on by another playbook; ticks stay with the steps of the same key. Only for who has the conn."""
        ...

    async def propose(self, incident: str, action: str, values: Mapping[str, str]) -> Proposal | Refused:
        """Freeze what running this action would do."""
        ...

    async def run(self, proposal: Proposal, confirmation: Confirmation) -> str | Refused:
        """Start the confirmed run; gives its id. Refused where anything changed since it was proposed."""
        ...

    async def cancel(self, incident: str, run: str) -> Refused | None:
        """Stop a run: INT, then TERM, then KILL."""
        ...

    async def output(self, run: str, offset: int) -> Output:
        """What a run has printed from a byte offset on; control sequences are taken out."""
        ...

    async def rollout(self, incident: str, strategy: str, confirmation: Confirmation) -> str | Refused:
        """Start a staged rollout after its first stage was proposed and confirmed; gives its id."""
        ...

    async def draft(self, incident: str, message: str) -> Letter | Refused:
        """Fill a message from the facts."""
        ...

    async def send(self, incident: str, letter: Letter, channels: tuple[str, ...]) -> tuple[str, ...] | Refused:
        """Put a letter into the outbox, for each channel or for none; gives the ids. `View.outbox` shows what becomes
        of them; the log says that it was sent once it was delivered, and not before."""
        ...

    async def resend(self, parcel: str) -> Refused | None:
        """Send what failed, was withdrawn, or may have arrived, once more."""
        ...

    async def withdraw(self, parcel: str) -> Refused | None:
        """Take a letter out of the outbox. Refused while it is being sent."""
        ...

    async def arrived(self, parcel: str) -> Refused | None:
        """Somebody looked: a letter of which nobody knew did arrive. The log says so then."""
        ...

    async def document(self, incident: str, document: str) -> str | Refused:
        """Fill a document from the log, as Markdown."""
        ...
