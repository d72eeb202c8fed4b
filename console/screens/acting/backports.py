"""Backports: which live branches have the fix, as git sees it, and carrying it to those that lack it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType

from warroom.console.actions.git.actions import BACKPORT, BACKPORT_BRANCH, MERGE_BACK
from warroom.console.domain import intents as i
from warroom.console.domain.git.backport import WAIVER, on_its_way, pull_request_branch, stopped_elsewhere
from warroom.console.domain.git.conflict import Conflicting
from warroom.console.domain.git.truth import UNDONE, Backport
from warroom.console.domain.model import Incident
from warroom.console.screens.acting.sees_conflicts import SeesConflicts
from warroom.console.screens.kit.ask import Field
from warroom.console.screens.kit.foot import Hint
from warroom.console.screens.kit.form import moment_ahead, open_form
from warroom.console.screens.kit.listing import Item, Listing, ListScreen
from warroom.widgets import format

_STATES = {
    "fixed": ("ok", "good"),
    "fixed-by-patch": ("ok", "good"),
    "missing": ("bad", "bad strong"),
    "unknown": ("unknown", "warn"),
}


class _Entry(NamedTuple):
    """A line of the list: a live branch, with a pick that waits for it where one does."""

    row: Backport
    stopped: Conflicting | None = None

    @property
    def key(self) -> str:
        return self.stopped.landing if self.stopped else self.row.branch


class BackportScreen(SeesConflicts, ListScreen):
    """The live branches, those that lack the fix first.

    Enter on one that lacks it proposes to carry it there, on one whose pick waits at a conflict it opens the conflict;
    `v` shows a conflict that is foretold; `w` waives the branch; `f` fetches.
    """

    ACTING = frozenset({"waive", "fetch"})
    EMPTY = (
        "No live branch was looked at yet. The repository is looked at once the branch of the fix has a commit; "
        "production's branch is one, and service.branches names the others."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "conflict", "Conflict", id="backports.conflict", tooltip="See what contradicts what"),
        Binding("f", "fetch", "Fetch", id="backports.fetch", tooltip="Fetch branches and tags from the remote"),
        Binding("w", "waive", "Waive", id="backports.waive", tooltip="Let the branch go without, as a debt"),
        Binding("K", "leave", "Back", id="backports.close", tooltip="Back to the room", show=False),
    ]

    def heading(self, incident: Incident) -> tuple[str, str, bool]:
        rows = incident.backports.values()
        lacking, waits = sum(row.state == "missing" for row in rows), sum(one.waits for one in self.conflicts)
        aside = [f"{lacking} lack the fix" if lacking > 1 else "1 lacks the fix"] if lacking else []
        aside += [f"{waits} wait at a conflict" if waits > 1 else "1 waits at a conflict"] if waits else []
        if rows and all(row.has_it for row in rows):
            aside = ["every branch has the fix", *aside]
        return f"Backports of {incident.id}", ", ".join(aside), bool(lacking or waits)

    def items(self, incident: Incident) -> Sequence[Item]:
        return [self._item(incident, entry) for entry in self._entries(incident)]

    def _entries(self, incident: Incident) -> Iterator[_Entry]:
        waiting = [one for one in self.conflicts if one.waits]
        for row in sorted(incident.backports.values(), key=lambda row: row.has_it):
            stopped = [one for one in waiting if one.branch == row.branch]
            yield from (_Entry(row, one) for one in stopped or (None,))

    def _item(self, incident: Incident, entry: _Entry) -> Item:
        row, stopped = entry
        title, word, (sign, tone) = row.branch, row.state.replace("-", " "), _STATES[row.state]
        if stopped is not None:
            title = row.branch if stopped.landing == row.branch else f"{row.branch} by {stopped.landing}"
            word, sign, tone = "waits", "warn", "warn strong"
        aside = f"for {format.age(self.now - row.since)}"
        return Item(entry.key, title, word, sign, tone, aside, tuple(self._said(incident, entry)))

    def _said(self, incident: Incident, entry: _Entry) -> Iterator[str]:
        row, stopped = entry
        lacks = row.state == "missing"
        if row.why:
            yield row.why
        if stopped is not None:
            yield from _waits(stopped, self.now)
        elif lacks and (landing := on_its_way(incident, row.branch)):
            yield f"it is on {landing}: open its pull request, and {row.branch} has it once that is merged"
        elif lacks and (run := stopped_elsewhere(incident, row.branch, _machine(self.view.account))) is not None:
            at = format.stamp(run.ended_at or run.requested_at, self.now, seconds=False)
            yield f"{run.by}'s pick stopped at a conflict at {at} UTC: it waits on {_machine(run.host)}, not here"
        elif row.files:
            yield f"picking it conflicts in {', '.join(row.files)}: v shows what contradicts what"
        waived = (one.owner for one in incident.waivers if one.subject == WAIVER + row.branch and one.repaid_at is None)
        if owner := next(waived, ""):
            yield f"waived: owed by {owner}"

    def hints(self) -> tuple[Hint, ...]:
        subject = self.incident_of(self.incident)
        rows = tuple(subject.backports.values()) if subject else ()
        look = (Hint("v", "see the conflict"),) if self.conflicts or any(row.files for row in rows) else ()
        if self.view.read_only:
            return (*look, *super().hints())
        lacking, unknown = (any(row.state == state for row in rows) for state in ("missing", "unknown"))
        carry = (Hint("enter", "carry it there"), *look, Hint("w", "waive")) if lacking else look
        fetch = (Hint("f", "fetch"),) if unknown else ()
        return (*carry, *fetch, *super().hints())

    def choose(self, incident: Incident, key: str) -> None:
        """Propose to carry the fix to the branch; say why not where there is nothing to carry."""
        entry = self._entry(incident, key)
        if entry is None:
            return
        row = entry.row
        if entry.stopped is not None:
            self._open(row.branch, entry.stopped.landing)
        elif row.state != "missing" or not row.commits:
            self.say(f"{row.branch}: {row.told()}" + (f", {row.why}" if row.why else ""), "good" if row.has_it else "")
        else:
            action, values = proposal_for(incident, row)
            self.act(incident.id, action, values)

    def action_conflict(self) -> None:
        subject = self.incident_of(self.incident)
        entry = self._entry(subject, self.query_one(Listing).cursor) if subject else None
        if subject is None or entry is None:
            return
        if entry.stopped is None and not entry.row.files:
            self.say(f"{entry.row.branch}: nothing contradicts the fix there, as far as it was seen", "good")
            return
        landing = entry.stopped.landing if entry.stopped else landing_of(subject, entry.row.branch)
        self._open(entry.row.branch, landing)

    def _open(self, branch: str, landing: str) -> None:
        from warroom.console.screens.acting.conflict import ConflictScreen

        opened = ConflictScreen(self.seat, self.view, self.now, self.incident, branch, landing)
        opened.conflicts = self.conflicts
        self.app.push_screen(opened)

    def action_fetch(self) -> None:
        self.act(self.incident, "fetch")

    def action_waive(self) -> None:
        subject = self.incident_of(self.incident)
        entry = self._entry(subject, self.query_one(Listing).cursor) if subject else None
        if subject is None or entry is None or not self.may_act():
            return
        row = entry.row
        if row.has_it:
            self.say(f"{row.branch} has the fix; there is nothing to waive", "warn")
            return

        async def submit(values: Mapping[str, str]) -> str:
            due = moment_ahead(values["due"], self.now)
            if isinstance(due, str):
                return due
            waive = i.Waive(subject=WAIVER + row.branch, why=values["why"], owner=values["owner"], due=due)
            return await self.attempt(self.incident, waive)

        fields = [
            Field("why", "why", hint="the next release is cut from main again"),
            Field("owner", "owed by", self.view.me),
            Field("due", "by when", "2d", hint="2d, 8h, or a date such as 2026-03-01", optional=True),
        ]
        heading = f"Let {row.branch} go without the fix: a debt, not a secret"
        open_form(self, subject, heading, fields, submit, words=f"Its next release would bring the bug back: {row.why}")

    def _entry(self, incident: Incident, key: str) -> _Entry | None:
        return next((entry for entry in self._entries(incident) if entry.key == key), None)


def proposal_for(incident: Incident, one: Backport) -> tuple[str, Mapping[str, str]]:
    """The action that carries the fix to a branch, and its values.

    By a branch for a pull request, or by a merge where the protocol says so and nothing contradicts; else by picks,
    which can be mended where they conflict.
    """
    values = {"onto": one.branch, "commits": one.commits}
    if new := pull_request_branch(incident, one.branch):
        return BACKPORT_BRANCH, {**values, "new_branch": new}
    back, branch = incident.playbook.merge_back, incident.git.get("branch")
    merges = back is not None and back.how == "merge" and one.branch in back.into and not one.files
    # What was merged and then reverted is in the branch for git: merged again it would bring nothing.
    merges = merges and UNDONE not in one.why
    if merges and branch is not None and branch.holds is True:
        return MERGE_BACK, {"onto": one.branch}
    return BACKPORT, values


def landing_of(incident: Incident, branch: str) -> str:
    """The branch that would get the commits: the live one, or the one of a pull request."""
    return pull_request_branch(incident, branch) or branch


def _machine(account: str) -> str:
    return account.rpartition("@")[2]


def _waits(one: Conflicting, now: datetime) -> list[str]:
    since = ""
    if one.since is not None:
        since = f" since {format.stamp(one.since, now, seconds=False)} UTC, for {format.age(now - one.since)}"
    other = ["it carries other commits than this fix"] if one.other else []
    on = one.in_the_way or "nothing is in the way: Enter, then c continues it"
    return [*other, f"a pick waits at a conflict{since}, in {one.place}", on]
