"""Checks of a configuration that the rooms above `config` can make."""

from collections.abc import Iterable

from warroom.config.errors import Problem
from warroom.config.settings import Settings


def _probes(settings: Settings) -> Iterable[Problem]:
    from warroom.console.monitor.check import check_probe

    for index, probe in enumerate(settings.probe):
        for key, problem in check_probe(probe):
            yield Problem(file="", key=f"probe[{index}].{key}", problem=problem)


def _requests(settings: Settings) -> Iterable[Problem]:
    from warroom.console.domain.conditions.language import check_condition

    for name, request in settings.request.items():
        for index, text in enumerate(request.conditions):
            if problem := check_condition(text):
                yield Problem(file="", key=f"request.{name}.conditions[{index}]", problem=problem)


CHECKS = (_probes, _requests)
