"""The literal form of each hazard is caught; the shipped playbooks carry the safe one."""

from pathlib import Path

import pytest

from tests.config.test_playbook_linter import SOUND, said
from warroom.config.lint import check_playbook
from warroom.config.playbook_files import load_playbook, shipped
from warroom.console.domain.playbook import Playbook

BUTTON = '[action.{key}]\ntitle = "X"\nargv = {argv}\n'


def as_command(key: str, argv: str) -> str:
    return f"[command]\n{key} = {argv}\n"


def as_action(key: str, argv: str) -> str:
    return BUTTON.format(key=key, argv=argv)


def as_platform(key: str, argv: str) -> str:
    return f"[platform.cloud-run]\n{key} = {argv}\n"


def errors(found: list[str]) -> list[str]:
    return [each for each in found if each.startswith("error")]


@pytest.mark.parametrize("written", [as_command, as_action, as_platform])
@pytest.mark.parametrize(
    ("key", "argv", "words"),
    [
        ("revert", '["git", "revert", "HEAD"]', "which parent stays"),
        ("revert", '["git", "-C", "shop", "revert", "--no-edit", "abc123"]', "which parent stays"),
        ("revert", '["sh", "-c", "git revert HEAD && git push origin main"]', "which parent stays"),
        ("branch", '["git", "describe", "--tags", "--abbrev=0"]', "takes the newest tag for the release"),
        ("branch", '["git", "tag", "--sort=-version:refname"]', "takes the newest tag for the release"),
        (
            "branch",
            '["sh", "-c", "git checkout -b hotfix/x $(git describe --tags --abbrev=0)"]',
            "takes the newest tag for the release",
        ),
        (
            "branch",
            '["sh", "-c", "git tag --sort=-version:refname | head -n 1"]',
            "takes the newest tag for the release",
        ),
        (
            "deploy-production",
            '["gcloud", "run", "deploy", "shop", "--image=shop:2", "--tag=hotfix-1"]',
            "--tag without --no-traffic",
        ),
        ("deploy-production", '["gcloud", "run", "deploy", "shop", "--tag", "x"]', "--tag without --no-traffic"),
        ("check", '["npx", "prisma", "db", "push", "--accept-data-loss", "--skip-generate"]', "drop data"),
        ("check", '["npx", "prisma", "db", "push", "--force-reset"]', "drop data"),
        ("rollback", '["./scripts/back.sh", "shop", "--no-confirm"]', "takes the question away"),
        ("back", '["./scripts/release/rollback-cloud-run.sh", "shop", "--no-confirm"]', "takes the question away"),
        ("rollback", '["sh", "-c", "./back --skip-confirmation"]', "takes the question away"),
    ],
)
def test_a_hazard_in_a_command_is_caught(tmp_path: Path, written: object, key: str, argv: str, words: str) -> None:
    assert callable(written)
    found = errors(said(tmp_path, SOUND + written(key, argv)))
    assert len(found) == 1 and words in found[0], found


@pytest.mark.parametrize(
    ("key", "argv"),
    [
        ("revert", '["git", "revert", "--no-edit", "-m", "1", "HEAD"]'),
        ("revert", '["git", "revert", "--mainline=1", "HEAD"]'),
        ("revert", '["warroom-git", "revert", "{tag}", "--into", "main"]'),
        ("branch", '["git", "describe", "--tags", "--match", "v*"]'),
        ("branch", '["git", "tag", "--list", "v*", "--sort=-version:refname"]'),
        ("branch", '["git", "checkout", "-b", "{branch}", "{production_tag}"]'),
        ("deploy-production", '["gcloud", "run", "deploy", "shop", "--no-traffic", "--tag=hotfix-1"]'),
        ("deploy-staging", '["gcloud", "run", "deploy", "shop", "--image=shop:2"]'),
        ("check", '["npx", "prisma", "migrate", "status"]'),
        ("rollback", '["./scripts/rollback-cloud-run.sh", "shop"]'),
        ("lint", '["./format", "--no-confirm"]'),
    ],
)
def test_the_safe_form_is_left_alone(tmp_path: Path, key: str, argv: str) -> None:
    assert said(tmp_path, SOUND + as_command(key, argv)) == []


