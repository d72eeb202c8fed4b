"""Dialogs about people: who has the keys, who is what, who is called next."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from warroom.console.domain import intents as i
from warroom.console.domain.handover import handover_card
from warroom.console.domain.model import Incident
from warroom.console.domain.playbook import Rung
from warroom.console.domain.reaching import Call, Standing, reach, standing
from warroom.console.domain.text import clean
from warroom.console.domain.time.duration import format_duration
from warroom.console.domain.view import View
from warroom.console.screens.acting.pressing import Acting
from warroom.console.screens.kit.ask import Field
from warroom.console.screens.kit.choose import Option
from warroom.console.screens.kit.form import open_choice, open_form
from warroom.widgets import format

Screen = Acting[Any]


def escalate(screen: Screen, incident: Incident) -> None:
    """Show the ladder with names and numbers; Enter calls a rung, and the log says so."""
    ladder = incident.playbook.ladder
    if not ladder:
        screen.say(f"{incident.playbook.id} has no ladder", "warn")
        return
    options = [_rung(incident, rung, screen.view, screen.now) for rung in ladder]
    following = next((str(rung.level) for rung in ladder if rung.level > incident.rung), options[-1].key)

    def call(key: str) -> None:
        screen.put(incident.id, i.Escalate(level=int(key)), f"level {key} noted as called")

    open_choice(screen, incident, "Call whom? You phone; this writes it down.", options, call, following)


def _rung(incident: Incident, rung: Rung, view: View, now: datetime) -> Option:
    at = standing(incident, rung, now)
    people = "; ".join(clean(str(reach(role, incident, view.people))) for role in rung.call)
    tone = {Call.CALLED: "dim", Call.LATER: "", Call.NOW: "warn", Call.OVERDUE: "bad"}[at.call]
    until = (
        f" (until {format.stamp(at.ends, now, seconds=False)} UTC)" if at.ends and at.call is not Call.CALLED else ""
    )
    text = people + until + (f". {rung.note}" if rung.note else "")
    return Option(str(rung.level), f"level {rung.level}  {rung_words(rung, at, now)}", text, tone)


def rung_words(rung: Rung, at: Standing, now: datetime) -> str:
    """How a rung stands, in a few words."""
    match at.call:
        case Call.CALLED:
            return "called"
        case Call.LATER:
            return f"after {format_duration(rung.after)}"
        case Call.NOW | Call.OVERDUE:
            return f"due since {format.short(now - at.begins)}"


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

    card = f"{words}\n\n{incident.conn_card or handover_card(incident, screen.now)}"
    options = [Option("no", "Not now"), Option("yes", "Yes", "from then on you start what is dangerous")]
    open_choice(screen, incident, heading, options, _only_yes(chosen), words=card)


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
