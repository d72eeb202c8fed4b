"""The stored names of events: for ever, whatever becomes of the classes."""

from collections.abc import Callable
from typing import TypeVar

EVENT_TYPES: dict[str, type] = {}
"""Stored name to class, for the codec."""

EventClass = TypeVar("EventClass", bound=type)


def event(name: str) -> Callable[[EventClass], EventClass]:
    """Give an event class its stored name."""

    def register(cls: EventClass) -> EventClass:
        EVENT_TYPES[name] = cls
        return cls

    return register
