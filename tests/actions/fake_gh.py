"""A `gh` on the PATH that refuses what the real one refuses, and keeps its pull requests in a file."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

PROGRAM = """#!{python}
import json, os, sys
from pathlib import Path

STATE = Path({state!r})
state = json.loads(STATE.read_text())
VIEW = {{"number", "url", "state", "headRefOid", "mergeStateStatus", "reviewDecision", "reviews", "statusCheckRollup",
        "title", "body", "labels", "baseRefName", "headRefName"}}
CHECKS = {{"name", "state", "startedAt", "completedAt", "link", "bucket", "event", "workflow", "description"}}


def fail(text, status=1):
    sys.stderr.write(text + "\\n")
    sys.exit(status)


def fields(argv, known):
    if len(argv) < 2 or argv[0] != "--json":
        fail("expected --json: " + " ".join(argv), 1)
    asked = argv[1].split(",")
    for one in asked:
        if one not in known:
            fail('Unknown JSON field: "%s"' % one)
    if argv[2:]:
        fail("unknown arguments " + repr(argv[2:]))
    return asked


def create(argv):
    given = {{"--label": []}}
    words = iter(argv)
    for word in words:
        if word not in ("--title", "--base", "--head", "--body-file", "--label"):
            fail("unknown flag: " + word)
        value = next(words)
        if word == "--label":
            given[word].append(value)
        else:
            given[word] = value
    for wanted in ("--title", "--base", "--head", "--body-file"):
        if wanted not in given:
            fail("must provide `--title` and `--body` (or `--fill`) when not running interactively")
    if given["--head"] in state["requests"]:
        fail('a pull request for branch "%s" already exists' % given["--head"])
    body = Path(given["--body-file"]).read_text()
    url = "https://github.com/acme/shop/pull/12"
    state["requests"][given["--head"]] = {{
        "number": 12, "url": url, "state": "OPEN", "headRefOid": "a" * 40, "mergeStateStatus": "BLOCKED",
        "reviewDecision": "REVIEW_REQUIRED", "reviews": [], "checks": [],
        "title": given["--title"], "body": body, "labels": given["--label"], "baseRefName": given["--base"],
    }}
    STATE.write_text(json.dumps(state))
    print(url)


def main(argv):
    if state.get("hang"):
        import time
        time.sleep(600)
    if os.environ.get("GH_PROMPT_DISABLED") != "1":
        fail("would prompt")
    if not state["logged_in"]:
        fail("To get started with GitHub CLI, please run:  gh auth login", 4)
    if "raw" in state:
        print(state["raw"])
        return
    if argv[:2] == ["pr", "create"]:
        return create(argv[2:])
    if argv[:2] == ["pr", "view"]:
        found = state["requests"].get(argv[2])
        asked = fields(argv[3:], VIEW)
        if found is None:
            fail('no pull requests found for branch "%s"' % argv[2])
        print(json.dumps({{one: found[one] for one in asked}}))
        return
    if argv[:2] == ["pr", "checks"]:
        found = next((one for one in state["requests"].values() if str(one["number"]) == argv[2]), None)
        asked = fields(argv[3:], CHECKS)
        if found is None:
            fail("no pull requests found")
        if not found["checks"]:
            fail("no checks reported on the 'x' branch")
        print(json.dumps([{{one: check.get(one, "") for one in asked}} for check in found["checks"]]))
        buckets = [check["bucket"] for check in found["checks"]]
        sys.exit(1 if "fail" in buckets else 8 if "pending" in buckets else 0)
    fail("unknown command " + repr(argv))


main(sys.argv[1:])
"""


class FakeGitHub:
    """The state that the fake keeps."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._state = folder / "github.json"
        self.set(logged_in=True, requests={})
        programs = folder / "bin"
        programs.mkdir()
        program = programs / "gh"
        program.write_text(PROGRAM.format(python=sys.executable, state=str(self._state)))
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._state.read_text())
        return found

    def set(self, **changes: Any) -> None:
        """Change the state whole, so that no reader sees half of it."""
        known = self.state if self._state.exists() else {}
        fresh = self._state.with_suffix(".new")
        fresh.write_text(json.dumps({**known, **changes}))
        fresh.replace(self._state)

    def request(self, branch: str, **changes: Any) -> None:
        """Open a pull request, or change one."""
        usual = {
            "number": 12,
            "url": "https://github.com/acme/shop/pull/12",
            "state": "OPEN",
            "headRefOid": "a" * 40,
            "mergeStateStatus": "CLEAN",
            "reviewDecision": "",
            "reviews": [],
            "checks": [],
        }
        requests = self.state["requests"]
        self.set(requests={**requests, branch: {**usual, **requests.get(branch, {}), **changes}})


def review(by: str, state: str, commit: str) -> dict[str, Any]:
    """A review as `gh` prints it."""
    return {"author": {"login": by}, "state": state, "commit": {"oid": commit}, "body": "", "submittedAt": ""}


def check(name: str, bucket: str) -> dict[str, str]:
    """A check as `gh` prints it."""
    return {"name": name, "bucket": bucket, "state": "SUCCESS", "link": "https://ci.example.com/1"}
