"""Verbs that change the course of an incident: scenario, switch, decide, object."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from warroom.console.cli.boundary import Exit, Stop, say
from warroom.console.cli.room import Options, pass_options
from warroom.console.domain.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warroom.console.domain.intents import Choice
    from warroom.console.domain.model import Incident
    from warroom.console.domain.playbook import Playbook


@click.command()
@click.argument("incident")
@click.argument("key", required=False)
@click.option("--why", default="", help="Why it is of this kind; it is kept.")
@pass_options
def scenario(options: Options, incident: str, key: str | None, why: str) -> None:
    """Lay a scenario over the playbook: its steps, its strategy and its time join in.

    Without KEY: those the playbook has, and which are laid.
    """
    from warroom.console.domain.intents import LayScenario

    found = options.incident(incident)
    if key is None:
        for line in scenarios(found.playbook, found.scenarios):
            click.echo(clean(line))
        return
    options.dispatch(found.id, LayScenario(scenario=key, why=why))


def scenarios(playbook: "Playbook", laid: tuple[str, ...] = ()) -> "Iterator[str]":
    """A line a scenario: key, title, level, time, and whether it is laid."""
    if not playbook.scenario:
        yield f"{playbook.id} has no scenarios"
    for key, overlay in playbook.scenario.items():
        facts = [overlay.title, overlay.level, str(overlay.resolve or ""), "laid" if key in laid else ""]
        yield f"{key:<14}" + ", ".join(fact for fact in facts if fact)


@click.command()
@click.argument("incident")
@click.argument("playbook")
@click.option("--why", default="", help="Why the incident goes on by another one; it is kept.")
@click.option("--dry-run", is_flag=True, help="Print what would change, and change nothing.")
@pass_options
def switch(options: Options, incident: str, playbook: str, why: str, dry_run: bool) -> None:
    """Go on by another playbook, and print what changes. Ticks stay with the steps of the same key."""
    from warroom.config.playbook_files import load_playbook
    from warroom.console.domain.intents import SwitchPlaybook
    from warroom.console.domain.switching import differences, left_behind

    found = options.incident(incident)
    new = load_playbook(playbook, options.folder)
    lines = (*differences(found.playbook, new, found.level), *left_behind(found, new))
    if not dry_run:
        options.dispatch(found.id, SwitchPlaybook(playbook=new, why=why))
    for line in lines:
        click.echo(clean(line))
    if dry_run:
        say("nothing was changed")


@click.command()
@click.argument("incident")
@click.argument("choice", type=click.Choice(["rollback", "hotfix", "wait"]))
@click.option("--why", required=True, help="The reason; it is kept.")
@click.option("--fact", "facts", multiple=True, metavar="KEY=yes|no", help="Answer a question of the playbook.")
@pass_options
def decide(options: Options, incident: str, choice: "Choice", why: str, facts: tuple[str, ...]) -> None:
    """Decide between rollback, hotfix and waiting. What the rule says about the answers is printed, and kept."""
    from warroom.console.domain.intents import LearnFact
    from warroom.console.domain.ruling import rule_for, ruled

    found = options.incident(incident)
    decision = found.playbook.decision
    given = _answers(decision.questions, facts)
    known = {key: found.facts.get(key, "").strip().lower() for key in decision.questions}
    answers = {key: value == "yes" for key, value in {**known, **given}.items() if value in ("yes", "no")}
    panels = tuple(_panel(found))
    intent = ruled(decision, answers, choice, why, panels)
    for key, value in given.items():
        options.dispatch(found.id, LearnFact(name=key, value=value))
    options.dispatch(found.id, intent)
    if (rule := rule_for(decision, answers)) is not None:
        say(f"rule: {intent.rule}: {rule.why}")
    taken = options.incident(found.id).decision
    if taken is not None and taken.objections_until is not None:
        say(f"objections until {taken.objections_until:%H:%M:%S} UTC: warroom object {found.id} --why …")


def _answers(questions: Mapping[str, str], facts: tuple[str, ...]) -> dict[str, str]:
    answers = {}
    for pair in facts:
        key, _, value = pair.partition("=")
        if key not in questions:
            asked = ", ".join(questions) or "nothing"
            raise Stop(Exit.USAGE, f"warroom: the playbook does not ask {key!r}", f"it asks: {asked}")
        if value not in ("yes", "no"):
            raise click.UsageError(f"{pair!r}: expected KEY=yes or KEY=no")
        answers[key] = value
    return answers


def _panel(incident: "Incident") -> "Iterator[str]":
    """What the probes say, as the log has it: a verb watches nothing itself."""
    for verdict in incident.verdicts.values():
        yield f"{verdict.probe} {verdict.status}" + (f": {verdict.reason}" if verdict.reason else "")


@click.command("object")
@click.argument("incident")
@click.option("--why", required=True, help="What speaks against it; it is kept.")
@pass_options
def object(options: Options, incident: str, why: str) -> None:
    """Object to what was decided, while there is time to: it is to be decided again then."""
    from warroom.console.domain.intents import Object

    options.dispatch(options.incident(incident).id, Object(why=why))
