"""Links and contacts: who is to be called now and by which number, where to look, what the protocol holds to."""

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType

from warroom.console.domain.model import Incident
from warroom.console.domain.playbook import Contact
from warroom.console.domain.reaching import Call, Reached, reach, standing, ways_of
from warroom.console.screens.kit.foot import Hint
from warroom.console.screens.kit.listing import Item, Listing, ListScreen
from warroom.console.screens.prompts.people import rung_words
from warroom.widgets import format

_CALLS = {
    Call.CALLED: ("ok", "dim"),
    Call.NOW: ("warn", "warn strong"),
    Call.OVERDUE: ("bad", "bad strong"),
    Call.LATER: ("open", "dim"),
}
NO_ADDRESS = "no address yet: the team's own playbook fills it in"
NO_NUMBER = "no number yet: [[person]] in warroom.toml, or the team's own playbook, fills it in"


class _Line(NamedTuple):
    """An item, and what `y` copies of it."""

    item: Item
    copies: str = ""


class Contacts(ListScreen):
    """The ladder as it stands, roles, people, contacts, links, principles, tools. `y` copies a number or an address."""

    EMPTY = "The protocol names nobody and nothing."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "Copy", id="contacts.copy", tooltip="Number or address to the clipboard (OSC 52)"),
        Binding("I", "leave", "Back", id="contacts.close", tooltip="Back to the room", show=False),
    ]

    def heading(self, incident: Incident) -> tuple[str, str, bool]:
        title = f"Links and contacts: {incident.id}"
        waiting = [(rung, standing(incident, rung, self.now).call) for rung in incident.playbook.ladder]
        now = [(rung, call) for rung, call in waiting if call in (Call.NOW, Call.OVERDUE)]
        if not now:
            return title, "", False
        return title, f"call level {now[0][0].level}", any(call is Call.OVERDUE for _, call in now)

    def items(self, incident: Incident) -> Sequence[Item]:
        return list(_once(line.item for line in self._lines(incident)))

    def hints(self) -> tuple[Hint, ...]:
        return (Hint("y", "copy number or address"), *super().hints())

    def choose(self, incident: Incident, key: str) -> None:
        """Enter copies as well."""
        line = next((one for one in self._lines(incident) if one.item.key == key), None)
        if line is None or not line.copies:
            self.say("there is nothing to copy here", "warn")
        else:
            self.copy(line.copies, line.copies)

    def action_copy(self) -> None:
        subject = self.incident_of(self.incident)
        if subject is not None:
            self.choose(subject, self.query_one(Listing).cursor)

    def _lines(self, incident: Incident) -> Iterator[_Line]:
        yield from self._ladder(incident)
        yield from self._roles(incident)
        yield from self._people()
        yield from _contacts(incident)
        yield from _links(incident)
        yield from _sentences("What the protocol holds to", incident.playbook.principles)
        yield from _sentences("What it is not for", incident.playbook.not_for)
        yield from _sentences("Tools it counts on; warroom doctor looks for them", incident.playbook.tools)

    def _ladder(self, incident: Incident) -> Iterator[_Line]:
        if incident.playbook.ladder:
            yield _group("Who is to be called; e in the room writes it down")
        for rung in incident.playbook.ladder:
            at = standing(incident, rung, self.now)
            sign, tone = _CALLS[at.call]
            until = f"until {format.stamp(at.ends, self.now, seconds=False)} UTC" if at.ends else "until it is over"
            begins = f"from {format.stamp(at.begins, self.now, seconds=False)} UTC {until}"
            for number, role in enumerate(rung.call):
                who = reach(role, incident, self.view.people)
                lines = (f"level {rung.level}, {begins}", *((rung.note,) if rung.note else ()))
                word = f"level {rung.level}" if at.call is Call.LATER else rung_words(rung, at, self.now)
                yield _reached(f"rung:{rung.level}:{number}", who, word, sign, tone, lines)

    def _roles(self, incident: Incident) -> Iterator[_Line]:
        called = {role for rung in incident.playbook.ladder for role in rung.call}
        roles = {key: role for key, role in incident.playbook.role.items() if key not in called}
        named = [key for key in incident.roles if key not in roles and key not in called]
        if roles or named:
            yield _group("Roles; R in the room says who")
        for key in (*roles, *named):
            who = reach(key, incident, self.view.people)
            duties = roles[key].duties if key in roles else ""
            sign, tone = ("ok", "") if who.name else ("warn", "warn")
            yield _reached(f"role:{key}", who, "", sign, tone, (duties,) if duties else ())

    def _people(self) -> Iterator[_Line]:
        if self.view.people:
            yield _group("People on the list")
        for number, person in enumerate(self.view.people):
            who = Reached(title=", ".join(person.roles) or "no role", name=person.name, ways=ways_of(person))
            yield _reached(f"person:{number}", who, "", "dot", "")


def _once(items: Iterable[Item]) -> Iterator[Item]:
    """How a number is filled in is said with the first that is missing; the others say that it is."""
    said = False
    for item in items:
        if NO_NUMBER not in item.lines:
            yield item
            continue
        lines = tuple(line for line in item.lines if line != NO_NUMBER or not said)
        yield item._replace(aside=item.aside or "no number", lines=lines)
        said = True


def _group(title: str) -> _Line:
    return _Line(Item("", group=title))


def _reached(key: str, who: Reached, word: str, sign: str, tone: str, lines: tuple[str, ...] = ()) -> _Line:
    name = who.name or "nobody is named"
    first, *others = who.ways or ("",)
    said = (*(((", ".join(others)),) if others else ()), *lines, *((NO_NUMBER,) if not who.ways else ()))
    return _Line(Item(key, f"{name}, {who.title}", word, sign, tone, first, said), first)


def _contacts(incident: Incident) -> Iterator[_Line]:
    if incident.playbook.contact:
        yield _group("Contacts of the protocol")
    for key, contact in incident.playbook.contact.items():
        yield _contact(key, contact)


def _contact(key: str, contact: Contact) -> _Line:
    ways = ways_of(contact)
    where = "outside the team" if contact.outside else ""
    title = f"{contact.name}, {contact.title}" if contact.name else contact.title
    said = tuple(text for text in (", ".join(ways[1:]), where, "" if ways else NO_NUMBER) if text)
    first = ways[0] if ways else ""
    return _Line(Item(f"contact:{key}", title, aside=first, lines=said), first)


def _links(incident: Incident) -> Iterator[_Line]:
    if incident.playbook.link:
        yield _group("Where to look")
    for key, link in incident.playbook.link.items():
        yield _Line(Item(f"link:{key}", link.title, lines=(link.url or NO_ADDRESS,)), link.url)


def _sentences(title: str, sentences: Sequence[str]) -> Iterator[_Line]:
    if sentences:
        yield _group(title)
    for number, text in enumerate(sentences):
        yield _Line(Item(f"{title}:{number}", text), text)
