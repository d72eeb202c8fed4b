"""How what was seen in the repository changes the snapshot."""

from dataclasses import replace
from typing import assert_never

from warroom.console.domain import events as e
from warroom.console.domain.git.truth import Backport, GitFact
from warroom.console.domain.model import Incident


def evolve_git(incident: Incident, event: e.GitEvent, recorded: e.Recorded) -> Incident:
    """The snapshot after it."""
    match event:
        case e.GitSeen(fact=name, holds=holds, why=why, commit=commit):
            known = incident.git.get(name)
            since = known.since if known and known.holds is holds else recorded.at
            # A commit is remembered when its branch is gone.
            kept = commit or (known.commit if known else "")
            fact = GitFact(holds=holds, why=why, since=since, commit=kept)
            return replace(incident, git={**incident.git, name: fact})
        case e.BackportSeen(branch=branch, state=state, why=why, files=files, commits=commits, head=head):
            before = incident.backports.get(branch)
            since = before.since if before and before.state == state else recorded.at
            row = Backport(branch=branch, state=state, why=why, files=files, commits=commits, head=head, since=since)
            return replace(incident, backports={**incident.backports, branch: row})
        case _:
            assert_never(event)
