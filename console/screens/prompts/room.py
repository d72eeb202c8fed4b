"""The room's dialogs by name: each opens over the screen it is given, for one incident."""

from collections.abc import Callable, Mapping
from typing import Any

from warroom.console.domain import intents as i
from warroom.console.domain.checklist import find_step
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Incident
from warroom.console.screens.acting.pressing import Acting, not_now
from warroom.console.screens.kit.ask import Field
from warroom.console.screens.kit.choose import Option
from warroom.console.screens.kit.form import moment_ahead, open_choice, open_form
from warroom.console.screens.prompts import course as prompts_course
from warroom.console.screens.prompts import people as prompts_people
from warroom.console.screens.prompts import state as prompts_state
from warroom.widgets.action_bar import ActionBar
from warroom.widgets.checklist import Checklist

Screen = Acting[Any]
Prompt = Callable[[Screen, Incident], None]
NO_ACTIONS = "there are no actions here: none is configured, or this console only looks"


def note(screen: Screen, incident: Incident) -> None:
    """Write a line into the timeline."""

    async def submit(values: Mapping[str, str]) -> str:
        return await screen.attempt(incident.id, i.AddNote(text=values["text"]))

    fields = [Field("text", "note", hint="what was seen, tried or agreed")]
    open_form(screen, incident, "Note", fields, submit)


def message(screen: Screen, incident: Incident) -> None:
    """Pick a message of the playbook; it opens filled in."""
    sent = {one.message for one in incident.messages}
    options = [
        Option(key, one.title, f"to {one.audience}" + (", sent before" if key in sent else ""))
        for key, one in incident.playbook.message.items()
    ]
    if not options:
        screen.say(f"{incident.playbook.id} has no messages", "warn")
        return

    def chosen(key: str) -> None:
        screen.errand(compose(screen, incident.id, key), "draft", newest=True)

    open_choice(screen, incident, "Which message?", options, chosen)


async def compose(screen: Screen, incident: str, key: str) -> None:
    """Open a message, filled in."""
    letter = await screen.seat.desk.draft(incident, key)
    if isinstance(letter, Refused):
        screen.refuse(letter.reason)
        return
    from warroom.console.screens.telling.compose import Compose

    if done := await screen.app.push_screen_wait(Compose(screen.seat, screen.view, screen.now, incident, letter)):
        screen.say(done, "good")


def decide(screen: Screen, incident: Incident) -> None:
    """Choose between rollback, hotfix and waiting; what others may still object to, or did, is shown first."""
    from warroom.console.screens.decided import OBJECT, Decided, open_to_objection

    contested = incident.decision is not None and incident.decision.contested
    if not (contested or open_to_objection(incident, screen.now)):
        _decide(screen, incident)
        return

    def chosen(following: str | None) -> None:
        if following == OBJECT:
            prompts_course.object_to(screen, incident)
        elif following:
            _decide(screen, incident)

    screen.app.push_screen(Decided(screen.seat, screen.view, screen.now, incident.id), chosen)


def _decide(screen: Screen, incident: Incident) -> None:
    from warroom.console.screens.decide import Deciding

    screen.app.push_screen(Deciding(screen.seat, screen.view, screen.now, incident.id))


def waive(screen: Screen, incident: Incident) -> None:
    """Skip the step under the checklist's cursor."""
    key = screen.query_one(Checklist).step
    step = find_step(incident, key)
    if step is None:
        screen.say("go to a step of the checklist first: W skips the one under the cursor", "warn")
        return
    if not step.waivable:
        screen.refuse(f"{incident.playbook.id} never skips {key}")
        return
    _waive(screen, incident, f"step:{key}", step.text)


def _waive(screen: Screen, incident: Incident, subject: str, text: str) -> None:
    async def submit(values: Mapping[str, str]) -> str:
        due = moment_ahead(values["due"], screen.now)
        if isinstance(due, str):
            return due
        return await screen.attempt(
            incident.id, i.Waive(subject=subject, why=values["why"], owner=values["owner"], due=due)
        )

    fields = [
        Field("why", "why", hint="no time: users are locked out"),
        Field("owner", "owed by", screen.view.me),
        Field("due", "by when", "2d", hint="2d, 8h, or a date such as 2026-03-01", optional=True),
    ]
    open_form(screen, incident, "Skip a step: a debt, not a secret", fields, submit, words=text)


def rollout(screen: Screen, incident: Incident) -> None:
    """Start a staged rollout, or steer the one under way."""
    from warroom.console.screens.prompts.rollout import steer

    steer(screen, incident)


