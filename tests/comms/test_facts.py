"""Facts: read from a real decided stream; what nobody knows is not there."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.domain.playbooks import RAMP, START, Room, minutes, request, verdict
from warroom.config.playbook_files import load_playbook
from warroom.console.comms.facts import LONGEST, MOST, facts, stamp, words
from warroom.console.domain import intents as i
from warroom.console.domain.time import moments
from warroom.console.domain.view import ProbeView
from warroom.console.domain.watch.verdict import Health, Sample, Status

UPDATE = i.SendMessage(message="progress", audience="stakeholders", channel="chat", text="…")


def read(room: Room, audience: str = "stakeholders") -> dict[str, object]:
    """The facts of the room as it stands."""
    return dict(facts(room.now, room.at, audience))


def test_a_new_incident_knows_its_name_its_people_and_its_times() -> None:
    known = read(Room.declared())
    assert known == {
        "id": "INC-7",
        "title": "Sign-in fails",
        "level": "P0",
        "level_title": "Critical",
        "service": "shop",
        "services": "shop",
        "state": "open",
        "phase": "Assess",
        "commander": "kai",
        "conn": "kai",
        "cadence": "15 minutes",
        "now": "14:00 UTC",
        "impact_at": "14:00 UTC",
        "detected_at": "14:00 UTC",
        "declared_at": "14:00 UTC",
        "done": [],
        "doing": ["Estimate what users feel"],
        "health": [],
    }


@pytest.mark.parametrize("protocol", ["release-protocol", "hotfix-deploy"])
def test_it_is_verified_when_the_phase_that_verifies_is_done_however_it_is_called(protocol: str) -> None:
    room = Room.declared(playbook=load_playbook(protocol, Path()))
    verifies = next(phase.key for phase in room.now.playbook.phase if phase.key in ("verify", "validate"))
    assert "verified_at" not in read(room)
    done = {**room.now.moments, moments.phase_done(verifies): room.at}
    assert facts(replace(room.now, moments=done), room.at, "stakeholders")["verified_at"] == "14:00 UTC"


def test_what_people_say_becomes_a_fact_and_a_hyphen_an_underscore() -> None:
    room = Room.declared()
    room.say(i.LearnFact(name="eta", value="15:00"), i.LearnFact(name="data-breach", value="no"))
    assert (read(room)["eta"], read(room)["data_breach"]) == ("15:00", "no")


def test_nobody_can_rename_the_incident_by_a_fact() -> None:
    room = Room.declared()
    room.say(i.LearnFact(name="title", value="All is well"), i.LearnFact(name="state", value="resolved"))
    assert (read(room)["title"], read(room)["state"]) == ("Sign-in fails", "open")


def test_done_is_what_is_new_to_that_audience() -> None:
    room = Room.declared()
    room.say(i.Tick(step="impact"))
    assert read(room)["done"] == ["Estimate what users feel"]
    room.wait(1).say(UPDATE)
    assert read(room)["done"] == []
    assert read(room, "engineers")["done"] == ["Estimate what users feel"]
    room.wait(1).say(i.Decide(choice="hotfix", why="x"))
    assert read(room)["done"] == ["Roll back or fix"]


def test_sending_a_message_is_not_told_as_a_deed() -> None:
    room = Room.declared()
    room.say(i.SendMessage(message="initial", audience="engineers", channel="chat", text="…"))
    assert read(room)["done"] == []


def test_doing_is_what_runs_before_what_is_next() -> None:
    room = Room.declared()
    room.say(i.Decide(choice="hotfix", why="x"), request("deploy", "run-1"))
    assert read(room)["doing"] == ["Deploy"]
    room.say(i.StartRollout(rollout="ro-1", strategy=RAMP, values={}), i.EnterStage(rollout="ro-1", stage=0, run="r"))
    assert read(room)["doing"] == ["Deploy", "10 % of traffic on the new version"]


def test_the_version_is_that_of_the_last_successful_deploy() -> None:
    room = Room.declared()
    room.run("deploy", "run-1", tag="v1.2.4")
    room.run("deploy", "run-2", "failed", tag="v1.2.5")
    room.run("deploy", "run-3", environment="staging", tag="v1.2.6")
    assert read(room)["version"] == "v1.2.4"
    assert read(room)["deployed_at"] == "14:01 UTC"


def test_a_way_back_is_a_deploy_too() -> None:
    room = Room.declared()
    room.run("rollback", "run-1")
    assert read(room)["deployed_at"] == "14:01 UTC"


def test_a_staged_deploy_is_live_when_all_traffic_is_on_it() -> None:
    room = Room.declared()
    room.run("deploy", "run-1")
    room.say(i.StartRollout(rollout="ro-1", strategy=RAMP, values={}))
    room.say(*(i.EnterStage(rollout="ro-1", stage=stage, run=f"r{stage}") for stage in (0, 1)))
    room.wait(9).say(i.CompleteRollout(rollout="ro-1"))
    assert read(room)["deployed_at"] == "14:10 UTC"


def test_a_resolved_incident_says_how_long_it_took() -> None:
    room = Room.declared()
    room.say(i.CorrectTime(moment="impact", to=START - minutes(20), why="graph"))
    room.wait(65).say(i.Mitigate(how="rolled back"), i.Resolve())
    known = read(room)
    assert (known["resolved_in"], known["resolved_at"], known["fixed_at"]) == (
        "1 hour 25 minutes",
        "15:05 UTC",
        "15:05 UTC",
    )


def test_a_time_that_is_not_today_carries_its_date() -> None:
    assert stamp(START, START + minutes(600)) == "2026-11-20 14:00 UTC"
    assert stamp(START, START + minutes(599)) == "14:00 UTC"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (60, "1 minute"),
        (900, "15 minutes"),
        (3600, "1 hour"),
        (7500, "2 hours 5 minutes"),
    ],
)
def test_a_span_is_said_in_words(seconds: int, said: str) -> None:
    assert words(timedelta(seconds=seconds)) == said


def test_the_error_rate_is_told_as_it_was_read_last_unless_somebody_says_it() -> None:
    room = Room.declared()

    def told(value: float | None, later: int = 0) -> object:
        sample = Sample(probe="errors", at=room.at, status=Status.OK, value=value, unit="%")
        health = Health(probe="errors", status=Status.OK, last=sample)
        probe = ProbeView(name="errors", role="error-rate", every=5, health=health)
        return facts(room.now, room.at + timedelta(seconds=later), "team", (probe,)).get("errors_now")

    assert [told(0.04), told(None), told(float("nan")), told(0.04, later=600)] == ["0.04 %", None, None, None]
    room.say(i.LearnFact(name="errors_now", value="none at all"))
    assert told(0.04) == "none at all"


def test_health_is_what_the_log_knows_unless_somebody_looks_now() -> None:
    room = Room.declared()
    room.say(verdict("health", "failing", "[STATUS] (500) == 200"))
    assert read(room)["health"] == [
        {"name": "api health", "role": "health", "status": "failing", "reason": "[STATUS] (500) == 200"}
    ]
    sample = Sample(probe="api", at=room.at, status=Status.OK)
    probe = ProbeView(name="api", role="health", every=5, health=Health(probe="api", status=Status.OK, last=sample))
    assert facts(room.now, room.at, "x", [probe])["health"] == [
        {"name": "api", "role": "health", "status": "ok", "reason": ""}
    ]
    later = facts(room.now, room.at + minutes(1), "x", [probe])["health"]
    assert [row["status"] for row in later if isinstance(row, dict)] == ["unknown"]


def test_facts_are_cleaned_and_kept_short() -> None:
    room = Room.declared(title="\x1b[2Jgone \u202eevil")
    room.say(i.LearnFact(name="impact", value="x" * 99_999), i.LearnFact(name="cause", value="one\r\ntwo"))
    known = read(room)
    assert known["title"] == "␛gone \ufffdevil"
    assert len(str(known["impact"])) == LONGEST + 1
    assert known["cause"] == "one\ntwo"


def test_lists_are_kept_short() -> None:
    room = Room.declared()
    for number in range(MOST + 20):
        room.say(i.RecordVerdict(probe=f"p{number}", role="", status="ok", reason=""))
    found = read(room)["health"]
    assert isinstance(found, list)
    assert len(found) == MOST
