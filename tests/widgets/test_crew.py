"""The panel under the phases: roles with names and numbers, and what is owed."""

from dataclasses import replace
from datetime import timedelta

from tests.widgets import samples, stage
from warroom.console.domain.model import Incident, Waiver
from warroom.console.domain.playbook import Role
from warroom.console.domain.view import Person
from warroom.widgets.crew import Crew

PEOPLE = (
    Person(name="Kai", roles=("commander",), phone="+1-555-0101"),
    Person(name="Mei", roles=("scribe",), phone="+1-555-0103"),
)


def _waiver(number: int, due: timedelta | None) -> Waiver:
    return Waiver(
        subject=f"rule-{number}",
        why="no time",
        by="kai",
        owner="riku",
        at=samples.ago(1),
        due=samples.NOW + due if due is not None else None,
    )


def _incident(*waivers: Waiver) -> Incident:
    roles = {"commander": Role(title="Commander"), "scribe": Role(title="Scribe")}
    base = samples.incident()
    return replace(base, playbook=replace(base.playbook, role=roles), roles={"commander": "kai"}, waivers=waivers)


async def seen(incident: Incident) -> str:
    panel = Crew()
    async with stage.Stage([panel]).run_test(size=(70, 20)) as pilot:
        panel.incident, panel.people, panel.now = incident, PEOPLE, samples.NOW
        await pilot.pause()
        return "\n".join(stage.shown(panel))


async def test_each_role_has_its_name_and_number_or_says_who_is_on_the_list() -> None:
    text = await seen(_incident())
    assert "Kai" in text
    assert "+1-555-0101" in text
    assert "nobody yet; ask Mei" in text
    assert "+1-555-0103" in text
    assert "nothing is owed" in text


async def test_what_is_owed_is_said_in_words_the_overdue_first() -> None:
    text = await seen(_incident(_waiver(1, timedelta(hours=2)), _waiver(2, timedelta(minutes=-10))))
    assert text.index("overdue") < text.index("owed  ")
    assert "10:00 over" in text
    assert "riku" in text


async def test_of_many_debts_the_first_are_named_and_the_others_counted() -> None:
    text = await seen(_incident(*(_waiver(number, None) for number in range(9))))
    assert "and 3 more: E lists them" in text
