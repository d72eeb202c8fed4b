"""test [REF]: the application's tests, as they are at a tag, branch or commit."""

import subprocess
import sys
import tempfile
from pathlib import Path

from ops.lib.command import Failed, Misused, commit_of, finish, ref_named, say
from ops.lib.platform import Platform
from ops.lib.release import export


def test(arguments: list[str]) -> None:
    """Run them on a fresh copy of the files."""
    if len(arguments) > 1:
        raise Misused("ops/test [REF]")
    ref = ref_named(arguments[0] if arguments else "HEAD")
    commit = commit_of(ref)
    with tempfile.TemporaryDirectory(prefix="test-", dir=Platform.find().scratch) as folder:
        export(commit, Path(folder))
        say(f"tests of {ref} ({commit[:10]})")
        argv = (sys.executable, "-E", "-s", "-B", "-m", "unittest", "discover", "-v", "-s", "checks", "-t", ".")
        try:
            done = subprocess.run(argv, cwd=folder, stdin=subprocess.DEVNULL, timeout=120, check=False)
        except subprocess.TimeoutExpired:
            raise Failed("the tests did not end within two minutes") from None
    if done.returncode:
        raise Failed(f"the tests of {ref} fail")
    say("passed")


if __name__ == "__main__":
    finish(lambda: test(sys.argv[1:]))
