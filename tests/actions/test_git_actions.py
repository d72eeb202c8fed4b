"""The git buttons: each can be filled, and stands in the bar only while it has something to do."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from warroom.config.vocabulary import PLACEHOLDERS
from warroom.console.actions.command import placeholders, prepare
from warroom.console.actions.git.actions import GIT_ACTIONS, useful
from warroom.console.actions.git.arguments import parser
from warroom.console.domain.action import Action
from warroom.console.domain.git.truth import Backport, GitFact
from warroom.console.domain.model import DecisionTaken, Incident, State
from warroom.console.domain.playbook import Phase, Playbook, Step

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
KNOWN = {
    "title": "x",
    "branch": "hotfix/x",
    "tag": "v1.2.4",
    "base": "v1.2.3",
    "production_branch": "main",
    "incident": "INC-1",
}
DECIDED = DecisionTaken(choice="hotfix", why="no way back", rule="", refused={}, panels=(), by="kai", at=AT)
GIVEN = {"commits": "v1.2.4", "landing": "develop", "onto": "develop", "file": "fix.patch"}


def incident(*facts: str, missing: bool = False, over: bool = False) -> Incident:
    return Incident(
        id="INC-1",
        title="x",
        level="P0",
        playbook=Playbook(id="p", title="P", level={}, phase=()),
        service="shop",
        drill=False,
        version=1,
        declared_by="kai",
        state=State.RESOLVED if over else State.OPEN,
        git={name: GitFact(holds=True, why="", since=AT) for name in facts},
        backports={"develop": Backport(branch="develop", state="missing", why="", since=AT)} if missing else {},
    )


def bar(subject: Incident) -> set[str]:
    return {key for key, action in GIT_ACTIONS.items() if useful(subject, key, action)}


@pytest.mark.parametrize("key", GIT_ACTIONS)
def test_each_is_a_command_that_the_program_takes(key: str) -> None:
    action = GIT_ACTIONS[key]
    assert placeholders(action) <= set(PLACEHOLDERS)
    given = {name: value for name, value in GIVEN.items() if name in action.parameters}
    command = prepare(key, action, KNOWN, given, cwd=Path()).command
    program, *words = command.argv
    assert program == "warroom-git"
    assert parser(program).parse_args(words).verb == words[0]
    assert action.undo


def test_the_bar_shows_only_what_has_something_to_do() -> None:
    assert bar(incident()) == set()
    assert bar(incident("branch", "fix")) == {"push-branch"}
    assert bar(incident("branch", "fix", "branch-pushed", "tag")) == {"push-tag"}
    assert bar(incident("branch", "fix", "branch-pushed", "merged")) == {"delete-branch"}
    assert bar(incident(missing=True)) == set()
    assert bar(incident(missing=True, over=True)) == {"backport", "backport-branch"}


def test_what_a_protocol_asks_for_and_brings_no_command_for_can_be_pressed() -> None:
    steps = tuple(Step(key=key, text=key, action=key) for key in ("branch", "tag", "merge"))
    asking = replace(
        incident(), playbook=Playbook(id="p", title="P", level={}, phase=(Phase(key="fix", title="Fix", step=steps),))
    )
    assert bar(asking) == set()
    decided = replace(asking, decision=DECIDED)
    assert bar(decided) == {"branch"}
    fixed = replace(decided, git=incident("branch", "fix", "branch-pushed").git)
    assert bar(fixed) == {"tag", "merge"}
    assert bar(replace(fixed, git=incident("branch", "fix", "branch-pushed", "tag", "tag-pushed", "merged").git)) == {
        "delete-branch"
    }


def test_a_teams_own_button_of_the_same_key_always_stands_there() -> None:
    assert useful(incident(), "push-tag", Action(title="Ours", argv=("./ops/push",)))
