"""Deciding what is news from the repository: only what differs from what the log knows."""

from typing import assert_never

from warroom.console.domain import events as e
from warroom.console.domain import intents as i
from warroom.console.domain.git.truth import FACTS
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Incident


def decide_git(incident: Incident, intent: i.GitIntent) -> tuple[e.Event, ...] | Refused:
    """The event, or nothing where it was known."""
    match intent:
        case i.RecordGitFact(fact=fact, holds=holds, why=why, commit=commit):
            if fact not in FACTS:
                return Refused(reason=f"there is no git fact {fact!r}; known are {', '.join(FACTS)}")
            known = incident.git.get(fact)
            # What never held is no news while it does not: a new incident has no branch yet.
            same = not holds if known is None else (known.holds, known.commit) == (holds, commit or known.commit)
            return () if same else (e.GitSeen(fact=fact, holds=holds, why=why, commit=commit),)
        case i.RecordBackport(branch=branch, state=state, why=why, files=files, commits=commits, head=head):
            row = incident.backports.get(branch)
            alike = row is not None and (row.state, row.files, row.commits) == (state, files, commits)
            # Why a branch still lacks it is what somebody acts on: it may have it here, and not be pushed.
            # Where it would conflict, what is tried ahead must be the branch as it is now.
            moved = row is not None and bool(files) and head not in ("", row.head)
            if row is not None and alike and not moved and (state != "missing" or row.why == why):
                return ()
            if row is None and state == "unknown":
                return ()
            return (e.BackportSeen(branch=branch, state=state, why=why, files=files, commits=commits, head=head),)
        case _:
            assert_never(intent)
