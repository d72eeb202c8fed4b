"""Every document that the five protocols name, written from incidents decided by them."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tests.domain.playbooks import Room
from tests.reports.protocols import incident, rates
from tests.reports.test_documents import section
from warroom.config.playbook_files import load_playbook, shipped
from warroom.console.domain import intents as i
from warroom.console.domain.time.calendar import UTC_CALENDAR
from warroom.console.reports.blocks import Gap, Report
from warroom.console.reports.boxes import step_for
from warroom.console.reports.document import FORMS
from warroom.console.reports.markdown import markdown
from warroom.console.reports.postmortem import compose
from warroom.console.reports.sections import SOURCES
from warroom.console.reports.source import Material
from warroom.console.reports.standing import known

ASKED = {
    "emergency-release": {"post-mortem", "pull-request", "follow-up", "waivers", "evidence"},
    "release-protocol": {"post-mortem", "release-note", "pull-request", "waivers", "evidence"},
    "hotfix-workflow": {"post-mortem", "spec", "pull-request", "follow-up", "waivers", "evidence"},
    "hotfix-deploy": {"post-mortem", "follow-up", "waivers", "evidence"},
    "two-hour-hotfix": {"post-mortem", "pull-request", "bug-report", "follow-up", "waivers", "evidence"},
}
BY_HAND = {"The fix was verified", "Nothing else is affected", "Flows beside it were tried", "Ready to deploy at once"}
"""Lines that no step of some protocol says, so that only a person can tick them."""


@cache
def ran(name: str) -> Room:
    """An incident by a protocol, run to its end once."""
    return incident(name)


def report(name: str, key: str) -> Report:
    """A document of that incident."""
    room = ran(name)
    return compose(room.now, room.stream, rates(room), key, room.at, "61:" + "a" * 64)


def text(name: str, key: str) -> str:
    """The same as Markdown."""
    return markdown(report(name, key))


@pytest.mark.parametrize("name", shipped())
def test_a_protocol_has_every_document_that_it_names(name: str) -> None:
    assert ASKED[name] <= set(known(ran(name).now))


@pytest.mark.parametrize("name", shipped())
def test_every_document_can_be_written_at_the_beginning_and_at_the_end(name: str) -> None:
    new = Room.declared(level=next(iter(ran(name).now.playbook.level)), playbook=load_playbook(name, Path()))
    for room in (new, ran(name)):
        for key in known(room.now):
            written = compose(room.now, room.stream, (), key, room.at)
            assert {part.source for part in written.parts if part.source} <= set(SOURCES)
            gaps = [block.prompt for part in written.parts for block in part.blocks if isinstance(block, Gap)]
            assert not [prompt for prompt in gaps if prompt.startswith("nothing fills")]
            assert json.loads(FORMS["json"](written))["document"] == key
            assert FORMS["html"](written).endswith("</html>\n")
            assert FORMS["md"](written).startswith("# ")


@pytest.mark.parametrize("name", shipped())
def test_every_line_with_a_box_is_a_step_of_the_protocol_or_a_persons_word(name: str) -> None:
    room = ran(name)
    material = Material(incident=room.now, records=room.stream, samples=(), now=room.at, checkpoint="")
    ticks = [tick for document in known(room.now).values() for part in document.section for tick in part.ticks]
    assert {tick for tick in ticks if step_for(material, tick) is None} <= BY_HAND


def test_the_review_of_an_emergency_release_has_its_seven_stamps_with_durations() -> None:
    room = ran("emergency-release")
    rows = section(text("emergency-release", "post-mortem"), "Timeline").strip().splitlines()[2:9]
    assert [row.split(" | ")[0] for row in rows] == [
        "| Detected",
        "| On-call alerted",
        "| Cause found",
        "| Pull request opened",
        "| Approved and merged",
        "| Deployed",
        "| Verified",
    ]
    assert rows[0] == "| Detected | 2026-11-20 14:00:00 UTC | – | 0:00 |"
    assert rows[1] == "| On-call alerted | 2026-11-20 14:02:00 UTC | 2:00 | 2:00 |"
    assert "…" not in "".join(rows)
    assert room.now.moments["action:deploy-production"].strftime("%H:%M:%S UTC") in rows[5]


def test_a_stamp_whose_moment_has_not_come_is_a_blank() -> None:
    room = Room.declared(playbook=load_playbook("two-hour-hotfix", Path()))
    written = markdown(compose(room.now, room.stream, (), "post-mortem", room.at))
    assert "| Detected | 2026-11-20 14:00:00 UTC | – | 0:00 |" in written
    assert "| Fix deployed | … | – | – |" in written


def test_stamps_stand_in_the_order_of_their_times_however_the_log_keeps_their_names() -> None:
    playbook = load_playbook("emergency-release", Path())
    review = playbook.document["post-mortem"]
    sections = tuple(replace(one, stamps=dict(sorted(one.stamps.items()))) for one in review.section)
    kept = replace(playbook, document={**playbook.document, "post-mortem": replace(review, section=sections)})
    room = Room.declared(level="P1", playbook=kept)
    room.wait(2).say(i.Acknowledge())
    room.wait(5).say(i.Tick(step="root-cause"))
    rows = (
        section(markdown(compose(room.now, room.stream, (), "post-mortem", room.at)), "Timeline")
        .strip()
        .splitlines()[2:5]
    )
    assert [row.split(" | ")[0] for row in rows] == ["| Detected", "| On-call alerted", "| Cause found"]


def test_a_step_that_was_ticked_off_again_is_no_stamp() -> None:
    room = Room.declared(playbook=load_playbook("emergency-release", Path()))
    room.say(i.Tick(step="root-cause"))
    assert "| Cause found | 2026" in markdown(compose(room.now, room.stream, (), "post-mortem", room.at))
    room.say(i.Untick(step="root-cause"))
    assert "| Cause found | … |" in markdown(compose(room.now, room.stream, (), "post-mortem", room.at))


def test_a_pull_request_says_its_title_labels_branch_and_what_the_log_knows() -> None:
    written = text("emergency-release", "pull-request")
    names = section(written, "Title and labels")
    assert "- Title: \\[RELEASE\\] \\[P0\\] ENG-42: Sign-in fails (the protocol)" in names
    assert "- Branch: hotfix/ENG-42-sign-in (names fixed in the log)" in names
    assert "Root cause:\nTicket: ENG-42\nPriority: P0" in names
    assert "- [x] P0 security (the level in the log)" in section(written, "Urgency")
    assert "- [x] Unavailable (kai, 2026-11-20 14:02:00 UTC)" in section(written, "Severity")
    assert "**To be chosen:** one of these" in section(written, "Why it was not caught")
    assert section(written, "Users affected").strip() == "about 5,000 users"
    assert "v1.2.3 was live before" in section(written, "Rollback plan")
    assert "> **To be written:** File by file." in section(written, "Changes")
    assert "- Labels: hotfix, priority:critical" in text("hotfix-workflow", "pull-request")


def test_what_a_name_is_made_of_and_nobody_has_said_stays_visible() -> None:
    room = Room.declared(level="P1", playbook=load_playbook("emergency-release", Path()))
    written = markdown(compose(room.now, room.stream, (), "pull-request", room.at))
    assert "\\[HOTFIX\\] \\[P1\\] ‹ticket›: Sign-in fails" in written
    assert "- Branch: **to be written** …" in written


def test_boxes_are_ticked_by_the_checklist_with_what_ticked_them() -> None:
    testing = section(text("emergency-release", "pull-request"), "Testing")
    assert testing.count("- [x]") == 6
    assert "- [x] Verified on staging (by action:smoke-staging, 2026-11-20" in testing
    monitoring = section(text("emergency-release", "pull-request"), "Monitoring")
    assert "- [x] Error tracker (by role:error-rate, " in monitoring
    assert "- [ ] A ticket for the proper fix, if this is a band-aid\n" in text("emergency-release", "pull-request")


def test_a_box_whose_step_was_skipped_or_fell_back_is_open_and_says_so() -> None:
    room = Room.declared(level="P0", playbook=load_playbook("emergency-release", Path()))
    room.say(i.Waive(subject="step:smoke-staging", why="no time", owner="lee", due=room.at))
    room.say(i.Tick(step="ci"), i.Untick(step="ci"))
    ticks = section(markdown(compose(room.now, room.stream, (), "pull-request", room.at)), "Before the deploy")
    assert "- [ ] Staging was verified (skipped by kai, 2026-11-20 14:00:00 UTC: no time)" in ticks
    assert "- [ ] CI is green (ticked off again by kai, " in ticks


def test_fields_are_filled_from_the_log_or_from_what_people_said_and_else_are_blanks() -> None:
    written = text("two-hour-hotfix", "post-mortem")
    facts = section(written, "Facts")
    assert "- Date: 2026-11-20 (the moment of impact)" in facts
    assert "- Severity: P0 Critical (the log)" in facts
    assert "- Affected: about 5,000 users (kai, 2026-11-20 14:02:00 UTC)" in facts
    impact = section(written, "Impact")
    assert "- Error rate: 10 % (highest, 2026-11-20 14:02:00 UTC)" in impact
    assert "- Data lost (yes or no): **to be written** …" in impact
    assert "- Revenue: about 300 orders (kai, " in impact


def test_a_list_of_actions_begins_with_the_debts_and_ends_with_an_empty_line() -> None:
    room = Room.declared(playbook=load_playbook("release-protocol", Path()))
    room.say(i.Waive(subject="step:security-scan", why="no time", owner="lee", due=room.at))
    actions = section(markdown(compose(room.now, room.stream, (), "post-mortem", room.at)), "Actions")
    owed = "| make good what was skipped: step:security-scan (Run the security scan) | lee | 2026-11-20 14:00:00 UTC |"
    assert f"{owed}\n| … | … | … |" in actions


def test_what_is_to_be_done_stands_under_the_debts_once_somebody_says_it() -> None:
    room = Room.declared(playbook=load_playbook("emergency-release", Path()))
    room.say(i.Waive(subject="step:review", why="no time", owner="lee", due=room.at))
    room.say(i.LearnFact(name="actions", value="ENG-7: alert on 500s, Mira, Friday"))
    actions = section(markdown(compose(room.now, room.stream, (), "post-mortem", room.at)), "Actions")
    assert "ENG-7: alert on 500s, Mira, Friday" in actions
    assert "To be written" not in actions
    assert "| … | … | … | … |" not in actions


def test_documents_for_people_outside_show_no_command_and_no_run() -> None:
    for name, key in (("release-protocol", "release-note"), ("two-hour-hotfix", "bug-report")):
        written = text(name, key)
        assert "./ops" not in written
        assert "run-1 " not in written
        assert "v1.2.4" in written
    note = text("release-protocol", "release-note")
    assert section(note, "Version").strip() == "v1.2.4"
    assert section(note, "Deployed").count("| v1.2.4 | ") == 2
    assert "% of traffic, done |" in section(note, "Deployed")
    assert "- [x] Error rate below 1 % (by role:error-rate" in text("release-protocol", "release-note")


def test_the_ledger_of_waivers_says_what_why_who_owner_due_and_repaid() -> None:
    room = Room.declared(playbook=load_playbook("release-protocol", Path()))
    for number, step in enumerate(("security-scan", "critical-tests", "affected-services")):
        due = None if number == 2 else room.at
        room.say(i.Waive(subject=f"step:{step}", why="no | time", owner="lee", due=due))
    room.wait(5).say(i.Repay(subject="step:critical-tests", note="all green"))
    written = markdown(compose(room.now, room.stream, (), "waivers", room.at))
    assert "| step:security-scan (Run the security scan) | no \\| time | kai |" in written
    assert "| lee | 2026-11-20 14:00:00 UTC | – | overdue by 5:00 |" in written
    assert "| 2026-11-20 14:05:00 UTC | repaid by kai: all green, 5:00 late |" in written
    assert "| lee | – | – | open, no date |" in written


def test_evidence_names_each_change_of_production_and_each_duty() -> None:
    written = text("release-protocol", "evidence")
    changes = section(written, "Changes of production").strip().splitlines()
    assert changes[0].startswith("| Run | What | On | By | Console | Assured by | Started | Took | Outcome | Command |")
    assert len(changes) == 3
    assert "| production | kai | desk-1 | target typed | 2026-11-20 " in changes[2]
    assert "`./ops/deploy-production --env production`" in changes[2]
    duties = section(written, "Duties")
    assert (
        "| GDPR | Notify the authority of a breach of personal data | nobody has said whether: data-breach? |" in duties
    )
    assert "| SOC 2 | Keep a record of every emergency change | always | – | – |" in duties
    room = Room.declared(playbook=ran("release-protocol").now.playbook)
    room.say(i.LearnFact(name="data-breach", value="yes"))
    told = markdown(compose(room.now, room.stream, (), "evidence", room.at))
    assert "| yes: data-breach | 2026-11-23 14:00:00 UTC | – |" in told
    room.wait(5).say(i.Tick(step="breach-notice"), i.Repay(subject="duty:SOC 2"))
    done = markdown(compose(room.now, room.stream, (), "evidence", room.at))
    assert "| 2026-11-23 14:00:00 UTC | 2026-11-20 14:05:00 UTC |" in done
    assert "| SOC 2 | Keep a record of every emergency change | always | – | 2026-11-20 14:05:00 UTC |" in done
    assert room.now.calendar == UTC_CALENDAR


def test_the_json_form_holds_typed_facts() -> None:
    whole = json.loads(FORMS["json"](report("emergency-release", "post-mortem")))
    blocks = {part["title"]: part["blocks"] for part in whole["sections"]}
    facts = {field["name"]: field for field in blocks["Facts"][0]["fields"]}
    assert facts["Duration"] == {
        "name": "Duration",
        "value": 3300.0,
        "from": "from impact until resolved",
        "unit": "s",
    }
    deploy = next(clock for clock in blocks["Limits"][0]["rows"] if clock["key"] == "deploy")
    assert (deploy["limit_s"], deploy["state"], deploy["started_at"]) == (7200.0, "met", "2026-11-20T14:00:00Z")
    watch = next(clock for clock in blocks["Limits"][0]["rows"] if clock["key"] == "watch")
    assert (watch["least_s"], watch["limit_s"]) == (900.0, 1800.0)
    chart = blocks["Error rate"][0]
    assert chart["kind"] == "chart"
    assert {type(point["value"]) for point in chart["lines"][0]["points"]} == {float}
    assert blocks["Timeline"][0]["rows"][1]["after_the_one_before_s"] == 120.0
    assert blocks["Lessons"][0] == {"kind": "blank", "prompt": "What do we know now?"}
