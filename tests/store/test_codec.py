"""Events to drafts and back."""

import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import pytest

from warroom.config.playbook_files import load_playbook
from warroom.console.domain.playbook import Playbook
from warroom.console.domain.time.duration import Duration
from warroom.console.store.codec import Codec
from warroom.console.store.errors import Corrupt, UnknownEvent
from warroom.console.store.log import Draft, Record

AT = datetime(2026, 11, 20, 14, 47, 12, tzinfo=UTC)


class Level(StrEnum):
    P0 = "P0"


@dataclass(frozen=True, slots=True)
class Declared:
    title: str
    level: Level
    impact_at: datetime
    limit: Duration
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    playbook: Playbook


@dataclass(frozen=True, slots=True)
class Measured:
    value: float


CODEC: Codec[object] = Codec({"incident.declared": Declared, "value.measured": Measured})
EVENT = Declared("[P1] é 🚨", Level.P0, AT, timedelta(minutes=30), ("b", "a"))
DATA = '{"title":"[P1] é 🚨","level":"P0","impact_at":"2026-11-20T14:47:12Z","limit":"30m","tags":["b","a"]}'


def record(name: str, data: str) -> Record:
    return Record(1, "INC-1", 3, name, AT, "kai", "c1", data, "", "")


def test_an_event_is_written_under_its_name_as_json() -> None:
    assert CODEC.encode(EVENT) == Draft("incident.declared", DATA)


@pytest.mark.parametrize("name", ["hotfix-workflow", "release-protocol"])
def test_a_protocol_comes_back_with_everything_in_its_order(name: str) -> None:
    codec: Codec[object] = Codec({"playbook.kept": Kept})
    playbook = load_playbook(name, Path())
    back = codec.decode(record("playbook.kept", codec.encode(Kept(playbook)).data))
    assert isinstance(back, Kept)
    for kept in ("strategy", "document", "message", "role", "contact", "level"):
        assert list(getattr(back.playbook, kept)) == list(getattr(playbook, kept))
    assert list(back.playbook.decision.questions) == list(playbook.decision.questions)


def test_an_event_comes_back_as_it_was() -> None:
    assert CODEC.decode(record("incident.declared", DATA)) == EVENT


def test_fields_that_were_added_later_get_their_defaults() -> None:
    old = DATA.replace(',"tags":["b","a"]', "")
    assert CODEC.decode(record("incident.declared", old)) == Declared("[P1] é 🚨", Level.P0, AT, timedelta(minutes=30))


def test_a_record_of_an_unknown_type_is_named() -> None:
    with pytest.raises(UnknownEvent, match=r"INC-1 version 3: unknown event 'incident\.merged'"):
        CODEC.decode(record("incident.merged", "{}"))


def test_an_event_without_a_name_is_named() -> None:
    with pytest.raises(UnknownEvent, match="object: it has no stable name"):
        CODEC.encode(object())


@pytest.mark.parametrize("data", ["", "{", "[]", "{}", '{"value":"x"}'])
def test_data_that_does_not_fit_names_record_and_field(data: str) -> None:
    with pytest.raises(Corrupt, match=r"INC-1 version 3: can't read 'value\.measured'"):
        CODEC.decode(record("value.measured", data))


def test_a_value_that_json_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match=r"value\.measured"):
        CODEC.encode(Measured(float("nan")))


def test_text_that_cannot_be_stored_is_replaced() -> None:
    draft = CODEC.encode(Declared("\ud800\0", Level.P0, AT, timedelta(0)))
    assert '"title":"�\\u0000"' in draft.data


def test_the_store_is_opened_without_loading_pydantic_or_psycopg() -> None:
    code = (
        "import sys, warroom.console.store.codec, warroom.console.store.store\n"
        "assert not {'pydantic', 'psycopg', 'asyncio'} & set(sys.modules)"
    )
    subprocess.run((sys.executable, "-c", code), check=True, timeout=60)
