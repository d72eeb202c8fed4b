"""Every fact of the ticket-driven emergency release, as the playbook carries it: written from the protocol."""

from collections.abc import Callable

import pytest

from tests.config.facts import (
    Fact,
    asks,
    before,
    clock,
    command,
    holds,
    keys,
    limits,
    loaded,
    name_of,
    ranges,
    says,
    section,
    step,
    threshold,
    titles,
    warned,
)
from tests.domain.playbooks import Room
from warroom.console.domain import intents as i
from warroom.console.domain.debts import debts
from warroom.console.domain.playbook import Playbook
from warroom.console.domain.time.clocks import read_clocks

WHEN: list[Fact] = [
    ("six triggers", lambda p: [len(one.reasons) for one in p.trigger], [6]),
    ("a CVE is one", lambda p: says(p.trigger, "CVE"), True),
    ("so is a need of the business", lambda p: says(p.trigger, "business"), True),
    ("four levels", lambda p: list(p.level), ["P0", "P1", "P2", "P3"]),
    (
        "what they are called",
        lambda p: [one.title for one in p.level.values()],
        ["Security", "Production down", "Major bug", "Business-critical"],
    ),
    ("criteria 6, 5, 4 and the two of P3", lambda p: [len(one.criteria) for one in p.level.values()], [6, 5, 4, 2]),
    ("P0: bypass, leak, exploit", lambda p: says(p.level["P0"], "bypass", "leak", "exploit"), True),
    ("P0: code execution, corruption", lambda p: says(p.level["P0"].criteria, "run code", "corrupted"), True),
    ("P0: fully down, payments", lambda p: says(p.level["P0"].criteria, "fully down", "Payments"), True),
    ("P1: database, third party, revenue", lambda p: says(p.level["P1"], "database", "third party", "revenue"), True),
    ("P2: segment, workaround, slow", lambda p: says(p.level["P2"], "segment", "workaround", "slow"), True),
    ("P3: campaign, partner", lambda p: says(p.level["P3"], "campaign", "partner"), True),
    ("P0 straight to production, told after", lambda p: says(p.level["P0"].path, "straight", "afterwards"), True),
    ("P1 fast-track, same day", lambda p: says(p.level["P1"].path, "fast-track", "same day"), True),
    ("P2 next business day", lambda p: says(p.level["P2"].path, "next business day"), True),
    ("P3 a scheduled release", lambda p: says(p.level["P3"].path, "scheduled release"), True),
    ("contradiction: the worse level holds", lambda p: p.in_doubt, "worse"),
    ("don'ts: 4", lambda p: len(p.not_for), 4),
    ("principles: 5", lambda p: len(p.principles), 5),
    (
        "not broken: the normal process",
        lambda p: (p.decision.rule[0].when, p.decision.rule[0].choose),
        (("!broken",), "wait"),
    ),
]

TIME: list[Fact] = [
    ("response under 2, 4, 24, 48 hours", lambda p: limits(p, "respond"), ["2h", "4h", "1d", "2d"]),
    ("to deploy under 2, 4, 24 hours; P3 absent", lambda p: limits(p, "deploy"), ["2h", "4h", "1d", "None"]),
    ("counted from the issue", lambda p: clock(p, "deploy").starts, "detected"),
    ("counted to the deploy", lambda p: clock(p, "deploy").stops[0], "action:deploy-production"),
    (
        "same day, next business day, scheduled release",
        lambda p: limits(p, "day"),
        ["None", "same day", "next business day", "next release"],
    ),
    ("watched 15 to 30 minutes", lambda p: limits(p, "watch")[0], "15m to 30m"),
    ("the error tracker as long", lambda p: threshold(p, "error-rate"), (None, "15m", "30m", "")),
    ("verification takes 15 to 30 minutes", lambda p: ranges(p)["verify"], (15, 30)),
    (
        "follow-up within 24 hours",
        lambda p: (limits(p, "follow-up")[0], clock(p, "follow-up").starts),
        ("1d", "resolved"),
    ),
    (
        "review scheduled within 72 hours, at P0 and P1 alone",
        lambda p: limits(p, "review"),
        ["3d", "3d", "None", "None"],
    ),
]

