"""Foreign text made harmless: what came from outside is data, and can never drive a terminal."""

import re

_CSI = r"(?:\x1b\[|\x9b)"
_STRING = r"(?:\x1b[PX\]^_]|[\x90\x98\x9d-\x9f])"
_BODY = r"[^\x00-\x08\x0a-\x1f\x7f-\x9f]"
_JOINERS = "\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef\u180b-\u180d\u180f"
_HIDDEN = (
    "\xad\u034f\u061c\u070f\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff\ud800-\udfff"
)
_CONTROLS = "\x00-\x1f\x7f-\x9f\u2028\u2029"

_SUSPECT = re.compile(f"[{_CONTROLS}{_HIDDEN}{_JOINERS}]")
_PLAIN = re.compile(f"[^{_CONTROLS}{_HIDDEN}]*")
# An introducer without its end is dropped alone, so that nothing can hide the text after it. Every loop is possessive
# and none runs over another introducer: the time is linear in the text.
_UNSAFE = re.compile(
    rf"(?P<colour>{_CSI}[0-9;:]*+m)"
    rf"|(?P<escape>{_CSI}[0-?]*+[ -/]*+[@-~]|{_STRING}{_BODY}*+(?:\x07|\x1b\\|\x9c)|{_CSI}|{_STRING}"
    r"|\x1b[ -/]++[0-~]|\x1b[0-~]?|[\x80-\x84\x86-\x9f])"
    "|(?P<newline>\r\n|[\n\x0b\x0c\r\x85\u2028\u2029])"
    r"|(?P<tab>\t)"
    r"|(?P<control>[\x00-\x1f\x7f])"
    f"|(?P<joiner>[{_JOINERS}])"
    f"|(?P<hidden>[{_HIDDEN}])"
)
_REPLACED = {"colour": "", "joiner": "", "escape": "␛", "hidden": "\ufffd"}
_TAB = {False: " ", True: "    "}


def clean(text: str, *, keep_newlines: bool = False) -> str:
    """Give `text` without anything that a terminal would obey or that hides what is written.

    Escape sequences (7-bit, 8-bit, unfinished) become `␛`, control characters their pictures (`␇`), direction marks,
    zero-width characters and lone surrogates `�`. Colours, and the joiners and selectors of emoji, whose width
    terminals disagree about, go without a trace. Line ends of every kind become a space, or a newline with
    `keep_newlines`; a tab becomes spaces. Cleaning twice changes nothing more.
    """
    if text.isprintable() and text.isascii():
        return text
    if not _SUSPECT.search(text):
        return text

    def replacement(match: re.Match[str]) -> str:
        match match.lastgroup:
            case "newline":
                return "\n" if keep_newlines else " "
            case "tab":
                return _TAB[keep_newlines]
            case "control":
                code = ord(match.group())
                return "␡" if code == 0x7F else chr(0x2400 + code)
            case kind:
                return _REPLACED[kind or "hidden"]

    return _UNSAFE.sub(replacement, text)


def is_plain(text: str) -> bool:
    """Whether `text` is one line of visible text: no control, escape, direction mark, hidden character or surrogate.

    Joiners and selectors of emoji are allowed: they are seen, and belong to what people write.
    """
    return _PLAIN.fullmatch(text) is not None
