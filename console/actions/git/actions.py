"""The git buttons that every incident with a repository has; a playbook or a team replaces one by its key."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from warroom.console.domain.action import Action, Danger
from warroom.console.domain.applying import phases_of, steps_of
from warroom.console.domain.git.backport import GIVE_UP
from warroom.console.domain.model import Incident, RunState

_SOON = timedelta(minutes=2)
_FETCH = Action(
    title="Fetch branches and tags",
    argv=("warroom-git", "fetch"),
    danger=Danger.FREE,
    timeout=_SOON,
    undo="nothing to undo: no branch of yours moves, and no tag is replaced",
    help="A release tag that was moved at the remote fails it, with both commits.",
)
UNDO: Mapping[str, str] = MappingProxyType(
    {
        "branch": "delete the branch, as long as nothing is built on it",
        "tag": "delete the tag, as long as it is not pushed; a pushed one stays: release the next",
        "merge": "revert the merge; where it is not pushed, reset the branch to the commit before",
        "revert": "revert the revert",
        "push": "what others may have fetched stays: revert it, or release the next tag",
        "delete": "make it again at the commit that the run prints",
    }
)
"""What takes a verb of `warroom-git` back, in words."""
_BRANCH = Action(
    title="Branch for the fix",
    label="branch",
    argv=("warroom-git", "branch", "{branch}", "--from", "{base}"),
    timeout=_SOON,
    key="b",
    undo=UNDO["branch"],
)
_TAG = Action(
    title="Tag the fix",
    label="tag",
    argv=("warroom-git", "tag", "{tag}", "--at", "{branch}", "--message", "Hotfix: {title}"),
    target="{tag}",
    timeout=_SOON,
    undo=UNDO["tag"],
)
_MERGE = Action(
    title="Merge the fix into production's branch",
    label="merge",
    argv=("warroom-git", "merge", "{branch}", "--into", "{production_branch}"),
    target="{production_branch}",
    timeout=_SOON,
    undo=UNDO["merge"],
    help="Here alone, with a merge commit: it is pushed by another step. A pull request merges without this button.",
)
_PUSH_BRANCH = Action(
    title="Push the branch of the fix",
    label="push branch",
    argv=("warroom-git", "push", "{branch}"),
    timeout=timedelta(minutes=5),
    undo="delete the branch at the remote, as long as nobody has built on it",
)
_PUSH_TAG = Action(
    title="Push the release tag",
    label="push tag",
    argv=("warroom-git", "push", "{tag}"),
    timeout=timedelta(minutes=5),
    undo="a tag that others may have fetched stays; release the next one",
)
_PUSH_MAIN = Action(
    title="Push production's branch",
    label="push main",
    argv=("warroom-git", "push", "{production_branch}"),
    target="{production_branch}",
    timeout=timedelta(minutes=5),
    undo=UNDO["push"],
)
_BACKPORT = Action(
    title="Carry the fix to a live branch, and push it",
    label="backport",
    argv=("warroom-git", "backport", "{onto}", "--commits", "{commits}", "--keep", "--push"),
    target="{onto}",
    timeout=timedelta(minutes=5),
    parameters={"onto": "", "commits": "{base}..{branch}"},
    undo="revert the picked commits on that branch",
    help="Picks with -x. A conflict waits in a working copy of its own, to be mended and continued, or given up (K).",
)
_BACKPORT_BRANCH = Action(
    title="Carry the fix to a live branch, on a branch for a pull request",
    label="backport PR",
    argv=(
        *("warroom-git", "backport", "{onto}", "--commits", "{commits}"),
        *("--onto-new", "{new_branch}", "--keep", "--push"),
    ),
    target="{new_branch}",
    timeout=timedelta(minutes=5),
    parameters={"onto": "", "commits": "{base}..{branch}", "new_branch": "backport/{onto}/{incident}"},
    undo="delete the new branch here and at the remote",
    help="Picks with -x onto a new branch; open the pull request from it.",
)
_MERGE_BACK = Action(
    title="Merge the fix back into a live branch, and push it",
    label="merge back",
    argv=("warroom-git", "merge", "{branch}", "--into", "{onto}", "--push"),
    target="{onto}",
    timeout=timedelta(minutes=5),
    parameters={"onto": ""},
    undo=UNDO["merge"],
    help="With a merge commit. Where it contradicts the branch nothing is changed.",
)
_CONTINUE = Action(
    title="Continue a backport whose conflict is mended, and push it",
    label="continue backport",
    argv=("warroom-git", "continue", "{landing}", "--push"),
    target="{landing}",
    timeout=timedelta(minutes=5),
    parameters={"landing": ""},
    undo="revert the picked commits on that branch",
    help="Refused while something still conflicts or is not added.",
)
_GIVE_UP = Action(
    title="Give up a backport that waits at a conflict",
    label="give up backport",
    argv=("warroom-git", "abort", "{landing}"),
    target="{landing}",
    timeout=_SOON,
    parameters={"landing": ""},
    undo="begin the backport again; what was mended is lost",
    help="Takes its working copy away. The branch was not touched, and is not.",
)
_DELETE_BRANCH = Action(
    title="Delete the branch of the fix, here and at the remote",
    label="delete branch",
    argv=("warroom-git", "delete", "{branch}", "--into", "{production_branch}", "--remote"),
    target="{branch}",
    timeout=_SOON,
    undo="make it again at the commit that the run prints",
    help="Refused while production's branch lacks anything of it.",
)
_REVERT = Action(
    title="Undo a commit or a merge on production's branch",
    label="revert",
    argv=("warroom-git", "revert", "{commits}", "--into", "{production_branch}"),
    target="{production_branch}",
    timeout=_SOON,
    parameters={"commits": ""},
    undo=UNDO["revert"],
    help="By a new commit, here alone: push-main pushes it. Of a merge, or a tag it brought in, all that came.",
)
_PATCH = Action(
    title="Write the fix as a patch file",
    label="patch",
    argv=("warroom-git", "patch", "{commits}", "--to", "{file}"),
    danger=Danger.FREE,
    timeout=_SOON,
    parameters={"file": "", "commits": "{base}..{branch}"},
    undo="delete the file",
)
_APPLY_PATCH = Action(
    title="Apply a patch file to a branch",
    label="apply patch",
    argv=("warroom-git", "apply", "{file}", "--onto", "{onto}"),
    target="{onto}",
    timeout=_SOON,
    parameters={"file": "", "onto": ""},
    undo="reset the branch to the commit before, as long as it is not pushed",
)
STEPS = frozenset({"branch", "tag", "merge"})
"""Of those the ones that are steps of a protocol: drawn when their phase has come."""
BACKPORT, BACKPORT_BRANCH, MERGE_BACK = "backport", "backport-branch", "merge-back"
CONTINUE = "backport-continue"
GIT_ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "fetch": _FETCH,
        "branch": _BRANCH,
        "tag": _TAG,
        "merge": _MERGE,
        "push-branch": _PUSH_BRANCH,
        "push-tag": _PUSH_TAG,
        "push-main": _PUSH_MAIN,
        BACKPORT: _BACKPORT,
        BACKPORT_BRANCH: _BACKPORT_BRANCH,
        MERGE_BACK: _MERGE_BACK,
        CONTINUE: _CONTINUE,
        GIVE_UP: _GIVE_UP,
        "delete-branch": _DELETE_BRANCH,
        "revert-commit": _REVERT,
        "patch": _PATCH,
        "apply-patch": _APPLY_PATCH,
    }
)
"""By key. All can be run by name; the bar shows those that have something to do (`useful`)."""


def useful(incident: Incident, key: str, action: Action) -> bool:
    """Whether a button belongs into the bar now: ours only while it has something to do, everybody else's always."""
    if GIT_ACTIONS.get(key) is not action:
        return True
    missing = any(row.state == "missing" for row in incident.backports.values())
    match key:
        case "branch":
            chosen = incident.decision is not None and incident.decision.choice == "hotfix"
            return chosen and _asks_for(incident, key) and _lacks(incident, "branch")
        case "tag" | "merge":
            done = "merged" if key == "merge" else "tag"
            return _asks_for(incident, key) and _holds(incident, "fix") and _lacks(incident, done)
        case "push-branch":
            return _holds(incident, "fix") and _lacks(incident, "branch-pushed") and _holds(incident, "branch")
        case "push-tag":
            return _holds(incident, "tag") and _lacks(incident, "tag-pushed")
        case "push-main":
            merged = incident.last_run("merge")
            return merged is not None and merged.state is RunState.SUCCEEDED and _lacks(incident, "merged")
        case "delete-branch":
            return _holds(incident, "merged") and _holds(incident, "branch") and not _holds(incident, "branch-deleted")
        case "backport" | "backport-branch":
            return missing and incident.over
        case "backport-continue" | "backport-abort":
            # What waits is a matter of this machine, which the log does not know: the backports screen has them.
            return False
        case _:
            return False


def _asks_for(incident: Incident, key: str) -> bool:
    return any(step.action == key for phase in phases_of(incident) for step in steps_of(incident, phase))


def _holds(incident: Incident, fact: str) -> bool:
    known = incident.git.get(fact)
    return known is not None and known.holds is True


def _lacks(incident: Incident, fact: str) -> bool:
    """Neither there nor unknown: what was never there is not in the log at all."""
    known = incident.git.get(fact)
    return known is None or known.holds is False
