"""Templates of messages, bounded by what they may be made of.

A sandbox keeps a template from reaching Python, but not from making a gigabyte of text. So a template may hold only
what words for people need: facts, conditions, loops two deep over short lists, and a few filters that know their
limit. No calls, no assignments, no arithmetic: then its time and size are bounded by its length.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from jinja2 import Undefined, nodes
from jinja2.exceptions import TemplateError as JinjaError
from jinja2.exceptions import TemplateSyntaxError
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

MOST_CHARACTERS = 20_000
"""Of a template, and of what comes out of it."""
DEEPEST_LOOP = 2
DEEPEST = 60
"""Nesting of anything in a template: far beyond what a person writes, far below what Python's parser refuses."""

_ALLOWED = (
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Slice,
    nodes.If,
    nodes.For,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Concat,
    nodes.List,
    nodes.Tuple,
    nodes.Filter,
    nodes.Test,
)
_FILTERS = ("capitalize", "count", "d", "default", "first", "last", "length", "lower", "title", "trim", "upper")


class BadTemplate(ValueError):
    """A template that can't be filled; the message says where and why."""


class _Environment(ImmutableSandboxedEnvironment):
    """A sandbox in which a name leads to a fact and nowhere else."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, LoopContext):
            return super().getattr(obj, attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Undefined):
            return obj
        if isinstance(obj, dict | list | str) and not (isinstance(obj, str | list) and isinstance(argument, str)):
            try:
                return obj[argument]
            except (KeyError, IndexError, TypeError):
                pass
        return self.undefined(obj=obj, name=argument)


def fill(template: str, facts: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """The text, and the names of the facts that were asked for and are not known: each stands as `[name?]` in it.

    Raises:
        BadTemplate: the template is wrong, too long, or uses what is not allowed.
    """
    if len(template) > MOST_CHARACTERS:
        raise BadTemplate(f"longer than {MOST_CHARACTERS} characters")
    blanks: dict[str, None] = {}
    environment = _environment(blanks)
    try:
        tree = environment.parse(template)
        _inspect(tree, 0, 0)
        return _bounded(environment.from_string(tree).generate(dict(facts))), tuple(blanks)
    except TemplateSyntaxError as error:
        raise BadTemplate(f"line {error.lineno}: {error.message}") from None
    except (JinjaError, TypeError, ValueError, OverflowError) as error:
        if isinstance(error, BadTemplate):
            raise
        raise BadTemplate(str(error)) from None
    except (RecursionError, SyntaxError, MemoryError):
        raise BadTemplate("nested too deeply") from None


def _environment(blanks: dict[str, None]) -> _Environment:
    class Blank(Undefined):
        """A fact nobody gave yet: shows as a gap to be filled."""

        def __str__(self) -> str:
            name = str(self._undefined_name)
            blanks[name] = None
            return f"[{name}?]"

    environment = _Environment(undefined=Blank, autoescape=False, cache_size=0)
    environment.globals = {}
    environment.filters = {name: environment.filters[name] for name in _FILTERS} | {"join": _join}
    return environment


def _join(value: Iterable[object], separator: str = "") -> str:
    """Texts with a separator between them."""
    parts: list[str] = []
    size = 0
    for part in value:
        parts.append(str(part))
        size += len(parts[-1]) + len(separator)
        if size > MOST_CHARACTERS:
            raise BadTemplate(f"makes more than {MOST_CHARACTERS} characters")
    return separator.join(parts)


def _inspect(node: nodes.Node, depth: int, loops: int) -> None:
    if depth > DEEPEST:
        raise BadTemplate(f"line {node.lineno}: nested too deeply")
    if isinstance(node, nodes.For):
        loops += 1
        if loops > DEEPEST_LOOP or node.recursive:
            raise BadTemplate(f"line {node.lineno}: loops go at most {DEEPEST_LOOP} deep")
    if isinstance(node, nodes.Filter) and node.name not in (*_FILTERS, "join"):
        known = ", ".join(sorted((*_FILTERS, "join")))
        raise BadTemplate(f"line {node.lineno}: there is no filter {node.name!r} here; there are {known}")
    if isinstance(node, nodes.Name) and node.name == "self":
        raise BadTemplate(f"line {node.lineno}: there is no fact 'self'")
    if not isinstance(node, (nodes.Template, *_ALLOWED)):
        raise BadTemplate(f"line {node.lineno}: {type(node).__name__.lower()} can't be used in a message")
    for child in node.iter_child_nodes():
        _inspect(child, depth + 1, loops)


def _bounded(pieces: Iterable[str]) -> str:
    parts: list[str] = []
    size = 0
    for piece in pieces:
        parts.append(piece)
        size += len(piece)
        if size > MOST_CHARACTERS:
            raise BadTemplate(f"makes more than {MOST_CHARACTERS} characters")
    return "".join(parts)