STEPS = {
    "tag": '{ key = "t", text = "Tag", ticked_by = "action:tag" }',
    "staging": '{ key = "s", text = "Try it", action = "deploy-staging" }',
    "deploy": '{ key = "d", text = "Ship", ticked_by = "action:deploy-production" }',
    "own-tag": '{ key = "t", text = "Tag", action = "publish" }',
}


def in_order(*names: str) -> str:
    return f'[[phase]]\nkey = "two"\ntitle = "Two"\nstep = [{", ".join(STEPS[name] for name in names)}]\n'


def test_a_tag_before_staging_is_caught(tmp_path: Path) -> None:
    found = errors(said(tmp_path, SOUND + in_order("tag", "staging", "deploy")))
    assert found == [
        "error: phase[1].step[0]: tags before staging has proved it (s): a release that never worked carries a "
        "version, e.g. the step after those on staging"
    ]
    assert said(tmp_path, SOUND + in_order("staging", "tag", "deploy")) == []


def test_a_tag_pushed_by_an_action_of_another_name_is_caught_too(tmp_path: Path) -> None:
    push = as_command("publish", '["git", "push", "origin", "{tag}"]')
    assert "tags before staging" in errors(said(tmp_path, SOUND + in_order("own-tag", "staging") + push))[0]
    assert errors(said(tmp_path, SOUND + in_order("staging", "own-tag") + push)) == []


def test_production_before_staging_is_caught(tmp_path: Path) -> None:
    found = errors(said(tmp_path, SOUND + in_order("deploy", "staging")))
    assert found == ["error: phase[1].step[0]: reaches production before staging (s), e.g. staging first"]


def test_staging_that_no_step_sees_is_said(tmp_path: Path) -> None:
    assert said(tmp_path, SOUND + in_order("deploy")) == [
        'warning: staging: is asked for, but no step deploys there, e.g. ticked_by = "action:deploy-staging"'
    ]


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("hotfix-v{next_version}", "passes it over"),
        ("v{next_version}-hotfix.1", "sorts before"),
        ("{next_version}-hotfix.1", "sorts before"),
    ],
)
def test_a_tag_that_is_no_release_is_caught(tmp_path: Path, tag: str, words: str) -> None:
    found = errors(said(tmp_path, SOUND + f'[naming]\ntag = "{tag}"\n'))
    assert len(found) == 1 and found[0].startswith("error: naming.tag:") and words in found[0]


@pytest.mark.parametrize("tag", ["v{next_version}", "{next_tag}", "shop/v{next_version}", "{next_version}+hotfix.1"])
def test_a_release_tag_is_left_alone(tmp_path: Path, tag: str) -> None:
    assert said(tmp_path, SOUND + f'[naming]\ntag = "{tag}"\n') == []


def test_a_ladder_with_a_gap_is_caught(tmp_path: Path) -> None:
    ladder = '[[ladder]]\nlevel = 2\nafter = "30m"\ncall = ["on-call"]\n'
    literal = SOUND.replace('after = "0s"\n', 'after = "0s"\nuntil = "15m"\n') + ladder
    assert errors(said(tmp_path, literal)) == [
        'error: ladder[1].after: a gap: nobody is in charge from 15m to 30m, e.g. "15m"'
    ]
    assert said(tmp_path, SOUND + ladder) == []


def test_a_limit_its_own_phases_can_not_keep_is_caught(tmp_path: Path) -> None:
    clock = '[[clock]]\nkey = "c"\ntitle = "C"\nlimits = {{ P0 = "{limit}" }}\n'
    assert errors(said(tmp_path, SOUND + clock.format(limit="4m"))) == [
        "error: clock[0].limits.P0: P0 C: can't be kept: the phases up to there take 5m at best and 10m at worst, "
        "the limit is 4m"
    ]
    assert said(tmp_path, SOUND + clock.format(limit="11m")) == []


