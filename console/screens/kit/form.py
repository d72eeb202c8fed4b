"""Opening a small form over a screen, for one incident."""

from collections.abc import Callable, Sequence
from typing import Any

from warroom.console.domain.model import Incident
from warroom.console.screens.acting.pressing import Acting
from warroom.console.screens.kit.ask import Ask, Field
from warroom.console.screens.kit.choose import Choose, Option
from warroom.console.screens.kit.live import Submit


def open_form(
    screen: Acting[Any], incident: Incident, heading: str, fields: Sequence[Field], submit: Submit, words: str = ""
) -> None:
    """Ask for a few things; what came of it stands in the room."""
    asked = Ask(
        screen.seat,
        screen.view,
        screen.now,
        heading=heading,
        fields=fields,
        submit=submit,
        words=words,
        incident=incident.id,
    )
    screen.app.push_screen(asked)


def open_choice(
    screen: Acting[Any],
    incident: Incident,
    heading: str,
    options: Sequence[Option],
    then: Callable[[str], None],
    current: str = "",
    words: str = "",
) -> None:
    """Ask for one of a few and go on with its key; nothing happens where it is left."""

    def chosen(key: str | None) -> None:
        if key:
            then(key)

    asked = Choose(
        screen.seat,
        screen.view,
        screen.now,
        heading=heading,
        options=options,
        incident=incident.id,
        current=current,
        words=words,
    )
    screen.app.push_screen(asked, chosen)
