"""Where a push to production's branch deploys by itself: which commands do that, and what then stands before them."""

from collections.abc import Mapping
from dataclasses import replace

from warroom.console.actions.git.github import GH
from warroom.console.actions.template import CommandError, fill_element
from warroom.console.domain.action import Action, Danger
from warroom.console.domain.model import Incident, RunState

PROOF = "verify-main"
"""The platform's action that proves what such a push has deployed."""
_OWN = "warroom-git"
_WRONG = ("--delete", "-d", "--tags", "--dry-run", "-n")
_FORWARD = ("merge", "deploy-production", "push-main")
_MORE = "A push to this branch deploys to production by itself."


def reaches_main(argv: tuple[str, ...], branch: str) -> bool:
    """Whether a command puts commits onto production's branch at the remote."""
    program, words = argv[0] if argv else "", argv[1:]
    if program == _OWN:
        return _ours(words, branch)
    if program == "git" and "push" in words:
        return _pushes(words[words.index("push") + 1 :], branch)
    return program == GH and words[:2] == ("pr", "merge")


def _ours(words: tuple[str, ...], branch: str) -> bool:
    verb, rest = (words[0] if words else ""), words[1:]
    if verb == "push":
        return branch in rest
    onto = [rest[rest.index(name) + 1] for name in ("--into", "--onto") if name in rest[:-1]]
    if verb == "continue" or (verb == "backport" and "--onto-new" not in rest):
        onto += rest[:1]
    return "--push" in rest and branch in onto


def _pushes(words: tuple[str, ...], branch: str) -> bool:
    if any(word in _WRONG for word in words):
        return False
    refs = [word for word in words if not word.startswith("-")][1:]
    ends = [ref.removeprefix("+").rpartition(":")[2].removeprefix("refs/heads/") for ref in refs]
    # Without a name it pushes whatever is checked out.
    return not refs or branch in ends


def as_deploy(action: Action, guards: tuple[str, ...], proof: str) -> Action:
    """The action with what stands before a deploy to production."""
    danger = action.danger if action.danger is Danger.TWO else Danger.TYPED
    return replace(
        action,
        danger=danger,
        environment="production",
        target="{environment}",
        verify=action.verify or proof,
        guards=tuple(dict.fromkeys((*action.guards, *guards))),
        help=f"{action.help} {_MORE}".strip(),
    )


def filled(argv: tuple[str, ...], known: Mapping[str, str]) -> tuple[str, ...]:
    """The command as far as it is known: names nobody knows yet stay as they are."""
    return tuple(_word(word, known) for word in argv)


def _word(word: str, known: Mapping[str, str]) -> str:
    try:
        return fill_element(word, known, PROOF)
    except CommandError:
        return word


def goes_back(incident: Incident, key: str) -> bool:
    """Whether a push is a way back, which nothing may hold up: a revert, or what follows one."""
    if key.startswith(("revert", "push-revert")):
        return True
    newest = next((run for run in reversed(tuple(incident.runs.values())) if _moves(run.action)), None)
    return newest is not None and newest.action.startswith("revert") and newest.state is RunState.SUCCEEDED


def _moves(action: str) -> bool:
    return action.startswith("revert") or action in _FORWARD
