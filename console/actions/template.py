"""Templates of an action: words with `{placeholders}`, each filling text inside one word and nothing more."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType

from warroom.console.actions.git.refs import BadRef, validated
from warroom.console.domain.text import is_plain

_NAME = r"[A-Za-z_][A-Za-z0-9_.-]*"
_TOKEN = re.compile(rf"(?P<open>\{{\{{)|(?P<close>\}}\}})|\{{(?P<name>{_NAME})\}}|(?P<stray>[{{}}])|(?P<text>[^{{}}]+)")
NOTHING: Mapping[str, str] = MappingProxyType({})
_REF_WORDS = frozenset({"branch", "tag", "ref", "base"})


class CommandError(ValueError):
    """An action can't be made into a command; the message names action, element and problem."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a template: literal text, or the name of a placeholder."""

    text: str = ""
    name: str = ""


def parse(template: str, where: str) -> tuple[Piece, ...]:
    """Split a template into its pieces; `{{` and `}}` are literal braces. `where` names it in errors.

    Raises:
        CommandError: a brace stands alone, or a placeholder has no proper name.
    """
    pieces = []
    for match in _TOKEN.finditer(template):
        match match.lastgroup:
            case "open":
                pieces.append(Piece(text="{"))
            case "close":
                pieces.append(Piece(text="}"))
            case "name":
                pieces.append(Piece(name=match["name"]))
            case "stray":
                raise CommandError(
                    f"{where}: a brace stands alone in {template!r}: {{name}} is a value, {{{{ and }}}} are braces"
                )
            case _:
                pieces.append(Piece(text=match["text"]))
    return tuple(pieces)


def names(template: str, where: str = "template") -> tuple[str, ...]:
    """The placeholders of a template, in order.

    Raises:
        CommandError: as `parse`.
    """
    return tuple(piece.name for piece in parse(template, where) if piece.name)


def fill(template: str, values: Mapping[str, str], where: str, secrets: Mapping[str, str] = NOTHING) -> str:
    """Put values into a template that is shown to people or becomes a variable; `where` names it in errors.

    Values of `secrets` take their place as they are: a key file has several lines.

    Raises:
        CommandError: a placeholder is unknown or its value can't be used.
    """
    return "".join(
        secrets[piece.name] if piece.name in secrets else piece.text or _value(piece.name, values, where)
        for piece in parse(template, where)
    )


def fill_element(template: str, values: Mapping[str, str], where: str) -> str:
    """Put values into one argv element: as `fill`, and no value can turn the element into an option.

    Raises:
        CommandError: a placeholder is unknown or its value can't be used.
    """
    element = ""
    for piece in parse(template, where):
        text = piece.text
        if piece.name:
            text = _value(piece.name, values, where)
            if not element and text.startswith("-"):
                raise CommandError(f"{where}: {{{piece.name}}} is {text!r}: a value may not begin with a dash here")
        element += text
    return element


def _value(name: str, values: Mapping[str, str], where: str) -> str:
    value = values.get(name)
    if value is None:
        raise CommandError(f"{where}: nothing is known by the name {{{name}}}; {_known(name, values)}")
    if not value:
        raise CommandError(f"{where}: {{{name}}} has no value yet")
    if not is_plain(value):
        raise CommandError(f"{where}: {{{name}}} holds a line break, a control or a hidden character: {value!r}")
    if re.split(r"[._-]", name)[-1] in _REF_WORDS:
        try:
            validated(value)
        except BadRef as problem:
            raise CommandError(f"{where}: {{{name}}} is {value!r}, which {problem}") from None
    return value


def _known(name: str, known: Iterable[str]) -> str:
    ordered = sorted(known)
    near = get_close_matches(name, ordered, n=1)
    hint = f"did you mean {{{near[0]}}}? " if near else ""
    return f"{hint}known: {', '.join(ordered) or 'nothing'}"
