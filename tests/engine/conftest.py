"""A tiny real service to act on, and consoles that sit down at it."""

import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.store.conftest import address, cluster, postgres_address
from warroom.config.settings import Probe, Service, Settings
from warroom.console.actions.runs.runner import Runner
from warroom.console.domain.action import Action
from warroom.console.domain.desk import Confirmation, Proposal
from warroom.console.domain.intents import By, Refused
from warroom.console.domain.model import Incident, Run
from warroom.console.engine.engine import Engine
from warroom.console.engine.setup import Setup
from warroom.console.session import Session, utc_now
from warroom.console.store.store import Store, open_store

__all__ = ["address", "cluster", "postgres_address"]

PATIENCE = 60.0
"""Seconds after which a condition is taken never to come."""

PLAYBOOK = """
id = "tiny"
title = "Tiny"

[level.P1]
title = "High"

[[phase]]
key = "fix"
title = "Fix"

[[phase.step]]
key = "out"
text = "The fix is out"
ticked_by = "action:deploy"

[strategy.ramp]
title = "10, 50, 100 %"
action = "shift"
gate = [{ role = "error-rate", below = 1.0, samples = 2 }]

[[strategy.ramp.stage]]
percent = 10

[[strategy.ramp.stage]]
percent = 50

[[strategy.ramp.stage]]
percent = 100

[[rollback]]
title = "Back"
action = "back"
"""


def script(text: str, **more: Any) -> Action:
    """An action that is a few lines of shell."""
    return Action(title=more.pop("title", "Script"), argv=("sh", "-c", text), danger=more.pop("danger", "free"), **more)


@dataclass
class Seat:
    """One console: an engine, its store and its session."""

    engine: Engine
    store: Store
    session: Session

    def incident(self, name: str = "INC-1") -> Incident:
        found = self.session.incident(name)
        assert found is not None
        return found

    async def declare(self) -> str:
        answer = await self.engine.declare("Sign-in fails", "P1")
        assert isinstance(answer, str), answer
        return answer

    async def propose(self, action: str, incident: str = "INC-1", **values: str) -> Proposal:
        proposal = await self.engine.propose(incident, action, values)
        assert isinstance(proposal, Proposal), proposal
        return proposal

    async def press(self, action: str, incident: str = "INC-1", **values: str) -> str | Refused:
        """Propose, and say yes to it."""
        proposal = await self.propose(action, incident, **values)
        return await self.engine.run(proposal, yes(proposal))

    async def start(self, action: str, incident: str = "INC-1", **values: str) -> str:
        run = await self.press(action, incident, **values)
        assert isinstance(run, str), run
        return run

    async def run(self, action: str, incident: str = "INC-1", **values: str) -> Run:
        """Press the button and see the run end."""
        ended = await self.engine.finish(incident, await self.start(action, incident, **values))
        assert ended is not None
        return ended

    def events(self, kind: str, incident: str = "INC-1") -> list[Any]:
        """The events of a type, by the name of its class."""
        found = [record.event for record in self.session.records(incident)]
        return [event for event in found if type(event).__name__ == kind]


def yes(proposal: Proposal) -> Confirmation:
    """The yes that a proposal asks for."""
    return Confirmation(fingerprint=proposal.fingerprint, typed=proposal.target)


def wait_for(condition: Callable[[], object], what: str = "the condition") -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"{what} never came"
        time.sleep(0.02)


@dataclass
class Project:
    """A repository with two releases, a playbook, a store's place, and what the team can do."""

    folder: Path
    settings: Settings

    @property
    def repository(self) -> Path:
        return self.folder / "shop"

    @property
    def address(self) -> str:
        return str(self.folder / "state" / "warroom.db")

    @property
    def runs(self) -> Path:
        return self.folder / "state" / "runs"

    def git(self, *arguments: str) -> str:
        who = ("-c", "user.name=kai", "-c", "user.email=kai@localhost")
        done = subprocess.run(
            ["git", *who, *arguments], cwd=self.repository, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self, text: str, tag: str = "") -> None:
        (self.repository / "app").write_text(text)
        self.git("add", "app")
        self.git("commit", "-qm", text)
        if tag:
            self.git("tag", tag)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    (tmp_path / "shop").mkdir()
    (tmp_path / "tiny.toml").write_text(PLAYBOOK)
    service = Service(name="shop", repository=str(tmp_path / "shop"))
    made = Project(tmp_path, Settings(playbook="tiny.toml", service=service))
    made.git("init", "-q", "-b", "main")
    made.commit("one", "v1.0.0")
    made.commit("two", "v1.1.0")
    yield made
    runner = Runner(made.runs)
    for run in runner.list():
        runner.cancel(run)
    wait_for(lambda: all(runner.look(run).ended for run in runner.list()), "the end of what a test left running")


Sit = Callable[..., Seat]


@pytest.fixture
def sit(project: Project) -> Iterator[Sit]:
    """Sits somebody down at a console of their own: actions by name, who it is, and anything a `Setup` takes."""
    seats: list[Seat] = []

    def one(
        actions: Mapping[str, Action] | None = None,
        *,
        actor: str = "kai",
        probes: tuple[Probe, ...] = (),
        settings: Settings | None = None,
        clock: Callable[[], datetime] = utc_now,
        **more: Any,
    ) -> Seat:
        store = open_store(project.address)
        session = Session(store.log, By(actor=actor, console=f"console-{actor}-{len(seats)}"), clock)
        session.refresh()
        chosen = replace(settings or project.settings, action=dict(actions or {}), probe=probes)
        setup = Setup(
            settings=chosen,
            folder=project.folder,
            store=store,
            session=session,
            runs=project.runs,
            clock=clock,
            **{"watch": bool(probes), **more},
        )
        seats.append(Seat(Engine(setup).start(), store, session))
        return seats[-1]

    yield one
    for seat in seats:
        seat.engine.stop()
        seat.store.close()
