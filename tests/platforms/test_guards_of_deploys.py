"""Whatever a platform or a protocol offers to deploy with stands behind what the protocol asks for."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.engine.conftest import Project
from tests.platforms.conftest import CASES, Case
from warroom.config.playbook_files import load_playbook
from warroom.config.shipping import Request
from warroom.console.actions.buttons.main_branch import reaches_main
from warroom.console.actions.buttons.offering import Offered, Offering
from warroom.console.actions.buttons.shipped import Shipped
from warroom.console.domain.action import Danger
from warroom.console.domain.model import Incident, RunState

ASKED = {
    "emergency-release": {"tests-passed", "staging", "review", "minimal-change"},
    "hotfix-deploy": {"tests-passed", "staging", "review", "backup", "minimal-change"},
    "hotfix-workflow": {"tests-passed", "staging", "review", "minimal-change"},
    "release-protocol": {"tests-passed", "staging", "review", "backup", "minimal-change"},
    "two-hour-hotfix": {"tests-passed", "review", "minimal-change"},
}
PROGRAMS = ("live", "staging", "deploy", "idle", "idle_check", "switch", "batch", "shift", "verify", "rollback")
SCRIPT = Case(
    id="script",
    tools=(),
    options={f"{name}_program": f"./ops/{name}" for name in PROGRAMS},
    state={},
    live=bool,
    old=None,
    new=None,
)
EVERY = {**CASES, "script": SCRIPT}
DEPLOYS = ("deploy", "first-batch", "next-batch")
HOLDS_UP = ("pause", "lock", "unlock", "flag-off")
Offers = Callable[..., dict[str, Offered]]
each = pytest.mark.parametrize("case", EVERY.values(), ids=EVERY)


@pytest.fixture
def offering(project: Project) -> Callable[[str, Case], tuple[Offering, Incident]]:
    def made(protocol: str, case: Case, **more: str) -> tuple[Offering, Incident]:
        service = replace(project.settings.service, platform=case.id, platform_options=case.options | more)
        settings = replace(project.settings, service=service, action={})
        incident = SimpleNamespace(playbook=load_playbook(protocol, project.folder), names={}, runs={})
        return Offering(settings, Shipped(settings)), cast("Incident", cast("Any", incident))

    return made


@pytest.fixture
def offers(offering: Callable[..., tuple[Offering, Incident]]) -> Offers:
    def made(protocol: str, case: Case, **more: str) -> dict[str, Offered]:
        there, incident = offering(protocol, case, **more)
        return dict(there.of(incident))

    return made


@each
@pytest.mark.parametrize("protocol", ASKED)
def test_every_deploy_asks_for_what_the_protocol_asks_for(protocol: str, case: Case, offers: Offers) -> None:
    found = offers(protocol, case)
    deploys = {
        key: one.action
        for key, one in found.items()
        if key.startswith(DEPLOYS) and one.action.environment == "production"
    }
    assert "deploy-production" in deploys
    for key, action in deploys.items():
        assert set(action.guards) == ASKED[protocol], key
        assert action.danger is Danger.TYPED, key
        assert action.target == "{environment}", key


@each
@pytest.mark.parametrize("protocol", ASKED)
def test_everything_that_changes_production_is_typed_or_a_way_back_and_takes_its_lock(
    protocol: str, case: Case, offers: Offers
) -> None:
    for key, one in offers(protocol, case).items():
        action = one.action
        if action.environment == "production":
            back = key.startswith(("rollback", *HOLDS_UP))
            assert action.danger in (Danger.TYPED, Danger.TWO) or back, key
            assert action.undo or action.undo_action, key
        if not one.foreign or action.environment:
            continue
        assert not key.startswith((*DEPLOYS, "shift", "switch", "promote", "migrate")), f"{key} takes no lock"


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_turns_traffic_needs_tests_and_staging_and_what_holds_it_up_needs_nothing(
    case: Case, offers: Offers
) -> None:
    for key, one in offers("hotfix-workflow", case).items():
        if one.source != "platform" or one.action.environment != "production":
            continue
        if key.startswith(("shift", "promote", "follow-latest", "resume", "redeploy")):
            assert {"tests-passed", "staging"} <= set(one.action.guards), key
        if key.startswith(("rollback", *HOLDS_UP)):
            assert one.action.guards == (), key


@pytest.mark.parametrize("id", ["vercel", "netlify", "railway", "github-actions"])
@pytest.mark.parametrize("protocol", ["emergency-release", "hotfix-workflow", "two-hour-hotfix"])
def test_a_push_to_a_branch_that_deploys_by_itself_is_a_deploy(protocol: str, id: str, offers: Offers) -> None:
    push = offers(protocol, CASES[id])["push-main"].action
    assert (push.danger, push.environment, push.target) == (Danger.TYPED, "production", "{environment}")
    assert set(push.guards) == ASKED[protocol]
    assert push.verify == "verify-main"
    apart = offers(protocol, CASES[id], main_deploys="no")["push-main"].action
    assert (apart.danger, apart.environment, apart.guards) == (Danger.CONFIRM, "", ())


@pytest.mark.parametrize("id", ["kubernetes", "cloud-run", "docker-compose", "elastic-beanstalk"])
def test_elsewhere_it_is_none_unless_the_team_says_so(id: str, offers: Offers) -> None:
    assert offers("two-hour-hotfix", CASES[id])["push-main"].action.environment == ""
    told = offers("two-hour-hotfix", CASES[id], main_deploys="yes")["push-main"].action
    assert (told.environment, told.danger) == ("production", Danger.TYPED)


def test_a_backport_is_a_deploy_where_somebody_points_it_at_that_branch(
    offering: Callable[..., tuple[Offering, Incident]],
) -> None:
    there, incident = offering("emergency-release", CASES["vercel"])
    aside, main = (there.as_given(incident, "backport", {"onto": onto}) for onto in ("develop", "main"))
    assert aside is not None
    assert main is not None
    assert aside.environment == ""
    assert (main.environment, main.danger, "minimal-change" in main.guards) == ("production", Danger.TYPED, True)


def test_a_push_that_follows_a_revert_is_a_way_back_that_nothing_holds_up(
    offering: Callable[..., tuple[Offering, Incident]],
) -> None:
    there, incident = offering("emergency-release", CASES["vercel"])
    revert = SimpleNamespace(action="revert", state=RunState.SUCCEEDED)
    cast("Any", incident).runs = {"revert-1": revert}
    push = there.of(incident)["push-main"].action
    assert (push.danger, push.environment, push.guards) == (Danger.TYPED, "production", ())
    cast("Any", incident).runs = {"revert-1": revert, "merge-1": SimpleNamespace(action="merge", state="succeeded")}
    assert "minimal-change" in there.of(incident)["push-main"].action.guards


@pytest.mark.parametrize(
    ("command", "reaches"),
    [
        ("warroom-git push main", True),
        ("warroom-git push v1.2.3", False),
        ("warroom-git merge hotfix/x --into main", False),
        ("warroom-git merge hotfix/x --into main --push origin", True),
        ("warroom-git revert v1.2.3 --into main --push origin", True),
        ("warroom-git backport main --commits a..b --push origin", True),
        ("warroom-git backport main --commits a..b --onto-new x --push origin", False),
        ("git push origin main", True),
        ("git push origin HEAD:refs/heads/main", True),
        ("git push origin +main", True),
        ("git push", True),
        ("git push origin --delete hotfix/x", False),
        ("git push origin maintenance", False),
        ("git -C there push origin main", True),
        ("gh pr merge 7 --squash", True),
        ("gh pr create --base main", False),
        ("git pull origin main", False),
    ],
)
def test_what_reaches_the_branch_is_told_from_the_command(command: str, reaches: bool) -> None:
    assert reaches_main(tuple(command.split()), "main") is reaches


def test_a_build_on_the_host_that_serves_people_is_asked_for_and_one_here_is_not(offers: Offers) -> None:
    there = offers("two-hour-hotfix", CASES["docker-compose"])["build"].action
    here = offers("two-hour-hotfix", CASES["kubernetes"])["build"].action
    assert (there.argv[0], there.danger) == ("ssh", Danger.CONFIRM)
    assert (here.argv[0], here.danger) == ("docker", Danger.FREE)


def test_a_replayed_request_says_where_it_goes_without_what_is_secret_in_it(project: Project) -> None:
    request = Request(url="https://kai:pass@shop.example/login?token=abc", method="POST")
    settings = replace(project.settings, request={"sign-in": request})
    (action,) = [action for key, action in Shipped(settings)._fixed.items() if key == "request-sign-in"]
    assert action.title == "Replay the request sign-in: POST https://shop.example/login"
