"""Dialogs about the incident itself: its state, level, times and facts."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from warroom.console.domain import intents as i
from warroom.console.domain.ending import against_closing, against_resolving
from warroom.console.domain.git.backport import keeps_open
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Incident, State
from warroom.console.domain.time.moments import PLAIN
from warroom.console.domain.time.when import EXAMPLES, parse_when
from warroom.console.domain.triage import ASSUMED, needs_level_review
from warroom.console.domain.watch.impact import correction
from warroom.console.domain.watch.impact import reason as measured_how
from warroom.console.screens.acting.pressing import Acting
from warroom.console.screens.kit.ask import Field
from warroom.console.screens.kit.choose import Option
from warroom.console.screens.kit.form import open_choice, open_form
from warroom.widgets import format

Screen = Acting[Any]
FACTS = ("impact", "affected", "cause", "fix", "eta", "services", "data-breach")
"""What messages and documents ask for most."""
OBSERVED = (
    *("service", "phase", "conn", "version", "cadence", "tag", "commit", "pull_request", "health", "decision"),
    *("fixed_at", "deployed_at", "verified_at", "resolved_at", "resolved_in", "impact_at", "detected_at"),
)
"""Facts that the log learns by itself: nobody has to say them."""


def acknowledge(screen: Screen, incident: Incident) -> None:
    """Say that somebody is on it."""
    screen.put(incident.id, i.Acknowledge(), "acknowledged")


def state(screen: Screen, incident: Incident) -> None:
    """Go on to mitigated, resolved or closed, or back to open."""
    is_open, resolved = incident.state is State.OPEN, incident.state is State.RESOLVED
    now = f"it is {incident.state}"
    options = [
        Option(
            "mitigate",
            "Mitigated",
            "the pain has stopped; the cause may still be there",
            blocked="" if is_open else now,
        ),
        Option("resolve", "Resolved", "nothing more happens to users", blocked=now if incident.over else ""),
        Option(
            "close",
            "Closed",
            "all is written down",
            blocked=keeps_open(incident) if resolved else f"{now}; resolve it first",
        ),
        Option("reopen", "Open again", "it is back", blocked="" if incident.over else now),
    ]
    current = "close" if resolved else "reopen" if incident.over else "mitigate" if is_open else "resolve"
    open_choice(
        screen, incident, f"{incident.id} is {incident.state}. And now?", options, _then(screen, incident), current
    )


def _then(screen: Screen, incident: Incident) -> Callable[[str], None]:
    intents: dict[str, tuple[str, str, bool, Callable[[str], i.Intent]]] = {
        "mitigate": ("What stopped the pain?", "traffic is back on v1.2.3", False, lambda text: i.Mitigate(how=text)),
        "resolve": ("How did it end?", "one line for the board", True, lambda text: i.Resolve(summary=text)),
        "close": ("Anything to add?", "a last word", True, lambda text: i.Close(note=text)),
        "reopen": ("Why is it open again?", "sign-in fails again since 14:05", False, lambda text: i.Reopen(why=text)),
    }

    def ask(key: str) -> None:
        heading, hint, optional, make = intents[key]
        against = _against(screen, key, incident)

        async def submit(values: Mapping[str, str]) -> str:
            return await screen.attempt(incident.id, make(values["text"].strip()))

        if against and key == "resolve":
            hint, optional = "why it is over all the same", False
        open_form(screen, incident, heading, [Field("text", "in words", hint=hint, optional=optional)], submit, against)

    return ask


def _against(screen: Screen, key: str, incident: Incident) -> str:
    """What speaks against the step from where things stand now; it is said, and is in nobody's way."""
    now = screen.view.incidents.get(incident.id, incident)
    if key == "resolve" and (lines := against_resolving(now)):
        return "This speaks against it:\n" + "\n".join(f"- {line}" for line in lines)
    if key == "close" and (lines := against_closing(now, screen.now)):
        return "This is still owed, and stays so after the end:\n" + "\n".join(f"- {line}" for line in lines)
    return ""


def level(screen: Screen, incident: Incident) -> None:
    """Set or change the level; each is shown with what qualifies for it. One that is only assumed can be confirmed."""
    assumed = needs_level_review(incident)
    options = [_level(incident, key, assumed) for key in incident.playbook.level]

    def chosen(key: str) -> None:
        async def submit(values: Mapping[str, str]) -> str:
            return await screen.attempt(incident.id, i.ChangeLevel(level=key, why=values["why"]))

        fields = [Field("why", "why", hint="payments fail as well")]
        heading = f"{key} it is. Why?" if key == incident.level else f"{incident.level} becomes {key}. Why?"
        open_form(screen, incident, heading, fields, submit)

    heading = f"It is {incident.level}. Which level is right?"
    if assumed:
        heading = f"{incident.level} is only assumed. Which level is it?"
    open_choice(screen, incident, heading, options, chosen, incident.level)


