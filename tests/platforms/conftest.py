"""Platforms with their tools on the PATH, and consoles at them."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.engine.conftest import PLAYBOOK, Project, Seat, Sit, project, sit
from tests.platforms.fakes import Tools
from warroom.config.settings import Service, Settings
from warroom.console.actions.buttons.asking import Asking
from warroom.console.actions.ways_back import Scout
from warroom.console.domain import intents as i
from warroom.console.domain.playbook import Rollback
from warroom.console.domain.way_back import WayBack

__all__ = ["project", "sit"]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A platform, its tools, what they begin with, and what is live by them."""

    id: str
    tools: tuple[str, ...]
    options: dict[str, str]
    state: dict[str, Any]
    live: Callable[[dict[str, Any]], object]
    old: object
    new: object
    back: dict[str, str] | None = None
    """What somebody gives the rollback; none: the platform's tool has no rollback."""
    staging: bool = False
    given: dict[str, str] | None = None
    """What somebody gives the deploy."""


CASES = {
    case.id: case
    for case in (
        Case(
            id="kubernetes",
            tools=("kubectl",),
            options={
                "deployment": "web",
                "namespace": "shop-prod",
                "container": "web",
                "image": "shop",
                "staging_namespace": "shop-staging",
            },
            state={"revisions": ["shop:v1.0.0", "shop:v1.1.0"], "staging": "shop:v1.1.0"},
            live=lambda state: state["revisions"][-1],
            old="shop:v1.0.0",
            new="shop:v1.1.1",
            back={"previous_revision": "1"},
            staging=True,
        ),
        Case(
            id="vercel",
            tools=("vercel",),
            options={"production_url": "shop.example.com"},
            state={
                "live": "dpl_bad",
                "deployments": {
                    "dpl_good": {"id": "dpl_good", "readyState": "READY", "createdAt": 1},
                    "dpl_bad": {"id": "dpl_bad", "readyState": "READY", "createdAt": 2},
                },
            },
            live=lambda state: state["live"],
            old="dpl_good",
            new="dpl_new",
            back={"deployment": "dpl_good"},
            staging=True,
        ),
        Case(
            id="netlify",
            tools=("netlify",),
            options={"site": "site-1"},
            state={"live": "d1", "deploys": {"d1": {"id": "d1", "title": "v1.1.0", "state": "ready"}}},
            live=lambda state: state["live"],
            old="d1",
            new="d2",
            back={"deploy_id": "d1"},
            staging=True,
        ),
        Case(
            id="railway",
            tools=("railway",),
            options={"railway_service": "web", "staging_environment": "staging"},
            state={
                "list": [{"id": "old", "status": "SUCCESS", "createdAt": "2020-01-01T00:00:00.000Z"}],
                "staged": [{"id": "old", "status": "SUCCESS", "createdAt": "2020-01-01T00:00:00.000Z"}],
            },
            live=lambda state: state["list"][0]["id"],
            old="old",
            new="new",
            back={"deployment_id": "old"},
            staging=True,
        ),
        Case(
            id="elastic-beanstalk",
            tools=("eb", "aws"),
            options={"eb_environment": "shop-production", "staging_environment": "shop-staging"},
            state={
                "labels": ["v1.0.0", "v1.1.0", "v1.1.1"],
                "running": {"shop-production": "v1.1.0", "shop-staging": "v1.1.0"},
            },
            live=lambda state: state["running"]["shop-production"],
            old="v1.0.0",
            new="v1.1.1",
            back={},
            staging=True,
        ),
        Case(
            id="docker-compose",
            tools=("ssh",),
            options={
                "host": "deploy@host",
                "folder": "/srv/shop",
                "staging_host": "deploy@staging",
                "staging_folder": "/srv/shop",
            },
            state={"tag": "v1.1.0", "staging": "v1.1.0"},
            live=lambda state: state["tag"],
            old="v1.0.0",
            new="v1.1.1",
            back={},
            staging=True,
        ),
        Case(
            id="github-actions",
            tools=("gh",),
            options={"workflow": "deploy.yml", "staging_workflow": "staging.yml"},
            state={"runs": []},
            live=lambda state: state["runs"][0]["headBranch"] if state["runs"] else "",
            old="v1.0.0",
            new="v1.1.1",
            back={},
            staging=True,
        ),
        Case(
            id="cloud-run",
            tools=("gcloud",),
            options={"region": "eu", "project": "acme-prod", "image": "img", "staging_project": "acme-staging"},
            state={"tags": {}, "split": {"shop-00041-old": 100}, "staging": "older"},
            live=lambda state: state["split"],
            old={"shop-00041-old": 100},
            new={"shop-00042-new": 100},
            back={"previous_revision": "shop-00041-old"},
            staging=True,
        ),
    )
}


@dataclass
class Host:
    """A service on a platform, with a console at it."""

    case: Case
    tools: Tools
    seat: Seat
    project: Project

    async def declared(self) -> "Host":
        """An incident whose names are fixed, and the tag of its fix."""
        await self.seat.declare()
        # Whatever asks for a name fixes them all.
        await self.seat.propose("push-branch")
        self.project.git("switch", "-q", "-c", "hotfix/INC-1", "v1.1.0")
        self.project.commit("fixed")
        self.project.git("switch", "-q", "main")
        self.project.git("tag", "v1.1.1", "hotfix/INC-1")
        if not self.case.staging:
            waived = i.Waive(subject="staging", why="there is none", owner="kai")
            assert not isinstance(await self.seat.engine.dispatch("INC-1", waived), i.Refused)
        return self

    def looked(self, action: str = "rollback") -> tuple[WayBack, ...]:
        """The way back by this action as it stands now."""
        engine = self.seat.engine
        asking = Asking(engine._proposer.offering.hosted, engine._setup.settings)
        scout = Scout(engine._setup.settings, engine._proposer.trial, asking)
        incident = self.seat.incident()
        rollback = (Rollback(title="The way back", action=action),)
        return scout.look(replace(incident, playbook=replace(incident.playbook, rollback=rollback)))

    async def proven(self, action: str, **values: str) -> tuple[str, str]:
        """Press it; how it ended, and how its proof did."""
        run = await self.seat.start(action, **values)
        proof = await self.seat.engine.proof("INC-1", run)
        ended = self.seat.incident().runs[run]
        assert ended.state == "succeeded", ended.tail
        return str(ended.state), f"{proof.state}: {proof.tail}" if proof else "no proof"


@pytest.fixture
def host(project: Project, sit: Sit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Host]:
    def made(case: Case, *, state: dict[str, Any] | None = None, **more: Any) -> Host:
        tools = Tools(tmp_path / "bin", case.tools, case.state | (state or {}))
        monkeypatch.setenv("PATH", f"{tools.folder}{os.pathsep}{os.environ['PATH']}")
        options = case.options | more.pop("options", {})
        service: Service = replace(project.settings.service, platform=case.id, platform_options=options)
        settings: Settings = replace(project.settings, service=service)
        playbook = PLAYBOOK + more.pop("playbook", "") + '\n[staging]\nwaivable_at = ["P1"]\n'
        (project.folder / "tiny.toml").write_text(playbook)
        return Host(case, tools, sit({}, settings=settings, **more), project)

    return made
