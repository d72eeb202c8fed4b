"""A repository as this console sees it: the only module that lets git run.

Every name was checked before (`refs`), every commit is carried as its hash once it was looked up, and git never asks
anybody anything. Calls block: make them in a thread, and one `Repository` a thread.
"""

import os
import shlex
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from warroom.console.actions.git.errors import Conflict as Conflict
from warroom.console.actions.git.errors import GitError as GitError
from warroom.console.actions.git.errors import NotARepository as NotARepository
from warroom.console.actions.git.errors import NothingToDo as NothingToDo
from warroom.console.actions.git.errors import PushRejected as PushRejected
from warroom.console.actions.git.errors import RefExists as RefExists
from warroom.console.actions.git.errors import UnknownRef as UnknownRef
from warroom.console.actions.git.errors import WorkingCopyInUse as WorkingCopyInUse
from warroom.console.actions.git.refs import BadRef, ValidatedRef, validated
from warroom.console.actions.runs.environment import ELSEWHERE, git_environment
from warroom.console.actions.runs.masking import mask
from warroom.console.domain.text import clean

if TYPE_CHECKING:
    import git

_READ_SECONDS = 30
_REMOTE_SECONDS = 20.0
_SAY_EVERY = 1.0
"""Seconds between two lines of progress."""
NO_HOOKS = ("-c", f"core.hooksPath={os.devnull}")
"""For what only looks: the team's hooks belong to what people do."""


@dataclass(frozen=True, slots=True)
class Found:
    """A name that was looked up."""

    name: str
    full: str
    """The full name, e.g. `refs/heads/main`; the hash itself for a commit."""
    sha: str
    """The commit."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What git said."""

    status: int
    out: str
    err: str

    @property
    def reason(self) -> str:
        """Why it failed, in one line."""
        lines = [line.strip() for line in (self.err or self.out).splitlines() if line.strip()]
        telling = [line for line in lines if line.startswith(("fatal:", "error:", "! "))]
        # An address in it may hold a password.
        return clean(mask((telling or lines or ["git failed and did not say why"])[0]))


