"""What is owed: documents, merging back, follow-ups, duties and rules that were skipped; Enter pays one."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from warroom.console.domain import intents as i
from warroom.console.domain.checklist import find_step
from warroom.console.domain.debts import Debt, owed, payable
from warroom.console.domain.git.backport import WAIVER
from warroom.console.domain.model import Incident
from warroom.console.domain.time import moments
from warroom.console.domain.time.clocks import read_clocks
from warroom.console.domain.view import Button
from warroom.console.screens.kit.ask import Field
from warroom.console.screens.kit.foot import Hint
from warroom.console.screens.kit.form import open_form
from warroom.console.screens.kit.listing import Item, ListScreen
from warroom.widgets import format

_KINDS = {
    "watch": "watch window: it passes by itself",
    "document": "document: Enter opens it, ctrl+t signs it",
    "merge": "merging back",
    "deadline": "deadline",
    "waiver": "a rule that was skipped",
    "step": "follow-up step",
    "action": "left by a run: Enter runs what pays it",
}


class OwedScreen(ListScreen):
    """Debts, the nearest date first. While the incident is open, its waivers and duties are what is owed."""

    ACTING = frozenset({"choose"})
    EMPTY = "Nothing is owed. What is skipped with W stands here until it is repaid; after the end, all that is left."

    def heading(self, incident: Incident) -> tuple[str, str, bool]:
        debts = owed(incident, self.now)
        late = sum(debt.overdue(self.now) for debt in debts)
        aside = f"{late} OVERDUE" if late else f"{len(debts)} owed" if debts else "nothing owed"
        return f"What is owed: {incident.id}, {incident.state}", aside, bool(late)

    def items(self, incident: Incident) -> Sequence[Item]:
        return [_item(incident, debt, self.now) for debt in owed(incident, self.now)]

    def hints(self) -> tuple[Hint, ...]:
        subject = self.incident_of(self.incident)
        nothing = subject is None or not owed(subject, self.now)
        pay = () if nothing or self.view.read_only else (Hint("enter", "pay it"),)
        return (*pay, *super().hints())

    def choose(self, incident: Incident, key: str) -> None:
        debt = next((one for one in owed(incident, self.now) if _key(one) == key), None)
        if debt is not None:
            self._pay(incident, debt)

    def _pay(self, incident: Incident, debt: Debt) -> None:
        if debt.kind == "watch":
            self.say("time pays this one: keep watching until then", "warn")
        elif document := _document(incident, debt, self.now):
            from warroom.console.screens.telling.document import open_document

            open_document(self, incident.id, document, incident.playbook.document[document].title)
        elif debt.kind == "action":
            self.act(incident.id, debt.key, _as_left(incident, debt, self.view.buttons.get(incident.id, ())))
        elif debt.kind == "merge" and debt.key.startswith(WAIVER):
            from warroom.console.screens.acting.backports import BackportScreen

            self.app.push_screen(BackportScreen(self.seat, self.view, self.now, incident.id))
        elif (intent := _payment(incident, debt, self.now)) is not None:
            if self.may_act():
                self._ask(incident, debt, intent)
        else:
            self.say(f"nothing pays {debt.title} from here: it ends by {_ends(incident, debt, self.now)}", "warn")

    def _ask(self, incident: Incident, debt: Debt, intent: i.Tick | i.Repay) -> None:
        async def submit(values: Mapping[str, str]) -> str:
            note = values["note"].strip()
            done: i.Intent = (
                i.Tick(step=intent.step, note=note)
                if isinstance(intent, i.Tick)
                else i.Repay(subject=intent.subject, note=note)
            )
            return await self.attempt(incident.id, done)

        fields = [Field("note", "note", hint="how, and where one can see it", optional=True)]
        words = f"{debt.title}\nEnter writes down that it is done, with your name. Esc leaves it open."
        open_form(self, incident, "Is it done?", fields, submit, words)


def _key(debt: Debt) -> str:
    return f"{debt.kind}:{debt.key}"


def _item(incident: Incident, debt: Debt, now: datetime) -> Item:
    late = debt.overdue(now)
    word, sign, tone = ("overdue", "bad", "bad strong") if late else ("owed", "open", "warn")
    if debt.kind == "watch":
        word, sign, tone = "watching", "current", "info"
    aside = format.left(debt.due - now) if debt.due else "no date"
    waiver = next((one for one in incident.waivers if one.subject == debt.key and one.repaid_at is None), None)
    said = [_KINDS[debt.kind]]
    if debt.owner:
        said.append(f"owed by {debt.owner}")
    if debt.due is not None:
        said.append(f"due {format.stamp(debt.due, now, seconds=False)} UTC")
    if waiver is not None:
        said.append(f"skipped {format.age(now - waiver.at)} ago")
    why = (f"{waiver.by}: {waiver.why}",) if waiver is not None and debt.kind == "waiver" else ()
    return Item(_key(debt), debt.title, word, sign, tone, aside, (", ".join(said), *why))


def _stops(incident: Incident, debt: Debt, now: datetime) -> tuple[str, ...]:
    """What ends the clock a debt was read from; nothing where it was read from something else."""
    return next((one.stops for one in read_clocks(incident, now) if one.key == debt.key), ())


def _document(incident: Incident, debt: Debt, now: datetime) -> str:
    """The document that pays it; empty: none does."""
    stops = (*_stops(incident, debt, now), *([moments.document_signed(debt.key)] if debt.kind == "document" else []))
    keys = (stop.removeprefix("document:") for stop in stops if stop.startswith("document:"))
    return next((key for key in keys if key in incident.playbook.document), "")


def _payment(incident: Incident, debt: Debt, now: datetime) -> i.Tick | i.Repay | None:
    """The word of a person that pays it."""
    if subject := payable(debt):
        return i.Repay(subject=subject)
    if find_step(incident, debt.key) is not None:
        return i.Tick(step=debt.key)
    for stop in _stops(incident, debt, now):
        if stop.startswith(moments.DUTY):
            return i.Repay(subject=stop)
        key = stop.removeprefix("step:")
        if key != stop and find_step(incident, key) is not None:
            return i.Tick(step=key)
    return None


def _as_left(incident: Incident, debt: Debt, buttons: Sequence[Button]) -> dict[str, str]:
    """What the run that left it was given, as far as the action that pays it asks for the same."""
    left = next((run for run in reversed(tuple(incident.runs.values())) if run.owes == debt.key), None)
    asks = next((one.asks for one in buttons if one.action == debt.key), ())
    return {one.name: left.values[one.name] for one in asks if left and left.values.get(one.name)}


def _ends(incident: Incident, debt: Debt, now: datetime) -> str:
    return " or ".join(_stops(incident, debt, now)) or "time"
