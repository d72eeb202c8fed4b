"""The desk: what anybody who works an incident can do, at a screen, on the command line or as the drill's autopilot."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from warroom.console.domain.events import Recorded
from warroom.console.domain.git.conflict import Conflicting
from warroom.console.domain.intents import Intent, Refused
from warroom.console.domain.proposal import Check as Check
from warroom.console.domain.proposal import Proposal as Proposal
from warroom.console.domain.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """The yes: to exactly this proposal, with what its danger class asks for."""

    fingerprint: str
    typed: str = ""
    approval: str = ""
    """The second person's, by its id: class two has one."""


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
    skipped: int = 0
    """Bytes before this text that are not kept any more."""


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

    async def ask(self, proposal: Proposal) -> str | Refused:
        """Ask a second person to approve exactly this; gives the request's id. Refused where anything changed."""
        ...

    async def run(self, proposal: Proposal, confirmation: Confirmation) -> str | Refused:
        """Start the confirmed run; gives its id. Refused where anything changed since it was proposed."""
        ...

    async def cancel(self, incident: str, run: str) -> Refused | None:
        """Stop a run: INT or TERM as its action says, then TERM, then KILL."""
        ...

    async def settle(
        self, incident: str, run: str, outcome: Literal["succeeded", "failed"], why: str
    ) -> tuple[Recorded, ...] | Refused:
        """Say how a run ended of which nobody knows: its outcome is unknown, or its machine does not answer."""
        ...

    async def output(self, run: str, offset: int) -> Output:
        """What a run has printed from a byte offset on; control sequences are taken out."""
        ...

    async def conflicts(self, incident: str) -> tuple[Conflicting, ...] | Refused:
        """Which picks of the fix wait at a conflict on this machine, and which would run into one."""
        ...

    async def propose_rollout(self, incident: str, strategy: str) -> Proposal | Refused:
        """Freeze what starting a staged rollout would do: its first stage, with the commands of the others."""
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