class Repository:
    """One repository, open; `echo` gets each command that changes something, as a shell line."""

    def __init__(self, path: Path, echo: Callable[[str], None] = lambda _: None) -> None:
        """Open the repository whose working copy holds `path`.

        Raises:
            GitError: there is none, or the environment points git at another one.
        """
        diverted = sorted(ELSEWHERE & os.environ.keys())
        if diverted:
            raise GitError(f"{', '.join(diverted)} in the environment would send git to another repository: unset it")
        try:
            # Imported here: it takes as long as the rest of the console's own code, and asks git for its version.
            import git
        except ImportError:
            raise GitError("git is not installed, or not on the PATH") from None
        try:
            self.repo = git.Repo(path, search_parent_directories=True)
        except (git.InvalidGitRepositoryError, git.NoSuchPathError):
            raise NotARepository(f"{path} is not in a git repository") from None
        self.repo.git.update_environment(**git_environment(os.environ))
        self._echo = echo

    def close(self) -> None:
        """End the helpers that git keeps running."""
        self.repo.close()

    def ask(self, *words: str) -> Answer:
        """Run a git command that reads."""
        return self._run(words, _READ_SECONDS)

    def read(self, *words: str) -> str:
        """What a reading git command prints.

        Raises:
            GitError: it failed.
        """
        return _successful(self.ask(*words))

    def do(self, *words: str) -> Answer:
        """Run a git command that changes something; it is echoed."""
        self._echo(shlex.join(["git", *words]))
        return self._run(words, None)

    def change(self, *words: str) -> str:
        """What a changing git command prints.

        Raises:
            GitError: it failed.
        """
        return _successful(self.do(*words))

    def reach(self, *words: str, seconds: float = _REMOTE_SECONDS) -> Answer:
        """Run a git command that reads from a remote, with a time limit for it and all it starts.

        It has no terminal, so nothing in it can ask anybody; no hook of the repository runs.
        """
        command = ["git", *NO_HOOKS, *words]
        try:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env={**os.environ, **git_environment(os.environ), "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
                text=True,
                errors="replace",
            )
        except FileNotFoundError:
            raise GitError("git is not installed, or not on the PATH") from None
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            # A helper such as ssh holds the pipes open, so the whole group goes.
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return Answer(1, "", f"fatal: no answer within {seconds:g} s")
        return Answer(process.returncode, out, err)

    def pipe(self, first: tuple[str, ...], second: tuple[str, ...]) -> str:
        """What the second reading command makes of what the first one prints.

        Raises:
            GitError: the second failed.
        """
        told = self._run(first, _READ_SECONDS)
        with tempfile.TemporaryFile() as file:
            file.write(told.out.encode("utf-8", "surrogateescape"))
            file.write(b"\n")
            file.seek(0)
            return _successful(self._run(second, _READ_SECONDS, file))

    @property
    def remotes(self) -> tuple[str, ...]:
        """The names of the remotes that the repository knows."""
        return tuple(one.name for one in self.repo.remotes)

    @property
    def folder(self) -> str:
        """Where git runs: the working copy, or the repository itself where it has none."""
        return str(self.repo.working_tree_dir or self.repo.git_dir)

    def find(self, name: str) -> Found:
        """Look up a tag, a branch, a branch of a remote, or a commit's hash.

        Raises:
            UnknownRef: there is none, or the name can't be one.
            GitError: a tag and a branch of this name are different commits.
        """
        ref = _checked(name)
        places = (ref.as_tag, ref.as_branch, f"refs/remotes/{ref.name}")
        found = [Found(name, place, sha) for place in places if (sha := self.commit_of(place))]
        if not found and all(character in "0123456789abcdefABCDEF" for character in name) and len(name) >= 7:
            sha = self.commit_of(name)
            found = [Found(name, sha, sha)] if sha else []
        if not found:
            raise UnknownRef(f"{name}: there is no such tag, branch or commit here")
        if len({one.sha for one in found}) > 1:
            raise GitError(f"{name}: is ambiguous: {' and '.join(one.full for one in found)} are different commits")
        return found[0]

    def find_branch(self, name: str) -> Found:
        """Look up a local branch.

        Raises:
            UnknownRef: there is none.
        """
        full = _checked(name).as_branch
        sha = self.commit_of(full)
        if not sha:
            raise UnknownRef(f"{name}: there is no such branch here")
        return Found(name, full, sha)

    def exists(self, full: str) -> bool:
        """Whether a full ref name is taken."""
        return self.ask("show-ref", "--verify", "--quiet", full).status == 0

    def contains(self, branch_sha: str, sha: str) -> bool:
        """Whether the history of one commit holds the other."""
        return self.ask("merge-base", "--is-ancestor", sha, branch_sha).status == 0

    def push(
        self, remote: str, refspecs: list[str], say: Callable[[str], None] | None = None, lease: str = ""
    ) -> "list[git.PushInfo]":
        """Push to a remote that the repository knows; `say` gets its progress, and what the remote has to say.

        `lease`: `REF:COMMIT`; the remote refuses where its own ref is another commit.

        Raises:
            PushRejected: the remote refused some of it.
            GitError: the remote is unknown or can't be reached.
        """
        import git

        self.known_remote(remote)
        options: dict[str, Any] = {"force_with_lease": lease} if lease else {}
        options |= {"atomic": True} if len(refspecs) > 1 else {}
        words = [f"--force-with-lease={lease}"] * bool(lease) + ["--atomic"] * (len(refspecs) > 1)
        self._echo(shlex.join(["git", "push", *words, remote, *refspecs]))
        try:
            pushed = self.repo.remote(remote).push(refspecs, progress=_progress(say), **options)
            refused = [info for info in pushed if info.flags & (info.ERROR | info.REJECTED | info.REMOTE_REJECTED)]
            if refused:
                told = "; ".join(
                    f"{info.local_ref or info.remote_ref_string}: {info.summary.strip()}" for info in refused
                )
                raise PushRejected(f"{remote} refused {clean(told)}")
            pushed.raise_if_error()
        except git.GitCommandError as error:
            raise GitError(Answer(1, "", _stderr(error)).reason) from None
        return list(pushed)

    def known_remote(self, remote: str) -> None:
        """Check a remote's name.

        Raises:
            GitError: the repository has none of that name.
        """
        if remote not in self.remotes:
            raise GitError(f"{remote}: is no remote of this repository; known: {', '.join(self.remotes) or 'none'}")

    def commit_of(self, name: str) -> str:
        """The commit that a full ref name or a hash stands for; empty if there is none."""
        answer = self.ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        return answer.out.strip().splitlines()[-1] if answer.status == 0 and answer.out.strip() else ""

    def _run(self, words: tuple[str, ...], seconds: float | None, given: BinaryIO | None = None) -> Answer:
        import git

        try:
            answer = self.repo.git.execute(
                ["git", *words],
                with_extended_output=True,
                with_exceptions=False,
                kill_after_timeout=seconds,
                istream=given,
            )
        except git.GitCommandNotFound:
            raise GitError("git is not installed, or not on the PATH") from None
        assert isinstance(answer, tuple)
        status, out, err = answer
        return Answer(int(status), str(out), str(err))


@contextmanager
def open_repository(path: Path, echo: Callable[[str], None] = lambda _: None) -> Iterator[Repository]:
    """A repository that is closed at the end.

    Raises:
        GitError: there is none at `path`.
    """
    repository = Repository(path, echo)
    try:
        yield repository
    finally:
        repository.close()


def _checked(name: str) -> ValidatedRef:
    try:
        return validated(name)
    except BadRef as problem:
        raise UnknownRef(f"{name!r} {problem}") from None


def _successful(answer: Answer) -> str:
    if answer.status != 0:
        raise GitError(answer.reason)
    return answer.out


def _progress(say: Callable[[str], None] | None) -> "git.RemoteProgress | None":
    """What turns git's progress into lines: each stage at its end, and once a second in between."""
    if say is None:
        return None
    import git

    tell = say

    class Progress(git.RemoteProgress):
        def __init__(self) -> None:
            super().__init__()
            self._next = time.monotonic() + _SAY_EVERY

        def update(
            self, op_code: int, cur_count: str | float, max_count: str | float | None = None, message: str = ""
        ) -> None:
            if op_code & self.END or time.monotonic() > self._next:
                self._next = time.monotonic() + _SAY_EVERY
                tell(clean(str(self._cur_line)))

        def line_dropped(self, line: str) -> None:
            # With porcelain output these are git's own words about what it does, and the remote's.
            if line.startswith("remote:"):
                tell(clean(mask(line)))

    return Progress()


def _stderr(error: "git.GitCommandError") -> str:
    return str(error.stderr).removeprefix("\n  stderr: '").removesuffix("'")
