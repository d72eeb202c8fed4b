"""Alerting rules of Prometheus as probes: what would have fired is what the room watches."""

import math
import re
from datetime import timedelta
from pathlib import Path

from warroom.console.domain.time.duration import parse_duration
from warroom.console.survey.found import Carried, Part
from warroom.console.survey.yaml_files import listed, mapping, read_yaml

_EVERY = timedelta(seconds=30)
_MOST_FAILURES = 10
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_HOLDS = {">": "<=", ">=": "<", "<": ">=", "<=": ">", "==": "!=", "!=": "=="}
"""What holds while an alert with this comparison does not fire."""
_ROLES = (
    ("error-rate", ("error", "5xx", "5..", "fail")),
    ("latency", ("latency", "duration", "slow", "quantile")),
    ("saturation", ("cpu", "memory", "disk", "queue", "saturat", "filesystem")),
    ("health", ("up ", "up{", "down", "absent", "health")),
)


def read_rules(path: Path, prometheus: str) -> Carried:
    """The alerting rules of a file, as probes of the Prometheus at the address given.

    Raises:
        UnreadableFile: it is no file of rules.
    """
    probes: list[Part] = []
    notes: list[str] = []
    for group in listed(read_yaml(path).get("groups")):
        for entry in listed(mapping(group).get("rules")):
            rule = mapping(entry)
            name, expression = str(rule.get("alert") or ""), " ".join(str(rule.get("expr") or "").split())
            if not name:
                continue
            if not expression:
                notes.append(f"{path.name}: {name}: has no expr; it is left out")
                continue
            query, condition = watched(expression)
            table = {
                "name": name,
                "kind": "prometheus",
                "url": prometheus,
                "query": query,
                "every": "30s",
                "failures": _failures(rule.get("for")),
                "conditions": [condition],
                "role": _role(name, expression),
            }
            probes.append(Part(table={key: value for key, value in table.items() if value}, why=f"{path.name}: {name}"))
    return Carried(probes=tuple(probes), notes=tuple(notes))


def watched(expression: str) -> tuple[str, str]:
    """A query and a condition that holds while the alert does not fire.

    `rate(errors[5m]) > 0.05` is watched as the rate with `[VALUE] <= 0.05`; an expression that is no comparison with a
    number is watched as the count of what it finds.
    """
    place, operator = _last_comparison(expression)
    if operator:
        left, right = expression[:place].strip(), expression[place + len(operator) :].strip()
        if left and _NUMBER.fullmatch(right) and not left.endswith(" bool"):
            return left, f"[VALUE] {_HOLDS[operator]} {right}"
    return f"count({expression}) or vector(0)", "[VALUE] == 0"


def _last_comparison(expression: str) -> tuple[int, str]:
    """Where the only comparison outside of brackets and quotes stands; no operator where there is none, or several."""
    depth, quote, found = 0, "", []
    at = 0
    while at < len(expression):
        char = expression[at]
        if quote:
            at += 1 if char == "\\" and quote != "`" else 0
            quote = "" if char == quote else quote
        elif char in "\"'`":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif depth == 0 and char in "<>=!":
            operator = expression[at : at + 2] if expression[at + 1 : at + 2] == "=" else char
            found.append((at, operator))
            at += len(operator) - 1
        at += 1
    words = re.findall(r"\b(?:and|or|unless)\b", expression)
    return found[0] if len(found) == 1 and found[0][1] in _HOLDS and not words else (0, "")


def _failures(lasting: object) -> int:
    """How many failing readings stand for the time an alert must last."""
    try:
        span = parse_duration(str(lasting)) if lasting is not None else timedelta(0)
    except ValueError:
        span = timedelta(0)
    return max(1, min(_MOST_FAILURES, math.ceil(span / _EVERY)))


def _role(name: str, expression: str) -> str:
    text = f"{name} {expression} ".lower()
    return next((role for role, words in _ROLES if any(word in text for word in words)), "")
