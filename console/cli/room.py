"""What every verb starts from: the configuration, the store and a session, each opened on first use."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from warroom.console.cli.boundary import Exit, Stop, say

if TYPE_CHECKING:
    from warroom.config.load import Loaded
    from warroom.config.settings import Settings
    from warroom.console.domain.intents import Intent
    from warroom.console.domain.model import Incident
    from warroom.console.session import Session
    from warroom.console.store.store import Store


@dataclass
class Options:
    """The options before the verb, and what they lead to."""

    config: str | None = None
    store: str | None = None
    actor: str | None = None
    view: bool = False
    mark: str = ""
    """Ends the name of this console, where it is of another kind than those people sit at."""

    @cached_property
    def loaded(self) -> "Loaded | None":
        """The configuration that holds here; none where nobody wrote one."""
        from warroom.config.load import load
        from warroom.console.cli.checks import CHECKS

        overrides: Mapping[str, Any] = {"store": self.store} if self.store else {}
        file = Path(self.config) if self.config else None
        loaded = load(Path.cwd(), file=file, overrides=overrides, checks=CHECKS)
        for warning in loaded.warnings if loaded else ():
            say(f"warning: {warning}")
        return loaded

    @cached_property
    def settings(self) -> "Settings":
        """The configuration, or what holds without one: this folder as the service, nothing watched."""
        if self.loaded is not None:
            return self.loaded.settings
        from warroom.config.settings import Service, Settings

        here = Path.cwd()
        store = self.store or os.environ.get("WARROOM_STORE", "")
        return Settings(service=Service(name=here.name or "service", repository=str(here)), store=store)

    @property
    def folder(self) -> Path:
        """What relative paths of the configuration start from."""
        return self.loaded.folder if self.loaded else Path.cwd()

    @property
    def secrets(self) -> tuple[str, ...]:
        """Values to mask wherever they turn up."""
        return self.loaded.secrets if self.loaded else ()

    @cached_property
    def opened(self) -> "Store":
        """The store; closed when the program ends."""
        from warroom.console.store.store import open_store

        store = open_store(self.settings.store)
        context = click.get_current_context()
        context.call_on_close(store.close)
        return store

    @property
    def runs(self) -> Path:
        """Where the folders of runs are kept: beside a SQLite store, else under the XDG state folder.

        They are for one account each: where another one has its own there, ours lie beside them.
        """
        from warroom.console.store.store import default_path

        where = self.opened.where
        runs = (default_path() if "://" in where else Path(where)).absolute().parent / "runs"
        taken = runs.exists() and runs.stat().st_uid != os.getuid()
        return runs.with_name(f"runs-{os.getuid()}") if taken else runs

    @cached_property
    def session(self) -> "Session":
        """A session that has read the log to its end."""
        from warroom.console.domain.intents import By
        from warroom.console.identity import actor, console_id
        from warroom.console.session import Session

        session = Session(self.opened.log, By(actor=actor(self.actor), console=console_id(self.mark)))
        session.refresh()
        return session

    def incident(self, incident: str) -> "Incident":
        """An incident by its id, in any case, or by its bare number."""
        from warroom.console.session import PREFIX

        name = incident.strip().upper()
        name = name if name.startswith(PREFIX) else PREFIX + name
        found = self.session.incident(name)
        if found is None:
            known = ", ".join(self.session.picture().incidents) or "none yet"
            raise Stop(Exit.USAGE, f"warroom: there is no incident {incident!r}", f"known: {known}")
        return found

    def dispatch(self, incident: str, intent: "Intent") -> None:
        """Put an intent; a refusal ends the program with status 5."""
        from warroom.console.domain.intents import Refused

        self.must_act()
        answer = self.session.dispatch(incident, intent)
        if isinstance(answer, Refused):
            raise Stop(Exit.REFUSED, f"refused: {answer.reason}")

    def report(self, error: BaseException) -> None:
        """Report a crash where the configuration, if it was read at all, asks for it."""
        loaded = self.__dict__.get("loaded")
        if loaded is not None and loaded.settings.sentry_dsn:
            from importlib.metadata import version

            from warroom.console.crash import report

            report(error, loaded.settings.sentry_dsn, version("warroom"), loaded.secrets)

    def must_act(self) -> None:
        """Refuse where the console may only look."""
        if self.view:
            raise Stop(Exit.REFUSED, "refused: this console was opened with --view and only looks")


pass_options = click.make_pass_decorator(Options)
