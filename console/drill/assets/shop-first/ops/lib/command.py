"""What every ops command shares: its words, its exit statuses, its patience."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
ENVIRONMENTS = ("production", "staging")
_REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,119}")


class Failed(Exception):
    """It did not work; the text says why. Exit status 1."""


class Misused(Exception):
    """It was asked for in a wrong way; the text says how to ask. Exit status 2."""


def say(text: str) -> None:
    """One line for the person who watches."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def finish(command: Callable[[], None]) -> None:
    """Run a command and end the process with an honest exit status."""
    try:
        command()
    except Misused as error:
        sys.stderr.write(f"usage: {error}\n")
        raise SystemExit(2) from None
    except Failed as error:
        sys.stderr.write(f"FAILED: {error}\n")
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        raise SystemExit(130) from None


def patience(seconds: float) -> None:
    """Wait as long as the real step takes; a drill at speed 10 waits a tenth of it."""
    try:
        speed = float(os.environ.get("WARROOM_DRILL_SPEED", "1"))
    except ValueError:
        speed = 1.0
    time.sleep(seconds / max(speed, 0.1))


def environment_named(text: str) -> str:
    """Check the name of an environment."""
    if text not in ENVIRONMENTS:
        raise Misused(f"{text!r} is no environment; there are {' and '.join(ENVIRONMENTS)}")
    return text


def ref_named(text: str) -> str:
    """Check the name of a tag, a branch or a commit."""
    if not _REF.fullmatch(text) or ".." in text or text.endswith((".lock", "/", ".")):
        raise Misused(f"{text!r} is no tag, branch or commit, e.g. v1.2.3 or hotfix/INC-7")
    return text


def git(*arguments: str, folder: Path = REPOSITORY, stdin: bytes | None = None) -> bytes:
    """Run git, deaf to any settings but the repository's own; gives its stdout."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    env |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_ATTR_NOSYSTEM": "1"}
    env |= {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    done = subprocess.run(
        ("git", *arguments), cwd=folder, env=env, input=stdin, capture_output=True, timeout=60, check=False
    )
    if done.returncode:
        raise Failed(f"git {arguments[0]}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def commit_of(ref: str) -> str:
    """The full id of the commit a ref means; a tag wins over a branch of the same name."""
    for name in (f"refs/tags/{ref}", f"refs/heads/{ref}", ref):
        try:
            return git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").decode().strip()
        except Failed:
            continue
    raise Failed(f"there is no tag, branch or commit {ref!r} in {REPOSITORY}")
