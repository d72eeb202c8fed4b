"""Into which branch the pull request of a fix goes."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from warroom.config.playbook_files import load_playbook
from warroom.config.settings import Production, Service, Settings
from warroom.console.actions.buttons.shipped import Shipped
from warroom.console.domain.git.release import MergeBack
from warroom.console.domain.model import Incident


def base(protocol: str, production: str = "main", back: MergeBack | None = None) -> str:
    playbook = load_playbook(protocol, Path())
    if back is not None:
        playbook = replace(playbook, merge_back=back)
    settings = Settings(service=Service(name="shop", production=Production(branch=production)))
    incident = SimpleNamespace(id="INC-1", title="Sign-in fails", level="P1", playbook=playbook)
    return Shipped(settings).known(cast("Incident", incident), {"ticket": "ENG-1"})["pull_request_base"]


@pytest.mark.parametrize("protocol", ["emergency-release", "hotfix-workflow", "hotfix-deploy", "two-hour-hotfix"])
def test_the_fix_goes_where_production_is_made_from(protocol: str) -> None:
    assert base(protocol) == "main"


def test_branches_the_fix_is_picked_onto_later_get_pull_requests_of_their_own() -> None:
    assert base("emergency-release", "trunk") == "trunk"


def test_a_fix_that_is_merged_back_goes_to_the_branch_that_the_protocol_names_first() -> None:
    assert base("hotfix-deploy", "release", MergeBack(into=("develop", "main"))) == "develop"
    assert base("hotfix-deploy", "main", MergeBack(into=("develop", "main"))) == "main"
