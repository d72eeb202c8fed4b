"""The limit a chart draws: where a condition says that a value is too high."""

from collections.abc import Sequence

from warroom.console.domain.conditions.language import number_of, parse


def upper_limit(conditions: Sequence[str]) -> float | None:
    """The lowest figure that `[VALUE]` must stay below; none where no condition names one."""
    limits = []
    for text in conditions:
        condition = parse(text)
        if condition.left.placeholder == "[VALUE]" and condition.operator in ("<", "<="):
            limits.append(number_of(condition.right.text))
    return min((limit for limit in limits if limit is not None), default=None)
