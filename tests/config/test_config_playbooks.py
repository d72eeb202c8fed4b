"""Playbooks are found, merged, shown, and refused when they are hostile."""

import dataclasses
from pathlib import Path

import pytest

from warroom.config.errors import ConfigError
from warroom.config.lint import check_playbook
from warroom.config.playbook_files import load_playbook, merge, shipped, to_toml
from warroom.console.domain.playbook import Playbook

OURS = """
extends = "release-protocol"
id = "ours"
title = "Our protocol"
principles = ["Sleep first"]

[level.P0]
meaning = "The shop takes no money"

[[clock]]
key = "fix"
limits = { P0 = "45m" }

[[clock]]
key = "watch"
title = "Watch"
starts = "resolved"
stops = ["closed"]
limit = { min = "1h", max = "4h" }

[[phase]]
key = "assess"
[[phase.step]]
key = "open-channel"
text = "Open #war-room"
[[phase.step]]
key = "call-the-bank"
text = "Call the bank"
levels = ["P0"]
"""


def ours(folder: Path, text: str = OURS) -> Playbook:
    (folder / "ours.toml").write_text(text)
    return load_playbook("ours.toml", folder)


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_playbook_is_shown_as_it_is_read(name: str, tmp_path: Path) -> None:
    playbook = load_playbook(name, tmp_path)
    assert playbook.id == name
    (tmp_path / "shown.toml").write_text(to_toml(playbook).replace("\nextends =", "\n# extends ="))
    assert load_playbook("shown.toml", tmp_path) == playbook


def test_a_playbook_that_builds_on_another_changes_only_what_it_says(tmp_path: Path) -> None:
    base, playbook = load_playbook("release-protocol", tmp_path), ours(tmp_path)
    assert (playbook.id, playbook.title, playbook.summary) == ("ours", "Our protocol", base.summary)
    assert playbook.principles == ("Sleep first",)
    assert playbook.level["P0"].meaning == "The shop takes no money"
    assert playbook.level["P0"].criteria == base.level["P0"].criteria
    assert playbook.level["P1"] == base.level["P1"]


def test_lists_of_tables_with_a_key_merge_by_it(tmp_path: Path) -> None:
    base, playbook = load_playbook("release-protocol", tmp_path), ours(tmp_path)
    assert [clock.key for clock in playbook.clock] == [*(clock.key for clock in base.clock), "watch"]
    limits = {level: str(limit) for level, limit in playbook.clock[0].limits.items()}
    assert limits == {"P0": "45m", "P1": "1h", "P2": "2h"}
    assert str(playbook.clock[-1].limit) == "1h to 4h"
    steps = playbook.phase[0].step
    assert steps[0].text == "Open #war-room"
    assert steps[-1].key == "call-the-bank" and len(steps) == len(base.phase[0].step) + 1
    assert playbook.phase[1:] == base.phase[1:]


def test_other_lists_are_replaced_whole() -> None:
    assert merge({"a": [1, 2], "b": [{"x": 1}]}, {"a": [3], "b": [{"x": 2}]}) == {"a": [3], "b": [{"x": 2}]}


