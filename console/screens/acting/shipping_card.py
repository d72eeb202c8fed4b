"""What would ship, laid out: the sum, each thing that was weighed, and the pull request."""

from collections.abc import Iterator
from datetime import datetime

from warroom.console.domain.git.change import Judgement, Line
from warroom.console.domain.model import Incident
from warroom.widgets import format
from warroom.widgets.lines import BLANK, Lines, Row, Span, data, row

NOTHING = (
    "Nothing was compared with what is live yet: neither the tag nor the branch of the fix exists. "
    "It is looked at every few seconds, and again before each deploy."
)
_LABEL = 15
_ORDER: tuple[Judgement, ...] = ("red", "unknown", "warn", "ok")
_WORDS: dict[Judgement, tuple[str, str]] = {
    "ok": ("MINIMAL", "good"),
    "warn": ("LOOK AGAIN", "warn"),
    "red": ("MORE THAN THE FIX", "bad strong"),
    "unknown": ("UNKNOWN", "bad strong"),
}


class ShippingCard(Lines):
    """The proof of an incident and its pull request. Takes `incident`, `now`. Nothing is cut short."""

    DEFAULT_CSS = "ShippingCard { height: auto; }"

    incident: data[Incident | None] = data(None)
    """Whose fix it is."""
    now: data[datetime | None] = data(None)
    """For the age of what is told."""

    def build(self, width: int, height: int) -> list[Row]:
        incident = self.incident
        if incident is None:
            return []
        if incident.change is None:
            rows = [row(Span(f" {line}", "dim")) for line in format.wrap(NOTHING, max(width - 2, 8))]
        else:
            rows = list(self._proof(incident, width))
        request = incident.pull_request
        if request is not None:
            rows.append(BLANK)
            tone = "bad" if request.failed or request.objected_by else "good" if request.approved_by else ""
            rows += self._fact("pull request", request.told(), tone, width)
            rows += self._fact("", request.url, "dim", width)
        return rows

    def _proof(self, incident: Incident, width: int) -> Iterator[Row]:
        assert incident.change is not None
        proof, seen = incident.change.proof, incident.change.at
        word, tone = _WORDS[proof.verdict]
        age = f"compared {format.stamp(seen, self.now)}" if self.now else ""
        yield row(Span(f" {self._sign(proof.verdict)} {word}", tone), Span(f"  {age}", "dim"))
        if proof.candidate:
            yield from self._fact("candidate", f"{proof.candidate}  {proof.candidate_commit[:10]}", "strong", width)
            yield from self._fact("live", f"{proof.live}  {proof.live_commit[:10]}", "", width)
            yield from self._fact("all in all", proof.summary(), "", width)
            yield BLANK
        for line in sorted(proof.lines, key=lambda line: _ORDER.index(line.verdict)):
            yield from self._weighed(line, width)

    def _weighed(self, line: Line, width: int) -> Iterator[Row]:
        tone = {"ok": "", "warn": "warn"}.get(line.verdict, "bad strong")
        yield from self._fact(line.what, line.reason, tone, width, self._sign(line.verdict))
        for item in line.items:
            for number, piece in enumerate(format.wrap(item, max(width - _LABEL - 6, 8))):
                lead = f"{self.signs.dot} " if not number else "  "
                yield row(Span(" " * (_LABEL + 2)), Span(f"{lead}{piece}", "dim"))

    def _fact(self, label: str, text: str, tone: str, width: int, sign: str = " ") -> Iterator[Row]:
        for number, piece in enumerate(format.wrap(text, max(width - _LABEL - 4, 8))):
            head = f" {sign} {label}" if not number else ""
            yield row(Span(f"{head:<{_LABEL + 2}}", tone if sign.strip() else "dim"), Span(piece, tone))

    def _sign(self, verdict: Judgement) -> str:
        signs = {"ok": self.signs.ok, "warn": self.signs.warn, "red": self.signs.bad}
        return signs.get(verdict, self.signs.unknown)
