"""Signs and their ASCII twins. Each is one cell wide in every terminal: no emoji."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyphs:
    """One table of signs."""

    ok: str
    bad: str
    warn: str
    unknown: str
    current: str
    pointer: str
    open: str
    closed: str
    """A folded row."""
    unfolded: str
    up: str
    dot: str
    live: str
    mark: str
    full: str
    """A used-up cell of a bar …"""
    half: str
    """… half of one, where there is a sign for it …"""
    empty: str
    """… and one that is left."""
    early: str
    """The lower mark of a range on a bar."""
    columns: str
    """Eighths of a cell, from the bottom, for charts and sparklines."""
    gap: str
    limit: str
    plumb: str
    axis: str
    corner: str
    side: str
    tee: str
    ellipsis: str
    thumb: str
    line: str
    to: str
    times: str
    more: str
    cut: str
    """What stands where a long line was cut."""
    levels: tuple[str, str, str, str]


UNICODE = Glyphs(
    ok="✓",
    bad="✗",
    warn="▲",
    unknown="?",
    current="▶",
    pointer="▸",
    open="○",
    closed="▸",
    unfolded="▾",
    up="▲",
    dot="·",
    live="●",
    mark="▲",
    full="━",
    half="╸",
    empty="─",
    early="┃",
    columns=" ▁▂▃▄▅▆▇█",
    gap="·",
    limit="╌",
    plumb="┊",
    axis="─",
    corner="└",
    side="│",
    tee="┤",
    ellipsis="…",
    thumb="┃",
    line="─",
    to="→",
    times="×",
    more="↓",
    cut="»",
    levels=("▲", "◆", "●", "○"),
)

ASCII = Glyphs(
    ok="+",
    bad="x",
    warn="!",
    unknown="?",
    current=">",
    pointer=">",
    open="o",
    closed="+",
    unfolded="-",
    up="^",
    dot="-",
    live="*",
    mark="^",
    full="=",
    half="",
    empty="-",
    early="|",
    columns=" .:#",
    gap="_",
    limit="-",
    plumb=":",
    axis="-",
    corner="+",
    side="|",
    tee="+",
    ellipsis="~",
    thumb="#",
    line="-",
    to=">",
    times="x",
    more="v",
    cut=">",
    levels=("!", "^", "*", "o"),
)


def glyphs(ascii_only: bool) -> Glyphs:
    """The table to draw with."""
    return ASCII if ascii_only else UNICODE


def level_sign(level: str, table: Glyphs) -> str:
    """The sign of a level: `P0` the sharpest; a level of another name gets the mildest."""
    number = level[1:]
    return table.levels[min(int(number), 3)] if number.isascii() and number.isdigit() else table.levels[3]


def level_tone(level: str) -> str:
    """The tone of a level."""
    return {"P0": "bad", "P1": "warn", "P2": "info"}.get(level, "dim")
