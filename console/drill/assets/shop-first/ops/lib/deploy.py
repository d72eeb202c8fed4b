"""deploy ENV VERSION [--no-traffic | --all]: build a tag or branch, start it, wait until it is healthy."""

import sys

from ops.lib.command import Failed, Misused, commit_of, environment_named, finish, git, patience, ref_named, say
from ops.lib.platform import Platform, say_shares, shares_of
from ops.lib.release import build

USAGE = "ops/deploy production|staging VERSION [--no-traffic | --all]"


def read(arguments: list[str]) -> tuple[str, str, bool]:
    """Environment, version, and whether it takes all the traffic."""
    flags = {one for one in arguments if one.startswith("-")}
    words = [one for one in arguments if not one.startswith("-")]
    if flags - {"--no-traffic", "--all"} or len(flags) > 1 or len(words) != 2:
        raise Misused(USAGE)
    environment, version = environment_named(words[0]), ref_named(words[1])
    if environment == "production" and not flags:
        raise Misused(f"{USAGE}\nhint: production must be told; --no-traffic starts it at 0 %")
    return environment, version, "--no-traffic" not in flags


def deploy(environment: str, version: str, everything: bool) -> None:
    """Do it, saying each step."""
    platform = Platform.find()
    commit = commit_of(version)
    subject = git("log", "-1", "--format=%s", commit).decode().strip()
    before = shares_of(platform.state(environment))
    say(f"deploy {version} to {environment}: commit {commit[:10]} {subject}")
    try:
        folder = build(platform.releases, version, commit)
    except SyntaxError as error:
        raise Failed(f"{error.filename}:{error.lineno}: {error.msg}") from None
    patience(2.0)
    say(f"  built    {folder.name}")
    state = platform.start(environment, version, commit, folder)
    say("  started  and its health check says UP")
    patience(1.5)
    if everything:
        state = platform.route(environment, {version: 100})
    revision = next((one for one in state["revisions"] if one["version"] == version), None)
    if revision is None or revision["commit"] != commit or revision["health"] != "UP":
        raise Failed(f"{version} is not up in {environment} after all: {revision}")
    if not everything and shares_of(state).get(version, 0) > before.get(version, 0):
        raise Failed(f"{version} got traffic that nobody asked for")
    say_shares(state)


if __name__ == "__main__":
    finish(lambda: deploy(*read(sys.argv[1:])))
