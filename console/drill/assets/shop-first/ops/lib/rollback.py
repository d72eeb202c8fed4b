"""rollback ENV [--to VERSION]: all traffic back to a revision that served before. Quick; nothing is built."""

import sys
from typing import Any

from ops.lib.command import Failed, Misused, commit_of, environment_named, finish, ref_named, say
from ops.lib.platform import Platform, say_shares, shares_of
from ops.lib.release import build

USAGE = "ops/rollback production|staging [--to VERSION]"


def previous(state: dict[str, Any]) -> str:
    """The revision that served everything before what is served now."""
    serving = shares_of(state)
    for version in reversed(state["history"]):
        if serving.get(version, 0) < 50:
            return str(version)
    raise Failed(f"{state['environment']} has served nothing else; name a version: {USAGE}")


def rollback(arguments: list[str]) -> None:
    """Do it and read it back."""
    named = len(arguments) == 3 and arguments[1] == "--to"
    if not named and len(arguments) != 1:
        raise Misused(USAGE)
    environment = environment_named(arguments[0])
    platform = Platform.find()
    before = platform.state(environment)
    version = ref_named(arguments[2]) if named else previous(before)
    say(f"roll {environment} back to {version}")
    if version not in {one["version"] for one in before["revisions"] if one["health"] == "UP"}:
        say(f"  {version} does not run any more: starting it")
        commit = commit_of(version)
        platform.start(environment, version, commit, build(platform.releases, version, commit))
    after = platform.route(environment, {version: 100})
    revision = next(one for one in after["revisions"] if one["version"] == version)
    if shares_of(after) != {version: 100} or revision["health"] != "UP":
        raise Failed(f"{version} is {revision['health']} with {revision['percent']} % of the traffic")
    say_shares(after)


if __name__ == "__main__":
    finish(lambda: rollback(sys.argv[1:]))
