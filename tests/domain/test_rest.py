"""Whatever a playbook says, however foolish: what follows by itself comes to an end, and to the same end."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.intentions import INTENTS
from tests.domain.playbooks import KAI, LEE, SMALL, Room
from warroom.console.domain import intents as i
from warroom.console.domain.checklist import consequences
from warroom.console.domain.evolve import fold
from warroom.console.domain.intents import Intent, Refused
from warroom.console.domain.playbook import Phase, Step

KEYS = ("s0", "s1", "s2", "s3")
CHOICES = ("", "hotfix", "rollback", "wait")
EVIDENCE = ("", "action:deploy", "action:rollback", "message:initial", "decision", "rollout", "role:health", "odd")
MOMENTS = ("step:s0", "step:s1", "action:deploy", "phase:p1:entered", "phase:p0:done", "declared", "nothing")

STEPS = st.builds(
    Step,
    key=st.sampled_from(KEYS),
    text=st.just("do it"),
    required=st.booleans(),
    ticked_by=st.sampled_from(EVIDENCE),
    after=st.lists(st.sampled_from(MOMENTS), max_size=2).map(tuple),
    levels=st.sampled_from([(), ("P0",), ("P1",)]),
    decision=st.sampled_from(CHOICES),
    waivable=st.booleans(),
)
PHASES = st.lists(
    st.builds(
        Phase,
        key=st.just(""),
        title=st.just("Phase"),
        decision=st.sampled_from(CHOICES),
        step=st.lists(STEPS, max_size=4).map(tuple),
    ),
    min_size=1,
    max_size=5,
).map(lambda phases: tuple(replace(phase, key=f"p{number}") for number, phase in enumerate(phases)))
ASKED = st.one_of(
    INTENTS,
    st.builds(i.Tick, step=st.sampled_from(KEYS)),
    st.builds(i.EnterPhase, phase=st.sampled_from(["p0", "p1", "p2", "p3"])),
)


@settings(deadline=None, max_examples=150)
@given(PHASES, st.lists(st.tuples(ASKED, st.sampled_from([KAI, LEE]), st.integers(0, 90)), max_size=25))
def test_any_playbook_comes_to_rest_after_every_intent(
    phases: tuple[Phase, ...], asked: list[tuple[Intent, i.By, int]]
) -> None:
    room = Room.declared(playbook=replace(SMALL, phase=phases))
    for intent, by, later in asked:
        room.at += timedelta(seconds=later)
        answer = room.ask(intent, by)
        if not isinstance(answer, Refused):
            room.keep(answer, by)
        assert consequences(room.now) == ()
    assert fold(None, room.stream) == room.incident
