"""Every figure of the emergency release protocol, as the product carries it.

The tables here were written from the facts about the protocol, not from the playbook.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.config.facts import Fact, command, holds, name_of, rungs, says, section, step, warned
from warroom.config.forecast import phase_ends, rollout_time
from warroom.config.lint import check_playbook
from warroom.config.playbook_files import load_playbook
from warroom.console.domain.playbook import Playbook

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def protocol() -> Playbook:
    return load_playbook("release-protocol", Path())


@pytest.mark.parametrize(
    ("level", "fix", "total"),
    [("P0", 30 * MINUTE, HOUR), ("P1", HOUR, 2 * HOUR), ("P2", 2 * HOUR, 4 * HOUR), ("P3", None, None)],
)
def test_each_level_has_its_limits(
    protocol: Playbook, level: str, fix: timedelta | None, total: timedelta | None
) -> None:
    assert level in protocol.level
    clocks = {clock.key: clock for clock in protocol.clock}
    for key, expected in (("fix", fix), ("resolve", total)):
        limit = clocks[key].limit_for(level)
        assert (limit.max if limit else None) == expected
        assert clocks[key].starts == "detected"
    assert clocks["resolve"].stops == ("resolved",)
    assert "phase:prepare:done" in clocks["fix"].stops


def test_there_are_four_levels(protocol: Playbook) -> None:
    assert list(protocol.level) == ["P0", "P1", "P2", "P3"]
    assert [level.title for level in protocol.level.values()] == ["Critical", "High", "Medium", "Minor"]


@pytest.mark.parametrize(
    ("level", "example"),
    [
        ("P0", "database"),
        ("P0", "bypassed"),
        ("P1", "Payments"),
        ("P1", "corrupt"),
        ("P2", "slow"),
        ("P2", "part"),
        ("P3", "interface"),
    ],
)
def test_each_level_says_what_qualifies(protocol: Playbook, level: str, example: str) -> None:
    assert any(example in criterion for criterion in protocol.level[level].criteria)


def test_triggers_come_in_four_groups(protocol: Playbook) -> None:
    assert [(trigger.group, len(trigger.reasons)) for trigger in protocol.trigger] == [
        ("Security", 4),
        ("Outage", 4),
        ("Data integrity", 3),
        ("Performance", 3),
    ]
    assert "10 times" in protocol.trigger[3].reasons[0]


def test_six_roles_each_with_a_deputy(protocol: Playbook) -> None:
    assert list(protocol.role) == [
        "commander",
        "release-manager",
        "lead-developer",
        "qa-lead",
        "devops",
        "communications",
    ]
    assert all(role.backup for role in protocol.role.values())


def test_the_directory_names_three_inside_and_three_outside(protocol: Playbook) -> None:
    inside = {key for key, contact in protocol.contact.items() if not contact.outside}
    outside = {key for key, contact in protocol.contact.items() if contact.outside}
    assert {"cto", "vp-engineering", "security-lead"} <= inside
    assert outside == {"cloud-support", "security-vendor", "legal"}


def test_the_ladder_climbs_at_15_30_and_60_minutes(protocol: Playbook) -> None:
    assert [(rung.level, rung.after, rung.call) for rung in protocol.ladder] == [
        (1, 0 * MINUTE, ("on-call",)),
        (2, 15 * MINUTE, ("team-lead", "release-manager")),
        (3, 30 * MINUTE, ("engineering-manager", "cto")),
        (4, 60 * MINUTE, ("ceo", "board")),
    ]


def test_stakeholders_hear_every_15_minutes(protocol: Playbook) -> None:
    (update,) = (clock for clock in protocol.clock if clock.key == "update")
    assert update.limit is not None and update.limit.max == 15 * MINUTE
    assert update.restarts == "audience:stakeholders"
    assert {message.audience for message in protocol.message.values()} == {"stakeholders"}


@pytest.mark.parametrize(
    ("key", "at", "by", "shortest", "longest"),
    [
        ("assess", 0, 15, None, 15),
        ("prepare", 15, 30, None, 15),
        ("test", None, None, 10, 15),
        ("deploy", None, None, 10, 15),
        ("verify", None, None, 5, 10),
        ("after", None, None, 15, 30),
    ],
)
def test_each_phase_has_its_time(
    protocol: Playbook, key: str, at: int | None, by: int | None, shortest: int | None, longest: int
) -> None:
    (phase,) = (phase for phase in protocol.phase if phase.key == key)

    def span(minutes: int | None) -> timedelta | None:
        return None if minutes is None else minutes * MINUTE

    assert (phase.at, phase.by, phase.min, phase.max) == (span(at), span(by), span(shortest), span(longest))


def test_there_are_six_phases_in_this_order(protocol: Playbook) -> None:
    assert [phase.key for phase in protocol.phase] == ["assess", "prepare", "test", "deploy", "verify", "after"]


@pytest.mark.parametrize(
    ("phase", "step", "ticked_by"),
    [
        ("assess", "open-channel", ""),
        ("assess", "alert-team", ""),
        ("assess", "affected-services", ""),
        ("assess", "user-impact", ""),
        ("assess", "data-at-risk", ""),
        ("assess", "rollback-viable", ""),
        ("assess", "initial-alert", "message:initial"),
        ("assess", "decide", "decision"),
        ("prepare", "branch", "git:branch-from-base"),
        ("prepare", "minimal-fix", "git:fix"),
        ("prepare", "regression-test", "git:test-included"),
        ("prepare", "version", ""),
        ("prepare", "pull-request", "pull-request:open"),
        ("prepare", "review", "pull-request:approved"),
        ("prepare", "security-review", ""),
        ("test", "critical-tests", "action:test"),
        ("test", "security-scan", "action:scan"),
        ("test", "deploy-staging", "action:deploy-staging"),
        ("test", "smoke-staging", "action:smoke-staging"),
        ("test", "issue-gone", ""),
        ("test", "nothing-new", ""),
        ("test", "performance-fine", ""),
        ("test", "logs-clean", ""),
        ("deploy", "backup", "action:backup"),
        ("deploy", "notify-release", "message:progress"),
        ("deploy", "roll-back", "action:rollback"),
        ("deploy", "tag", "git:tag"),
        ("deploy", "new-revision", "action:deploy-production"),
        ("deploy", "ramp", "rollout"),
        ("deploy", "watch-metrics", ""),
        ("deploy", "updates", ""),
        ("verify", "smoke-production", "action:smoke-production"),
        ("verify", "health-check", "role:health"),
        ("verify", "errors-normal", "role:error-rate"),
        ("verify", "times-normal", "role:latency"),
        ("verify", "no-new-alerts", ""),
        ("verify", "complaints-gone", "role:user-reports"),
        ("after", "release-note", ""),
        ("after", "status-page", ""),
        ("after", "all-clear", "message:resolution"),
        ("after", "ticket", ""),
        ("after", "merge", "git:merged"),
        ("after", "post-mortem-date", ""),
        ("after", "permanent-fix", ""),
        ("after", "breach-notice", ""),
    ],
)
def test_each_line_of_the_checklists_stands_in_its_phase(
    protocol: Playbook, phase: str, step: str, ticked_by: str
) -> None:
    steps = {each.key: each for one in protocol.phase if one.key == phase for each in one.step}
    assert steps[step].ticked_by == ticked_by
    assert steps[step].required is (step not in ("security-review", "breach-notice"))


def test_the_way_of_a_rollback_leaves_out_preparation_and_tests(protocol: Playbook) -> None:
    assert {phase.key for phase in protocol.phase if phase.decision == "hotfix"} == {"prepare", "test"}
    only_hotfix = {step.key for phase in protocol.phase for step in phase.step if step.decision == "hotfix"}
    assert only_hotfix == {"backup", "tag", "new-revision", "ramp", "merge"}


@pytest.mark.parametrize(
    ("case", "rollback", "hotfix", "wait"),
    [
        ("security-breach", "maybe", "yes", "no"),
        ("data-corruption", "yes", "maybe", "no"),
        ("performance", "maybe", "maybe", "maybe"),
        ("feature-bug", "maybe", "no", "yes"),
    ],
)
def test_the_decision_matrix(protocol: Playbook, case: str, rollback: str, hotfix: str, wait: str) -> None:
    row = protocol.decision.case[case]
    assert (row.rollback, row.hotfix, row.wait) == (rollback, hotfix, wait)


def test_the_rules_are_tried_rollback_first(protocol: Playbook) -> None:
    assert [(rule.choose, rule.when[0]) for rule in protocol.decision.rule] == [
        ("rollback", "rollback-viable"),
        ("hotfix", "needs-hotfix"),
        ("wait", "can-wait"),
    ]


def test_names_start_from_the_production_tag(protocol: Playbook) -> None:
    naming = protocol.naming
    assert (naming.base, naming.branch, naming.version) == ("production-tag", "hotfix/{incident}", "patch")
    assert naming.tag == "v{next_version}"
    assert naming.pull_request.startswith("HOTFIX:")


def test_one_reviewer_is_needed_two_are_better_and_staging_is_never_skipped(protocol: Playbook) -> None:
    assert (protocol.review.minimum, protocol.review.preferred) == (1, 2)
    assert protocol.review.security_review
    assert protocol.staging.required and not protocol.staging.waivable_at


def test_traffic_moves_in_four_steps_every_five_minutes(protocol: Playbook) -> None:
    ramp = protocol.strategy["ramp"]
    reached, share_at = timedelta(0), {}
    for stage in ramp.stage:
        share_at[reached // MINUTE] = stage.percent
        reached += stage.bake
    assert share_at == {0: 10, 5: 25, 10: 50, 15: 100}
    assert [(gate.role, gate.below) for gate in ramp.gate] == [("error-rate", 1)]


def test_the_error_rate_stays_below_one_percent(protocol: Playbook) -> None:
    (errors,) = (threshold for threshold in protocol.threshold if threshold.role == "error-rate")
    assert (errors.below, errors.unit, errors.watch) == (1, "%", 10 * MINUTE)


def test_four_ways_back_and_the_database_comes_last(protocol: Playbook) -> None:
    assert [way.action for way in protocol.rollback] == ["rollback", "rollback", "flag-off", "rollback-database"]
    assert "only if" in protocol.rollback[-1].when


@pytest.mark.parametrize("word", ["--no-traffic", "--no-confirm", "0 %", "15 minutes"])
def test_what_hurts_when_taken_to_the_letter_is_said(protocol: Playbook, word: str) -> None:
    assert any(word in hazard.harm + hazard.instead for hazard in protocol.hazard)


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("initial", ("title", "affected", "eta", "cadence", "id")),
        ("progress", ("now", "done", "doing", "eta")),
        ("resolution", ("deployed_at", "services", "postmortem_at")),
    ],
)
def test_three_messages_say_what_the_protocol_asks_for(protocol: Playbook, kind: str, facts: tuple[str, ...]) -> None:
    from jinja2 import meta
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    message = protocol.message[kind]
    assert message.kind == kind
    asked = meta.find_undeclared_variables(ImmutableSandboxedEnvironment().parse(message.subject + message.body))
    assert set(facts) <= asked


def test_only_the_all_clear_claims_that_all_is_well(protocol: Playbook) -> None:
    assert [key for key, message in protocol.message.items() if message.claims_normal] == ["resolution"]


def test_every_emergency_release_gets_a_post_mortem_of_seven_parts(protocol: Playbook) -> None:
    document = protocol.document["post-mortem"]
    assert len(document.section) == 7
    assert document.levels == () and document.due is None
    assert document.section[0].source == "timeline"


def test_the_release_note_has_six_fields(protocol: Playbook) -> None:
    titles = [section.title for section in protocol.document["release-note"].section]
    assert titles == ["Version", "Problem", "Impact", "Fix", "Deployed", "Verified"]


def test_drills_are_monthly_quarterly_and_yearly(protocol: Playbook) -> None:
    assert [exercise.every for exercise in protocol.exercise] == ["month", "quarter", "year"]
    assert protocol.reviewed_every == "quarter"


def test_duties_from_outside(protocol: Playbook) -> None:
    duties = {duty.name: duty for duty in protocol.compliance}
    assert set(duties) == {"GDPR", "SOC 2", "ISO 27001"}
    assert duties["GDPR"].due is not None and duties["GDPR"].due.max == 72 * HOUR
    assert duties["GDPR"].only_if == "data-breach"
    (clock,) = (clock for clock in protocol.clock if clock.key == "gdpr")
    assert clock.limit is not None and clock.limit.max == 72 * HOUR and clock.only_if == "data-breach"


def test_the_protocol_counts_on_five_tools(protocol: Playbook) -> None:
    assert len(protocol.tools) == 5 and {"gcloud", "kubectl", "jq"} <= set(protocol.tools)


def test_its_own_phases_add_up_to_more_than_its_limits(protocol: Playbook) -> None:
    ends = phase_ends(protocol)
    assert (ends["prepare"].best, ends["prepare"].worst) == (30 * MINUTE, 30 * MINUTE)
    assert (ends["verify"].best, ends["verify"].worst) == (55 * MINUTE, 70 * MINUTE)
    assert (ends["after"].best, ends["after"].worst) == (70 * MINUTE, 100 * MINUTE)
    assert rollout_time(protocol.strategy["ramp"]) == 15 * MINUTE


def test_the_linter_finds_no_error_and_says_what_can_not_hold(protocol: Playbook) -> None:
    assert [str(finding) for finding in check_playbook(protocol)] == [
        "warning: clock[0].limits.P0: P0 Fix ready: leaves nothing to spare: "
        "the phases up to there take 30m, the limit is 30m",
        "warning: clock[1].limits.P0: P0 Resolved: holds only with luck: "
        "the phases up to there take 55m at best and 1h10m at worst, the limit is 1h",
        "warning: strategy.ramp: the bake times add up to 15m, all of the phase deploy (10m to 15m)",
    ]


MORE: list[Fact] = [
    ("P0: zero-day, exposed credentials", lambda p: says(p.trigger[0], "zero-day", "credentials"), True),
    ("response more than 10 times normal", lambda p: says(p.trigger[3], "10 times"), True),
    ("P0: database deleted, bypass", lambda p: says(p.level["P0"].criteria, "deleted", "bypassed"), True),
    ("P1: payments, corruption", lambda p: says(p.level["P1"].criteria, "payments", "corrupted"), True),
    (
        "ladder 0-15, 15-30, 30-60, 60 on",
        lambda p: [rung[:2] for rung in rungs(p)],
        [(0, 15), (15, 30), (30, 60), (60, None)],
    ),
    ("critical tests", lambda p: command(p, "test"), "npm run test:critical"),
    ("security scan", lambda p: command(p, "scan"), "npm run security:scan"),
    ("smoke script on staging", lambda p: command(p, "smoke-staging"), "./scripts/smoke-test.sh staging"),
    ("curl -f health", lambda p: command(p, "smoke-production"), "curl -f {production_url}/health"),
    ("errors with a threshold of 1 %", lambda p: command(p, "check-errors").endswith("--threshold=1%"), True),
    ("metrics script", lambda p: says(command(p, "check-metrics"), "--service={service}"), True),
    (
        "the script set: 5",
        lambda p: [key for key, argv in p.command.items() if argv[0].startswith("./scripts/emergency/")],
        ["backup", "notify", "check-health", "rollback", "report"],
    ),
    ("database by backup id", lambda p: command(p, "rollback-database").endswith("--backup={backup}"), True),
    ("flag off", lambda p: command(p, "flag-off").endswith("--disable={feature}"), True),
    ("one platform", lambda p: list(p.platform), ["cloud-run"]),
    (
        "staging has a project of its own",
        lambda p: says(command(p, "deploy-staging", "cloud-run"), "gcloud run deploy", "--project={staging_project}"),
        True,
    ),
    (
        "deployed under a tag, without traffic",
        lambda p: says(command(p, "deploy-production", "cloud-run"), "--no-traffic", "--tag={revision}"),
        True,
    ),
    (
        "traffic goes to the tag",
        lambda p: says(command(p, "shift-traffic", "cloud-run"), "update-traffic", "--to-tags={revision}={percent}"),
        True,
    ),
    ("the tag has a timestamp", lambda p: p.naming.revision, "hotfix-{stamp}"),
    ("no way back without a question", lambda p: says([p.command, p.platform], "--no-confirm"), False),
    ("before: 6", lambda p: holds(p, "assess", "open-channel", "alert-team", "user-impact"), True),
    (
        "before: fix, tests, staging",
        lambda p: holds(p, "test", "critical-tests", "deploy-staging", "smoke-staging"),
        True,
    ),
    ("during: 5", lambda p: holds(p, "deploy", "notify-release", "backup", "ramp", "watch-metrics", "updates"), True),
    ("after: 5", lambda p: holds(p, "after", "release-note", "all-clear", "post-mortem-date", "permanent-fix"), True),
    ("after: validated", lambda p: holds(p, "verify", "smoke-production", "no-new-alerts"), True),
    (
        "actions with owner and deadline",
        lambda p: section(p, "post-mortem", "Actions").fields,
        ("Action", "Owner", "Deadline"),
    ),
    ("the release note's step", lambda p: says(step(p, "release-note").hint, "version", "verified"), True),
    ("55 to 70, and 70 to 100 minutes", lambda p: warned(p, "55 to 70", "70 to 100", "60"), True),
    ("traffic sticks", lambda p: warned(p, "may get 0 %", "read back"), True),
    (
        "owner, version, date, review cycle",
        lambda p: (p.owner, p.version, p.reviewed_every),
        ("platform team", "1.0.0", "quarter"),
    ),
    ("as of 2024-10-12", lambda p: says(p.summary, "2024-10-12"), True),
    ("SOC 2: every emergency change", lambda p: says(p.compliance[1].duty, "every emergency change"), True),
    ("messages to the channel", lambda p: {one.channels for one in p.message.values()}, {("chat",)}),
    ("no action required from users", lambda p: says(p.message["progress"].body, "users need to do nothing"), True),
    ("in #incident-n", lambda p: says(p.message["initial"].body, "#incident-"), True),
]


@pytest.mark.parametrize(("fact", "look", "expected"), MORE, ids=name_of)
def test_the_playbook_carries_the_fact(
    protocol: Playbook, fact: str, look: Callable[[Playbook], object], expected: object
) -> None:
    assert look(protocol) == expected, fact
