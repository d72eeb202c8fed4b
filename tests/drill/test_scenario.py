"""Scenarios: read whole, and refused with words that teach."""

from datetime import timedelta
from pathlib import Path

import pytest

from warroom.config.errors import ConfigError
from warroom.config.playbook_files import load_playbook
from warroom.config.scenario_files import load_scenario, shipped_scenarios

SHIPPED = Path(__file__).parents[2] / "config" / "scenarios" / "bad-release.toml"


def test_every_shipped_scenario_can_be_played() -> None:
    assert shipped_scenarios() == ("bad-release",)
    for name in shipped_scenarios():
        scenario = load_scenario(name)
        assert scenario.id == name
        assert scenario.level in load_playbook(scenario.playbook, Path()).level
        assert scenario.findings
        assert [hint.after for hint in scenario.hint] == sorted(hint.after for hint in scenario.hint)
    assert load_scenario("bad-release").timing.calm == timedelta(seconds=30)


def test_a_scenario_can_be_a_file_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(SHIPPED.read_text().replace('id = "bad-release"', 'id = "ours"'))
    assert load_scenario("ours.toml", tmp_path).id == "ours"


def test_an_unknown_scenario_names_the_nearest_one() -> None:
    with pytest.raises(ConfigError, match='no scenario is called "bad-relase", did you mean "bad-release"'):
        load_scenario("bad-relase")


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('level = "P1"', 'level = "P9"', 'ours.toml: level: release-protocol has no level "P9", known: P0, P1, P2, P3'),
        ('"release-protocol"', '"relese-protocol"', 'playbook: no playbook is called "relese-protocol", did you mean'),
        ('calm = "30s"', 'calm = "half"', "ours.toml: timing.calm: expected a duration"),
        ("headless = 120", "headless = 0", "ours.toml: speed.headless: must be above 0 and at most 1000, e.g. 60"),
        ("headless = 120", "headles = 120", 'ours.toml: speed.headles: unknown key, did you mean "headless"'),
        ('bad = "v1.2.4"', 'bad = "v1.2.3"', "ours.toml: release.bad: is the good release as well"),
        ('bad = "v1.2.4"', "", "ours.toml: release.bad: missing"),
        ('after = "6m"', 'after = "1m"', "ours.toml: hint[1].after: must be later than the hint before it"),
        ('title = "Three', 'title = "Three" "', "ours.toml: line 2"),
    ],
)
def test_a_mistake_is_named_with_file_key_problem_and_example(
    tmp_path: Path, right: str, wrong: str, said: str
) -> None:
    text = SHIPPED.read_text()
    assert text.count(right) == 1
    (tmp_path / "ours.toml").write_text(text.replace(right, wrong))
    with pytest.raises(ConfigError) as error:
        load_scenario("ours.toml", tmp_path)
    assert said in str(error.value)
