"""Secrets taken out of what a command prints, while it prints it. Standard library only: the supervisor loads it."""

import re
from collections.abc import Iterable, Sequence

from warroom.console.actions.runs.secret_forms import forms

MASK = "••••"
_MASK = MASK.encode()
SHORTEST = 8
"""Secrets shorter than this (characters) are not masked: they would tear holes into words. GitLab has the same rule."""
LONGEST_HELD = 16 * 1024
"""Bytes held back at most, while they may become something of a secret's shape."""

# A group is what stays before the mask. No lookbehind: what a match is depends on nothing before it, so that it is the
# same however the stream was cut.
_SHAPE = re.compile(
    rb"xox[a-z]-[A-Za-z0-9-]{8,}|gh[pousr]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{16,}|glpat-[A-Za-z0-9_-]{16,}"
    rb"|A(?:KIA|SIA)[A-Z0-9]{16,}|eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*"
    rb"|(hooks\.slack\.com/services/)[^\s\"'<>]+"
    rb"|(://)(?:[^\s/@:]*:[^\s/@]*|[^\s/@:]{20,})(?=@)"
    rb"|(?i:(bearer[ \t]{1,8})[A-Za-z0-9._~+/=-]{16,}|(authorization:[ \t]{0,8}[a-z]{1,16}[ \t]{1,8})[^\s\"']{6,})"
)
_GROUPS = (
    (b"gh", (b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_")),
    (b"bearer", (b"bearer ", b"bearer\t")),
    *((start, (start,)) for start in (b"github_pat_", b"xox", b"glpat-", b"akia", b"asia", b"eyj", b"://")),
    *((start, (start,)) for start in (b"hooks.slack.com/services/", b"authorization:")),
)
"""What the shapes begin with, in lower case, under what those of a group have in common: looking for that is looking
for all of them, and looking is most of what masking costs."""
_STARTS = tuple(start for _, starts in _GROUPS for start in starts)
_START = re.compile(b"|".join(map(re.escape, _STARTS)))
_LEAD = re.compile(rb"(?:authorization:[ \t]{0,8}(?:[a-z]{1,16}[ \t]{1,8})?|bearer[ \t]{1,8})\Z")
_LONGEST_LEAD = 14 + 8 + 16 + 8


def mask(text: str, secrets: Iterable[str] = ()) -> str:
    """Give `text` with the given secrets, and whatever has the shape of one, replaced by `MASK`."""
    masker = Masker(secrets)
    masked = masker.feed(text.encode("utf-8", "surrogatepass")) + masker.finish()
    return masked.decode("utf-8", "surrogatepass")


class Masker:
    """Masks a stream of bytes; what it gives back does not depend on how the stream was cut into chunks.

    Declared secrets go first, in every form a tool may print them, then whatever looks like one. Bytes that may be the
    beginning of a secret are held back until more has come. Best effort, as everywhere: a form nobody thought of
    passes.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """Take the secrets as they are; those shorter than `SHORTEST` are left alone."""
        self._declared = _Declared({form for secret in secrets for form in forms(secret, SHORTEST)})
        self._shapes = _Shapes()

    @property
    def longest(self) -> int:
        """Bytes that a secret, or the word that looks like one, takes at most."""
        return max(self._declared.longest, 1024)

    def feed(self, chunk: bytes) -> bytes:
        """Take the next bytes of the stream, give those that are settled, masked."""
        return self._shapes.feed(self._declared.feed(chunk))

    def finish(self) -> bytes:
        """Give what was held back: the stream has ended. A secret that it broke off is masked too."""
        return self._shapes.feed(self._declared.finish()) + self._shapes.finish()


class _Declared:
    """The stage that knows the secrets."""

    def __init__(self, known: set[bytes]) -> None:
        self._forms = sorted(known, key=lambda form: (-len(form), form))
        self._pattern = re.compile(b"|".join(map(re.escape, self._forms)))
        self._cores = [form for form in self._forms if not any(other in form for other in known if other != form)]
        self._firsts = {form[0] for form in known}
        self.longest = max(map(len, known), default=1)
        self._held = b""

    def feed(self, chunk: bytes) -> bytes:
        if not self._forms:
            return chunk
        data = self._held + chunk
        shown, end = self._masked(data, self._beginnings(data))
        self._held = data[end:]
        return shown

    def finish(self) -> bytes:
        data, self._held = self._held, b""
        broken = [start for start in self._beginnings(data) if len(data) - start >= SHORTEST]
        shown, end = self._masked(data, broken)
        return shown + (_MASK if end < len(data) else b"")

    def _beginnings(self, data: bytes) -> list[int]:
        """Where, near the end, a form begins that the data does not complete."""
        return [
            start
            for start in range(max(0, len(data) - self.longest + 1), len(data))
            if data[start] in self._firsts and self._begins(data[start:])
        ]

    def _begins(self, tail: bytes) -> bool:
        return any(len(form) > len(tail) and form.startswith(tail) for form in self._forms)

    def _masked(self, data: bytes, unsettled: Sequence[int]) -> tuple[bytes, int]:
        present = any(core in data for core in self._cores)
        return _replaced(self._pattern if present else None, data, unsettled)


class _Shapes:
    """The stage that knows what secrets look like."""

    def __init__(self) -> None:
        self._held = b""
        self._swallowing = False

    def feed(self, chunk: bytes) -> bytes:
        if self._swallowing:
            chunk = self._swallow(chunk)
        data = self._held + chunk
        lower = data.lower()
        present = any(common in lower and any(start in lower for start in starts) for common, starts in _GROUPS)
        shown, settled = _replaced(_SHAPE if present else None, data, _open_shapes(lower, present))
        self._held = data[settled:]
        if len(self._held) > LONGEST_HELD:
            # A word of this length that began like a secret is taken for one, up to its end.
            self._held, self._swallowing = b"", True
            shown += _MASK
        return shown

    def finish(self) -> bytes:
        data, self._held, self._swallowing = self._held, b"", False
        return _replaced(_SHAPE, data, [])[0]

    def _swallow(self, chunk: bytes) -> bytes:
        end = re.search(rb"\s", chunk)
        self._swallowing = end is None
        return chunk[end.start() :] if end else b""


def _replaced(pattern: re.Pattern[bytes] | None, data: bytes, unsettled: Sequence[int]) -> tuple[bytes, int]:
    """The settled part of the data, masked, and where it ends: where the first match begins that may still grow."""
    limits = iter([*unsettled, len(data)])
    limit = next(limits)
    shown, position = [], 0
    for match in pattern.finditer(data) if pattern else ():
        if match.start() >= limit:
            break
        kept: bytes = match[match.lastindex] if match.lastindex else b""
        shown += [data[position : match.start()], kept, _MASK]
        position = match.end()
        while limit < position:
            limit = next(limits)
    return b"".join([*shown, data[position:limit]]), limit


def _open_shapes(lower: bytes, present: bool) -> list[int]:
    """Where, in the last word, a shape begins that more bytes would complete or lengthen."""
    line = lower.rfind(b"\n") + 1
    longest = max(map(len, _STARTS))
    tails = range(max(line, len(lower) - longest + 1), len(lower))
    beginning = [at for at in tails if any(start.startswith(lower[at:]) for start in _STARTS)]
    if not present:
        return beginning
    word = _word_start(lower, len(lower))
    lead = _LEAD.search(lower, max(line, word - _LONGEST_LEAD), word)
    if lead:
        word = _word_start(lower, lead.start())
    return sorted({*beginning, *(start.start() for start in _START.finditer(lower, word))})


def _word_start(data: bytes, end: int) -> int:
    return max(data.rfind(space, 0, end) for space in (b" ", b"\t", b"\n", b"\r", b"\v", b"\f")) + 1
