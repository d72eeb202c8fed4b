"""What can go wrong with a repository; each message says why, in one line."""

from warroom.console.domain.text import clean


class GitError(Exception):
    """Git can't or won't; the message says why, in one line."""


class NotARepository(GitError):
    """There is no repository where one was looked for."""


class UnknownRef(GitError):
    """No branch, tag or commit has this name."""


class RefExists(GitError):
    """A branch or tag of this name is there already."""


class NothingToDo(GitError):
    """The change would change nothing."""


class WorkingCopyInUse(GitError):
    """The branch is checked out in a working copy with changes that nobody committed."""


class PushRejected(GitError):
    """The remote refused."""


class Conflict(GitError):
    """Changes contradict each other; nothing was changed."""

    def __init__(self, what: str, files: tuple[str, ...], by_hand: tuple[str, ...] = ()) -> None:
        """Name the files that a person must look at, and the commands with which one goes on by hand."""
        super().__init__(f"{what} conflicts in {', '.join(map(clean, files))}: nothing was changed")
        self.files = files
        self.by_hand = by_hand


class Waits(Conflict):
    """Changes contradict each other, and the pick waits in a working copy of its own for somebody to mend it."""

    def __init__(self, what: str, files: tuple[str, ...], place: str, by_hand: tuple[str, ...]) -> None:
        """Name the files, and where the working copy is."""
        GitError.__init__(self, f"{what} conflicts in {', '.join(map(clean, files))}: it waits in {clean(place)}")
        self.files = files
        self.place = place
        self.by_hand = by_hand
