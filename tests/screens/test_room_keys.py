"""The room's own keys are known to whoever checks a configuration."""

from textual.binding import Binding

from warroom.config.vocabulary import RESERVED_KEYS
from warroom.console.screens.room import Room

_NAMES = {"slash": "/", "question_mark": "?", "colon": ":"}
_ON_THE_WAY = ("backspace", "shift+tab", "f1")
"""Keys that nobody would give to a button."""


def test_no_button_can_be_given_a_key_of_the_room() -> None:
    keys = [
        _NAMES.get(key, key)
        for base in Room.__mro__
        for binding in vars(base).get("BINDINGS", ())
        if isinstance(binding, Binding) and (binding.id or "").startswith(("room.", "help", "commands"))
        for key in binding.key.split(",")
    ]
    assert len(keys) > 25
    assert not [key for key in keys if key not in RESERVED_KEYS and key not in _ON_THE_WAY]