def test_a_protocol_without_a_way_back_is_caught(tmp_path: Path) -> None:
    cut = '[[rollback]]\ntitle = "Back"\naction = "rollback"\n'
    assert errors(said(tmp_path, SOUND.replace(cut, "")))[0].startswith("error: rollback: names no way back")


def test_the_revert_in_the_body_of_a_commit_is_read_as_well(tmp_path: Path) -> None:
    found = errors(said(tmp_path, SOUND + '[naming]\ncommit_body = ["Rollback: git revert abc"]\n'))
    assert len(found) == 1 and found[0].startswith("error: naming.commit_body[0]:")


def loaded(name: str) -> Playbook:
    return load_playbook(name, Path())


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_playbook_has_no_errors(name: str) -> None:
    assert [str(found) for found in check_playbook(loaded(name)) if found.severity == "error"] == []


@pytest.mark.parametrize(
    ("name", "warnings"),
    [
        ("emergency-release", ()),
        ("hotfix-deploy", ()),
        ("hotfix-workflow", ("scenario.corruption.resolve",)),
        ("release-protocol", ("clock[0].limits.P0", "clock[1].limits.P0", "strategy.ramp")),
        ("two-hour-hotfix", ("staging",)),
    ],
)
def test_a_shipped_playbook_is_warned_of_what_its_protocol_leaves_open(name: str, warnings: tuple[str, ...]) -> None:
    assert tuple(found.key for found in check_playbook(loaded(name))) == warnings


@pytest.mark.parametrize(
    ("name", "literal", "words"),
    [
        ("emergency-release", '[command]\nrevert = ["git", "revert", "{tag}"]\n', "which parent stays"),
        ("hotfix-workflow", '[naming]\ntag = "v{next_version}-hotfix.1"\n', "sorts before"),
        ("hotfix-workflow", '[command]\nbranch = ["git", "describe", "--tags"]\n', "takes the newest tag"),
        ("release-protocol", '[command]\nrollback = ["./back.sh", "--no-confirm"]\n', "takes the question away"),
        (
            "release-protocol",
            '[platform.cloud-run]\ndeploy-production = ["gcloud", "run", "deploy", "{service}", "--tag={revision}"]\n',
            "--tag without --no-traffic",
        ),
        ("release-protocol", '[[clock]]\nkey = "resolve"\nlimits = { P0 = "50m" }\n', "can't be kept"),
        (
            "hotfix-deploy",
            '[[phase]]\nkey = "fix"\n[[phase.step]]\nkey = "early-tag"\ntext = "Tag"\naction = "tag"\n',
            "tags before staging",
        ),
        ("two-hour-hotfix", '[naming]\ntag = "hotfix-v{next_version}"\n', "passes it over"),
        (
            "two-hour-hotfix",
            '[command]\ncheck-schema = ["npx", "prisma", "db", "push", "--accept-data-loss"]\n',
            "drop data",
        ),
        ("two-hour-hotfix", "rollback = []\n", "names no way back"),
        (
            "two-hour-hotfix",
            '[[ladder]]\nlevel = 1\nafter = "0s"\nuntil = "15m"\ncall = ["on-call"]\n'
            '[[ladder]]\nlevel = 2\nafter = "30m"\ncall = ["cto"]\n',
            "nobody is in charge from 15m to 30m",
        ),
    ],
)
def test_the_literal_form_put_back_into_its_protocol_is_caught(
    tmp_path: Path, name: str, literal: str, words: str
) -> None:
    found = errors(said(tmp_path, f'id = "ours"\nextends = "{name}"\n{literal}'))
    assert len(found) == 1 and words in found[0], found
