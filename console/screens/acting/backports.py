"""Backports: which live branches have the fix, as git sees it, and carrying it to those that lack it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from warroom.console.domain import intents as i
from warroom.console.domain.git.backport import WAIVER, pull_request_branch
from warroom.console.domain.git.truth import Backport
from warroom.console.domain.model import Incident
from warroom.console.domain.text import clean
from warroom.console.domain.view import View
from warroom.console.screens.acting.pressing import Acting
from warroom.console.screens.kit.ask import Field
from warroom.console.screens.kit.dialog import Heading
from warroom.console.screens.kit.foot import Hint
from warroom.console.screens.kit.form import open_form
from warroom.console.screens.kit.seat import Seat
from warroom.console.screens.prompts import state as prompts_state
from warroom.widgets import format
from warroom.widgets.browse import Browse
from warroom.widgets.header_bar import EPOCH
from warroom.widgets.lines import Row, Span, data, row

NOTHING_SEEN = (
    "No live branch was looked at yet. The repository is looked at once the branch of the fix has a commit; "
    "production's branch is one, and service.branches names the others."
)
_TONES = {"fixed": "good", "fixed-by-patch": "good", "missing": "bad strong", "unknown": "warn"}


class BranchList(Browse):
    """Live branches. Takes `branches`, `waived`, `now`; posts `Opened`."""

    DEFAULT_CSS = "BranchList { height: 1fr; }"
    TITLE = "Live branches"

    branches: data[tuple[Backport, ...]] = data(())
    """In the order to show them."""
    waived: data[tuple[tuple[str, str], ...]] = data(())
    """Who answers for a branch that goes without, by the branch's name."""
    now: data[datetime] = data(EPOCH)
    """The moment to draw."""

    @dataclass
    class Opened(Message):
        """One was chosen."""

        branch: str

    def chosen(self, key: str) -> None:
        self.post_message(self.Opened(key))

    def build(self, width: int, height: int) -> list[Row]:
        if not self.branches:
            return [row(), *(row(Span(f"  {line}", "dim")) for line in format.wrap(NOTHING_SEEN, max(width - 4, 8)))]
        wide = min(max(format.width_of(clean(one.branch)) for one in self.branches), max(width // 2, 12))
        return [line for one in self.branches for line in self._lines(one, width, wide)]

    def _lines(self, one: Backport, width: int, wide: int) -> list[Row]:
        pointer = Span(f"{self.signs.pointer} " if one.branch == self.cursor else "  ", "accent")
        signs = {"missing": self.signs.bad, "unknown": self.signs.unknown}
        sign = Span(f"{signs.get(one.state, self.signs.ok)} ", _TONES[one.state])
        right = f" for {format.age(self.now - one.since)} "
        room = max(width - wide - len(right) - 8, 8)
        state = format.cut(one.state.replace("-", " "), room, self.signs.ellipsis)
        first = row(
            pointer,
            sign,
            Span(self.fit(one.branch, wide), "strong"),
            Span(f"  {state}{' ' * (room - format.width_of(state))}", _TONES[one.state]),
            Span(right, "dim"),
            key=one.branch,
        )
        return [first, *(row(Span(f"    {line}", tone), key=one.branch) for line, tone in self._said(one, width - 6))]

    def _said(self, one: Backport, width: int) -> list[tuple[str, str]]:
        words = [(clean(one.why), "dim")] if one.why else []
        if one.files:
            words.append((f"picking it conflicts in {', '.join(map(clean, one.files))}", "warn"))
        if owner := dict(self.waived).get(one.branch, ""):
            words.append((f"waived: owed by {clean(owner)}", "warn"))
        return [(line, tone) for text, tone in words for line in format.wrap(text, max(width, 8))]


class BackportScreen(Acting[None]):
    """The live branches. Enter on one that lacks the fix proposes to carry it there; `w` waives it."""

    ACTING = frozenset({"waive"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "waive", "Waive", id="backports.waive", tooltip="Let the branch go without, as a debt"),
        Binding("escape,q,backspace", "leave", "Back", id="backports.leave", tooltip="Back to the room"),
    ]

    def __init__(self, seat: Seat, view: View, now: datetime, incident: str) -> None:
        super().__init__(seat, view, now)
        self.key = incident

    @property
    def drill(self) -> bool:
        subject = self.incident_of(self.key)
        return self.view.drill or (subject is not None and subject.drill)

    @property
    def rows(self) -> Sequence[Backport]:
        """Those that lack the fix first."""
        subject = self.incident_of(self.key)
        return sorted(subject.backports.values(), key=lambda one: one.has_it) if subject else ()

    def compose(self) -> ComposeResult:
        yield Heading()
        yield BranchList()
        yield from self.compose_foot()

    def on_mount(self) -> None:
        self.query_one(BranchList).focus()

    def follow(self) -> None:
        head, branches, subject = self.query_one(Heading), self.query_one(BranchList), self.incident_of(self.key)
        rows = tuple(self.rows)
        lacking = sum(one.state == "missing" for one in rows)
        head.title, head.drill = f"Backports of {self.key}", self.drill
        head.aside, head.loud = (f"{lacking} lack the fix" if lacking > 1 else "1 lacks the fix"), lacking > 0
        if not lacking:
            head.aside = "every branch has the fix" if rows and all(one.has_it for one in rows) else ""
        branches.branches, branches.now = rows, self.now
        waivers = subject.waivers if subject else ()
        branches.waived = tuple(
            (one.subject.removeprefix(WAIVER), one.owner)
            for one in waivers
            if one.repaid_at is None and one.subject.startswith(WAIVER)
        )

    def hints(self) -> tuple[Hint, ...]:
        back = (Hint("j k", "move"), Hint("esc", "back"), Hint("?", "help"))
        if self.view.read_only or not any(one.state == "missing" for one in self.rows):
            return back
        return (Hint("enter", "carry it there"), Hint("w", "waive"), *back)

    def action_leave(self) -> None:
        self.dismiss()

    @on(BranchList.Opened)
    def opened(self, event: BranchList.Opened) -> None:
        """Propose to carry the fix to the branch; say why not where there is nothing to carry."""
        subject, one = self.incident_of(self.key), self._row(event.branch)
        if subject is None or one is None:
            return
        if one.state != "missing" or not one.commits:
            self.say(f"{one.branch}: {one.told()}" + (f", {one.why}" if one.why else ""), "good" if one.has_it else "")
            return
        action, values = proposal_for(subject, one)
        self.act(self.key, action, values)

    def action_waive(self) -> None:
        one, subject = self._row(self.query_one(BranchList).cursor), self.incident_of(self.key)
        if subject is None or one is None or not self.may_act():
            return
        if one.has_it:
            self.say(f"{one.branch} has the fix; there is nothing to waive", "warn")
            return
        branch = one.branch

        async def submit(values: Mapping[str, str]) -> str:
            due = prompts_state.moment_ahead(values["due"], self.now)
            if isinstance(due, str):
                return due
            waive = i.Waive(subject=WAIVER + branch, why=values["why"], owner=values["owner"], due=due)
            return await self.attempt(self.key, waive)

        fields = [
            Field("why", "why", hint="the next release is cut from main again"),
            Field("owner", "owed by", self.view.me),
            Field("due", "by when", "2d", hint="2d, 8h, or a date such as 2026-03-01", optional=True),
        ]
        heading = f"Let {branch} go without the fix: a debt, not a secret"
        open_form(self, subject, heading, fields, submit, words=f"Its next release would bring the bug back: {one.why}")

    def _row(self, branch: str) -> Backport | None:
        return next((one for one in self.rows if one.branch == branch), None)


def proposal_for(incident: Incident, one: Backport) -> tuple[str, Mapping[str, str]]:
    """The action that carries the fix to a branch, and its values: straight, or by a branch for a pull request."""
    values = {"onto": one.branch, "commits": one.commits}
    if new := pull_request_branch(incident, one.branch):
        return "backport-branch", {**values, "new_branch": new}
    return "backport", values
