"""Asking for the values of an action's parameters."""

import shlex
from collections.abc import Callable, Mapping
from typing import Any

from warroom.console.domain.view import Button, Parameter
from warroom.console.screens.acting.pressing import FREE
from warroom.console.screens.kit.ask import Ask, Field
from warroom.console.screens.kit.live import Live


def ask_values(
    screen: Live[Any],
    incident: str,
    action: str,
    known: Mapping[str, str],
    then: Callable[[str, str, Mapping[str, str]], None],
) -> None:
    """Ask for an action's parameters, each by its name, or as `NAME=VALUE …`, and go on with them."""
    button = next((one for one in screen.view.buttons.get(incident, ()) if one.action == action), None)
    if button is not None and button.asks:
        _ask_each(screen, incident, button, known, then)
        return

    async def submit(filled: Mapping[str, str]) -> str:
        try:
            words = shlex.split(filled["values"])
        except ValueError as error:
            return f"{error}, e.g. percent=25 tag=v1.2.4"
        wrong = next((word for word in words if "=" not in word), None)
        if wrong is not None:
            return f"{wrong!r} is no NAME=VALUE, e.g. percent=25 tag=v1.2.4"
        then(incident, action, dict(word.split("=", 1) for word in words))
        return ""

    shown = shlex.join(f"{name}={value}" for name, value in known.items())
    fields = [Field("values", "values", shown, hint="percent=25 tag=v1.2.4", optional=True)]
    asked = Ask(
        screen.seat,
        screen.view,
        screen.now,
        heading=f"{action}: with which values?",
        fields=fields,
        submit=submit,
        words="What is not given keeps its default. You see the whole command before it runs.",
        incident=incident,
    )
    screen.app.push_screen(asked)


def _ask_each(
    screen: Live[Any],
    incident: str,
    button: Button,
    known: Mapping[str, str],
    then: Callable[[str, str, Mapping[str, str]], None],
) -> None:
    async def submit(filled: Mapping[str, str]) -> str:
        then(incident, button.action, {name: value.strip() for name, value in filled.items() if value.strip()})
        return ""

    def field(one: Parameter) -> Field:
        label, hint = one.name.replace("_", " "), one.default or one.example
        return Field(one.name, label, known.get(one.name, ""), hint=hint, optional=bool(one.default))

    told = [f"{one.name.replace('_', ' ')}: {one.meaning}." for one in button.asks if one.meaning]
    # What is free has no dialog: it runs with what is said here.
    seen = () if button.danger == FREE else ("You see the whole command before it runs.",)
    words = "\n".join((*told, *seen))
    fields = [field(one) for one in button.asks]
    heading = f"{button.label or button.action}: with what?"
    asked = Ask(
        screen.seat,
        screen.view,
        screen.now,
        heading=heading,
        fields=fields,
        submit=submit,
        words=words,
        incident=incident,
    )
    screen.app.push_screen(asked)
