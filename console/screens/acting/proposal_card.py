"""What would happen: a frozen run, laid out for somebody to read before saying yes."""

from collections.abc import Iterator

from warroom.console.domain.desk import Check, Proposal
from warroom.console.domain.text import clean
from warroom.widgets import format
from warroom.widgets.lines import Lines, Row, Span, data, row

LABEL = 13
RIDING = 8
"""Commits that are named; the others are counted."""


class ProposalCard(Lines):
    """Command, folder, variables, target, riding commits, guards, the way back. Takes `proposal`.

    Nothing is cut short: what does not fit into a line goes on in the next.
    """

    DEFAULT_CSS = "ProposalCard { height: auto; }"

    proposal: data[Proposal | None] = data(None)
    """What would run."""

    def build(self, width: int, height: int) -> list[Row]:
        proposal = self.proposal
        if proposal is None:
            return []
        rows = [*self._fact("target", self._target(proposal), width)]
        rows += self._fact("stops first", self._stopping(proposal), width)
        rows += self._fact("command", [("", proposal.command, "strong")], width)
        rows += self._fact("folder", [("", proposal.folder, "")], width)
        rows += self._fact("variables", [(f"{name}=", value, "") for name, value in proposal.variables.items()], width)
        rows += self._fact("inherits", [(f"{name}=", value, "") for name, value in proposal.around.items()], width)
        rows += self._fact("with", [(f"{name}=", value, "") for name, value in proposal.values.items()], width)
        rows += self._fact("then", [("", line, "") for line in proposal.stages], width)
        rows += self._fact("rides along", self._riding(proposal), width)
        rows += self._fact("ships", list(self._ships(proposal)), width)
        rows += self._fact("guards", [self._check(check) for check in proposal.checks], width)
        rows += self._fact("undo", list(self._undo(proposal)), width)
        rows += self._fact("beware", [(f"{self.signs.warn} ", one, "warn") for one in proposal.beware], width)
        rows += self._fact("owes after", [("", proposal.owes, "warn")] if proposal.owes else [], width)
        rows += self._fact("cancel", self._cancel(proposal), width)
        return rows

    def _fact(self, label: str, parts: list[tuple[str, str, str]], width: int) -> list[Row]:
        rows: list[Row] = []
        for lead, text, tone in parts:
            head = f"{format.cut(lead, max(width - LABEL - 12, 8), self.signs.ellipsis)}" if lead else ""
            room = max(width - LABEL - format.width_of(head) - 1, 8)
            for number, line in enumerate(format.wrap(text, room)):
                name = label if not rows else ""
                indent = Span(head if not number else " " * format.width_of(head), tone or "dim")
                rows.append(row(Span(f" {name:<{LABEL - 1}}", "dim"), indent, Span(line, tone)))
        return rows

    def _target(self, proposal: Proposal) -> list[tuple[str, str, str]]:
        where = proposal.target or proposal.environment or "no environment"
        if proposal.environment and proposal.environment != where:
            where = f"{where} on {proposal.environment}"
        if proposal.production:
            return [(f"{self.signs.warn} PRODUCTION ", "" if where == "production" else where, "bad strong")]
        return [("", where, "strong")]

    def _riding(self, proposal: Proposal) -> list[tuple[str, str, str]]:
        named = [(f"{self.signs.dot} ", commit, "") for commit in proposal.riding[:RIDING]]
        more = len(proposal.riding) - RIDING
        return [*named, ("", f"and {more} more", "warn")] if more > 0 else named

    def _ships(self, proposal: Proposal) -> Iterator[tuple[str, str, str]]:
        """The sum of it, and what one should look at again; what is red the guard says."""
        proof = proposal.change
        if proof is None:
            return
        sign, tone = {"ok": (self.signs.ok, "good"), "warn": (self.signs.warn, "warn")}.get(
            proof.verdict, (self.signs.bad, "bad strong")
        )
        yield f"{sign} ", proof.summary(), tone
        for line in proof.lines:
            if line.verdict == "warn" and line.what != "test" and line.reason != proof.summary():
                yield f"{self.signs.warn} ", line.reason, "warn"

    def _stopping(self, proposal: Proposal) -> list[tuple[str, str, str]]:
        return [(f"{self.signs.warn} ", proposal.stopping, "warn")] if proposal.stopping else []

    def _check(self, check: Check) -> tuple[str, str, str]:
        sign, tone = {
            "ok": (self.signs.ok, "good"),
            "warn": (self.signs.warn, "warn"),
            "refused": (self.signs.bad, "bad strong"),
        }.get(check.verdict, (self.signs.unknown, "warn"))
        return f"{sign} {clean(check.name)}: ", check.reason, tone

    def _cancel(self, proposal: Proposal) -> list[tuple[str, str, str]]:
        words = ["begins with TERM: it takes INT for something else"] if proposal.cancel_with == "TERM" else []
        words += ["it gets a terminal of its own, at which nobody answers"] if proposal.terminal else []
        return [("", "; ".join(words), "")] if words else []

    def _undo(self, proposal: Proposal) -> Iterator[tuple[str, str, str]]:
        if not proposal.undo:
            yield "", f"{self.signs.warn} nobody said how this is taken back", "warn"
            return
        yield "", proposal.undo + (f", {proposal.undo_until}" if proposal.undo_until else ""), ""
