"""Every fact of the two-hour pipeline, as the playbook carries it: written from the protocol."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.config.facts import (
    Fact,
    asks,
    before,
    clock,
    command,
    keys,
    limit,
    limits,
    loaded,
    minutes,
    name_of,
    phase,
    ranges,
    rungs,
    says,
    section,
    step,
    threshold,
    titles,
    warned,
)
from warroom.config.forecast import phase_ends
from warroom.console.domain.playbook import Playbook

HOUR = timedelta(hours=1)

WHEN: list[Fact] = [
    ("P0 alone", lambda p: list(p.level), ["P0"]),
    ("five groups of triggers", lambda p: [len(one.reasons) for one in p.trigger], [3, 3, 3, 4, 3]),
    ("a criterion for each", lambda p: len(p.level["P0"].criteria), 5),
    ("sign-in, session check, reset", lambda p: says(p.trigger[0], "sign in", "session check", "password reset"), True),
    ("content, export", lambda p: says(p.trigger[1], "deleted", "not saved", "export"), True),
    ("charges, webhooks", lambda p: says(p.trigger[2], "without an upgrade", "twice", "webhooks"), True),
    ("bypass, leak, SQL, XSS", lambda p: says(p.trigger[3], "bypass", "leaks", "SQL injection", "XSS"), True),
    ("all 500s, database, core feature", lambda p: says(p.trigger[4], "500", "database", "core feature"), True),
    ("not for 5", lambda p: len(p.not_for), 5),
    ("performance is excluded", lambda p: says(p.not_for, "performance"), True),
    (
        "report to production in 2 hours",
        lambda p: (limit(p, "production"), clock(p, "production").starts),
        ("2h", "detected"),
    ),
    ("said at the level", lambda p: says(p.level["P0"].path, "2 hours"), True),
    ("do 6", lambda p: sum(line.startswith("Do ") for line in p.principles), 6),
    ("don't 6", lambda p: sum(line.startswith("Don't ") for line in p.principles), 6),
    ("backup before migration", lambda p: says(p.principles, "back up the database before a migration"), True),
    ("no panic, know the rollback", lambda p: says(p.principles, "panic", "knowing the rollback"), True),
]

DECISION: list[Fact] = [
    (
        "rollback: cause unknown, over half, several systems",
        lambda p: [rule.when for rule in p.decision.rule if rule.choose == "rollback"],
        [("!cause-known",), ("most-users",), ("several-systems",)],
    ),
    ("more than 50 %", lambda p: says(p.decision.questions["most-users"], "50 %"), True),
    (
        "hotfix: known, isolated, quick",
        lambda p: [rule.when for rule in p.decision.rule if rule.choose == "hotfix"],
        [("cause-known", "isolated", "quick")],
    ),
    ("when unsure", lambda p: p.in_doubt, "rollback"),
]

TIME: list[Fact] = [
    (
        "blocks of 15, 45, 45, 15 minutes",
        lambda p: [span[1] for span in list(ranges(p).values())[:4]],
        [15, 45, 45, 15],
    ),
    (
        "from 0, 15, 60, 105",
        lambda p: [(minutes(one.at), minutes(one.by)) for one in p.phase[:4]],
        [(0, 15), (15, 60), (60, 105), (105, 120)],
    ),
    ("in production inside the two hours", lambda p: phase_ends(p)["release"].worst <= 2 * HOUR, True),
    ("over at 2:00", lambda p: phase_ends(p)["tell"].worst, 2 * HOUR),
    (
        "updates every 30 minutes",
        lambda p: (limit(p, "update"), clock(p, "update").restarts),
        ("30m", "audience:stakeholders"),
    ),
    ("review 5 minutes", lambda p: (limit(p, "review"), minutes(p.review.at_most)), ("5m", 5)),
    ("watched for 5 minutes", lambda p: limit(p, "watch-short"), "5m"),
    ("and 2 hours more", lambda p: (limit(p, "watch"), clock(p, "watch").starts), ("2h", "resolved")),
    ("5 minutes to 2 hours", lambda p: threshold(p, "error-rate"), (None, "5m", "2h", "")),
    ("error rate in %", lambda p: [one.unit for one in p.threshold if one.role == "error-rate"], ["%"]),
    ("all-clear the same day", lambda p: limits(p, "all-clear"), ["same day"]),
    (
        "post-mortem the next day",
        lambda p: (limit(p, "post-mortem"), str(p.document["post-mortem"].due)),
        ("next day", "next day"),
    ),
    ("30 minutes long", lambda p: says(step(p, "post-mortem").text, "30 minutes"), True),
    (
        "0-30 on-call, 30 CTO, 60 everybody: no gap",
        lambda p: rungs(p),
        [(0, 30, ("on-call",)), (30, 60, ("cto",)), (60, None, ("team",))],
    ),
    ("the first 15 minutes are on-call's", lambda p: says(p.ladder[0].note, "15 minutes"), True),
    ("contacts: 3", lambda p: {"on-call", "cto", "devops-lead"} <= set(p.contact), True),
    ("practised quarterly", lambda p: [one.every for one in p.exercise], ["quarter"]),
]

PLAN = (
    (0, "alert"),
    (5, "confirm"),
    (5, "who"),
    (5, "error-rate"),
    (5, "recent-deploys"),
    (10, "decide"),
    (15, "announce"),
    (15, "status-update"),
    (15, "branch"),
    (20, "reproduce"),
    (25, "minimal-fix"),
    (40, "regression-test"),
    (45, "type-check"),
    (45, "tests"),
    (45, "browser"),
    (55, "pull-request"),
    (55, "review"),
    (60, "approval"),
    (60, "merge"),
    (60, "tag"),
    (65, "build"),
    (75, "backup"),
    (75, "migrate"),
    (80, "deploy"),
    (95, "verify"),
    (95, "healthy"),
    (95, "errors"),
    (100, "smoke"),
    (105, "announce-fixed"),
    (110, "bug-report"),
    (115, "watch-short"),
    (120, "schedule-post-mortem"),
)
"""The minute plan: when each line begins."""

ROAD: list[Fact] = [
    ("from the commit in production", lambda p: p.naming.base, "production-commit"),
    ("hotfix/slug-YYYYMMDD", lambda p: p.naming.branch, "hotfix/{slug}-{date}"),
    ("or by git-flow", lambda p: says(step(p, "branch").hint, "hotfix start"), True),
    ("[HOTFIX]", lambda p: p.naming.pull_request, "[HOTFIX] {title}"),
    ("the tag in its safe form", lambda p: p.naming.tag, "v{next_version}"),
    ("CTO or senior", lambda p: says(p.role[p.review.by].title, "CTO", "senior"), True),
    ("never skipped", lambda p: (p.review.waivable_at, step(p, "review").waivable), ((), False)),
    (
        "what broke, how fixed, pictures",
        lambda p: says(step(p, "pull-request").text, "what broke", "mended", "before and after"),
        True,
    ),
    ("no staging", lambda p: (p.staging.required, step(p, "deploy-staging").required), (False, False)),
    ("all at once", lambda p: [one.kind for one in p.strategy.values()], ["all-at-once"]),
    ("main needs no merging back", lambda p: p.merge_back, None),
    ("npm run type-check", lambda p: command(p, "type-check"), "npm run type-check"),
    ("npm test", lambda p: command(p, "test"), "npm test"),
    ("npm run build:prod", lambda p: command(p, "build"), "npm run build:prod"),
    ("a merge commit", lambda p: says(step(p, "merge").text, "merge commit"), True),
    ("a dump in a file with a time", lambda p: says(command(p, "backup"), "pg_dump", "{stamp}"), True),
    ("the migration", lambda p: command(p, "migrate"), "npm run db:migrate:prod"),
    ("backup, migration, check", lambda p: before(p, "backup", "migrate", "check-schema", "deploy"), True),
    ("only if there is one", lambda p: (step(p, "backup").required, step(p, "migrate").required), (False, False)),
    ("the schema is compared, not written", lambda p: command(p, "check-schema"), "npx prisma migrate status"),
    ("three platforms", lambda p: set(p.platform), {"docker-compose", "kubernetes", "github-actions"}),
    (
        "docker compose: pull, build, up, ps, logs",
        lambda p: list(p.platform["docker-compose"]),
        ["pull", "build", "deploy-production", "show-running", "follow-log"],
    ),
    ("its file", lambda p: says(command(p, "build", "docker-compose"), "docker-compose.prod.yml build web"), True),
    ("up -d web", lambda p: command(p, "deploy-production", "docker-compose").endswith(" up -d web"), True),
    ("the last 50 lines", lambda p: says(command(p, "follow-log", "docker-compose"), "logs -f web --tail=50"), True),
    ("the image has the tag", lambda p: says(command(p, "build", "kubernetes"), "docker build -t", ":{tag}"), True),
    (
        "set image",
        lambda p: says(command(p, "deploy-production", "kubernetes"), "kubectl set image deployment/", "-n"),
        True,
    ),
    ("rollout status", lambda p: says(command(p, "watch-rollout", "kubernetes"), "kubectl rollout status"), True),
    ("get pods", lambda p: says(command(p, "show-running", "kubernetes"), "kubectl get pods"), True),
    ("CI: push main", lambda p: command(p, "deploy-production", "github-actions"), "git push origin main"),
    ("npm run verify:production", lambda p: command(p, "smoke-production"), "npm run verify:production"),
    ("2 or 3 flows beside it", lambda p: says(step(p, "smoke").text, "2 or 3"), True),
    ("a branch revert-hotfix-YYYYMMDD", lambda p: says(command(p, "revert-branch"), "revert-hotfix-{date}"), True),
    ("revert, push", lambda p: says([command(p, "revert"), command(p, "push-revert")], "revert {tag}", "push"), True),
    ("the full rollback is missing", lambda p: says(p.link["full-rollback"], "does not have"), True),
]

WORDS: list[Fact] = [
    (
        "four messages and the all-clear",
        lambda p: list(p.message),
        ["detected", "progress", "deployed", "announce", "all-clear"],
    ),
    ("detected", lambda p: asks(p, "detected", "title", "impact", "cadence"), True),
    ("targeting 2 hours", lambda p: says(p.message["detected"].body, "investigating", "2 hours"), True),
    ("in progress", lambda p: asks(p, "progress", "title", "cause", "fix", "eta", "phase"), True),
    ("deployed", lambda p: asks(p, "deployed", "title", "fix", "deployed_at"), True),
    ("monitoring 2 h, thanks", lambda p: says(p.message["deployed"].body, "2 hours more", "thank you"), True),
    ("announcement: who was affected", lambda p: asks(p, "announce", "title", "fix", "deployed_at", "affected"), True),
    (
        "channel, e-mail, status page",
        lambda p: {each for one in p.message.values() for each in one.channels},
        {"chat", "email", "status-page"},
    ),
    ("bug report", lambda p: titles(p, "bug-report"), ["Fixed in", "Change", "Root cause", "Deployed"]),
    (
        "tag, pull request, commit",
        lambda p: (section(p, "bug-report", "Fixed in").fields, section(p, "bug-report", "Change").fields),
        (("Tag",), ("Pull request", "Commit")),
    ),
    (
        "pull request: severity, tier, impact, error rate",
        lambda p: section(p, "pull-request", "Critical issue").fields,
        ("Severity", "Affected tier", "Impact", "Error rate in %"),
    ),
    ("testing: 6", lambda p: len(section(p, "pull-request", "Testing").ticks), 6),
    ("before and after", lambda p: section(p, "pull-request", "Before and after").fields, ("Before", "After")),
    ("rollback: commit, redeploy, data", lambda p: len(section(p, "pull-request", "Rollback").fields), 3),
    ("checklist: 5", lambda p: len(section(p, "pull-request", "Checklist").ticks), 5),
    ("migration, configuration, safe now", lambda p: len(section(p, "pull-request", "Deployment").fields), 3),
    ("as soon as possible", lambda p: says(section(p, "pull-request", "Urgency").prompt, "as soon as possible"), True),
    (
        "post-mortem: 4 facts",
        lambda p: section(p, "post-mortem", "Facts").fields,
        ("Date", "Severity", "Duration", "Affected"),
    ),
    ("5 stamps", lambda p: len(section(p, "post-mortem", "Timeline").stamps), 5),
    ("total time to fix", lambda p: section(p, "post-mortem", "Total time to fix").source, "clocks"),
    ("5 kinds of impact", lambda p: len(section(p, "post-mortem", "Impact").fields), 5),
    ("data lost: yes or no", lambda p: says(section(p, "post-mortem", "Impact").fields, "yes or no"), True),
    ("actions", lambda p: section(p, "post-mortem", "Actions").fields, ("Action", "Owner", "Due")),
    (
        "and the prose",
        lambda p: (
            {"Summary", "Root cause", "What went well", "What went wrong", "Lessons"} <= set(titles(p, "post-mortem"))
        ),
        True,
    ),
    ("four questions", lambda p: says(step(p, "post-mortem").hint, "what happened", "why", "respond", "improve"), True),
    (
        "tickets: tests, monitoring, process",
        lambda p: section(p, "follow-up", "Tickets").ticks,
        ("Tests", "Monitoring", "Process"),
    ),
    ("changelog, all-clear", lambda p: {"changelog", "all-clear"} <= set(keys(p, "after")), True),
]

HAZARDS: list[Fact] = [
    ("no staging", lambda p: warned(p, "no staging step"), True),
    ("midnight", lambda p: warned(p, "midnight", "computed once"), True),
    ("a revert of a merge", lambda p: warned(p, "--no-ff", "-m 1"), True),
    ("the commit never used", lambda p: warned(p, "never used"), True),
    ("--accept-data-loss takes two people", lambda p: warned(p, "--accept-data-loss", "two people"), True),
    ("production data on a laptop", lambda p: warned(p, "laptop", "privacy"), True),
    ("hotfix-v1.0.0-beta.1", lambda p: warned(p, "hotfix-v1.0.0-beta.1"), True),
    ("five minutes of review", lambda p: warned(p, "five minutes", "approval"), True),
]

CHECKLIST = {
    "triage": ("alert", "confirm", "who", "decide", "announce", "status-update"),
    "develop": (
        *("branch", "reproduce", "minimal-fix", "regression-test", "tests", "type-check", "pull-request"),
        *("review", "approval"),
    ),
    "release": (*("merge", "tag", "build", "backup", "migrate", "deploy", "running", "verify", "smoke", "errors"),),
    "tell": ("announce-fixed", "bug-report", "tell-affected", "watch-long", "schedule-post-mortem"),
}
"""The checklist to be kept on the desk: its thirty lines, as steps."""


@pytest.fixture(scope="module")
def protocol() -> Playbook:
    return loaded("two-hour-hotfix")


@pytest.mark.parametrize(("fact", "look", "expected"), [*WHEN, *DECISION, *TIME, *ROAD, *WORDS, *HAZARDS], ids=name_of)
def test_the_playbook_carries_the_fact(
    protocol: Playbook, fact: str, look: Callable[[Playbook], object], expected: object
) -> None:
    assert look(protocol) == expected, fact


@pytest.mark.parametrize(("minute", "key"), PLAN)
def test_the_minute_plan_is_kept(protocol: Playbook, minute: int, key: str) -> None:
    assert minutes(step(protocol, key).at) == minute


def test_every_line_of_the_plan_ends_when_the_next_begins(protocol: Playbook) -> None:
    begins = {minute for minute, _ in PLAN}
    for each in (one for part in protocol.phase[:4] for one in part.step):
        assert each.by is None or minutes(each.by) in begins | {120}


def test_the_checklist_has_thirty_lines_and_each_is_a_step(protocol: Playbook) -> None:
    assert [len(lines) for lines in CHECKLIST.values()] == [6, 9, 10, 5]
    every = keys(protocol, *(each.key for each in protocol.phase))
    assert {key for lines in CHECKLIST.values() for key in lines} <= set(every)


def test_a_rollback_leaves_out_the_development(protocol: Playbook) -> None:
    assert phase(protocol, "develop").decision == "hotfix"
    assert step(protocol, "roll-back").decision == "rollback"