def _level(incident: Incident, key: str, assumed: bool) -> Option:
    level = incident.playbook.level[key]
    blocked = f"it is {key} already" if key == incident.level and not assumed else ""
    return Option(key, f"{key} {level.title}", "; ".join(level.criteria) or level.meaning, blocked=blocked)


def time(screen: Screen, incident: Incident) -> None:
    """Correct a moment that was guessed wrong; every clock follows."""
    measured, reason = _measured(screen, incident)

    def known(name: str) -> str:
        at = incident.moments.get(name)
        says = f"; the error rate says {format.stamp(measured, screen.now)}" if measured and name == "impact" else ""
        return (format.stamp(at, screen.now) + " UTC" if at else "not set") + says

    options = [
        Option(name, name, known(name))
        for name in PLAIN
        if name in incident.moments or name in ("impact", "detected", "mitigated")
    ]

    def chosen(key: str) -> None:
        async def submit(values: Mapping[str, str]) -> str:
            try:
                to = parse_when(values["to"], screen.now)
            except ValueError as error:
                return str(error)
            return await screen.attempt(incident.id, i.CorrectTime(moment=key, to=to, why=values["why"]))

        at, why = (measured, reason) if measured and key == "impact" else (incident.moments.get(key), "")
        fields = [
            Field("to", "right time", f"{at:%Y-%m-%d %H:%M:%S}" if at else "", hint=EXAMPLES),
            Field("why", "why", why, hint="the graph turned earlier"),
        ]
        words = "UTC. The old time stays in the log; every clock that hangs on it is computed anew."
        open_form(screen, incident, f"When was {key} really?", fields, submit, words)

    open_choice(screen, incident, "Which time is wrong?", options, chosen)


def _measured(screen: Screen, incident: Incident) -> tuple[datetime | None, str]:
    """What readings say the impact's time should be, with the reason; nothing where they have nothing to correct."""
    outage = screen.view.outages.get(incident.id)
    start = correction(incident, outage) if outage is not None else None
    return (start, measured_how(outage)) if outage is not None and start is not None else (None, "")


def fact(screen: Screen, incident: Incident) -> None:
    """Say something that messages and documents need; first what they ask for and nobody gave yet."""
    screen.errand(_ask_fact(screen, incident), "facts", newest=True)


async def _ask_fact(screen: Screen, incident: Incident) -> None:
    wanted = await _wanted(screen, incident)
    missing = {name: titles for name, titles in wanted.items() if not incident.facts.get(name)}
    options = [
        Option(name, name, f"not known yet; asked for by {', '.join(titles)}", "warn")
        for name, titles in missing.items()
    ]
    rest = (name for name in dict.fromkeys((*incident.facts, *FACTS)) if name not in missing and name != ASSUMED)
    options += [Option(name, name, incident.facts.get(name) or "not known yet") for name in rest]

    def chosen(key: str) -> None:
        async def submit(values: Mapping[str, str]) -> str:
            return await screen.attempt(incident.id, i.LearnFact(name=key, value=values["value"].strip()))

        fields = [Field("value", "say", incident.facts.get(key, ""), hint="as you would write it to users")]
        open_form(screen, incident, f"What is known about {key}?", fields, submit, _prompt(incident, key))

    heading = f"Which fact? {len(missing)} asked for and not known" if missing else "Which fact?"
    open_choice(screen, incident, heading, options, chosen)


async def _wanted(screen: Screen, incident: Incident) -> dict[str, list[str]]:
    """Facts that messages have a gap for, or documents a line, by whom they are asked for."""
    wanted: dict[str, list[str]] = {}
    for key, message in incident.playbook.message.items():
        letter = await screen.seat.desk.draft(incident.id, key)
        for name in () if isinstance(letter, Refused) else letter.blanks:
            if name not in OBSERVED:
                wanted.setdefault(_spelled(name), []).append(message.title)
    from warroom.console.reports.answers import asked
    from warroom.console.reports.sections import written

    for document in incident.playbook.document.values():
        lists = [[asked(field) for field in section.fields] for section in document.section]
        # Where each line has an owner it is a table of things to do: its fields are no facts, what is to be done is.
        lists = [fields for fields in lists if ("owner",) not in fields]
        lists += [[asked(section.title)] for section in document.section if written(section)]
        for names in (names for fields in lists for names in fields):
            if names and not any(incident.facts.get(name) for name in names):
                # The word that everything else here has for it, where there is one.
                titles = wanted.setdefault(next((name for name in names if name in FACTS), names[0]), [])
                titles += [document.title] if document.title not in titles else []
    return wanted


def _prompt(incident: Incident, fact: str) -> str:
    """What the protocol says is to be written there; empty: nothing."""
    from warroom.console.reports.answers import asked
    from warroom.console.reports.sections import written

    sections = (section for document in incident.playbook.document.values() for section in document.section)
    return next((one.prompt for one in sections if written(one) and fact in asked(one.title)), "")


def _spelled(name: str) -> str:
    """A fact as it is kept: templates write `_` for its hyphens."""
    hyphened = name.replace("_", "-")
    return hyphened if hyphened in FACTS else name