def test_what_is_shown_of_a_merged_playbook_is_the_effective_one(tmp_path: Path) -> None:
    text = to_toml(ours(tmp_path))
    assert 'P0 = "45m"' in text and "call-the-bank" in text and 'min = "1h"' in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('extends = "release-protocl"\n', 'ours.toml: extends: no playbook is called "release-protocl", did you mean'),
        ('titel = "x"\n', "ours.toml: id: missing"),
        ('extends = "release-protocol"\ntitel = "x"\n', 'ours.toml: titel: unknown key, did you mean "title"?'),
        (
            'extends = "release-protocol"\n[[clock]]\nkey = "new"\n',
            'ours.toml: clock[4].title: missing, e.g. title = "Deploy to staging"',
        ),
        (
            'extends = "release-protocol"\n[[clock]]\nkey = "fix"\nlimit = "soon"\n',
            'ours.toml: clock[0].limit: expected a limit, e.g. "30m", { min = "1h", max = "4h" } or "next-release"',
        ),
        ("extends = 3\n", "ours.toml: extends: expected text in quotes"),
        (
            'extends = "two-hour-hotfix"\n[command]\ntest = "npm test"\n',
            "ours.toml: command.test: expected a list of texts in square brackets",
        ),
        (
            'extends = "two-hour-hotfix"\nplatform = { kubernetes = ["a"] }\n',
            "ours.toml: platform.kubernetes: expected a table, e.g. [platform.kubernetes]",
        ),
        (
            'extends = "two-hour-hotfix"\n[message.announce]\nchannels = ["slak"]\n',
            'ours.toml: message.announce.channels[0]: "slak" is not known here, known: chat, email, status-page',
        ),
        (
            'extends = "two-hour-hotfix"\n[naming]\ncomit_body = []\n',
            'ours.toml: naming.comit_body: unknown key, did you mean "commit_body"?',
        ),
        ("phase = " + "[" * 50 + "]" * 50, "ours.toml: is nested deeper than 16 levels"),
    ],
)
def test_a_mistake_in_a_playbook_is_said_like_one_in_the_settings(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        ours(tmp_path, text)
    assert said in str(caught.value)


def test_a_relative_path_may_not_leave_the_folder(tmp_path: Path) -> None:
    inside = tmp_path / "project"
    inside.mkdir()
    (tmp_path / "outside.toml").write_text(OURS)
    (inside / "link.toml").symlink_to(tmp_path / "outside.toml")
    for ref in ("../outside.toml", "x/../../outside.toml", "link.toml"):
        with pytest.raises(ConfigError, match="leads out of the folder"):
            load_playbook(ref, inside)
    assert load_playbook(str(tmp_path / "outside.toml"), inside).id == "ours"


@pytest.mark.parametrize(
    "ref",
    ["gone.toml", "./gone", "a\0b.toml", "x" * 5000 + ".toml", "../" * 3000 + "x.toml"],
    ids=["file", "no suffix", "nul", "long", "deep"],
)
def test_a_path_that_leads_nowhere_is_said(tmp_path: Path, ref: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_playbook(ref, tmp_path)
    assert len(str(caught.value)) < 1000 and "\0" not in str(caught.value)


@pytest.mark.parametrize("ref", ["..", "", "release protocol", "RELEASE-PROTOCOL", "__init__"])
def test_an_id_is_only_ever_one_of_the_shipped_ones(tmp_path: Path, ref: str) -> None:
    with pytest.raises(ConfigError):
        load_playbook(ref, tmp_path)


@pytest.mark.parametrize("name", shipped())
def test_a_team_changes_a_few_lines_of_any_shipped_playbook(name: str, tmp_path: Path) -> None:
    base = load_playbook(name, tmp_path)
    phase, level = base.phase[0], next(iter(base.level))
    text = f"""
id = "ours"
extends = "{name}"
[level.{level}]
path = "as our team does it"
[naming]
branch = "fix/{{ticket}}"
[command]
test = ["make", "test"]
[platform.kubernetes]
deploy-production = ["./ops/deploy", "{{tag}}"]
[[phase]]
key = "{phase.key}"
[[phase.step]]
key = "call-the-bank"
text = "Call the bank"
[message.bank]
title = "Bank"
body = "{{{{ title }}}}"
"""
    ours_now = ours(tmp_path, text)
    assert [each for each in check_playbook(ours_now) if each.severity == "error"] == []
    assert ours_now.level[level].path == "as our team does it"
    assert ours_now.level[level].criteria == base.level[level].criteria
    assert ours_now.naming == dataclasses.replace(base.naming, branch="fix/{ticket}")
    assert ours_now.command == {**base.command, "test": ("make", "test")}
    assert ours_now.platform["kubernetes"]["deploy-production"] == ("./ops/deploy", "{tag}")
    assert [step.key for step in ours_now.phase[0].step] == [*(step.key for step in phase.step), "call-the-bank"]
    assert ours_now.phase[1:] == base.phase[1:]
    assert (ours_now.clock, ours_now.ladder, ours_now.hazard) == (base.clock, base.ladder, base.hazard)
    assert set(ours_now.message) == {*base.message, "bank"}


def test_a_team_adds_a_scenario_and_keeps_the_others(tmp_path: Path) -> None:
    playbook = ours(
        tmp_path,
        """
id = "ours"
extends = "hotfix-workflow"
[scenario.payments]
resolve = "2h"
[scenario.storage]
title = "Storage is full"
phase = "assess"
step = [{ key = "free-space", text = "Free some space" }]
""",
    )
    assert list(playbook.scenario)[-1] == "storage" and len(playbook.scenario) == 6
    assert str(playbook.scenario["payments"].resolve) == "2h" and len(playbook.scenario["payments"].step) == 4
