"""Text made inert for each service: what a title holds can't call anybody, hide a link or change the layout.

Controls and direction marks are taken out for all of them. A bare address stays readable; a disguised one, where the
words say one thing and the link another, does not survive anywhere.
"""

import re
from collections.abc import Iterable, Mapping

from warroom.console.domain.text import clean

Table = Mapping[str, str]

SLACK: Table = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
"""Links, mentions and `<!channel>` all begin with `<`; the rest of its markup is switched off with the message."""
DISCORD: Table = {c: f"\\{c}" for c in "\\*_~`|#>[]()<:-"}
"""Discord takes a backslash before any punctuation, and does not show it."""
PAGE: Table = {"<": "<\u200b", "]": "]\u200b"}
"""A page may read HTML or Markdown; nobody promises which. A space without width ends both a tag and a link."""
PLAIN: Table = {}

MASK = "••••"
_SHORTEST_SECRET = 6
"""Characters; a shorter one would tear holes into words."""
_CALL = re.compile(r"@(?=everyone|here|channel)", re.IGNORECASE)
_MORE = "…"


def inert(text: str, table: Table, limit: int) -> str:
    """The text as a service may have it, at most `limit` characters once it is escaped."""
    text = clean(text[: limit + 1] if len(text) > limit else text, keep_newlines=True)
    if table is not PLAIN:
        text = _CALL.sub("@\u200b", text)
    pieces = [table.get(character, character) for character in text]
    size = sum(map(len, pieces))
    if size <= limit:
        return "".join(pieces)
    while size > limit - len(_MORE):
        size -= len(pieces.pop())
    return "".join(pieces) + _MORE


def one_line(text: str, limit: int) -> str:
    """Foreign words in one harmless line."""
    line = " ".join(clean(text[: limit * 4]).split())
    return line if len(line) <= limit else line[: limit - 1] + _MORE


def hide(text: str, secrets: Iterable[str]) -> str:
    """The text without these secrets, longest first."""
    for secret in sorted({each for each in secrets if len(each) >= _SHORTEST_SECRET}, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text