ROAD: list[Fact] = [
    ("from main", lambda p: p.naming.base, "branch"),
    ("hotfix/ENG-n-slug", lambda p: p.naming.branch, "hotfix/{ticket}-{slug}"),
    ("an annotated tag vX.Y.Z", lambda p: (p.naming.tag, p.naming.version), ("v{next_version}", "patch")),
    ("the commit begins with fix:", lambda p: p.naming.commit.startswith("fix: "), True),
    (
        "its body: issue, cause, ticket, priority",
        lambda p: [line.split(":")[0] for line in p.naming.commit_body],
        ["Critical issue", "Root cause", "Ticket", "Priority"],
    ),
    ("title of the pull request", lambda p: p.naming.pull_request, "[RELEASE] {ticket}: {title}"),
    ("direct to production at P0", lambda p: p.naming.pull_request_at["P0"][:15], "[RELEASE] [P0] "),
    ("expedited at P1", lambda p: p.naming.pull_request_at["P1"][:14], "[HOTFIX] [P1] "),
    ("expedited at P2", lambda p: p.naming.pull_request_at["P2"][:9], "[HOTFIX] "),
    ("one approval, waivable at P0", lambda p: (p.review.minimum, p.review.waivable_at), (1, ("P0",))),
    ("staging, waivable at P0", lambda p: (p.staging.required, p.staging.waivable_at), (True, ("P0",))),
    ("all at once", lambda p: [(one.kind, len(one.stage)) for one in p.strategy.values()], [("all-at-once", 1)]),
    ("the test suite", lambda p: command(p, "test"), "pnpm test"),
    ("the type check", lambda p: command(p, "type-check"), "pnpm tsc --noEmit"),
    ("the build", lambda p: command(p, "build"), "pnpm build"),
    ("five things by hand", lambda p: sum(one.text.startswith("By hand") for one in p.phase[1].step), 5),
    (
        "do: only this, a test, the cause",
        lambda p: holds(p, "fix", "minimal-fix", "regression-test", "root-cause"),
        True,
    ),
    ("the newest commit is the hotfix", lambda p: command(p, "show-head"), "git log -1 origin/main"),
    ("main is pulled past whatever is checked out", lambda p: command(p, "pull-main"), "warroom-git fetch"),
    ("what is tagged is main at the remote", lambda p: "--at origin/main" in command(p, "tag"), True),
    ("merge, pull, look, tag, deploy", lambda p: before(p, "merge", "pull-main", "on-head", "tag", "deploy"), True),
    ("a tag where releases are versions", lambda p: step(p, "tag").required, False),
    ("staging before the tag", lambda p: before(p, "deploy-staging", "smoke-staging", "tag"), True),
    ("four platforms", lambda p: set(p.platform), {"vercel", "netlify", "railway", "elastic-beanstalk"}),
    ("Vercel", lambda p: command(p, "deploy-production", "vercel"), "vercel --prod"),
    ("Vercel's log", lambda p: command(p, "follow-log", "vercel"), "vercel logs --follow"),
    ("Netlify", lambda p: command(p, "deploy-production", "netlify"), "netlify deploy --prod"),
    ("Railway deploys main", lambda p: command(p, "deploy-production", "railway"), "git push origin main"),
    (
        "Elastic Beanstalk",
        lambda p: command(p, "deploy-production", "elastic-beanstalk"),
        "eb deploy production --staged",
    ),
    ("its log", lambda p: command(p, "follow-log", "elastic-beanstalk"), "eb logs --follow"),
    ("Google Cloud and Azure their own way", lambda p: says(p.link["own-way"], "Google Cloud", "Azure"), True),
    ("or by the dashboard", lambda p: says(p.link["dashboard"], "promoted", "published"), True),
    ("three ways back", lambda p: len(p.rollback), 3),
    ("the platform's", lambda p: command(p, "rollback", "vercel"), "vercel rollback"),
    ("the flag", lambda p: says(p.rollback[2], "FEATURE_FIX_", "=false"), True),
    (
        "verify: request, tracker, metrics, channels",
        lambda p: holds(p, "verify", "smoke", "errors-fall", "no-new-errors", "latency", "reports-stop"),
        True,
    ),
    ("four metrics", lambda p: holds(p, "verify", "latency", "errors-fall", "database", "third-parties"), True),
    (
        "four channels of users",
        lambda p: says(step(p, "reports-stop").text, "tickets", "chat", "social media", "status page"),
        True,
    ),
    ("an expired token gets 401", lambda p: says(step(p, "smoke").hint, "expired token", "401"), True),
]

