"""What stands between a button and its run: the friction of each danger class, and whether a yes still holds."""

from dataclasses import dataclass
from typing import assert_never

from warroom.console.actions.command import Command
from warroom.console.domain.action import Danger


@dataclass(frozen=True, slots=True)
class Friction:
    """What a person must do before a command runs."""

    dialog: bool
    """See it all in a dialog and say yes."""
    typed: str = ""
    """Type this; empty: nothing to type."""
    second_person: bool = False
    """Have somebody else approve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """A person's yes, bound to one command by its fingerprint."""

    fingerprint: str
    """The fingerprint of the command that was on the screen."""
    confirmed_by: str
    typed: str = ""
    """What the person typed as the target."""
    approved_by: str = ""
    """The second person, if there is one."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a command may not run now, in one line."""

    reason: str


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


def check(command: Command, confirmation: Confirmation | None) -> Refusal | None:
    """Whether `confirmation` lets `command` run: nothing if so, else the reason.

    The command is the one about to run, made anew: when it differs in anything from the one that was confirmed, the
    yes is void.
    """
    asked = friction(command)
    if not asked.dialog:
        return None
    if confirmation is None:
        return Refusal(f"{command.title}: needs a yes{f', with {asked.typed!r} typed' if asked.typed else ''}")
    if confirmation.fingerprint != command.fingerprint:
        return Refusal(f"{command.title}: something changed since you said yes; look at it again")
    if asked.typed and confirmation.typed.strip() != asked.typed:
        given = f"not {confirmation.typed.strip()!r}" if confirmation.typed.strip() else "and nothing was typed"
        return Refusal(f"{command.title}: the target is {asked.typed!r}, {given}")
    if asked.second_person:
        return _second_person(command, confirmation)
    return None


def _second_person(command: Command, confirmation: Confirmation) -> Refusal | None:
    approver = confirmation.approved_by.strip().casefold()
    if not approver:
        return Refusal(f"{command.title}: a second person must approve it")
    if approver == confirmation.confirmed_by.strip().casefold():
        return Refusal(f"{command.title}: {confirmation.confirmed_by} asked for it, so somebody else must approve it")
    return None
