"""The engine proves what would ship before a production deploy, follows the pull request, and opens it."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.actions.fake_gh import FakeGitHub, check, review
from tests.engine.conftest import Project, Seat, Sit, wait_for, yes
from warroom.config.settings import Settings
from warroom.config.shipping import Request
from warroom.console.domain import intents as i
from warroom.console.domain.action import Action, Danger
from warroom.console.domain.desk import Confirmation
from warroom.console.domain.intents import Refused
from warroom.console.engine.pull_requests import PullRequests

DEPLOY = Action(
    title="Deploy",
    argv=("echo", "{tag}"),
    environment="production",
    target="{environment}",
    danger=Danger.TYPED,
)
BRANCH = Action(title="Branch", argv=("echo", "{branch}"), danger=Danger.FREE)


def fix(project: Project, base: str = "v1.1.0") -> None:
    project.git("switch", "-q", "-c", "hotfix/INC-1", base)
    project.commit("fixed")
    project.git("switch", "-q", "main")


async def ready(sit: Sit, **more: Any) -> Seat:
    seat = sit({"deploy-production": DEPLOY, "branch": BRANCH}, **more)
    await seat.declare()
    await seat.run("branch")
    return seat


async def test_a_minimal_fix_may_be_deployed_and_the_proof_is_in_the_log(project: Project, sit: Sit) -> None:
    seat = await ready(sit)
    fix(project)
    project.git("tag", "v1.1.1", "hotfix/INC-1")
    proposal = await seat.propose("deploy-production")
    assert proposal.change is not None
    assert proposal.change.summary() == "1 file, +1 -1, 1 commit, no test"
    assert [one.verdict for one in proposal.checks if one.name == "minimal-change"] == ["warn"]
    assert not proposal.refused
    assert len(seat.events("ChangeProven")) == 1
    await seat.propose("deploy-production")
    assert len(seat.events("ChangeProven")) == 1


async def test_strangers_refuse_a_deploy_until_they_are_waived(project: Project, sit: Sit) -> None:
    seat = await ready(sit)
    project.commit("a stranger's change")
    fix(project, "main")
    project.git("tag", "v1.1.1", "hotfix/INC-1")
    proposal = await seat.propose("deploy-production")
    assert "not part of the fix" in proposal.refused
    answer = await seat.engine.run(proposal, yes(proposal))
    assert isinstance(answer, Refused)
    await seat.engine.dispatch("INC-1", i.Waive(subject="minimal-change", why="it is needed", owner="kai"))
    assert not (await seat.propose("deploy-production")).refused


@pytest.mark.parametrize("environment", ["production", "staging"])
async def test_a_request_that_changes_something_names_where_it_is_sent(
    project: Project, sit: Sit, environment: str
) -> None:
    login = Request(method="POST", url="https://kai:secret@shop.example/login?token=x", environment=environment)
    seat = sit(settings=replace(project.settings, request={"login": login}))
    await seat.declare()
    proposal = await seat.propose("request-login")
    assert (proposal.danger, proposal.target) == ("confirm", "https://shop.example/login")
    assert proposal.production is (environment == "production")


async def test_a_candidate_that_moved_voids_the_yes(project: Project, sit: Sit) -> None:
    seat = await ready(sit)
    fix(project)
    project.git("tag", "v1.1.1", "hotfix/INC-1")
    proposal = await seat.propose("deploy-production")
    assert not proposal.refused
    project.git("switch", "-q", "hotfix/INC-1")
    project.commit("one more thing")
    project.git("tag", "-f", "v1.1.1")
    answer = await seat.engine.run(proposal, yes(proposal))
    assert isinstance(answer, Refused)
    assert "v1.1.1 moved since you said yes" in answer.reason


async def test_what_is_deployed_by_hand_is_what_is_proven(project: Project, sit: Sit) -> None:
    deploy = replace(DEPLOY, parameters={"tag": "{tag}"})
    seat = sit({"deploy-production": deploy, "branch": BRANCH})
    await seat.declare()
    fix(project)
    project.git("tag", "v9.9.9", "hotfix/INC-1")
    proposal = await seat.propose("deploy-production", tag="v9.9.9")
    assert proposal.change is not None
    assert proposal.change.candidate == "v9.9.9"


async def test_without_a_candidate_the_button_says_so(project: Project, sit: Sit) -> None:
    seat = await ready(sit)
    assert "v1.1.1 does not exist yet" in (await seat.propose("deploy-production")).refused
    assert not seat.events("ChangeProven")


async def test_a_watching_console_proves_by_itself(project: Project, sit: Sit) -> None:
    seat = await ready(sit, watch=True)
    fix(project)
    await asyncio.to_thread(wait_for, lambda: seat.incident().change is not None, "a proof")
    assert len(seat.events("ChangeProven")) == 1


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeGitHub:
    return FakeGitHub(tmp_path, monkeypatch)


def on_github(settings: Settings) -> Settings:
    return replace(settings, service=replace(settings.service, pull_requests=True))


async def test_the_pull_request_is_opened_with_title_labels_and_body(
    project: Project, sit: Sit, hub: FakeGitHub
) -> None:
    text = (project.folder / "tiny.toml").read_text()
    naming = 'pull_request = "HOTFIX: {title}"\nlabels = ["hotfix", "priority:critical"]\n'
    (project.folder / "tiny.toml").write_text(f"{text}\n[naming]\n{naming}")
    seat = sit({"branch": BRANCH}, settings=on_github(project.settings))
    await seat.declare()
    proposal = await seat.propose("pull-request")
    assert proposal.danger == "confirm"
    run = await seat.engine.run(proposal, Confirmation(fingerprint=proposal.fingerprint))
    assert isinstance(run, str), run
    ended = await seat.engine.finish("INC-1", run)
    assert ended is not None
    assert ended.state == "succeeded", ended.tail
    opened = hub.state["requests"]["hotfix/INC-1"]
    assert opened["title"] == "HOTFIX: Sign-in fails"
    assert opened["labels"] == ["hotfix", "priority:critical"]
    assert opened["baseRefName"] == "main"
    assert "Sign-in fails" in opened["body"]
    bodies = list((project.folder / "state" / "pull-requests").iterdir())
    assert [oct(body.stat().st_mode & 0o777) for body in bodies] == ["0o600"]


async def test_a_pull_request_is_seen_once_its_branch_is_pushed(project: Project, sit: Sit, hub: FakeGitHub) -> None:
    seat = await ready(sit, settings=on_github(project.settings))
    fix(project)
    troubles: dict[str, str] = {}
    follower = PullRequests(seat.engine._setup, troubles.__setitem__)
    hub.request("hotfix/INC-1", reviews=[review("dana", "APPROVED", "a" * 40)], checks=[check("test", "pending")])
    await follower.look()
    assert seat.incident().pull_request is None
    project.git("update-ref", "refs/remotes/origin/hotfix/INC-1", "hotfix/INC-1")
    await follower.look()
    await follower.look()
    seen = seat.incident().pull_request
    assert seen is not None
    assert (seen.approved_by, seen.pending) == (("dana",), 1)
    assert len(seat.events("PullRequestSeen")) == 1
    hub.request("hotfix/INC-1", headRefOid="c" * 40)
    await follower.look()
    assert [one.pull_request.approved_by for one in seat.events("PullRequestSeen")] == [("dana",), ()]
    hub.set(logged_in=False)
    await follower.look()
    assert "gh auth login" in troubles["pull requests"]
    hub.set(logged_in=True)
    await follower.look()
    assert troubles["pull requests"] == ""
