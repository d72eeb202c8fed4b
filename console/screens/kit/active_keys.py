"""The keys of a screen, read from its bindings: one list for the help and the command palette."""

from typing import Any, NamedTuple

from textual.screen import Screen

from warroom.console.domain.view import Button
from warroom.console.screens.kit.live import Live

_SHOWN = {
    "question_mark": "?",
    "slash": "/",
    "colon": ":",
    "right_square_bracket": "]",
    "left_square_bracket": "[",
    "enter": "enter",
    "escape": "esc",
    "pagedown": "pgdn",
    "pageup": "pgup",
}
_HIDDEN = ("app.suspend_process", "app.help_quit", "screen.copy_text", "screen.minimize", "app.command_palette")


class ActiveKey(NamedTuple):
    """Keys that do the same thing, what that is, and the action behind it."""

    keys: str
    title: str
    tooltip: str
    action: str
    namespace: Any


def active_keys(screen: Screen[Any]) -> list[ActiveKey]:
    """Every binding that works on a screen now, in the order of its declaration, the focused panel's first."""
    found: dict[tuple[str, str], ActiveKey] = {}
    read_only = isinstance(screen, Live) and screen.view.read_only
    acting = screen.ACTING if isinstance(screen, Live) else frozenset()
    for key, active in screen.active_bindings.items():
        binding = active.binding
        if not active.enabled or not binding.id or binding.action in _HIDDEN:
            continue
        if read_only and binding.action in acting:
            continue
        known = found.get((binding.id, binding.action))
        shown = _SHOWN.get(key, key)
        keys = f"{known.keys} {shown}" if known else shown
        title, tooltip = binding.description or binding.id, binding.tooltip
        found[(binding.id, binding.action)] = ActiveKey(keys, title, tooltip, binding.action, active.node)
    return list(found.values())


def button_keys(buttons: tuple[Button, ...]) -> list[ActiveKey]:
    """The action buttons of a room that have a key."""
    return [
        ActiveKey(
            button.key,
            button.title,
            (f"on {button.environment} " if button.environment else "")
            + (f"(not now: {button.blocked})" if button.blocked else f"({button.danger})"),
            "",
            None,
        )
        for button in buttons
        if button.key
    ]
