"""Opening a small form over a screen, for one incident."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from warroom.console.domain.model import Incident
from warroom.console.domain.time.when import parse_ahead
from warroom.console.screens.kit.ask import Ask, Field
from warroom.console.screens.kit.choose import Choose, Option
from warroom.console.screens.kit.live import Live, Submit


def open_form(
    screen: Live[Any], incident: Incident, heading: str, fields: Sequence[Field], submit: Submit, words: str = ""
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
    screen: Live[Any],
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


def moment_ahead(text: str, now: datetime) -> datetime | str | None:
    """A date by which something is owed; nothing where nothing was written; a sentence where it can't be read."""
    if not text.strip():
        return None
    try:
        return parse_ahead(text, now)
    except ValueError as error:
        return str(error)
