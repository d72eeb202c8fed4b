"""Every command of every platform is one that its tool takes; the tools in these tests refuse what is none."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.platforms.fakes import Tools
from tests.platforms.grammar import Wrong, check
from warroom.config.platform_files import CHECK, load_platform, shipped_platforms
from warroom.console.actions.template import fill_element, names
from warroom.console.domain.platform import Platform

SHIPPED = tuple(name for name in shipped_platforms() if name != "script")


def every_argv(platform: Platform) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each command with something in its placeholders; of a proof, the tool that it reads with."""
    found = [(key, action.argv) for key, action in platform.action.items()]
    found += [(f"exists-{one.action}", one.argv) for one in platform.exists]
    found += [(f"undone-{number}", one.argv) for number, one in enumerate(platform.undone_by)]
    for key, argv in found:
        words = argv[argv.index("--") + 1 :] if argv[0] == CHECK else argv
        yield key, tuple(fill_element(word, dict.fromkeys(names(word), "7"), key) for word in words)


def wrong(argv: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The command with a flag nobody knows, with a flag at its end that lacks its value, and without its command."""
    at = 3 if argv[0] == "ssh" else 2
    yield (*argv, "--no-such-flag")
    yield (*argv, "--no-such-flag=1")
    yield (argv[0], *argv[at:]) if argv[0] != "ssh" else argv[:at]
    yield (argv[0], "no-such-command", *argv[2:]) if argv[0] != "ssh" else (*argv[:4], "no-such-command")


ALL = [
    pytest.param(argv, id=f"{name}-{key}")
    for name in SHIPPED
    for key, argv in every_argv(load_platform(name, Path.cwd()))
]


@pytest.mark.parametrize("argv", ALL)
def test_its_tool_takes_it(argv: tuple[str, ...]) -> None:
    assert check(argv)


@pytest.mark.parametrize("argv", ALL)
def test_a_tool_refuses_what_it_does_not_know(argv: tuple[str, ...], tmp_path: Path) -> None:
    for one in wrong(argv):
        with pytest.raises(Wrong):
            check(one)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_executables_refuse_it_too(name: str, tmp_path: Path) -> None:
    platform = load_platform(name, Path.cwd())
    tools = Tools(tmp_path / "bin", platform.tools, {})
    env = os.environ | {"PATH": f"{tools.folder}{os.pathsep}{os.environ['PATH']}"}
    key, argv = next(every_argv(platform))
    for one in wrong(argv):
        done = subprocess.run(one, env=env, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 2, (key, one)
        assert done.stdout == ""


@pytest.mark.parametrize("name", SHIPPED)
def test_it_says_which_tools_it_runs(name: str) -> None:
    platform = load_platform(name, Path.cwd())
    assert {argv[0] for _, argv in every_argv(platform)} == set(platform.tools)
