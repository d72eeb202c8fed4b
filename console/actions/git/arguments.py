"""What `warroom-git` can be asked for."""

import argparse
from pathlib import Path

USUAL = "."
"""The remote a branch comes from: git's name for "this repository", which no push has any use for."""
_USUALLY = "without a name to the remote the branch comes from"


def parser(program: str) -> argparse.ArgumentParser:
    """The verbs and their options."""
    parser = argparse.ArgumentParser(prog=program, description="Git, safely: no working copy is touched.")
    parser.add_argument("--repository", type=Path, default=Path(), help="a folder in the repository (default: here)")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    _making(verbs)
    _joining(verbs)
    _travelling(verbs)
    return parser


def _pushing(verb: argparse.ArgumentParser) -> None:
    told = "then push what was made; " + _USUALLY
    verb.add_argument("--push", nargs="?", default="", const=USUAL, metavar="REMOTE", help=told)


def _making(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    branch = verbs.add_parser("branch", help="make a branch")
    branch.add_argument("name")
    branch.add_argument("--from", dest="base", required=True, metavar="BASE", help="tag, branch or commit")
    tag = verbs.add_parser("tag", help="make an annotated tag")
    tag.add_argument("name")
    tag.add_argument("--at", required=True, metavar="COMMIT", help="tag, branch or commit")
    tag.add_argument("--message", required=True)
    push = verbs.add_parser("push", help="push branches and tags, all or none, never by force")
    push.add_argument("refs", nargs="+", metavar="REF")
    push.add_argument("--remote", default=USUAL, help=_USUALLY)


def _joining(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    merge = verbs.add_parser("merge", help="merge into a branch, with a merge commit")
    merge.add_argument("branch")
    merge.add_argument("--into", required=True, metavar="BRANCH")
    merge.add_argument("--message", default="")
    _pushing(merge)
    revert = verbs.add_parser("revert", help="undo a commit or a merge by a new commit")
    revert.add_argument("commit")
    revert.add_argument("--into", required=True, metavar="BRANCH")
    delete = verbs.add_parser("delete", help="delete a branch whose commits, or their patches, another branch has")
    delete.add_argument("branch")
    delete.add_argument(
        "--into", action="append", required=True, metavar="BRANCH", help="where it must be; again for more than one"
    )
    delete.add_argument("--remote", nargs="?", default="", const=USUAL, help="delete it there as well; " + _USUALLY)


def _travelling(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    fetch = verbs.add_parser("fetch", help="fetch branches and tags; a tag that was moved is told, never replaced")
    fetch.add_argument("--remote", default=USUAL, help=_USUALLY)
    backport = verbs.add_parser("backport", help="carry commits to another branch, by cherry-pick -x")
    backport.add_argument("branch")
    backport.add_argument(
        "--commits", nargs="+", required=True, metavar="COMMIT", help="commits, or a span such as v1.2.3..hotfix/x"
    )
    backport.add_argument("--onto-new", default="", metavar="NAME", help="a new branch from it, for a pull request")
    backport.add_argument("--keep", action="store_true", help="on a conflict, keep the working copy to go on in it")
    _pushing(backport)
    mended = verbs.add_parser("continue", help="go on with a pick that waits, once its conflict is mended")
    mended.add_argument("branch", help="the branch that gets the commits")
    _pushing(mended)
    given_up = verbs.add_parser("abort", help="give a pick that waits up; its branch stays as it is")
    given_up.add_argument("branch", help="the branch that would get the commits")
    patch = verbs.add_parser("patch", help="write commits as a patch file")
    patch.add_argument("commits", nargs="+", metavar="COMMIT", help="commits, or a span")
    patch.add_argument("--to", type=Path, required=True, metavar="FILE", help="must not be there yet")
    apply = verbs.add_parser("apply", help="apply a patch file to a branch")
    apply.add_argument("file", type=Path)
    apply.add_argument("--onto", required=True, metavar="BRANCH")
    apply.add_argument("--onto-new", default="", metavar="NAME", help="a new branch from it, for a pull request")
