"""What stands between a button and its run: the friction of each danger class, and whether a yes still holds."""

from dataclasses import dataclass
from typing import assert_never

from warroom.console.actions.command import Command
from warroom.console.domain.action import Danger
from warroom.console.domain.desk import Confirmation
from warroom.console.domain.intents import Refused


@dataclass(frozen=True, slots=True)
class Friction:
    """What a person must do before a command runs."""

    dialog: bool
    """See it all in a dialog and say yes."""
    typed: str = ""
    """Type this; empty: nothing to type."""
    second_person: bool = False
    """Have somebody else approve."""


def friction(command: Command) -> Friction:
    """What the command's danger class asks for."""
    match command.danger:
        case Danger.FREE:
            return Friction(dialog=False)
        case Danger.CONFIRM:
            return Friction(dialog=True)
        case Danger.TYPED:
            return Friction(dialog=True, typed=command.target)
        case Danger.TWO:
            return Friction(dialog=True, typed=command.target, second_person=True)
        case _:
            assert_never(command.danger)


def check(command: Command, confirmation: Confirmation | None) -> Refused | None:
    """Whether a yes lets `command` run: nothing if so, else the reason.

    The command is the one about to run, made anew: when it differs in anything from the one that was confirmed, the
    yes is void. Whether the second person's approval is good is decided where the run is written down.
    """
    asked = friction(command)
    if not asked.dialog:
        return None
    if confirmation is None:
        return Refused(reason=f"{command.title}: needs a yes{f', with {asked.typed!r} typed' if asked.typed else ''}")
    if confirmation.fingerprint != command.fingerprint:
        return Refused(reason=f"{command.title}: something changed since you said yes; look at it again")
    if asked.typed and confirmation.typed.strip() != asked.typed:
        given = f"not {confirmation.typed.strip()!r}" if confirmation.typed.strip() else "and nothing was typed"
        return Refused(reason=f"{command.title}: the target is {asked.typed!r}, {given}")
    if asked.second_person and not confirmation.approval:
        return Refused(reason=f"{command.title}: a second person must approve it")
    return None
