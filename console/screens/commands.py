"""Commands by name: what the keys of a screen do, its actions, and the incidents."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from warroom.console.domain.text import clean
from warroom.console.screens.board import Board
from warroom.console.screens.kit.active_keys import active_keys
from warroom.console.screens.room import Room

_ASIDE = 0.25
"""What a match in the words beside a title counts: `backup` finds the backup before what waits for one."""


class _Command(NamedTuple):
    title: str
    about: str
    run: Callable[[], Any]
    label: str = ""
    """What it is called elsewhere on the screen."""


class Commands(Provider):
    """Feeds the palette. Titles are foreign text, so they never go through markup."""

    async def discover(self) -> Hits:
        """Everything there is."""
        for command in self._commands():
            yield DiscoveryHit(Content(command.title), command.run, command.title, command.about)

    async def search(self, query: str) -> Hits:
        """What matches."""
        matcher = self.matcher(query)
        for command in self._commands():
            score = max(matcher.match(command.label), matcher.match(command.title))
            score = max(score, matcher.match(f"{command.title} {command.about}") * _ASIDE)
            if score > 0:
                yield Hit(score, Content(command.title), command.run, command.title, command.about)

    def _commands(self) -> Iterator[_Command]:
        screen = self.screen
        if isinstance(screen, Room) and not screen.view.read_only:
            for button in screen.buttons:
                about = f"not now: {button.blocked}" if button.blocked else button.danger
                press = partial(screen.query_one("#actions").press, button.action)  # type: ignore[attr-defined]
                label = clean(button.label or button.action)
                yield _Command(clean(button.title), _unmarked(f"{label}: {about}"), press, label)
            switch = partial(screen.action_prompt, "switch")
            yield _Command("Switch the protocol", "go on by another one; what changes is shown first", switch)
        for key in active_keys(screen):
            if key.tooltip:
                run = partial(screen.app.run_action, key.action, key.namespace)
                yield _Command(f"{key.title}  ({key.keys})", _unmarked(key.tooltip), run)
        if isinstance(screen, Board):
            for incident in screen.view.incidents.values():
                title = f"Open {incident.id} {clean(incident.title)}"
                yield _Command(title, f"{incident.level}, {incident.state}", partial(screen.open_room, incident.id))
        for theme in ("warroom-night", "warroom-day", "warroom-contrast"):
            yield _Command(f"Theme {theme.removeprefix('warroom-')}", "colours", partial(self._theme, theme))

    def _theme(self, name: str) -> None:
        self.app.theme = name


def _unmarked(text: str) -> str:
    """Foreign text for the one place of the palette that reads markup."""
    return clean(text).replace("[", "(").replace("]", ")")
