"""Dialogs that change the course of an incident: a scenario over the playbook, another playbook, an objection."""

from collections.abc import Iterator, Mapping
from typing import Any

from warroom.console.domain import intents as i
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Incident
from warroom.console.domain.playbook import Overlay, Playbook
from warroom.console.screens.acting.pressing import Acting
from warroom.console.screens.kit.ask import Field
from warroom.console.screens.kit.choose import Option
from warroom.console.screens.kit.form import open_choice, open_form

Screen = Acting[Any]


def scenario(screen: Screen, incident: Incident) -> None:
    """Say of which kind the emergency is; its steps, strategy and time join the playbook's."""
    scenarios = incident.playbook.scenario
    if not scenarios:
        screen.say(f"{incident.playbook.id} has no scenarios", "warn")
        return
    options = [
        Option(
            key,
            one.title,
            ". ".join(overlay_words(incident.playbook, one)),
            blocked="it is laid already" if key in incident.scenarios else "",
        )
        for key, one in scenarios.items()
    ]

    def chosen(key: str) -> None:
        async def submit(values: Mapping[str, str]) -> str:
            return await screen.attempt(incident.id, i.LayScenario(scenario=key, why=values["why"].strip()))

        words = "\n".join((*overlay_words(incident.playbook, scenarios[key]), *_level_words(incident, scenarios[key])))
        fields = [Field("why", "why", hint="the report names the injection")]
        open_form(screen, incident, f"It is of this kind: {scenarios[key].title}. Why?", fields, submit, words)

    open_choice(screen, incident, "Of which kind is it?", options, chosen, _next(incident))


def _next(incident: Incident) -> str:
    return next((key for key in incident.playbook.scenario if key not in incident.scenarios), "")


def overlay_words(playbook: Playbook, overlay: Overlay) -> Iterator[str]:
    """What a scenario brings, a sentence each."""
    if overlay.level:
        yield f"at least {overlay.level}"
    if overlay.resolve is not None:
        yield f"resolved in {overlay.resolve}"
    if overlay.strategy in playbook.strategy:
        yield f"rolled out {playbook.strategy[overlay.strategy].title}"
    if overlay.branch:
        yield f"branch {overlay.branch}"
    if overlay.step:
        yield f"{len(overlay.step)} step{'s' if len(overlay.step) > 1 else ''} more"
    if overlay.note:
        yield overlay.note.rstrip(".")


def _level_words(incident: Incident, overlay: Overlay) -> Iterator[str]:
    order = list(incident.playbook.level)
    if overlay.level in order and order.index(overlay.level) < order.index(incident.level):
        yield f"The level goes from {incident.level} to {overlay.level}, and every clock with it."
    for step in overlay.step:
        yield f"+ {step.text}"


def switch(screen: Screen, incident: Incident) -> None:
    """Go on by another playbook; what that changes is shown before the reason is asked for."""
    screen.errand(_offer(screen, incident), "playbooks", newest=True)


async def _offer(screen: Screen, incident: Incident) -> None:
    known = await screen.seat.desk.playbooks()
    options = [
        Option(key, key, title, blocked="it is run by this one" if key == incident.playbook.id else "")
        for key, title in known.items()
    ]
    others = [key for key in known if key != incident.playbook.id]
    if not others:
        screen.say("there is no other protocol to go on by", "warn")
        return

    def chosen(key: str) -> None:
        screen.errand(_ask_why(screen, incident, key), "differences", newest=True)

    open_choice(screen, incident, "Go on by which protocol?", options, chosen, others[0])


async def _ask_why(screen: Screen, incident: Incident, key: str) -> None:
    lines = await screen.seat.desk.differences(incident.id, key)
    if isinstance(lines, Refused):
        screen.refuse(lines.reason)
        return

    async def submit(values: Mapping[str, str]) -> str:
        answer = await screen.seat.desk.switch(incident.id, key, values["why"].strip())
        return answer.reason if isinstance(answer, Refused) else ""

    said = "\n".join(lines) or "Nothing changes for this incident."
    words = f"{said}\n\nTicks stay with the steps of the same key. The log keeps both protocols, and this reason."
    fields = [Field("why", "why", hint="it is a security hole, not an outage")]
    open_form(screen, incident, f"Go on by {key}: what changes. Why?", fields, submit, words)


def object_to(screen: Screen, incident: Incident) -> None:
    """Object to what was decided, while there is time to."""

    async def submit(values: Mapping[str, str]) -> str:
        return await screen.attempt(incident.id, i.Object(why=values["why"].strip()))

    taken = incident.decision
    words = f"{taken.by} decided {taken.choice}: {taken.why}" if taken else ""
    fields = [Field("why", "because", hint="the old release can't read the new sessions")]
    open_form(screen, incident, "Object: it is to be decided again", fields, submit, words)