AFTER: list[Fact] = [
    (
        "five things within 24 hours",
        lambda p: holds(p, "after", "close-ticket", "log-entry", "timeline", "missing-alert", "follow-up-ticket"),
        True,
    ),
    ("listed in a document of their own", lambda p: len(section(p, "follow-up", "Within 24 hours").ticks), 5),
    ("due in 24 hours", lambda p: str(p.document["follow-up"].due), "1d"),
    ("a review at P0 and P1 alone", lambda p: p.document["post-mortem"].levels, ("P0", "P1")),
    ("within 72 hours", lambda p: str(p.document["post-mortem"].due), "3d"),
    ("it is scheduled at P0 and P1", lambda p: step(p, "schedule-review").levels, ("P0", "P1")),
    ("its facts", lambda p: section(p, "post-mortem", "Facts").fields, ("Ticket", "Date", "Severity", "Duration")),
    ("seven stamps", lambda p: len(section(p, "post-mortem", "Timeline").stamps), 7),
    (
        "from detected to verified",
        lambda p: list(section(p, "post-mortem", "Timeline").stamps)[0::6],
        ["Detected", "Verified"],
    ),
    ("five kinds of impact", lambda p: len(section(p, "post-mortem", "Impact").fields), 5),
    ("in numbers", lambda p: says(section(p, "post-mortem", "Impact").prompt, "5,000", "23 tickets", "5 posts"), True),
    (
        "well: 2 minutes, under 90 minutes",
        lambda p: says(section(p, "post-mortem", "What went well").prompt, "2 minutes", "90 minutes"),
        True,
    ),
    (
        "wrong: test, staging, rollback, alert",
        lambda p: says(section(p, "post-mortem", "What went wrong").prompt, "test", "staging", "rollback", "alert"),
        True,
    ),
    ("actions", lambda p: section(p, "post-mortem", "Actions").fields, ("Ticket", "Owner", "Due")),
    (
        "prevention in four areas",
        lambda p: section(p, "post-mortem", "Prevention").fields,
        ("Testing", "Monitoring", "Process", "Documentation"),
    ),
    (
        "all parts of the review",
        lambda p: titles(p, "post-mortem"),
        [
            *("Facts", "Summary", "Timeline", "Impact", "Root cause", "Resolution", "What went well"),
            *("What went wrong", "Actions", "Prevention", "Lessons"),
        ],
    ),
    ("backports to two branches", lambda p: p.merge_back and p.merge_back.into, ("release-candidate", "develop")),
    (
        "from branches of their own",
        lambda p: p.merge_back and sorted(p.merge_back.branches.values()),
        ["backport/dev/hotfix-{ticket}", "backport/rc/hotfix-{ticket}"],
    ),
    ("by cherry-pick", lambda p: p.merge_back and p.merge_back.how, "cherry-pick"),
    ("gh pr create --base", lambda p: says(command(p, "backport-rc"), "gh pr create --base release-candidate"), True),
    ("and to develop", lambda p: says(command(p, "backport-develop"), "--base develop"), True),
    (
        "conflicts and patches",
        lambda p: says(step(p, "backport-rc").hint, "cherry-pick --continue", "format-patch -1", "git apply"),
        True,
    ),
    ("runbook", lambda p: "runbook" in keys(p, "after"), True),
]

WORDS: list[Fact] = [
    ("three messages", lambda p: list(p.message), ["internal", "status-page", "email"]),
    (
        "internal: the record",
        lambda p: asks(p, "internal", "title", "ticket", "level", "state", "detected_at", "deployed_at", "resolved_in"),
        True,
    ),
    (
        "internal: what and why",
        lambda p: asks(p, "internal", "impact", "cause", "fix", "errors_before", "errors_now", "pull_request"),
        True,
    ),
    ("internal: date of the review", lambda p: asks(p, "internal", "postmortem_at"), True),
    (
        "status page: window and impact",
        lambda p: asks(p, "status-page", "title", "impact_at", "resolved_at", "impact"),
        True,
    ),
    ("status page: an apology", lambda p: says(p.message["status-page"].body, "sorry", "next"), True),
    ("e-mail: three promises", lambda p: says(p.message["email"].body, "review", "safeguards", "monitoring"), True),
    ("e-mail: contact and thanks", lambda p: says(p.message["email"].body, "support_contact", "thank you"), True),
    ("e-mail: a subject", lambda p: says(p.message["email"].subject, "resolved"), True),
    (
        "where they go",
        lambda p: [one.channels for one in p.message.values()],
        [("chat",), ("status-page",), ("email",)],
    ),
    ("they claim that all is well", lambda p: all(one.claims_normal for one in p.message.values()), True),
    ("at P0 people are told after", lambda p: step(p, "announce").levels, ("P1", "P2", "P3")),
]

