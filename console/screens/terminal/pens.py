"""Styles as a terminal takes them: what to send so that it goes from one to the next."""

from functools import lru_cache

from rich.color import ColorSystem
from rich.style import Style
from textual.strip import Strip

PLAIN = ""
"""The pen that a reset leaves."""
RESET = "\x1b[0m"


def pen_of(style: Style | None, colors: ColorSystem) -> str | None:
    """The SGR parameters of a style, as Textual would send them; none where it is more than that, as a link is."""
    # Not kept by style: two that are equal can carry codes of different colour systems, as Rich keeps them per object.
    return PLAIN if style is None else _pen(Strip.render_style(style, "x", colors))


@lru_cache(maxsize=4096)
def _pen(drawn: str) -> str | None:
    before, _, after = drawn.partition("x")
    if not before and not after:
        return PLAIN
    simple = before.startswith("\x1b[") and before.endswith("m") and before.count("\x1b") == 1 and after == RESET
    return before[2:-1] if simple else None


@lru_cache(maxsize=4096)
def change(old: str, new: str) -> str:
    """The sequence that turns one pen into another: what differs only, a reset where something must go."""
    if old == new:
        return ""
    was, becomes = _parts(old), _parts(new)
    if not new or not was.attributes <= becomes.attributes:
        return f"\x1b[0;{new}m" if new else RESET
    codes = sorted(becomes.attributes - was.attributes, key=int)
    if was.ink != becomes.ink:
        codes.append(becomes.ink or "39")
    if was.paper != becomes.paper:
        codes.append(becomes.paper or "49")
    return f"\x1b[{';'.join(codes)}m"


class _Parts:
    """A pen taken apart: attributes such as bold, the colour of the ink, the colour of the paper."""

    def __init__(self) -> None:
        self.attributes: frozenset[str] = frozenset()
        self.ink = ""
        self.paper = ""


@lru_cache(maxsize=4096)
def _parts(pen: str) -> _Parts:
    parts = _Parts()
    codes = pen.split(";") if pen else []
    while codes:
        length = {"5": 3, "2": 5}[codes[1]] if codes[0] in ("38", "48") else 1
        code, codes = codes[:length], codes[length:]
        if _among(code[0], 30, 90):
            parts.ink = ";".join(code)
        elif _among(code[0], 40, 100):
            parts.paper = ";".join(code)
        else:
            parts.attributes |= {code[0]}
    return parts


def _among(code: str, first: int, bright: int) -> bool:
    number = int(code)
    return first <= number < first + 10 or bright <= number < bright + 8
