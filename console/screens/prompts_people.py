"""Dialogs about people: who has the keys, who is what, who is called next."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from warroom.console.domain import intents as i
from warroom.console.domain.duration import format_duration
from warroom.console.domain.handover import handover_card
from warroom.console.domain.model import Incident
from warroom.console.domain.playbook import Rung
from warroom.console.domain.text import clean
from warroom.console.domain.view import View
from warroom.console.screens.acting import Acting
from warroom.console.screens.ask import Field
from warroom.console.screens.choose import Option
from warroom.console.screens.form import open_choice, open_form
from warroom.widgets import format

Screen = Acting[Any]


def escalate(screen: Screen, incident: Incident) -> None:
    """Show the ladder with names and numbers; Enter calls a rung, and the log says so."""
    ladder = incident.playbook.ladder
    if not ladder:
        screen.say(f"{incident.playbook.id} has no ladder", "warn")
        return
    started = incident.moments.get("declared", screen.now)
    passed = screen.now - started
    options = [_rung(incident, rung, screen.view, passed) for rung in ladder]
    following = next((str(rung.level) for rung in ladder if rung.level > incident.rung), options[-1].key)

    def call(key: str) -> None:
        screen.put(incident.id, i.Escalate(level=int(key)), f"level {key} noted as called")

    open_choice(screen, incident, "Call whom? You phone; this writes it down.", options, call, following)


def _rung(incident: Incident, rung: Rung, view: View, passed: timedelta) -> Option:
    called = "called" if rung.level <= incident.rung else _when(rung, passed)
    people = "; ".join(reach(role, incident, view) for role in rung.call)
    tone = "dim" if rung.level <= incident.rung else "warn" if passed >= rung.after else ""
    text = f"{people}" + (f". {rung.note}" if rung.note else "")
    return Option(str(rung.level), f"level {rung.level}  {called}", text, tone)


def _when(rung: Rung, passed: timedelta) -> str:
    if passed >= rung.after:
        return f"due since {format.short(passed - rung.after)}"
    return f"after {format_duration(rung.after)}"


def reach(role: str, incident: Incident, view: View) -> str:
    """A role with whoever has it and how to reach them."""
    named = incident.roles.get(role, "")
    contact = incident.playbook.contact.get(role)
    title = contact.title if contact else role.replace("-", " ")
    for person in view.people:
        if role in person.roles or (named and person.name.casefold() == named.casefold()):
            ways = ", ".join(way for way in (person.phone, person.chat, person.email) if way)
            return clean(f"{title}: {person.name} {ways}".rstrip())
    if contact is not None and (contact.name or contact.phone):
        ways = ", ".join(way for way in (contact.phone, contact.chat, contact.email) if way)
        return clean(f"{title}: {contact.name} {ways}".rstrip())
    return clean(f"{title}: {named or 'nobody is named, no number'}")


def role(screen: Screen, incident: Incident) -> None:
    """Say who is what."""
    roles = incident.playbook.role
    if not roles:
        screen.say(f"{incident.playbook.id} names no roles", "warn")
        return
    options = [
        Option(key, one.title, incident.roles.get(key, "nobody"), "" if key in incident.roles else "warn")
        for key, one in roles.items()
    ]

    def chosen(key: str) -> None:
        async def submit(values: Mapping[str, str]) -> str:
            return await screen.attempt(incident.id, i.Assign(role=key, name=values["name"].strip()))

        known = ", ".join(person.name for person in screen.view.people if key in person.roles)
        words = roles[key].duties + (f"\nOn the list: {known}" if known else "")
        fields = [Field("name", "name", incident.roles.get(key, ""), hint=known or "who")]
        open_form(screen, incident, f"Who is {roles[key].title}?", fields, submit, words)

    open_choice(screen, incident, "Which role?", options, chosen)


def conn(screen: Screen, incident: Incident) -> None:
    """Take the keys nobody holds, accept the keys that were offered, or hand one's own over."""
    me = screen.view.me
    if incident.conn_offer == me:
        words = f"{incident.conn} hands the conn of {incident.id} to you. Read the card before you take it."
        _handover(screen, incident, "Accept the conn?", words, i.AcceptConn(), "you have the conn")
    elif not incident.conn:
        words = "Nobody has the conn. Whoever has it starts what is dangerous, and nobody else."
        _handover(screen, incident, "Take the conn?", words, i.TakeConn(), "you have the conn")
    elif incident.conn == me:
        _offer(screen, incident)
    else:
        screen.say(f"{incident.conn} has the conn and must hand it over: ask them to press C", "warn")


def _handover(screen: Screen, incident: Incident, heading: str, words: str, intent: i.Intent, done: str) -> None:
    def chosen(_key: str) -> None:
        screen.put(incident.id, intent, done)

    card = clean(f"{words} {incident.conn_card or handover_card(incident, screen.now)}")
    open_choice(screen, incident, heading, [Option("no", "Not now"), Option("yes", "Yes", card)], _only_yes(chosen))


def _only_yes(then: Any) -> Any:
    return lambda key: then(key) if key == "yes" else None


def _offer(screen: Screen, incident: Incident) -> None:
    async def submit(values: Mapping[str, str]) -> str:
        return await screen.attempt(incident.id, i.OfferConn(to=values["to"].strip(), card=values["card"].strip()))

    others = ", ".join(dict.fromkeys(console.actor for console in screen.view.consoles)) or "who takes over"
    fields = [
        Field("to", "to", incident.conn_offer, hint=others),
        Field("card", "they must know", hint="what the card can't know", optional=True),
    ]
    words = "You keep the conn until they accept it, from their own console. They are handed this card:\n\n"
    words += clean(handover_card(incident, screen.now), keep_newlines=True)
    open_form(screen, incident, "Hand the conn over", fields, submit, words)
