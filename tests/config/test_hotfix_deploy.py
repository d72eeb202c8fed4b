"""Every fact of the eighteen steps of the hotfix deploy, as the playbook carries it: written from the protocol."""

from collections.abc import Callable

import pytest

from tests.config.facts import (
    Fact,
    before,
    command,
    holds,
    keys,
    limit,
    loaded,
    name_of,
    ranges,
    rungs,
    says,
    section,
    step,
    threshold,
    warned,
)
from warroom.console.domain.playbook import Playbook

FACTS: list[Fact] = [
    (
        "no levels but one, no limit of its own",
        lambda p: (list(p.level), [one.key for one in p.clock]),
        (["P0"], ["watch"]),
    ),
    (
        "no phase has minutes but the watch",
        lambda p: [key for key, span in ranges(p).items() if span != (None, None)],
        ["watch"],
    ),
    (
        "in doubt the normal process",
        lambda p: (p.in_doubt, p.decision.unsure),
        ("normal-process", "Use the normal process."),
    ),
    ("genuine emergencies only", lambda p: says(p.principles, "genuine emergencies only"), True),
    ("stability over speed", lambda p: says(p.principles, "stability comes before speed"), True),
    ("seven principles", lambda p: len(p.principles[:7]), 7),
    ("the way back is tested", lambda p: says(p.principles, "way back is tested"), True),
    ("an audit trail", lambda p: says(p.principles, "auditors") and says(p.compliance, "emergency change"), True),
    ("tools: git and npm", lambda p: p.tools, ("git", "npm")),
    ("from the tag", lambda p: p.naming.base, "production-tag"),
    ("or from main", lambda p: says(step(p, "branch").hint, "from main"), True),
    ("tags are fetched", lambda p: command(p, "fetch-tags"), "git fetch --tags"),
    ("hotfix/slug", lambda p: p.naming.branch, "hotfix/{slug}"),
    (
        "hotfix: with bullets and Fixes:",
        lambda p: (p.naming.commit[:8], p.naming.commit_body[-1]),
        ("hotfix: ", "Fixes: {ticket}"),
    ),
    ("1.2.3 to 1.2.4", lambda p: says(step(p, "version").text, "1.2.3 to 1.2.4"), True),
    ("or 1.2.3-hotfix.1", lambda p: says(step(p, "version").hint, "1.2.3-hotfix.1", "older"), True),
    ("tag v1.2.4", lambda p: (p.naming.tag, p.naming.version), ("v{next_version}", "patch")),
    (
        "branch and tag are pushed",
        lambda p: says([command(p, "push-branch"), command(p, "push-tag")], "{branch}", "{tag}"),
        True,
    ),
    (
        "minimal, proven, by convention, no optimisation",
        lambda p: says(
            step(p, "minimal-fix").text + step(p, "minimal-fix").hint, "small", "proven", "conventions", "optimisation"
        ),
        True,
    ),
    ("a little logging", lambda p: step(p, "logging").required, False),
    ("tests of the area", lambda p: command(p, "test"), "npm test -- --testPathPattern={area}"),
    ("security tests", lambda p: command(p, "scan"), "npm run test:security"),
    (
        "by hand: 4",
        lambda p: [one for one in keys(p, "fix") if step(p, one).text.startswith("By hand")],
        ["core-works", "issue-gone", "nothing-new", "critical-flows"],
    ),
    ("a senior member", lambda p: (p.review.by, p.review.minimum), ("senior-engineer", 1)),
    ("security and correctness", lambda p: says(p.review.security_review, "security", "correctness"), True),
    (
        "pair, decisions, approval",
        lambda p: keys(p, "review"),
        ["pair", "review", "review-notes", "approval", "version"],
    ),
    ("pairing if time allows", lambda p: step(p, "pair").required, False),
    ("staging is required", lambda p: (p.staging.required, p.staging.waivable_at), (True, ())),
    (
        "staging: script, sign-in, smoke",
        lambda p: keys(p, "staging"),
        ["deploy-staging", "sign-in-staging", "smoke-staging"],
    ),
    ("the smoke tests of staging", lambda p: command(p, "smoke-staging"), "npm run test:smoke:staging"),
    (
        "blue and green",
        lambda p: (p.strategy["blue-green"].kind, p.strategy["blue-green"].gate[0].role),
        ("blue-green", "health"),
    ),
    (
        "blue, check, switch, watch",
        lambda p: before(p, "deploy-production", "check-new", "switch", "watch-deploy"),
        True,
    ),
    ("rolling, batch size 1", lambda p: (p.strategy["rolling"].kind, p.strategy["rolling"].batch), ("rolling", 1)),
    ("its first batch", lambda p: says(command(p, "first-batch"), "--batch-size 1"), True),
    ("the next if healthy", lambda p: says(p.strategy["rolling"].title, "each watched", "healthy"), True),
    ("no waiting times", lambda p: all(not stage.bake for stage in p.strategy["rolling"].stage), True),
    (
        "before the deploy: 5",
        lambda p: holds(p, "deploy", "backup", "rollback-ready", "alerts-on", "standing-by", "channels-open"),
        True,
    ),
    ("health every 10 seconds", lambda p: threshold(p, "health"), (None, "2h", "4h", "10s")),
    (
        "metrics: 4",
        lambda p: {"latency", "error-rate", "success-rate", "saturation"} <= {one.role for one in p.threshold},
        True,
    ),
    ("sign-ins that succeed", lambda p: step(p, "sign-ins").ticked_by, "role:success-rate"),
    ("the error log of the area", lambda p: says(step(p, "follow-log").text, "error log", "area"), True),
    ("validation: 4", lambda p: holds(p, "validate", "critical-paths", "login", "security", "performance"), True),
    ("watched 2 to 4 hours", lambda p: (ranges(p)["watch"], limit(p, "watch")), ((120, 240), "2h to 4h")),
    ("the number of tickets", lambda p: step(p, "tickets").ticked_by, "role:user-reports"),
    ("regular updates, no figure", lambda p: any(one.restarts for one in p.clock), False),
    (
        "updates: channels, progress, trackers, completion",
        lambda p: holds(p, "watch", "updates", "trackers", "completed"),
        True,
    ),
    (
        "start and end are told",
        lambda p: (step(p, "notify").ticked_by, step(p, "completed").ticked_by),
        ("message:started", "message:completed"),
    ),
    (
        "rollback redeploys the previous version",
        lambda p: command(p, "rollback"),
        "./deploy-production.sh {previous_tag}",
    ),
    ("and validates it", lambda p: says(p.rollback[0].title, "previous version", "validate"), True),
    ("by hand: 4", lambda p: says(p.rollback[1].title, "load balancer", "validate", "watch", "tell the team"), True),
    (
        "15, 30, 60 minutes",
        lambda p: rungs(p),
        [
            (0, 15, ("on-call",)),
            (15, 30, ("senior-engineer",)),
            (30, 60, ("engineering-manager",)),
            (60, None, ("incident-commander",)),
        ],
    ),
    ("contacts: 4", lambda p: len(p.contact), 4),
    ("a commander from the start", lambda p: "commander" in p.role, True),
    (
        "merged to main after validation",
        lambda p: p.merge_back and (p.merge_back.into, p.merge_back.after),
        (("main",), "phase:validate:done"),
    ),
    ("then the branch goes", lambda p: p.merge_back and p.merge_back.delete_branch, True),
    (
        "after: record, lessons, review, runbooks, monitoring, prevention",
        lambda p: holds(p, "after", "record", "lessons", "review-meeting", "runbooks", "monitoring", "prevention"),
        True,
    ),
    ("as a list", lambda p: len(section(p, "follow-up", "After the incident").ticks), 6),
    ("no date for the review", lambda p: p.document["post-mortem"].due, None),
    ("regular drills", lambda p: [one.every for one in p.exercise], ["regularly"]),
    ("hazard: tag at 7, staging at 8", lambda p: warned(p, "step 7", "step 8"), True),
    ("hazard: list at 10, deploy at 9", lambda p: warned(p, "step 9", "step 10"), True),
    ("hazard: commander at 60", lambda p: warned(p, "60 minutes", "from the start"), True),
    ("hazard: assume the worst", lambda p: warned(p, "assume the worst"), True),
]

