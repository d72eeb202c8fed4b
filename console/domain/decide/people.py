"""Deciding about people: roles, the conn, and the ladder."""

from datetime import datetime
from typing import assert_never

from warroom.console.domain import events as e
from warroom.console.domain import intents as i
from warroom.console.domain.handover import handover_card
from warroom.console.domain.intents import By, Refused
from warroom.console.domain.model import Incident

Answer = tuple[e.Event, ...] | Refused
PeopleIntent = i.Assign | i.TakeConn | i.OfferConn | i.AcceptConn | i.Escalate


def decide_people(incident: Incident, intent: PeopleIntent, at: datetime, by: By) -> Answer:
    """The events of roles, the conn and the ladder, or why not."""
    match intent:
        case i.Assign(role=role, name=name):
            return (e.RoleAssigned(role=role, name=name),) if incident.roles.get(role) != name else ()
        case i.TakeConn():
            if incident.conn == by.actor:
                return ()
            if incident.conn:
                return Refused(reason=f"{incident.conn} has the conn; ask for it to be handed over")
            return (e.ConnTaken(name=by.actor),)
        case i.OfferConn(to=to, card=card):
            if incident.conn != by.actor:
                return Refused(reason=f"only {incident.conn or 'its holder'} can hand the conn over")
            if not to.strip() or to == by.actor:
                return Refused(reason="name the person who is to take the conn")
            return (e.ConnOffered(to=to, card=handover_card(incident, at, remark=card)),)
        case i.AcceptConn():
            if incident.conn_offer != by.actor:
                return Refused(reason="the conn was not offered to you")
            return (e.ConnHandedOver(was=incident.conn, name=by.actor),)
        case i.Escalate(level=level):
            ladder = incident.playbook.ladder
            rung = next(
                (one for one in ladder if one.level == level or (not level and one.level > incident.rung)), None
            )
            if rung is None:
                return Refused(reason=f"there is no {f'level {level}' if level else 'higher rung'} on this ladder")
            return (e.Escalated(level=rung.level, called=rung.call),)
        case _:
            assert_never(intent)
