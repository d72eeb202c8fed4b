"""What proves a protocol's own commands."""

from pathlib import Path

from warroom.config.playbook_files import load_playbook
from warroom.console.actions.buttons.playbook_commands import as_action


def proof(protocol: str, key: str) -> str:
    playbook = load_playbook(protocol, Path())
    return as_action(key, playbook.command[key], playbook, playbook.command).verify


def test_a_version_that_stands_beside_the_old_one_is_checked_there() -> None:
    assert proof("hotfix-deploy", "deploy-production") == "check-new"


def test_what_users_get_is_checked_where_they_get_it() -> None:
    assert proof("hotfix-deploy", "shift-traffic") == "smoke-production"
    assert proof("hotfix-deploy", "deploy-at-once") == "smoke-production"
    assert proof("hotfix-deploy", "rollback") == "verify-rollback"
