"""Checks of a configuration that the rooms above `config` can make."""

from collections.abc import Iterable

from warroom.config.errors import Problem
from warroom.config.settings import Settings


def _probes(settings: Settings) -> Iterable[Problem]:
    from warroom.console.monitor.check import check_probe

    for index, probe in enumerate(settings.probe):
        for key, problem in check_probe(probe):
            yield Problem(file="", key=f"probe[{index}].{key}", problem=problem)


CHECKS = (_probes,)
