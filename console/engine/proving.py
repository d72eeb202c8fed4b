"""Keeps the proof of what would ship up to date, so that nobody learns of a stranger at the last step."""

import asyncio

from warroom.console.actions.git.change_proof import Prover
from warroom.console.domain import intents as i
from warroom.console.domain.git.change import Proof
from warroom.console.domain.model import Incident
from warroom.console.engine.setup import Setup

_EVERY = 5.0
"""Seconds between looks at the repository: half a dozen short git commands for an open incident."""


class Proving:
    """Compares the candidate with what is live whenever it moved."""

    def __init__(self, setup: Setup, prover: Prover) -> None:
        self._setup = setup
        self._prover = prover
        self._seen: dict[str, Proof] = {}

    async def run(self) -> None:
        """Look until cancelled."""
        while self._setup.watch and not self._setup.read_only:
            await self.look()
            await asyncio.sleep(_EVERY)

    async def look(self) -> None:
        """Compare once; what is news goes into the log."""
        service = self._setup.settings.service.name
        for name, incident in self._setup.session.picture().incidents.items():
            if not incident.over and incident.service == service and incident.names.get("branch"):
                await asyncio.to_thread(self._look, name, incident)

    def _look(self, name: str, incident: Incident) -> None:
        proof = self._prover.prove(incident, incident.names)
        # Only what moved here is news: another console may look at another copy, or propose another candidate.
        if proof is not None and proof != self._seen.get(name):
            self._setup.session.dispatch(name, i.ProveChange(proof=proof))
            self._seen[name] = proof
