"""The JSON Schema knows what the reader knows, and explains it."""

import dataclasses
import json
from typing import Any

from warroom.config.schema import playbook_schema, settings_schema
from warroom.config.settings import Probe, Settings
from warroom.console.domain.playbook import Clock, Playbook


def test_every_setting_is_in_the_schema() -> None:
    schema = settings_schema()
    assert set(schema["properties"]) == {field.name for field in dataclasses.fields(Settings)}
    assert set(schema["$defs"]["Probe"]["properties"]) == {field.name for field in dataclasses.fields(Probe)}
    assert schema["required"] == ["service"]
    assert schema["additionalProperties"] is False


def test_every_part_of_a_playbook_is_in_the_schema() -> None:
    schema = playbook_schema()
    assert set(schema["properties"]) == {field.name for field in dataclasses.fields(Playbook)}
    assert set(schema["$defs"]["Clock"]["properties"]) == {field.name for field in dataclasses.fields(Clock)}
    assert schema["else"]["required"] == ["id", "title", "level", "phase"]


def test_descriptions_come_from_the_docstrings() -> None:
    probe = settings_schema()["$defs"]["Probe"]["properties"]
    said = "For the whole exchange, from the first packet to the last byte; unless given 5 s, or every if shorter."
    assert probe["timeout"]["description"] == said


def test_durations_are_described_as_they_are_written() -> None:
    every = settings_schema()["$defs"]["Probe"]["properties"]["every"]
    assert (every["type"], every["default"]) == ("string", "10s")


def test_both_are_plain_json_without_what_a_file_cannot_say() -> None:
    def walk(part: Any) -> None:
        if isinstance(part, dict):
            assert part.get("type") != "null"
            for each in part.values():
                walk(each)
        elif isinstance(part, list):
            for each in part:
                walk(each)

    for schema in (settings_schema(), playbook_schema()):
        walk(json.loads(json.dumps(schema)))
