"""Events to drafts and records to events, by stable names. Pydantic works at this border and is loaded on first use."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from warroom.console.store.chain import storable, written
from warroom.console.store.errors import Corrupt, UnknownEvent
from warroom.console.store.log import Draft, Record

if TYPE_CHECKING:
    from pydantic import TypeAdapter

E = TypeVar("E")


class Codec(Generic[E]):
    """Reads and writes the events of one registry: stable name to frozen dataclass."""

    def __init__(self, types: Mapping[str, type[E]]) -> None:
        self._types = dict(types)
        self._names = {event: name for name, event in self._types.items()}
        self._adapters: dict[str, TypeAdapter[E]] = {}

    def encode(self, event: E) -> Draft:
        """The event under its stable name, as JSON that keeps the order of what it holds.

        Raises:
            UnknownEvent: its class is not in the registry.
            ValueError: it holds a value that JSON does not have, such as NaN.
        """
        name = self._names.get(type(event))
        if name is None:
            raise UnknownEvent(type(event).__name__, "it has no stable name", "add it to the registry of events")
        try:
            return Draft(name, storable(written(self._adapter(name).dump_python(event, mode="json"))))
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error

    def decode(self, record: Record) -> E:
        """The event that a record carries.

        Raises:
            UnknownEvent: no class goes by the record's type.
            Corrupt: the data does not fit the class.
        """
        where = f"{record.stream} version {record.version}"
        if record.type not in self._types:
            raise UnknownEvent(where, f"unknown event {record.type!r}", "a newer warroom wrote it: upgrade this one")
        try:
            return self._adapter(record.type).validate_json(record.data)
        except ValueError as error:
            raise Corrupt(where, f"can't read {record.type!r} ({_first(error)})", "try `warroom verify`") from error

    def _adapter(self, name: str) -> "TypeAdapter[E]":
        adapter = self._adapters.get(name)
        if adapter is None:
            from pydantic import TypeAdapter

            adapter = self._adapters[name] = TypeAdapter(self._types[name])
        return adapter


def _first(error: ValueError) -> str:
    """The first complaint of a pydantic error, in a few words."""
    errors: Any = getattr(error, "errors", None)
    if errors is None:
        return str(error)
    first = errors()[0]
    return ".".join(map(str, first["loc"])) + ": " + str(first["msg"])
