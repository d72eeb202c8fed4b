"""Whether this is a time to practise."""

from dataclasses import replace
from typing import TYPE_CHECKING

from warroom.console.cli.boundary import Exit, Stop, say
from warroom.console.cli.room import Options
from warroom.console.store.errors import StoreError

if TYPE_CHECKING:
    from warroom.console.store.store import Store


def not_while_it_burns(options: Options) -> None:
    """Refuse a drill while a real incident is open in the store that holds here.

    A drill has a store of its own and touches nothing, but two rooms on one desk are one too many. A store that can't
    be read is no reason against practising.
    """
    from warroom.console.store.store import file_of, open_store

    # A copy: what is read here is kept, and the drill brings a configuration of its own.
    address = replace(options).settings.store
    try:
        path = file_of(address)
        if path is not None and not path.exists():
            return
        with open_store(address) as store:
            burning = _open_incidents(options, store)
    except StoreError as error:
        say(f"warning: whether a real incident is open can't be told: {error}")
        return
    if burning:
        names = ", ".join(burning)
        raise Stop(Exit.REFUSED, f"refused: {names} is open, and this is no time for a drill", "--anyway starts it")


def _open_incidents(options: Options, store: "Store") -> tuple[str, ...]:
    from warroom.console.domain.intents import By
    from warroom.console.identity import actor, console_id
    from warroom.console.session import Session

    session = Session(store.log, By(actor=actor(options.actor), console=console_id()))
    session.refresh()
    incidents = session.picture().incidents.values()
    return tuple(incident.id for incident in incidents if not incident.over and not incident.drill)
