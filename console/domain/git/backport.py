"""The live branches that still have the bug: they keep an incident open, or are owed."""

import re
from collections.abc import Iterator

from warroom.console.domain import events as e
from warroom.console.domain.git.truth import Backport
from warroom.console.domain.model import Incident, Run, RunState

_WAITS = ": it waits in "
"""What a run says last that stopped at a conflict."""
GIVE_UP = "backport-abort"
"""The action that takes a pick away that waits."""
WAIVER = "backport:"
"""How the subject of such a waiver begins: `backport:develop`."""


def shipped(incident: Incident) -> bool:
    """Whether there is a fix that the next releases must have: a hotfix was decided, or its tag was deployed."""
    if incident.decision is not None and incident.decision.choice == "hotfix":
        return True
    tag = incident.git.get("tag")
    return "deployed" in incident.moments and tag is not None and tag.holds is True


def missing(incident: Incident) -> tuple[Backport, ...]:
    """The live branches that are known to lack the fix, and that nobody has answered for."""
    if not shipped(incident):
        return ()
    waived = {waiver.subject for waiver in incident.waivers if waiver.repaid_at is None}
    return tuple(
        row for row in incident.backports.values() if row.state == "missing" and WAIVER + row.branch not in waived
    )


def keeps_open(incident: Incident) -> str:
    """Why the incident can't be closed: the branches, and the two ways on; empty: it can."""
    rows = missing(incident)
    if not rows:
        return ""
    names = ", ".join(row.branch for row in rows)
    verb = "miss" if len(rows) > 1 else "misses"
    first = rows[0].branch
    return f"{names} still {verb} the fix: backport it (K), or waive {WAIVER}{first} with a reason and an owner"


def stopped_elsewhere(incident: Incident, branch: str, machine: str) -> Run | None:
    """The run that left a pick for the branch at a conflict on another machine, as far as the log tells."""
    run = _newest_about(incident, branch)
    if run is None or run.state is not RunState.FAILED or _WAITS not in run.tail:
        return None
    return run if run.host.rpartition("@")[2] != machine else None


def on_its_way(incident: Incident, branch: str) -> str:
    """The branch that has the fix and waits for its pull request to be merged; empty: none does."""
    run, landing = _newest_about(incident, branch), pull_request_branch(incident, branch)
    if run is None or run.state is not RunState.SUCCEEDED or run.action == GIVE_UP:
        return ""
    return landing if landing in (run.values.get("new_branch"), run.values.get("landing")) else ""


def _newest_about(incident: Incident, branch: str) -> Run | None:
    """The newest run that carries the fix to a branch, goes on with that or gives it up."""
    landings = (branch, pull_request_branch(incident, branch) or branch)
    runs = reversed(tuple(incident.runs.values()))
    return next(
        (run for run in runs if run.values.get("onto") == branch or run.values.get("landing") in landings), None
    )


def will_stop(incident: Incident, branch: str) -> tuple[str, ...]:
    """What to know before the fix is carried to a branch where that is seen to conflict."""
    row = incident.backports.get(branch)
    if row is None or row.state != "missing" or not row.files:
        return ()
    files = ", ".join(row.files)
    words = f"it will stop: picking it conflicts in {files}. It waits then in a working copy of its own (K)"
    return (f"{words}, and {branch} is not touched until somebody mends and continues it",)


def repaid(incident: Incident) -> Iterator[e.Event]:
    """Waivers of branches that have the fix by now."""
    for waiver in incident.waivers:
        if waiver.repaid_at is None and waiver.subject.startswith(WAIVER):
            row = incident.backports.get(waiver.subject.removeprefix(WAIVER))
            if row is not None and row.has_it:
                yield e.WaiverRepaid(subject=waiver.subject, note=row.told())


def unknown_branch(incident: Incident, subject: str) -> str:
    """Why a waiver of this subject means nothing; empty: it does, or it is about something else."""
    branch = subject.removeprefix(WAIVER)
    if not subject.startswith(WAIVER) or branch in incident.backports:
        return ""
    known = ", ".join(incident.backports) or "none yet"
    return f"{branch!r} is no live branch that was looked at; known: {known}"


def pull_request_branch(incident: Incident, branch: str) -> str:
    """The branch from which a pull request carries the fix to a branch, as the playbook names it; empty: by none."""
    back = incident.playbook.merge_back
    template = (back.branches.get(branch) or back.branch) if back else ""
    known = {**incident.names, "incident": incident.id}
    filled = re.sub(r"\{(\w+)\}", lambda found: known.get(found[1], found[0]), template)
    return "" if "{" in filled else filled
