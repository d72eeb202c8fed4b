"""Figures in sentences."""

import pytest

from warroom.console.domain.watch.figure import written


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0421, "0.0421"), (0.0, "0"), (7.0, "7"), (12.34, "12.3"), (2824.4, "2824"), (-1050.0, "-1050"), (3e9, "3e+09")],
)
def test_a_figure_is_as_short_as_it_reads_well(value: float, words: str) -> None:
    assert written(value) == words
