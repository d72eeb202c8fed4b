"""Whatever a platform or a protocol offers to deploy with stands behind what the protocol asks for."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.engine.conftest import Project
from tests.platforms.conftest import CASES, Case
from warroom.config.playbook_files import load_playbook
from warroom.console.actions.buttons.offering import Offered, Offering
from warroom.console.actions.buttons.shipped import Shipped
from warroom.console.domain.model import Incident

ASKED = {
    "emergency-release": {"tests-passed", "staging", "review", "minimal-change"},
    "hotfix-deploy": {"tests-passed", "staging", "review", "backup", "minimal-change"},
    "hotfix-workflow": {"tests-passed", "staging", "review", "minimal-change"},
    "release-protocol": {"tests-passed", "staging", "review", "backup", "minimal-change"},
    "two-hour-hotfix": {"tests-passed", "review", "minimal-change"},
}
Offers = Callable[[str, str, dict[str, str]], dict[str, Offered]]


@pytest.fixture
def offers(project: Project) -> Offers:
    def made(protocol: str, platform: str, options: dict[str, str]) -> dict[str, Offered]:
        service = replace(project.settings.service, platform=platform, platform_options=options)
        settings = replace(project.settings, service=service, action={})
        incident = SimpleNamespace(playbook=load_playbook(protocol, project.folder), names={})
        return dict(Offering(settings, Shipped(settings)).of(cast("Incident", cast("Any", incident))))

    return made


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
@pytest.mark.parametrize("protocol", ASKED)
def test_a_deploy_asks_for_what_the_protocol_asks_for(protocol: str, case: Case, offers: Offers) -> None:
    deploy = offers(protocol, case.id, case.options)["deploy-production"]
    assert deploy.foreign
    assert set(deploy.action.guards) == ASKED[protocol]
