"""An incident from the command line alone."""

import json
import subprocess
from pathlib import Path

from tests.cli.conftest import PROGRAM, Shell


def test_an_incident_goes_from_declared_to_closed_without_a_screen(shell: Shell) -> None:
    incident = shell.ok("declare", "Sign-in fails", "--level", "P1", "--impact-at", "-20m")
    assert incident == "INC-1"
    shell.ok("note", incident, "three in ten users")
    shell.ok("tick", incident, "open-channel")
    shell.ok("assign", incident, "lead-developer", "Mei")
    shell.ok("level", incident, "P0", "--why", "now everybody")
    shell.ok("resolve", incident)
    shell.ok("close", incident)
    (shown,) = json.loads(shell.ok("status", "--json"))
    assert (shown["id"], shown["level"], shown["state"], shown["drill"]) == ("INC-1", "P0", "closed", False)
    assert shown["commander"] == shown["conn"] == "kai"
    clocks = {clock["key"]: clock for clock in shown["clocks"]}
    assert clocks["fix"]["limit_s"] == 1800
    assert clocks["resolve"]["state"] == "met"
    steps = {step["key"]: step for phase in shown["phases"] for step in phase["steps"]}
    assert (steps["open-channel"]["state"], steps["open-channel"]["evidence"]) == ("done", "person")


def test_the_level_the_incident_follows_changes_its_clocks(shell: Shell) -> None:
    incident = shell.ok("declare", "Slow", "--level", "P2")
    before = {clock["key"]: clock["limit_s"] for clock in json.loads(shell.ok("status", "--json"))[0]["clocks"]}
    shell.ok("level", incident, "P0", "--why", "it is down")
    after = {clock["key"]: clock["limit_s"] for clock in json.loads(shell.ok("status", "--json"))[0]["clocks"]}
    assert (before["resolve"], after["resolve"]) == (4 * 3600, 3600)


def test_statuses_say_what_went_wrong(shell: Shell) -> None:
    incident = shell.ok("declare", "Sign-in fails", "--level", "P1")
    cases = {
        ("declare", "x", "--level", "P9"): 5,
        ("declare", "x", "--level", "P1", "--impact-at", "yesterday-ish"): 2,
        ("declare", "x"): 2,
        ("note", "INC-99", "hello"): 2,
        ("tick", incident, "no-such-step"): 5,
        ("assign", incident, "astronaut", "Mei"): 2,
        ("close", incident): 5,
        ("export", incident, "poem"): 2,
        ("--store", "gopher://room", "status"): 4,
        ("--view", "note", incident, "hello"): 5,
        ("no-such-verb",): 2,
    }
    for arguments, status in cases.items():
        done = shell.warroom(*arguments)
        assert (done.status, done.out) == (status, ""), arguments
        assert done.err and "Traceback" not in done.err


def test_a_hostile_title_reaches_no_terminal(shell: Shell) -> None:
    title = "a\x1b]0;owned\x07b\x1b[2J\x9b31m [P1] [/x] \u202eevil"
    incident = shell.ok("declare", title, "--level", "P1")
    for arguments in (("status",), ("status", incident), ("log", incident), ("status", "--oneline")):
        out = shell.ok(*arguments)
        assert not any((ord(letter) < 32 and letter != "\n") or 0x7F <= ord(letter) < 0xA0 for letter in out)
        assert "[P1] [/x]" in out
        assert "\u202e" not in out
    (shown,) = json.loads(shell.ok("status", "--json"))
    assert shown["title"] == title


def test_times_are_read_as_people_write_them(shell: Shell) -> None:
    shell.ok("declare", "one", "--level", "P1", "--impact-at", "2026-01-02T03:04:05Z")
    (shown,) = json.loads(shell.ok("status", "--json"))
    assert shown["impact_at"] == "2026-01-02T03:04:05.000Z"


def test_the_log_is_one_event_a_line_and_verifies(shell: Shell) -> None:
    incident = shell.ok("declare", "Sign-in fails", "--level", "P1")
    events = [json.loads(line) for line in shell.ok("log", incident, "--json").splitlines()]
    assert events[0]["type"] == "incident.declared"
    assert [event["version"] for event in events] == list(range(1, len(events) + 1))
    assert "whole" in shell.ok("verify", incident)


def test_verify_names_the_first_event_that_was_changed(shell: Shell, tmp_path: Path) -> None:
    import sqlite3

    incident = shell.ok("declare", "Sign-in fails", "--level", "P1")
    database = tmp_path / "state" / "warroom" / "warroom.db"
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE records SET data = replace(data, 'kai', 'dan') WHERE version = 2")
    done = shell.warroom("verify")
    assert done.status == 1
    assert f"{incident} version 2" in done.err


def test_a_damaged_store_ends_with_status_4_and_is_left_alone(shell: Shell, tmp_path: Path) -> None:
    database = tmp_path / "broken.db"
    database.write_bytes(b"this is no database, and it is long enough to be looked at" * 40)
    before = database.read_bytes()
    done = shell.warroom("--store", str(database), "status")
    assert done.status == 4
    assert str(database) in done.err
    assert "Traceback" not in done.err
    assert database.read_bytes() == before


def test_two_people_declaring_at_once_get_two_incidents(shell: Shell) -> None:
    command = [str(PROGRAM), "declare", "Sign-in fails", "--level", "P1"]
    calls = [
        subprocess.Popen(command, cwd=shell.folder, env=shell.env, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    names = sorted(call.communicate(timeout=90)[0].strip() for call in calls)
    assert names == ["INC-1", "INC-2", "INC-3", "INC-4"]


def test_without_a_terminal_the_board_points_to_the_text(shell: Shell) -> None:
    done = shell.warroom()
    assert done.status == 2
    assert "warroom status" in done.err
