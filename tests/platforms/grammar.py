"""What the platforms' tools take, by their own references: commands, their flags with and without a value, their words.

`flags` maps a flag to whether a value follows it; `words` is how many words besides may stand there, least and most.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Verb:
    """One command of a tool."""

    flags: dict[str, bool] = field(default_factory=dict)
    words: tuple[int, int] = (0, 0)
    joined: bool = False
    """A value is joined to its flag by `=` alone."""


class Wrong(Exception):
    """The tool would refuse these words."""


_KUBE = {"-n": True, "--namespace": True}
_GCLOUD = {"--region": True, "--project": True, "--format": True, "--quiet": False}
_RAILWAY = {"-s": True, "--service": True, "-e": True, "--environment": True, "--json": False}
_AWS = {"--output": True}
_COMPOSE = {"--ansi": True, "--progress": True, "-f": True}

GRAMMAR: dict[str, Verb] = {
    "kubectl get": Verb({**_KUBE, "-o": True}, (1, 2)),
    "kubectl set image": Verb(_KUBE, (2, 9)),
    "kubectl patch": Verb({**_KUBE, "--type": True, "-p": True}, (1, 2)),
    "kubectl logs": Verb({**_KUBE, "--follow": False, "--tail": True}, (1, 2)),
    "kubectl rollout undo": Verb({**_KUBE, "--to-revision": True}, (1, 2)),
    "kubectl rollout status": Verb({**_KUBE, "--timeout": True, "--watch": True, "--revision": True}, (1, 2)),
    "kubectl rollout history": Verb({**_KUBE, "--revision": True, "-o": True}, (1, 2)),
    "gcloud run deploy": Verb({**_GCLOUD, "--image": True, "--no-traffic": False, "--tag": True}, (1, 1)),
    "gcloud run services describe": Verb(_GCLOUD, (1, 1)),
    "gcloud run services update-traffic": Verb(
        {**_GCLOUD, "--to-tags": True, "--to-revisions": True, "--to-latest": False}, (1, 1)
    ),
    "gcloud run services logs read": Verb({**_GCLOUD, "--limit": True}, (1, 1)),
    "gcloud run revisions list": Verb({**_GCLOUD, "--service": True, "--limit": True}),
    "gcloud run revisions describe": Verb(_GCLOUD, (1, 1)),
    "vercel deploy": Verb({"--prod": False, "--yes": False, "--no-wait": False}, (0, 1)),
    "vercel inspect": Verb({"--json": False, "--wait": False, "--timeout": True}, (1, 1)),
    "vercel rollback": Verb({"--yes": False, "--timeout": True}, (1, 1)),
    "vercel promote": Verb({"--yes": False, "--timeout": True}, (1, 1)),
    "vercel logs": Verb({"--follow": False}, (0, 1)),
    "netlify api": Verb({"--data": True}, (1, 1)),
    "netlify deploy": Verb(
        {"--prod": False, "--no-build": False, "--dir": True, "--json": False, "--message": True}, (0, 0)
    ),
    "netlify logs:deploy": Verb(),
    "netlify logs:function": Verb({"-l": True}, (0, 1)),
    "railway up": Verb({**_RAILWAY, "--detach": False, "-y": False}, (0, 1)),
    "railway redeploy": Verb({"-s": True, "--service": True, "-y": False, "--json": False, "--from-source": False}),
    "railway deployment list": Verb({**_RAILWAY, "--limit": True}),
    "railway logs": Verb({**_RAILWAY, "--build": False, "--deployment": False, "--lines": True}, (0, 1)),
    "railway api": Verb({"--raw-var": True, "--var": True, "--variables": True, "--compact": False}, (1, 1)),
    "eb deploy": Verb({"--version": True, "--timeout": True, "--nohang": False}, (0, 1)),
    "eb events": Verb({"--follow": False, "-f": False}, (0, 1)),
    "eb logs": Verb({"--all": False, "--zip": False, "--stream": False}, (0, 1)),
    "aws elasticbeanstalk describe-environments": Verb({**_AWS, "--environment-names": True}),
    "aws elasticbeanstalk describe-events": Verb({**_AWS, "--environment-name": True}),
    "aws elasticbeanstalk describe-application-versions": Verb({**_AWS, "--version-labels": True}),
    "gh workflow run": Verb({"--ref": True, "-f": True}, (1, 1)),
    "gh run list": Verb({"--workflow": True, "--limit": True, "--json": True, "--branch": True}),
    "gh run watch": Verb({"--exit-status": False, "--interval": True}, (1, 1)),
    "gh run view": Verb({"--log": False, "--log-failed": False, "--exit-status": False}, (1, 1)),
    "docker compose ps": Verb({"-a": False, "--format": True}, (0, 9)),
    "docker compose pull": Verb({}, (0, 9)),
    "docker compose up": Verb({"-d": False, "--wait": False, "--wait-timeout": True, "--no-build": False}, (0, 9)),
    "docker compose logs": Verb({"--follow": False, "--tail": True}, (0, 9)),
}
_RUN_FIELDS = {"databaseId", "status", "conclusion", "headBranch", "headSha", "createdAt", "url"}
_API = {"getSite", "listSiteDeploys", "getDeploy", "restoreSiteDeploy", "lockDeploy", "unlockDeploy"}


def check(argv: Sequence[str]) -> str:
    """See that the tool would take these words; gives the command they are.

    Raises:
        Wrong: it would not.
    """
    words = list(argv)
    if words[:1] == ["ssh"]:
        return _ssh(words[1:])
    if words[:2] == ["docker", "compose"]:
        words = _compose(words)
    verb = next((one for length in (5, 4, 3, 2) if (one := " ".join(words[:length])) in GRAMMAR), "")
    if not verb:
        raise Wrong(f"unknown command: {' '.join(words)}")
    given = _words(GRAMMAR[verb], words[len(verb.split()) :])
    _values(verb, given)
    return verb


def _words(verb: Verb, rest: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"": []}
    while rest:
        word = rest.pop(0)
        name, joint, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if not word.startswith("-"):
            found[""].append(word)
            continue
        if name not in verb.flags:
            raise Wrong(f"unknown flag: {word}")
        if verb.flags[name] and not joint:
            if not rest or rest[0].startswith("-"):
                raise Wrong(f"flag needs an argument: {word}")
            value = rest.pop(0)
        elif joint and (not value or not verb.flags[name]):
            raise Wrong(f"flag takes no such argument: {word}")
        found.setdefault(name, []).append(value)
    least, most = verb.words
    if not least <= len(found[""]) <= most or "" in found[""]:
        raise Wrong(f"expected {least} to {most} words, not {found['']}")
    return found


def _values(verb: str, given: dict[str, list[str]]) -> None:
    """What a tool says of single values."""
    words = given[""]
    if verb == "gh run list" and not set(given.get("--json", [""])[0].split(",")) <= _RUN_FIELDS:
        raise Wrong("unknown JSON field")
    if verb == "netlify api" and words[0] not in _API:
        raise Wrong(f"{words[0]} is no method")
    if verb == "kubectl rollout undo" and not given.get("--to-revision", ["0"])[0].isdigit():
        raise Wrong("invalid argument for --to-revision")
    if verb == "kubectl patch" and given.get("--type", ["strategic"])[0] not in ("json", "merge", "strategic"):
        raise Wrong("--type must be one of json, merge, strategic")
    traffic = [name for name in ("--to-tags", "--to-revisions", "--to-latest") if name in given]
    if verb.endswith("update-traffic") and len(traffic) != 1:
        raise Wrong("exactly one of --to-latest, --to-revisions, --to-tags")


def _ssh(words: list[str]) -> str:
    while words and words[0].startswith("-"):
        if not words.pop(0).startswith("-o"):
            raise Wrong("unknown option")
    if len(words) < 2:
        raise Wrong("no host, or nothing to run there")
    remote = words[1:]
    if remote[0] == "env":
        remote = remote[1:]
        while remote and "=" in remote[0]:
            remote = remote[1:]
    return check(remote or ["env"])


def _compose(words: list[str]) -> list[str]:
    """The command without compose's own flags, which stand before it."""
    rest = words[2:]
    while rest and rest[0].startswith("-"):
        if rest[0] not in _COMPOSE or len(rest) < 2 or rest[1].startswith("-"):
            raise Wrong(f"unknown flag, or no argument: {rest[0]}")
        rest = rest[2:]
    return ["docker", "compose", *rest]