def values(screen: Screen, incident: Incident) -> None:
    """Run the action under the action bar's cursor with other values."""
    action = screen.query_one(ActionBar).cursor
    button = next((one for one in screen.view.buttons.get(incident.id, ()) if one.action == action), None)
    if button is None:
        screen.say(NO_ACTIONS, "warn")
    elif button.blocked:
        screen.say(f"{button.title}, {not_now(button.blocked)}", "warn")
    else:
        screen.act_with_values(incident.id, action, {})


def output(screen: Screen, incident: Incident) -> None:
    """Open a run's output: the only active one at once, else ask which."""
    runs = tuple(reversed(tuple(incident.runs.values())))
    active = [run for run in runs if run.active]
    if not runs:
        screen.say("nothing has been run yet", "warn")
    elif len(active) == 1 or len(runs) == 1:
        screen.open_output(incident.id, (active or list(runs))[0].id)
    else:
        from warroom.console.screens.prompts.rollout import run_option

        options = [run_option(run, screen.now) for run in runs]

        def chosen(key: str) -> None:
            screen.open_output(incident.id, key)

        open_choice(screen, incident, "Output of which run?", options, chosen)


def document(screen: Screen, incident: Incident) -> None:
    """Preview a document, as the log has it now."""
    from warroom.console.screens.telling.document import open_document

    documents = incident.playbook.document
    options = [Option(key, one.title, "signed" if key in incident.documents else "") for key, one in documents.items()]

    def chosen(key: str) -> None:
        open_document(screen, incident.id, key, documents[key].title)

    if not options:
        screen.say(f"{incident.playbook.id} has no documents", "warn")
    elif len(options) == 1:
        chosen(options[0].key)
    else:
        open_choice(screen, incident, "Which document?", options, chosen)


def outbox(screen: Screen, _incident: Incident) -> None:
    """Show what is on its way to people outside."""
    from warroom.console.screens.telling.outbox import OutboxScreen

    screen.app.push_screen(OutboxScreen(screen.seat, screen.view, screen.now))


def ships(screen: Screen, incident: Incident) -> None:
    """Show what the candidate changes against what is live."""
    from warroom.console.screens.acting.shipping import Shipping

    screen.app.push_screen(Shipping(screen.seat, screen.view, screen.now, incident.id))


def command_log(screen: Screen, incident: Incident) -> None:
    """Every command of the incident as it ran."""
    from warroom.console.screens.acting.command_log import CommandLog

    screen.app.push_screen(CommandLog(screen.seat, screen.view, screen.now, incident.id))


def approvals(screen: Screen, _incident: Incident) -> None:
    """What waits for a second person's word."""
    from warroom.console.screens.acting.approvals import ApprovalsScreen

    screen.app.push_screen(ApprovalsScreen(screen.seat, screen.view, screen.now))


def way_back(screen: Screen, incident: Incident) -> None:
    """Which ways back would work now."""
    from warroom.console.screens.acting.way_back import WayBackScreen

    opened = WayBackScreen(screen.seat, screen.view, screen.now)
    opened.incident = incident.id
    screen.app.push_screen(opened)


def backports(screen: Screen, incident: Incident) -> None:
    """Which live branches have the fix."""
    from warroom.console.screens.acting.backports import BackportScreen

    screen.app.push_screen(BackportScreen(screen.seat, screen.view, screen.now, incident.id))


def why(screen: Screen, incident: Incident) -> None:
    """Why the clocks stand as they do."""
    from warroom.console.screens.why import Why

    screen.app.push_screen(Why(screen.seat, screen.view, screen.now, incident.id))


def contacts(screen: Screen, incident: Incident) -> None:
    """Who is to be called, links, and what the protocol holds to."""
    from warroom.console.screens.contacts import Contacts

    screen.app.push_screen(Contacts(screen.seat, screen.view, screen.now, incident.id))


def owed(screen: Screen, incident: Incident) -> None:
    """What is owed, and paying it."""
    from warroom.console.screens.owed import OwedScreen

    screen.app.push_screen(OwedScreen(screen.seat, screen.view, screen.now, incident.id))


PROMPTS: Mapping[str, Prompt] = {
    "note": note,
    "message": message,
    "decide": decide,
    "waive": waive,
    "rollout": rollout,
    "values": values,
    "output": output,
    "command_log": command_log,
    "approvals": approvals,
    "document": document,
    "outbox": outbox,
    "owed": owed,
    "scenario": prompts_course.scenario,
    "switch": prompts_course.switch,
    "contacts": contacts,
    "why": why,
    "ships": ships,
    "backports": backports,
    "way_back": way_back,
    "escalate": prompts_people.escalate,
    "conn": prompts_people.conn,
    "role": prompts_people.role,
    "acknowledge": prompts_state.acknowledge,
    "state": prompts_state.state,
    "level": prompts_state.level,
    "time": prompts_state.time,
    "fact": prompts_state.fact,
}
"""Every dialog of the room by the name its key binding has."""
