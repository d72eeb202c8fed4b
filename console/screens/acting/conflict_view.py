"""What contradicts what, laid out to be read: each place of each file with both sides."""

from collections.abc import Sequence
from datetime import datetime
from itertools import zip_longest

from textual.message import Message

from warroom.console.domain.git.conflict import ConflictFile, Conflicting, Hunk
from warroom.widgets import format
from warroom.widgets.browse import Browse
from warroom.widgets.header_bar import EPOCH
from warroom.widgets.lines import BLANK, Row, Span, data, row

_BESIDE = 100
"""From this width on the two sides stand beside each other."""
_LABEL = 10
_STAGES = {
    "conflicts": ("bad", "bad strong", "still conflicts"),
    "unstaged": ("warn", "warn strong", "mended, not added: git add it"),
    "ready": ("ok", "good", "mended"),
}
OURS, THEIRS = "the branch has", "the fix would put"


class ConflictView(Browse):
    """One pick that conflicts. Takes `conflict`, `gone`, `now`; posts `Chosen`. The cursor walks through the lines.

    Where there is room both sides stand beside each other, else one below the other; nothing is cut, long lines go on.
    What both sides have is dim.
    """

    DEFAULT_CSS = "ConflictView { height: 1fr; }"
    TITLE = "What contradicts what"

    conflict: data[Conflicting | None] = data(None)
    """What is shown."""
    gone: data[str] = data("")
    """What to say where nothing conflicts any more."""
    now: data[datetime] = data(EPOCH)
    """The moment to draw."""

    class Chosen(Message):
        """Enter, wherever the cursor is."""

    def __init__(self) -> None:
        super().__init__()
        self._drawn: tuple[Conflicting, int, bool] | None = None
        self._body: list[Row] = []
        self._starts: list[str] = []
        self._at = ""

    @property
    def place(self) -> str:
        """`FILE:LINE` of what the cursor is on; empty: nothing."""
        return self.cursor.partition(" ")[2]

    def chosen(self, key: str) -> None:
        self.post_message(self.Chosen())

    def to_place(self, by: int) -> None:
        """Go to the next place that contradicts, or to the one before, and have it at the top."""
        here = _number(self.cursor)
        ahead = [key for key in self._starts if (_number(key) - here) * by > 0]
        if ahead and self._keys:
            start = ahead[0] if by > 0 else ahead[-1]
            self._top = _number(start)
            self._go(self._keys.index(start))

    def head(self, width: int) -> Sequence[Row]:
        one = self.conflict
        if one is None:
            return [BLANK, *(row(Span(f" {line}")) for line in format.wrap(self.gone, max(width - 2, 8)))]
        after = f", and {one.left} more after it" if one.left else ""
        rows = self._fact("picking", one.commit + after, "", width)
        if one.waits:
            rows += self._fact("waits in", one.place, "strong", width)
        if one.since is not None:
            since = f"{format.stamp(one.since, self.now, seconds=False)} UTC, for {format.age(self.now - one.since)}"
            rows += self._fact("since", since, "", width)
        sign, tone, words = _stands(one)
        return [*rows, *self._fact(f"{'':{_LABEL - 2}}{getattr(self.signs, sign)}", words, tone, width), BLANK]

    def _fact(self, label: str, text: str, tone: str, width: int) -> list[Row]:
        lines = format.wrap(text, max(width - _LABEL - 1, 8))
        quiet = "dim" if label.strip().isascii() else tone
        return [
            row(Span(f" {'' if number else label:<{_LABEL}}", quiet), Span(line, tone))
            for number, line in enumerate(lines)
        ]

    def build(self, width: int, height: int) -> list[Row]:
        one = self.conflict
        drawn = (one, width, self.ascii) if one is not None else None
        if drawn is None or one is None:
            return []
        if self._drawn != drawn:
            # The clock moves every second; what contradicts what does not.
            self._drawn, self._body, self._starts = drawn, [], []
            for file in one.files:
                self._file(file, width, one.waits)
        return self._body

    def _file(self, file: ConflictFile, width: int, waits: bool) -> None:
        if self._body:
            self._body.append(BLANK)
        sign, tone, word = _STAGES[file.stage]
        word = word if waits else "conflicts"
        self._at = file.path
        self._starts.append(self._next)
        for number, line in enumerate(format.wrap(f"{file.path}  {word}", max(width - 4, 8))):
            self._line(Span("   " if number else f" {getattr(self.signs, sign)} ", tone), Span(line, "strong"))
        for line in format.wrap(file.note, max(width - 4, 8)) if file.note else ():
            self._line(Span(f"   {line}", "warn"))
        for number, hunk in enumerate(file.hunks):
            self._hunk(file, hunk, width, begins=number > 0)

    def _hunk(self, file: ConflictFile, hunk: Hunk, width: int, *, begins: bool) -> None:
        self._at = f"{file.path}:{hunk.line}"
        if begins:
            # The first is in sight below the name of its file.
            self._starts.append(self._next)
        for line in format.wrap(f"{file.path}:{hunk.line}", max(width - 4, 8)):
            self._line(Span(f"   {line}", "info"))
        draw = self._beside if width >= _BESIDE else self._below
        draw(hunk.ours or ("(nothing)",), hunk.theirs or ("(nothing)",), width)
        if hunk.more:
            self._line(Span(f"   and {hunk.more} more lines of both", "dim"))

    def _beside(self, ours: Sequence[str], theirs: Sequence[str], width: int) -> None:
        room = (width - 7) // 2
        gutter = Span(f" {self.signs.side} ", "dim")
        self._line(Span(f"   {OURS:<{room}}", "dim"), gutter, Span(THEIRS, "dim"))
        for mine, other in zip_longest(ours, theirs, fillvalue=""):
            tones = "dim" if mine in theirs else "", "dim" if other in ours else "accent"
            for left, right in zip_longest(_folded(mine, room), _folded(other, room), fillvalue=""):
                self._line(Span(f"   {self.fit(left, room)}", tones[0]), gutter, Span(right, tones[1]))

    def _below(self, ours: Sequence[str], theirs: Sequence[str], width: int) -> None:
        for words, lines, others, tone in ((OURS, ours, theirs, ""), (THEIRS, theirs, ours, "accent")):
            self._line(Span(f"   {words}", "dim"))
            for line in lines:
                for piece in _folded(line, width - 6):
                    self._line(Span(f"   {self.signs.side} ", "dim"), Span(piece, "dim" if line in others else tone))

    @property
    def _next(self) -> str:
        """The key of the line that is drawn next: each is one to stand on, since a side may exceed the window."""
        return f"{len(self._body)} {self._at}"

    def _line(self, *spans: Span) -> None:
        self._body.append(row(*spans, key=self._next))


def _stands(one: Conflicting) -> tuple[str, str, str]:
    """A sign, its tone and words: whether it can be gone on with, and how."""
    if not one.waits:
        return "dot", "info", "foretold: nothing has begun. Carried over, it stops here and waits to be mended"
    if one.other:
        return "warn", "warn", "these commits are not of this incident's fix, or no longer: it can only be given up"
    if one.in_the_way:
        open_still = any(file.stage == "conflicts" for file in one.files)
        on = ". Mend it there, git add it, then c goes on" if open_still else ""
        return "warn", "warn", one.in_the_way + on
    return "ok", "good", "nothing is in the way: c continues it"


def _folded(line: str, width: int) -> list[str]:
    """A line of a file in pieces of at most `width` cells, each as far in as the first."""
    bare = line.lstrip(" ")
    lead = min(len(line) - len(bare), max(width // 2, 0))
    return [" " * lead + piece for piece in format.wrap(bare, max(width - lead, 1))]


def _number(key: str) -> int:
    return int(key.partition(" ")[0] or 0)
