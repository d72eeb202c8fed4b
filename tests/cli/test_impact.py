"""The impact window from a shell."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.conftest import Shell
from warroom.console.store.samples import Sample
from warroom.console.store.store import open_store

CONFIG = """
store = "room.db"
playbook = "release-protocol"
[service]
name = "shop"
[[probe]]
name = "errors"
url = "http://127.0.0.1:9/"
role = "error-rate"
conditions = ["[STATUS] == 200"]
"""
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(autouse=True)
def beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Now is when a test begins: the program asks its own clock, and the file may have been read long before."""
    monkeypatch.setitem(globals(), "NOW", datetime.now(UTC).replace(microsecond=0))


def kept(shell: Shell, bad: range) -> None:
    """A reading a minute, beyond the limit in these minutes before now."""
    shell.write(CONFIG)
    with open_store(str(shell.folder / "room.db")) as store:
        store.samples.write(
            [
                Sample("errors", NOW - timedelta(minutes=ago), "failing" if ago in bad else "ok")
                for ago in range(90, 0, -1)
            ],
            "shop",
        )


def stamp(ago: int) -> str:
    return f"{NOW - timedelta(minutes=ago):%Y-%m-%d %H:%M:%S} UTC"


def test_the_first_guess_is_held_against_the_readings_and_corrected(shell: Shell) -> None:
    kept(shell, range(10, 31))
    incident = shell.ok("declare", "Payments fail", "--level", "P0", "--impact-at", "-12m")
    first, back, said = shell.ok("impact", incident).splitlines()
    assert first == f"beyond its limit  {stamp(30)}  errors"
    assert back == f"back              {stamp(9)}"
    assert said.endswith("s too late; --apply corrects it")
    done = shell.warroom("impact", incident, "--apply")
    assert (done.status, done.err.strip()) == (0, f"corrected: impact is {stamp(30)}")
    assert f"impact corrected to {stamp(30)}: measured: errors crossed its limit" in shell.ok("log", incident)
    assert shell.ok("impact", incident).endswith("nothing to correct")
    again = shell.warroom("impact", incident, "--apply", "--why", "x")
    assert (again.status, again.err.strip()) == (0, "nothing was changed")


def test_an_outage_that_lasts_is_told_as_json_with_a_reason_of_ones_own(shell: Shell) -> None:
    kept(shell, range(1, 91))
    incident = shell.ok("declare", "Payments fail", "--level", "P0")
    found = json.loads(shell.ok("impact", incident, "--json", "--apply", "--why", "the graph turned"))
    start = f"{NOW - timedelta(minutes=90):%Y-%m-%dT%H:%M:%S}.000Z"
    assert found["measured"] == {"probe": "errors", "from": start, "at_the_latest": True, "to": None}
    assert found["correction"] == start
    assert "the graph turned" in shell.ok("log", incident)
    assert shell.ok("impact", incident).splitlines()[1] == "back              not yet"


def test_readings_that_tell_of_nothing_are_unknown(shell: Shell) -> None:
    kept(shell, range(0))
    incident = shell.ok("declare", "Payments fail", "--level", "P0")
    done = shell.warroom("impact", incident)
    assert (done.status, done.out.partition(":")[0]) == (3, "unknown")
    assert shell.warroom("impact", incident, "--apply").err.strip() == "nothing was changed"
    assert shell.warroom("impact", incident, "--why", "x").status == 2


def test_who_only_looks_corrects_nothing(shell: Shell) -> None:
    kept(shell, range(10, 31))
    incident = shell.ok("declare", "Payments fail", "--level", "P0")
    assert shell.warroom("--view", "impact", incident).status == 0
    assert shell.warroom("--view", "impact", incident, "--apply").status == 5
