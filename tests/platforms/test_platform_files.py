"""A platform is one file: the shipped ones are sound, a team's own is read as strictly, and the bar stays calm."""

import asyncio
from pathlib import Path

import pytest

from tests.cli.conftest import Shell, shell
from tests.engine.conftest import PLAYBOOK, Project, Sit
from warroom.config.errors import ConfigError
from warroom.config.platform_files import load_platform, shipped_platforms

__all__ = ["shell"]

OURS = """
id = "ours"
title = "Ours"
[options.box]
meaning = "the machine"
example = "box-1"
required = true
[action.live]
title = "Show"
argv = ["echo", "{box}"]
danger = "free"
[action.deploy-production]
title = "Deploy {tag}"
argv = ["echo", "{box}", "{tag}"]
danger = "typed"
environment = "production"
target = "{environment}"
verify = "live"
"""


@pytest.mark.parametrize("name", shipped_platforms())
def test_every_shipped_change_of_production_is_proven_and_says_what_undoes_it(name: str, tmp_path: Path) -> None:
    platform = load_platform(name, tmp_path)
    assert platform.id == name
    for key, action in platform.action.items():
        assert action.undo, key
        if action.environment == "production":
            assert action.verify in platform.action, key
            assert action.danger in ("typed", "confirm"), key


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            'verify = "live"',
            'verify = "liev"',
            'verify: no action is called "liev", did you mean "live"?',
        ),
        (
            'verify = "live"\n',
            "",
            "verify: changes production and names nothing that proves it",
        ),
        ('danger = "typed"', 'danger = "confirm"', "action.deploy-production.danger: changes what production serves"),
        ('"{box}", "{tag}"', '"{bx}", "{tag}"', 'unknown placeholder {bx}, did you mean "{box}"?'),
        ("[action.live]", "[action.lives]", 'action: has no action "live"'),
        ('title = "Ours"', 'titel = "Ours"', "titel"),
    ],
)
def test_a_mistake_names_the_key_and_the_right_form(old: str, new: str, says: str, tmp_path: Path) -> None:
    assert old in OURS
    (tmp_path / "ours.toml").write_text(OURS.replace(old, new, 1))
    with pytest.raises(ConfigError) as caught:
        load_platform("ours.toml", tmp_path)
    assert says in str(caught.value)
    assert str(caught.value).startswith("ours.toml: ")


def test_a_team_adds_a_platform_by_writing_one_file(shell: Shell) -> None:
    shell.write(OURS, "platform.toml")
    head = '[service]\nname = "shop"\nplatform = "./platform.toml"\n[service.platform_options]\n'
    shell.write(head + 'box = "one"\n')
    assert shell.warroom("config", "check").status == 0
    assert shell.ok("platform", "check", "platform.toml") == ""
    shell.ok("declare", "Down", "--level", "P0")
    assert "echo one" in shell.warroom("run", "INC-1", "live").err
    shell.write(head + 'bxo = "one"\n')
    found = shell.warroom("config", "check")
    assert (found.status, 'did you mean "box"?' in found.err) == (2, True)
    shell.write(head)
    assert "box: missing: the machine, e.g. box = " in shell.warroom("config", "check").err


def test_platforms_are_listed_and_shown(shell: Shell) -> None:
    assert {line.split()[0] for line in shell.ok("platform", "list").splitlines()} == set(shipped_platforms())
    assert "--to-revision=" in shell.ok("platform", "show", "kubernetes")


def test_what_a_protocol_has_in_mind_is_offered_quietly_and_refused_where_it_is_not_there(
    project: Project, sit: Sit
) -> None:
    (project.folder / "tiny.toml").write_text(
        PLAYBOOK + '\n[command]\nout = ["./ops/nowhere"]\nshow-all = ["true"]\nmigrate = ["true"]\n'
    )
    seat = sit({})
    asyncio.run(seat.declare())
    buttons = {button.action: button for button in seat.engine.view().buttons["INC-1"]}
    assert buttons["show-all"].quiet
    assert (buttons["show-all"].danger, buttons["migrate"].danger) == ("free", "two")
    answer = asyncio.run(seat.engine.propose("INC-1", "out", {}))
    assert "./ops/nowhere is not there" in getattr(answer, "reason", "")
