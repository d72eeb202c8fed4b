"""The pull request of a fix, as GitHub has it, and what it proves."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """The last word of one reviewer."""

    by: str
    verdict: Literal["approved", "changes-requested"]
    commit: str
    """The head that was looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A pull request at one moment."""

    number: int
    url: str
    state: Literal["open", "merged", "closed"]
    head: str
    """The commit at its head."""
    reviews: tuple[Reviewed, ...] = ()
    passed: int = 0
    failed: int = 0
    pending: int = 0
    failing: tuple[str, ...] = ()
    """Names of the checks that failed."""
    merge_state: str = ""
    """What GitHub says of merging it, e.g. `clean`, `blocked`, `behind`, `dirty`."""

    @property
    def approved_by(self) -> tuple[str, ...]:
        """Who approved the head as it is; an approval of an older commit does not count."""
        return tuple(one.by for one in self.reviews if one.verdict == "approved" and one.commit == self.head)

    @property
    def objected_by(self) -> tuple[str, ...]:
        """Whose request for changes still stands."""
        return tuple(one.by for one in self.reviews if one.verdict == "changes-requested")

    def told(self) -> str:
        """`#12 open, approved by dana, 3 checks passed`."""
        parts = [f"#{self.number} {self.state}"]
        if self.approved_by:
            parts.append(f"approved by {', '.join(self.approved_by)}")
        if self.objected_by:
            parts.append(f"changes asked for by {', '.join(self.objected_by)}")
        if self.failed:
            parts.append(f"{_checks(self.failed)} failed ({', '.join(self.failing[:3])})")
        if self.pending:
            parts.append(f"{_checks(self.pending)} running")
        if self.passed and not (self.failed or self.pending):
            parts.append(f"{_checks(self.passed)} passed")
        return ", ".join(parts)


KEYS = ("open", "approved", "checks", "merged")
"""What a step can be bound to: `ticked_by = "pull-request:approved"`."""


def enough_approvals(request: PullRequest | None, minimum: int) -> tuple[bool | None, str]:
    """Whether the pull request has the approvals that are asked for (None: nothing is known), and why."""
    if request is None:
        return None, ""
    if request.objected_by:
        return False, f"{', '.join(request.objected_by)} asked for changes in #{request.number}"
    approved = request.approved_by
    if len(approved) >= max(minimum, 1):
        return True, f"#{request.number} approved by {', '.join(approved)}"
    older = sum(one.verdict == "approved" and one.commit != request.head for one in request.reviews)
    count = f"{len(approved)} of {max(minimum, 1)} approvals of #{request.number} as it is"
    return False, count + (f"; {older} of an older commit" if older else "")


def proves(request: PullRequest | None, key: str, minimum: int) -> tuple[bool | None, str]:
    """Whether the pull request proves what a step is bound to (None: nothing is known), and why."""
    if request is None:
        return None, ""
    if key == "approved":
        return enough_approvals(request, minimum)
    if key == "open":
        return request.state != "closed", f"#{request.number} is {request.state}"
    if key == "merged":
        return request.state == "merged", f"#{request.number} is {request.state}"
    if key != "checks" or not request.passed + request.failed + request.pending:
        return None, ""
    if request.failed:
        return False, f"{_checks(request.failed)} failed: {', '.join(request.failing[:3])}"
    if request.pending:
        return False, f"{_checks(request.pending)} still running"
    return True, f"{_checks(request.passed)} passed"


def _checks(count: int) -> str:
    return f"{count} check{'' if count == 1 else 's'}"
