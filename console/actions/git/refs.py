"""Names of branches and tags, checked before git sees them."""

import re
from dataclasses import dataclass

_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+-]{0,199}")
_PSEUDO = re.compile(r"(?:[A-Z]+_)*HEAD|AUTO_MERGE", re.IGNORECASE)
_OBJECT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", re.IGNORECASE)


class BadRef(ValueError):
    """A name that git refuses, or would take for something else; the message says why."""


@dataclass(frozen=True, slots=True)
class ValidatedRef:
    """A branch or tag name that is safe in an argv and means to git what it says.

    Made by `validated`; git's own rules, and stricter: letters, digits and `._/+-` only (git accepts `@`, which is the
    current branch, and a branch called `HEAD`, which breaks every later command).
    """

    name: str

    def __post_init__(self) -> None:
        problem = _problem(self.name)
        if problem:
            raise BadRef(problem)

    def __str__(self) -> str:
        return self.name

    @property
    def as_branch(self) -> str:
        """The full name, if it is a branch."""
        return f"refs/heads/{self.name}"

    @property
    def as_tag(self) -> str:
        """The full name, if it is a tag."""
        return f"refs/tags/{self.name}"


def validated(name: str) -> ValidatedRef:
    """Check a name that shall be looked up.

    Raises:
        BadRef: git would refuse it, or take it for something else.
    """
    return ValidatedRef(name)


def validated_new(name: str) -> ValidatedRef:
    """Check a name that shall be created: as `validated`, and it must not look like a commit or a full ref name.

    Raises:
        BadRef: the name can't be given to a new branch or tag.
    """
    ref = ValidatedRef(name)
    if _OBJECT.fullmatch(name):
        raise BadRef("looks like a commit's hash, so that git could not tell them apart")
    if name.casefold().startswith("refs/"):
        raise BadRef('begins with "refs/": give the short name, e.g. "hotfix/sign-in"')
    return ref


def _problem(name: str) -> str:
    if not name:
        return "is empty"
    if name.startswith("-"):
        return "begins with a dash, so that git would read it as an option"
    if len(name) > 200:
        return "is longer than 200 characters"
    if not _PATTERN.fullmatch(name):
        return 'has characters other than letters, digits, ".", "_", "/", "+", "-", or begins with one of these signs'
    if _PSEUDO.fullmatch(name.rpartition("/")[2]):
        return "is a name that git uses itself"
    if ".." in name or "//" in name or name.endswith(("/", ".")):
        return 'has "..", "//", or a "/" or "." at its end'
    if any(part.startswith(".") or part.endswith(".lock") for part in name.split("/")):
        return 'has a part that begins with "." or ends with ".lock"'
    return ""
