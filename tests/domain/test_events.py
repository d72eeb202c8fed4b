"""Events go through the border as JSON and come back equal, under names that are for ever."""

from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pydantic import TypeAdapter

from tests.domain.playbooks import SMALL
from warroom.console.domain import events as e
from warroom.console.domain.events import EVENT_TYPES, Event

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PLAIN: dict[Any, SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(-(2**53), 2**53),
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    datetime: st.datetimes(timezones=st.just(UTC)),
    timedelta: st.integers(0, 10**10).map(lambda milliseconds: timedelta(milliseconds=milliseconds)),
    NoneType: st.none(),
}


def values(hint: Any) -> SearchStrategy[Any]:
    """Anything that a field of this type may hold."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in PLAIN:
        return PLAIN[hint]
    if origin is Annotated:
        return values(arguments[0])
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in (Union, UnionType):
        return st.one_of([values(argument) for argument in arguments])
    if origin is tuple and arguments[-1] is not Ellipsis:
        return st.tuples(*map(values, arguments))
    if origin is tuple:
        return st.lists(values(arguments[0]), max_size=2).map(tuple)
    if isinstance(hint, type) and is_dataclass(hint):
        return instances(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    return st.dictionaries(values(arguments[0]), values(arguments[1]), max_size=2)


@cache
def instances(cls: Any) -> SearchStrategy[Any]:
    """Any instance of a dataclass."""
    hints = get_type_hints(cls, include_extras=True)
    return st.deferred(lambda: st.builds(cls, **{field.name: values(hints[field.name]) for field in fields(cls)}))


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_an_event_comes_back_from_json_equal(name: str) -> None:
    cls = EVENT_TYPES[name]
    adapter: TypeAdapter[Any] = TypeAdapter(cls)

    @settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
    @given(instances(cls))
    def check(event: Any) -> None:
        assert adapter.validate_json(adapter.dump_json(event)) == event

    check()


def test_a_declaration_with_a_whole_playbook_comes_back_equal() -> None:
    at = datetime(2026, 11, 20, 14, 0, 0, 123456, tzinfo=UTC)
    event = e.Declared(
        incident="INC-1", title="x", level="P0", playbook=SMALL, service="shop", impact_at=at, detected_at=at
    )
    adapter = TypeAdapter(e.Declared)
    assert adapter.validate_json(adapter.dump_json(event)) == event


def test_every_event_has_one_stored_name_and_every_name_one_event() -> None:
    assert set(EVENT_TYPES.values()) == set(get_args(Event))
    assert len(EVENT_TYPES) == len(set(EVENT_TYPES.values()))


def test_stored_names_are_for_ever() -> None:
    assert sorted(EVENT_TYPES) == [
        "alert.ended",
        "alert.linked",
        "approval.asked",
        "approval.code-issued",
        "approval.code-refused",
        "approval.denied",
        "approval.granted",
        "approval.withdrawn",
        "backport.seen",
        "change.proven",
        "clock.stepped",
        "conn.handed-over",
        "conn.offered",
        "conn.taken",
        "decision.made",
        "decision.objected",
        "document.signed",
        "duty.done",
        "fact.learned",
        "git.seen",
        "incident.acknowledged",
        "incident.closed",
        "incident.declared",
        "incident.mitigated",
        "incident.reopened",
        "incident.resolved",
        "ladder.climbed",
        "level.changed",
        "message.sent",
        "names.fixed",
        "note.added",
        "phase.completed",
        "phase.entered",
        "playbook.switched",
        "probe.changed",
        "probe.muted",
        "probe.unmuted",
        "pull-request.seen",
        "role.assigned",
        "rollout.aborted",
        "rollout.completed",
        "rollout.gate-read",
        "rollout.gate-skipped",
        "rollout.held",
        "rollout.promoted",
        "rollout.resumed",
        "rollout.stage-entered",
        "rollout.started",
        "run.cancelled",
        "run.ended",
        "run.lost",
        "run.requested",
        "run.settled",
        "run.started",
        "scenario.laid",
        "step.regressed",
        "step.ticked",
        "step.unticked",
        "time.corrected",
        "waiver.granted",
        "waiver.repaid",
        "way-back.seen",
    ]