PULL_REQUEST: list[Fact] = [
    ("one of four urgencies", lambda p: len(section(p, "pull-request", "Urgency").choices), 4),
    ("one of five severities", lambda p: len(section(p, "pull-request", "Severity").choices), 5),
    (
        "users: all, tier, region",
        lambda p: says(section(p, "pull-request", "Users affected").prompt, "all", "tier", "region"),
        True,
    ),
    ("one of five reasons", lambda p: len(section(p, "pull-request", "Why it was not caught").choices), 5),
    ("testing: 6", lambda p: len(section(p, "pull-request", "Testing").ticks), 6),
    ("monitoring: 3", lambda p: len(section(p, "pull-request", "Monitoring").ticks), 3),
    ("before the deploy: 6", lambda p: len(section(p, "pull-request", "Before the deploy").ticks), 6),
    ("after the deploy: 4", lambda p: len(section(p, "pull-request", "After the deploy").ticks), 4),
    ("metrics: 3", lambda p: len(section(p, "pull-request", "Metrics").ticks), 3),
    ("follow-up: 4", lambda p: len(section(p, "pull-request", "Follow-up").ticks), 4),
    ("sample test", lambda p: says(section(p, "pull-request", "Regression test").prompt, "expired token", "401"), True),
    (
        "and the prose",
        lambda p: (
            {*("Impact on users", "Root cause", "How it happened", "Fix", "Changes", "Why it works", "Rollback plan")}
            <= set(titles(p, "pull-request"))
        ),
        True,
    ),
]

CHECKLIST = {
    "assess the urgency": ("urgency",),
    "branch from production": ("branch",),
    "minimal fix with its test": ("minimal-fix", "regression-test"),
    "labels": ("labels",),
    "tests, staging for P1 and P2": ("tests", "deploy-staging", "smoke-staging"),
    "approval or waiver": ("review",),
    "deploy, watched": ("deploy", "follow-log", "watch"),
    "verified": ("smoke",),
    "status told": ("tell-team", "status-page"),
    "review": ("schedule-review",),
    "tickets": ("follow-up-ticket",),
}
"""The final list of the protocol, and the steps that are its lines."""

HAZARDS: list[Fact] = [
    ("pushes straight to shared branches", lambda p: warned(p, "release-candidate", "develop", "cherry-pick"), True),
    ("branches never made", lambda p: warned(p, "nobody made"), True),
    ("1 h 24 min is not 1 h 37 min", lambda p: warned(p, "1 h 24", "15:47", "1 h 37", "16:00"), True),
    ("staging at P0", lambda p: warned(p, "P0", "staging", "waiver"), True),
    ("a revert of a merge", lambda p: says(p.rollback[0].hazard, "parent"), True),
]


@pytest.fixture(scope="module")
def protocol() -> Playbook:
    return loaded("emergency-release")


@pytest.mark.parametrize(
    ("fact", "look", "expected"), [*WHEN, *TIME, *ROAD, *AFTER, *WORDS, *PULL_REQUEST, *HAZARDS], ids=name_of
)
def test_the_playbook_carries_the_fact(
    protocol: Playbook, fact: str, look: Callable[[Playbook], object], expected: object
) -> None:
    assert look(protocol) == expected, fact


def test_the_final_list_of_eleven_is_in_the_phases(protocol: Playbook) -> None:
    assert len(CHECKLIST) == 11
    every = keys(protocol, *(each.key for each in protocol.phase))
    assert {key for line in CHECKLIST.values() for key in line} <= set(every)


def test_a_review_that_is_scheduled_is_still_to_be_signed() -> None:
    room = Room.declared("P1", playbook=loaded("emergency-release"))
    room.say(i.Resolve(summary="over"), i.Tick(step="schedule-review"))
    clocks = {one.key: one for one in read_clocks(room.now, room.at)}
    assert (clocks["review"].stopped, clocks["post-mortem"].stopped) == (True, False)
    assert "post-mortem" in {debt.key for debt in debts(room.now, room.at)}
    room.say(i.SignDocument(document="post-mortem", text="# Review"))
    assert "post-mortem" not in {debt.key for debt in debts(room.now, room.at)}
