"""scan REF [--base REF]: what a change adds, looked at for secrets and for calls that run foreign text."""

import ast
import re
import sys
from collections.abc import Iterator

from ops.lib.command import Failed, Misused, commit_of, finish, git, ref_named, say

USAGE = "ops/scan REF [--base REF]"
SECRETS = (
    ("a private key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")),
    ("a cloud access key", re.compile(r"\b(AKIA|ASIA)[0-9A-Z]{16}\b")),
    ("a code host's token", re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36}\b")),
    ("a secret written down", re.compile(r"(?i)\b(api_?key|secret|token)\s*[:=]\s*['\"][A-Za-z0-9+/_-]{16,}['\"]")),
)
CALLS = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "pickle.loads", "marshal.loads"}
_HUNK = re.compile(r"^@@ -\S+ \+(\d+)", re.ASCII)


def added(base: str, commit: str) -> Iterator[tuple[str, int, str]]:
    """File, line number and text of each line the change adds."""
    name, number = "", 0
    for line in git("diff", "--no-ext-diff", "--unified=0", base, commit).decode(errors="replace").splitlines():
        if line.startswith("+++ "):
            name = line.removeprefix("+++ ").removeprefix("b/")
        elif hunk := _HUNK.match(line):
            number = int(hunk[1])
        elif line.startswith("+"):
            yield name, number, line[1:]
            number += 1


def calls(commit: str, name: str) -> Iterator[tuple[int, str]]:
    """Line and words of each risky call in a source file."""
    for node in ast.walk(ast.parse(git("show", f"{commit}:{name}"), name)):
        if isinstance(node, ast.Call):
            if (called := ast.unparse(node.func)) in CALLS:
                yield node.lineno, f"{called}() runs what it is given"
            if any(one.arg == "shell" and getattr(one.value, "value", None) is True for one in node.keywords):
                yield node.lineno, f"{called}() starts a shell"


def scan(arguments: list[str]) -> None:
    """Look at every added line; fails when anything is found."""
    if len(arguments) not in (1, 3) or (len(arguments) == 3 and arguments[1] != "--base"):
        raise Misused(USAGE)
    commit = commit_of(ref_named(arguments[0]))
    base = commit_of(ref_named(arguments[2])) if len(arguments) == 3 else f"{commit}^"
    lines = list(added(base, commit))
    found = [f"{name}:{n}: {what}" for name, n, text in lines for what, shape in SECRETS if shape.search(text)]
    fresh = {(name, number) for name, number, _ in lines}
    for name in sorted({name for name, _, _ in lines if name.endswith(".py")}):
        try:
            found += [f"{name}:{number}: {what}" for number, what in calls(commit, name) if (name, number) in fresh]
        except SyntaxError as error:
            found.append(f"{name}:{error.lineno}: does not compile: {error.msg}")
    say(f"scan of {arguments[0]}: {len(lines)} added lines in {len({name for name, _, _ in lines})} files")
    for line in found:
        say(f"  {line}")
    if found:
        raise Failed(f"{len(found)} findings")
    say("nothing found")


if __name__ == "__main__":
    finish(lambda: scan(sys.argv[1:]))
