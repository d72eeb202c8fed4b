"""A team adds a platform by writing one file: from nothing, as `platform check` tells it, to a rollback."""

import os
import subprocess
from dataclasses import replace

import pytest

from tests.cli.conftest import Shell, shell
from warroom.console.cli.boundary import Exit

__all__ = ["shell"]

FLY = """
id = "fly"
title = "Fly"
tools = ["fly"]
strategy = ["rolling"]
main_deploys = true
not_rolled_back = ["secrets stay as they are"]

[options.app]
meaning = "the app's name there"
example = "shop"
required = true

[options.release]
meaning = "the release to go back to, as `live` lists it"
example = "41"

[action.live]
title = "Show the releases"
argv = ["fly", "releases", "--app", "{app}", "--json"]
danger = "free"
undo = "it only reads"

[action.rollback]
title = "Go back to release {release}"
argv = ["fly", "deploy", "--app", "{app}", "--image", "release-{release}"]
environment = "production"
target = "{environment}"
verify = "verify-rollback"
undo = "deploy the newer release again"
key = "r"
owes = { action = "unfreeze", why = "releases are frozen" }

[action.verify-rollback]
title = "Prove that release {release} runs"
argv = ["warroom-check", "--holds", "[BODY].release == {release}", "--", "fly", "releases", "--app", "{app}", "--json"]
danger = "free"
undo = "it only reads"

[action.unfreeze]
title = "Unfreeze releases"
argv = ["fly", "unfreeze", "--app", "{app}"]
danger = "typed"
environment = "production"
target = "{environment}"
verify = "live"
undo = "freeze them"

[[exists]]
action = "rollback"
target = "release {release}"
argv = ["fly", "releases", "--app", "{app}", "--json"]
conditions = ["[BODY] == pat(*{release}*)"]

[[undone_by]]
argv = ["fly", "owner", "--app", "{app}"]
learns = '^release=(?P<release>.+)$'
conditions = ["[BODY] == pat(*robot*)"]
says = "the robot deploys release {release} again"

[[hazard]]
title = "A freeze"
harm = "A rollback freezes releases."
instead = "unfreeze them after"
actions = ["rollback"]
"""
TOOL = """#!/bin/sh
case "$1" in
  releases) cat "$0.state" ;;
  deploy) echo "{\\"release\\": \\"${5#release-}\\"}" > "$0.state" ;;
  *) exit 2 ;;
esac
"""


def test_a_file_from_nothing_runs_and_its_path_starts_at_the_configuration(shell: Shell) -> None:
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=shell.folder, check=True)
    ops = shell.folder / "ops"
    ops.mkdir()
    (ops / "fly").write_text(TOOL)
    (ops / "fly").chmod(0o755)
    (ops / "fly.state").write_text('{"release": "42"}')
    shell.env["PATH"] = f"{ops}{os.pathsep}{shell.env['PATH']}"
    shell.write(FLY, "ops/fly.toml")
    head = '[service]\nname = "shop"\nplatform = "./ops/fly.toml"\n[service.platform_options]\n'
    shell.write(f'{head}app = "shop"\n')
    assert shell.ok("platform", "check", "ops/fly.toml") == ""
    assert "owes unfreeze after: releases are frozen" in shell.ok("platform", "show", "ops/fly.toml")
    shell.ok("declare", "Down", "--level", "P0")
    inside = replace(shell, folder=ops)
    assert '"release": "42"' in inside.warroom("run", "INC-1", "live").out
    ended = inside.warroom("run", "INC-1", "rollback", "release=41", "--yes", "production")
    assert ended.status == Exit.OK, ended.err
    assert "owes after: unfreeze: releases are frozen" in ended.err
    assert "beware: A freeze: A rollback freezes releases." in ended.err
    assert (ops / "fly.state").read_text() == '{"release": "41"}\n'


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "{app}",
            "{ap}",
            'fly.toml: action.live.argv[3]: unknown placeholder {ap}, did you mean "{app}"?',
        ),
        ('owes = { action = "unfreeze"', 'owes = { action = "unfreze"', "fly.toml: action.rollback.owes: no action is"),
        (
            '[[exists]]\naction = "rollback"',
            '[[exists]]\naction = "rolback"',
            'exists[0]: no action is called "rolback"',
        ),
        ("(?P<release>.+)", "(?P<relase>.+)", 'undone_by[0].learns: no option is called "relase"'),
        ("(?P<release>.+)", "(?P<release>.+", "undone_by[0].learns: is no regular expression"),
        ('says = "the robot deploys release {release} again"\n', "", "undone_by[0].says: missing"),
        ('actions = ["rollback"]', 'actions = ["rollbak"]', 'hazard[0]: no action is called "rollbak"'),
        ('"[BODY] == pat(*robot*)"', '"[BODY] is a robot"', "undone_by[0].conditions[0]"),
        ('strategy = ["rolling"]', 'strategy = ["rollin"]', "strategy"),
        ("main_deploys = true", 'main_deploys = "perhaps"', "main_deploys"),
        (
            'verify = "verify-rollback"\n',
            "",
            "action.rollback.verify: changes production and names nothing",
        ),
    ],
)
def test_the_check_says_file_key_and_problem_and_ends_with_2(old: str, new: str, says: str, shell: Shell) -> None:
    assert old in FLY
    shell.write(FLY.replace(old, new, 1), "fly.toml")
    found = shell.warroom("platform", "check", "fly.toml")
    assert found.status == Exit.USAGE
    assert says in found.out
    assert all(line.startswith("fly.toml: ") for line in found.out.splitlines())