STEPS = {
    1: ("severity", "needed", "affected", "urgency", "rationale"),
    2: ("ticket", "war-room", "notify", "protocols", "timeline"),
    3: ("branch",),
    4: ("minimal-fix", "logging"),
    5: ("tests", "security-tests"),
    6: ("review", "review-notes"),
    7: ("version", "tag"),
    8: ("deploy-staging", "smoke-staging"),
    9: ("strategy", "switch"),
    10: ("backup", "rollback-ready", "deploy-production"),
    11: ("healthy", "latency", "errors", "sign-ins", "resources"),
    12: ("critical-paths", "login"),
    13: ("updates", "trackers", "completed"),
    14: ("roll-back",),
    15: ("watch",),
    16: ("record", "lessons"),
    17: ("merge", "delete-branch"),
    18: ("review-meeting", "runbooks", "monitoring", "prevention"),
}
"""The eighteen steps of the protocol, and the lines that carry each."""


@pytest.fixture(scope="module")
def protocol() -> Playbook:
    return loaded("hotfix-deploy")


@pytest.mark.parametrize(("fact", "look", "expected"), FACTS, ids=name_of)
def test_the_playbook_carries_the_fact(
    protocol: Playbook, fact: str, look: Callable[[Playbook], object], expected: object
) -> None:
    assert look(protocol) == expected, fact


def test_all_eighteen_steps_are_there(protocol: Playbook) -> None:
    assert len(STEPS) == 18
    every = keys(protocol, *(each.key for each in protocol.phase))
    assert {key for lines in STEPS.values() for key in lines} <= set(every)


def test_the_steps_come_in_the_safe_order(protocol: Playbook) -> None:
    assert before(protocol, "review", "deploy-staging", "smoke-staging", "tag", "backup", "rollback-ready")
    assert before(protocol, "channels-open", "deploy-production", "switch", "smoke-production", "watch", "merge")
