"""The verbs by name, each imported when it is first asked for."""

from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module

import click


class Verbs(MutableMapping[str, click.Command]):
    """Commands of a group: a call of one pays for its own imports, and for no other's.

    Args:
        modules: where each verb is defined, under its own name.
    """

    def __init__(self, modules: Mapping[str, str]) -> None:
        self._modules = dict(modules)
        self._loaded: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._loaded:
            self._loaded[name] = getattr(import_module(self._modules[name]), name)
        return self._loaded[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._modules[name]
        self._loaded.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter({**self._modules, **self._loaded})

    def __len__(self) -> int:
        return len({**self._modules, **self._loaded})
