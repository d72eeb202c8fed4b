"""The last gate before the terminal: whatever text got this far can't drive it."""

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from warroom.console.domain.text import is_plain


class LastGate(LineFilter):
    """Takes control, direction and other hidden characters out of every line, and links out of every style.

    Text is cleaned where it comes in and where it is drawn; this is for what a library or an oversight lets through.
    A line keeps its width: a character without width goes, one with width becomes a space.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same line, harmless."""
        if all(_is_harmless(segment) for segment in segments):
            return segments
        return [_harmless(segment) for segment in segments]


def _is_harmless(segment: Segment) -> bool:
    text, style, control = segment
    if control or (style is not None and style.link):
        return False
    return (text.isascii() and text.isprintable()) or is_plain(text)


def _harmless(segment: Segment) -> Segment:
    text, style, _control = segment
    if not is_plain(text):
        text = "".join(char if is_plain(char) else " " * cell_len(char) for char in text)
    return Segment(text, _unlinked(style))


def _unlinked(style: Style | None) -> Style | None:
    # The address of a link is written raw: it could end the sequence and go on with any other.
    return style.update_link(None) if style is not None and style.link else style
