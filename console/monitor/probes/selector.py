"""Selectors of series: `http_requests_total{code=~"5..", path!="/health"}`, as in PromQL."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_NAME = re.compile(r"\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*")
_MATCHER = re.compile(r'\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*')
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_EXAMPLE = 'e.g. http_requests_total{code=~"5.."}'


class SelectorError(ValueError):
    """A selector that cannot be read; the message says what is wrong and shows a right one."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """What one label must be."""

    label: str
    negated: bool
    pattern: re.Pattern[str]

    def takes(self, labels: Mapping[str, str]) -> bool:
        """Whether the labels fit; a missing label is an empty one."""
        return (self.pattern.fullmatch(labels.get(self.label, "")) is not None) is not self.negated


@dataclass(frozen=True, slots=True)
class Selector:
    """A metric name and what its labels must be."""

    name: str
    matchers: tuple[Matcher, ...] = ()

    def takes(self, labels: Mapping[str, str]) -> bool:
        """Whether a series of the name is meant, by its labels."""
        return all(matcher.takes(labels) for matcher in self.matchers)


def parse_selector(text: str) -> Selector:
    """Read a selector.

    Raises:
        SelectorError: it is none.
    """
    name = _NAME.match(text)
    if name is None:
        raise SelectorError(f'"{text}" does not begin with the name of a metric, {_EXAMPLE}')
    rest = text[name.end() :].rstrip()
    if not rest:
        return Selector(name[1])
    if not (rest.startswith("{") and rest.endswith("}")):
        raise SelectorError(f'"{text}": expected labels in braces behind the name, {_EXAMPLE}')
    return Selector(name[1], _matchers(text, rest[1:-1]))


def check_selector(text: str) -> str | None:
    """What is wrong with a selector, with an example of a right one; none if nothing is."""
    try:
        parse_selector(text)
    except SelectorError as error:
        return str(error)
    return None


def _matchers(whole: str, text: str) -> tuple[Matcher, ...]:
    matchers: list[Matcher] = []
    position = 0
    while position < len(text.rstrip()):
        match = _MATCHER.match(text, position)
        if match is None:
            raise SelectorError(f'"{whole}": cannot read "{text[position:]}" as a label, {_EXAMPLE}')
        label, operator, quoted = match.groups()
        # A backslash escapes quotes, itself and the newline; any other is the regular expression's own.
        value = _ESCAPE.sub(lambda found: {"n": "\n", '"': '"', "\\": "\\"}.get(found[1], found[0]), quoted)
        try:
            pattern = re.compile(value if operator.endswith("~") else re.escape(value), re.DOTALL)
        except re.error as error:
            raise SelectorError(f'"{whole}": "{value}" is no regular expression ({error}), {_EXAMPLE}') from None
        matchers.append(Matcher(label, operator.startswith("!"), pattern))
        position = match.end()
        if position < len(text) and text[position] != ",":
            raise SelectorError(f'"{whole}": expected a comma between labels, {_EXAMPLE}')
        position += 1
    return tuple(matchers)
