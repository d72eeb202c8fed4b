"""Every fact of the spec-first hotfix workflow, as the playbook carries it: written from the protocol."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.config.facts import (
    Fact,
    asks,
    before,
    clock,
    command,
    holds,
    keys,
    limit,
    limits,
    loaded,
    name_of,
    ranges,
    says,
    section,
    stages,
    step,
    threshold,
    titles,
    warned,
)
from warroom.config.forecast import phase_ends
from warroom.console.domain.playbook import Playbook

MINUTE = timedelta(minutes=1)

WHEN: list[Fact] = [
    ("use for 7", lambda p: [len(one.reasons) for one in p.trigger], [7]),
    ("an expired certificate is one", lambda p: says(p.trigger, "certificate has expired"), True),
    ("slowness for all users is one", lambda p: says(p.trigger, "slow for all users"), True),
    ("not for 5", lambda p: len(p.not_for), 5),
    ("less than 5 % of users", lambda p: says(p.not_for, "less than 5 %"), True),
    ("what can wait is no hotfix", lambda p: says(p.principles[0], "wait", "next release", "not a hotfix"), True),
    ("when unsure: wait", lambda p: p.in_doubt, "wait"),
    ("three levels", lambda p: [one.title for one in p.level.values()], ["Critical", "High", "Medium"]),
    ("P0: down, loss, breach, payments", lambda p: len(p.level["P0"].criteria), 4),
    ("P1: feature, performance, sign-in", lambda p: len(p.level["P1"].criteria), 3),
    ("P1: more than 50 % worse", lambda p: says(p.level["P1"].criteria, "50 %"), True),
    ("sign-in is P1", lambda p: says(p.level["P1"].criteria, "signing in"), True),
    ("payments are P0", lambda p: says(p.level["P0"].criteria, "payments"), True),
    ("P2: subset, workaround, API", lambda p: len(p.level["P2"].criteria), 3),
    ("do 7", lambda p: sum(line.startswith("Do ") for line in p.principles), 7),
    ("don't 7", lambda p: sum(line.startswith("Don't ") for line in p.principles), 7),
    (
        "against a regular release",
        lambda p: says(p.principles[1], "one issue", "hours", "production tag", "mini spec", "one reviewer", "risk"),
        True,
    ),
]

TIME: list[Fact] = [
    ("1-4 h, 4-24 h, next release", lambda p: limits(p, "resolve"), ["1h to 4h", "4h to 1d", "next release"]),
    (
        "phases 5-15, 10-20, 20-60, 15-30, 15, within 24 h",
        lambda p: list(ranges(p).values()),
        [(5, 15), (10, 20), (20, 60), (15, 30), (None, 15), (None, 24 * 60)],
    ),
    (
        "phases 1 to 5 add up to 65-140 minutes",
        lambda p: (phase_ends(p)["tell"].best / MINUTE, phase_ends(p)["tell"].worst / MINUTE),
        (65, 140),
    ),
    ("review 10 minutes at most", lambda p: (limit(p, "review"), p.review.at_most), ("10m", 10 * MINUTE)),
    ("staging 5 minutes at most", lambda p: (limit(p, "staging"), p.staging.at_most), ("5m", 5 * MINUTE)),
    ("watched actively for 15 minutes", lambda p: limit(p, "watch"), "15m"),
    ("watched for an hour", lambda p: limit(p, "watch-hour"), "1h"),
    ("looked at every 10 minutes", lambda p: limit(p, "look"), "10m"),
    (
        "merged back within 24 hours",
        lambda p: (limit(p, "merge-back"), clock(p, "merge-back").starts),
        ("1d", "resolved"),
    ),
    ("the rest within 24 hours", lambda p: limit(p, "after"), "1d"),
    (
        "post-mortem within 48 hours",
        lambda p: (limit(p, "post-mortem"), str(p.document["post-mortem"].due)),
        ("2d", "2d"),
    ),
]

STEPS: list[Fact] = [
    ("assessment: 5", lambda p: holds(p, "assess", "critical", "impact", "decide", "component", "cause"), True),
    ("rollback faster?", lambda p: says(step(p, "decide").text, "rollback be faster"), True),
    ("communication: 3", lambda p: holds(p, "assess", "stakeholders", "status-page", "war-room"), True),
    ("stakeholders", lambda p: says(step(p, "stakeholders").text, "product", "support", "leadership"), True),
    ("status page if customers notice", lambda p: step(p, "status-page").required, False),
    ("channel and call", lambda p: says(step(p, "war-room").text, "channel", "call"), True),
    ("tags are fetched", lambda p: command(p, "fetch-tags"), "git fetch --tags"),
    (
        "the base is the production tag",
        lambda p: command(p, "branch"),
        "warroom-git branch {branch} --from {production_tag}",
    ),
    ("agents", lambda p: {"planner", "builder", "security", "debug", "performance"} <= set(p.role), True),
    (
        "one thing: no refactoring, extras, features, dependencies, formatting",
        lambda p: says(
            step(p, "minimal-fix").text + step(p, "minimal-fix").hint,
            *("one thing", "smallest", "refactoring", "extras", "features", "dependencies", "formatting"),
        ),
        True,
    ),
    ("unit tests of the file", lambda p: command(p, "test"), "npm run test:unit -- {file}"),
    ("smoke tests", lambda p: command(p, "smoke-local"), "npm run test:smoke"),
    ("the pull request goes to main", lambda p: p.merge_back and p.merge_back.into, ("main",)),
    ("and names its branch, which only the console knows", lambda p: "pull-request" in p.command, False),
    ("two questions", lambda p: says(step(p, "review").hint, "fix the issue", "break anything"), True),
    ("the review is never skipped", lambda p: step(p, "review").waivable, False),
    (
        "staging: 4",
        lambda p: holds(p, "deploy", "staging-starts", "smoke-staging", "staging-fixed", "staging-logs"),
        True,
    ),
    ("staging is never skipped", lambda p: step(p, "deploy-staging").waivable, False),
    ("staging deploy", lambda p: command(p, "deploy-staging"), "npm run deploy:staging"),
    ("/health", lambda p: command(p, "smoke-staging").endswith("/health"), True),
    ("staging before the tag", lambda p: before(p, "smoke-staging", "tag", "deploy-production", "canary"), True),
    ("production deploy", lambda p: command(p, "deploy-production"), "npm run deploy:production"),
    ("--canary=10", lambda p: says(command(p, "deploy-canary"), "--canary=10"), True),
    ("--percentage=100", lambda p: says(command(p, "shift-traffic"), "--percentage={percent}"), True),
    (
        "first 15 minutes: 5",
        lambda p: holds(p, "deploy", "errors", "times", "logs", "issue-resolved", "resources"),
        True,
    ),
    ("replay: 200, not 500", lambda p: says(step(p, "replay").hint, "200", "500"), True),
    (
        "verification: 4",
        lambda p: holds(p, "tell", "issue-gone", "no-regression", "metrics-normal", "no-new-errors"),
        True,
    ),
    (
        "the branch goes here and at the remote, once main has all of it",
        lambda p: command(p, "delete-branch"),
        "warroom-git delete {branch} --into main --remote",
    ),
    ("merge, then delete the branch", lambda p: before(p, "merge", "delete-branch"), True),
    (
        "tickets: 5",
        lambda p: [key for key in keys(p, "after") if key.startswith("ticket-")],
        ["ticket-cause", "ticket-fix", "ticket-tests", "ticket-monitoring", "ticket-process"],
    ),
    ("runbooks", lambda p: "runbooks" in keys(p, "after"), True),
]

ROAD: list[Fact] = [
    ("from the tag", lambda p: p.naming.base, "production-tag"),
    ("hotfix/name", lambda p: p.naming.branch, "hotfix/{slug}"),
    ("hotfix:", lambda p: p.naming.commit, "hotfix: {title}"),
    (
        "issue, severity, changes, tested, rollback",
        lambda p: [line.split(":")[0].split()[0] for line in p.naming.commit_body],
        ["Fixes", "Severity", "Changes", "Tested", "Rollback"],
    ),
    ("HOTFIX:", lambda p: p.naming.pull_request, "HOTFIX: {title}"),
    ("two labels", lambda p: p.naming.labels, ("hotfix", "priority:critical")),
    ("the tag in its safe form", lambda p: p.naming.tag, "v{next_version}"),
    ("tech lead alone", lambda p: (p.review.minimum, p.review.preferred, p.review.by), (1, 1, "tech-lead")),
    ("security review", lambda p: says(p.review.security_review, "sign-in", "payments", "secrets"), True),
    ("staging always", lambda p: (p.staging.required, p.staging.waivable_at), (True, ())),
    ("10 % for 5 minutes, then 100 %", lambda p: stages(p, "canary"), [(10, 5), (100, 0)]),
    ("or at once", lambda p: p.strategy["all-at-once"].kind, "all-at-once"),
    ("behind 0.1 %", lambda p: [(gate.role, gate.below) for gate in p.strategy["canary"].gate], [("error-rate", 0.1)]),
    ("error rate below 0.1 % for 15 minutes", lambda p: threshold(p, "error-rate"), (0.1, "", "15m", "")),
    ("an hour, every 10 minutes", lambda p: threshold(p, "health"), (None, "", "1h", "10m")),
    ("CPU and memory", lambda p: says(p.threshold, "CPU and memory"), True),
    ("two ways back", lambda p: [way.action for way in p.rollback], ["rollback", "revert"]),
    ("the team is told", lambda p: step(p, "tell-rollback").ticked_by, "message:rolled-back"),
    ("and thinks again", lambda p: says(step(p, "reassess").text, "not minimal", "misunderstood"), True),
    ("into main", lambda p: p.merge_back and (p.merge_back.into, p.merge_back.delete_branch), (("main",), True)),
    ("at once, or within 24 hours", lambda p: says(step(p, "merge").hint, "at once", "24 hours"), True),
    ("contacts: 5", lambda p: list(p.contact), ["on-call", "tech-lead", "devops", "security", "product"]),
    ("links: 5", lambda p: list(p.link), ["monitoring", "logs", "status-page", "incident-channel", "runbooks"]),
]

WORDS: list[Fact] = [
    ("declaration: 5", lambda p: asks(p, "declared", "title", "level", "impact", "impact_at", "commander"), True),
    ("with revenue", lambda p: asks(p, "declared", "revenue"), True),
    ("resolved: 5", lambda p: asks(p, "resolved", "title", "version", "deployed_at", "postmortem_at"), True),
    ("verification", lambda p: says(p.message["resolved"].body, "verification: passed", "watch"), True),
    ("status page: timeline and thanks", lambda p: says(p.message["status-page"].body, "began", "thank you"), True),
    (
        "mini spec",
        lambda p: titles(p, "spec"),
        [
            *("Severity", "Problem", "Impact", "Root cause", "Smallest fix", "Files", "Verification"),
            *("Rollback plan", "Afterwards"),
        ],
    ),
    ("one sentence", lambda p: says(section(p, "spec", "Problem").prompt, "one sentence"), True),
    (
        "impact: users, revenue, how long",
        lambda p: section(p, "spec", "Impact").fields,
        ("Users affected", "Revenue", "How long"),
    ),
    ("afterwards: 3", lambda p: len(section(p, "spec", "Afterwards").ticks), 3),
    ("post-mortem: 5 facts", lambda p: len(section(p, "post-mortem", "Facts").fields), 5),
    (
        "6 stamps",
        lambda p: list(section(p, "post-mortem", "Timeline").stamps),
        ["Began", "Alerted", "Declared", "Cause found", "Deployed", "Verified"],
    ),
    ("4 kinds of action", lambda p: len(section(p, "post-mortem", "Actions").fields), 4),
    (
        "and the prose",
        lambda p: (
            {"Root cause", "Resolution", "What went well", "What could be better"} <= set(titles(p, "post-mortem"))
        ),
        True,
    ),
    ("5 tickets", lambda p: len(section(p, "follow-up", "Tickets").ticks), 5),
]

SCENARIOS: list[Fact] = [
    (
        "five, each with its time",
        lambda p: {key: str(one.resolve) for key, one in p.scenario.items()},
        {
            "security": "1h to 4h",
            "corruption": "2h to 6h",
            "endpoint": "1h to 2h",
            "performance": "2h to 4h",
            "payments": "1h to 3h",
        },
    ),
    ("security: a branch named after the CVE", lambda p: p.scenario["security"].branch, "hotfix/security-{ticket}"),
    (
        "security: assess, patch",
        lambda p: [one.key for one in p.scenario["security"].step],
        ["assess-hole", "security-patch"],
    ),
    ("security: staging still first", lambda p: says(p.scenario["security"].note, "reviewed", "staging"), True),
    (
        "corruption: stop writes, assess, repair, prevent",
        lambda p: [one.key for one in p.scenario["corruption"].step],
        ["stop-writes", "assess-loss", "repair", "prevent-corruption"],
    ),
    ("corruption: read-only", lambda p: says(step(p, "stop-writes").text, "read-only"), True),
    ("endpoint: a canary", lambda p: p.scenario["endpoint"].strategy, "canary"),
    (
        "endpoint: a recent deploy is taken back",
        lambda p: says(step(p, "recent-deploy").text, "rollback is faster"),
        True,
    ),
    (
        "performance: cache, index, rate limit",
        lambda p: says(step(p, "relief").text, "cache", "index", "rate limit"),
        True,
    ),
    ("performance: the long fix later", lambda p: step(p, "long-fix").phase, "after"),
    (
        "performance: profile, watch",
        lambda p: (step(p, "profile").key, step(p, "watch-load").phase),
        ("profile", "deploy"),
    ),
    (
        "payments: provider, database, logic",
        lambda p: says(step(p, "which-part").text, "provider", "database", "logic"),
        True,
    ),
    ("payments: security review", lambda p: step(p, "payment-security").phase, "implement"),
    ("payments: test transactions on staging", lambda p: says(step(p, "test-payments").text, "staging"), True),
    (
        "payments: extreme care, full verification",
        lambda p: says(p.scenario["payments"], "extreme care", "completely"),
        True,
    ),
]

HAZARDS: list[Fact] = [
    ("the newest tag", lambda p: warned(p, "hotfix-v1.0.0-beta.1", "production.tags"), True),
    ("v1.2.4-hotfix.1 is older than v1.2.4", lambda p: warned(p, "v1.2.4-hotfix.1", "before v1.2.4"), True),
    ("security past staging", lambda p: warned(p, "security", "staging first"), True),
    ("2-6 h exceed 1-4 h", lambda p: warned(p, "2 to 6", "1 to 4"), True),
    ("main twice", lambda p: warned(p, "merged into main again"), True),
]

CHECKLISTS = {
    "before": (
        ("severity", ("critical",)),
        ("declared", ("declare",)),
        ("stakeholders", ("stakeholders",)),
        ("branch from the tag", ("branch",)),
        ("spec", ("spec",)),
        ("fix", ("minimal-fix",)),
        ("tests", ("tests", "smoke-local")),
        ("review", ("review",)),
        ("staging", ("deploy-staging",)),
        ("staging passed", ("smoke-staging",)),
    ),
    "during": (
        ("started", ("deploy-production",)),
        ("succeeded", ("deploy-production", "canary")),
        ("health", ("healthy",)),
        ("logs", ("logs",)),
        ("issue gone", ("issue-resolved",)),
    ),
    "after": (
        ("watched for an hour", ("watch-hour",)),
        ("stakeholders", ("announce",)),
        ("status page", ("status-resolved",)),
        ("back-merge", ("merge",)),
        ("tickets", ("ticket-cause",)),
        ("post-mortem", ("post-mortem",)),
        ("runbooks", ("runbooks",)),
    ),
}


@pytest.fixture(scope="module")
def protocol() -> Playbook:
    return loaded("hotfix-workflow")


@pytest.mark.parametrize(
    ("fact", "look", "expected"), [*WHEN, *TIME, *STEPS, *ROAD, *WORDS, *SCENARIOS, *HAZARDS], ids=name_of
)
def test_the_playbook_carries_the_fact(
    protocol: Playbook, fact: str, look: Callable[[Playbook], object], expected: object
) -> None:
    assert look(protocol) == expected, fact


@pytest.mark.parametrize(("name", "lines"), [("before", 10), ("during", 5), ("after", 7)])
def test_each_line_of_the_checklists_is_a_step(protocol: Playbook, name: str, lines: int) -> None:
    assert len(CHECKLISTS[name]) == lines
    every = keys(protocol, *(each.key for each in protocol.phase))
    assert {key for _, wanted in CHECKLISTS[name] for key in wanted} <= set(every)
