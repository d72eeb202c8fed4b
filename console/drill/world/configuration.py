"""The configuration of the shop's console: a `warroom.toml` such as any service has."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from warroom.console.domain.time.duration import format_duration

BRANCH, HOTFIX, BEFORE = "{branch}", "{tag}", "{previous_tag}"

_PEOPLE = (
    ("Kai Lindqvist", ["commander", "on-call"], "+1-555-0101", "kai@acme.test"),
    ("Riku Aalto", ["developer"], "+1-555-0102", "riku@acme.test"),
    ("Mei Tanaka", ["release-manager"], "+1-555-0103", "mei@acme.test"),
    ("Noor Haddad", ["communications"], "+1-555-0104", "noor@acme.test"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the configuration depends on."""

    production: str
    """Address of each environment."""
    staging: str
    good: str
    """The release to go back to. Written out: once the fix is tagged, the one before the newest is the bad one."""
    user: str
    """A user whom the bad release fails, and their password."""
    password: str
    git_env: dict[str, str]
    """Environment variables for actions that run git themselves."""
    ops_env: dict[str, str]
    """Environment variables that the ops commands need."""
    speed: float


def settings(facts: Facts) -> dict[str, Any]:
    """The whole file, as tables."""
    return {
        "playbook": "release-protocol",
        "drill": True,
        "service": {
            "name": "shop",
            "repository": "shop",
            "production": {"branch": "main", "tags": "v*"},
            "environments": {"staging": facts.staging, "production": facts.production},
            "platform": "script",
        },
        "probe": _probes(facts),
        "action": {key: {**action, "env": _env(action, facts)} for key, action in _actions(facts).items()},
        "person": [
            {"name": name, "roles": list(roles), "phone": phone, "email": email}
            for name, roles, phone, email in _PEOPLE
        ],
    }


def _probes(facts: Facts) -> list[dict[str, Any]]:
    every = format_duration(timedelta(seconds=min(2.0, max(1.0, 10 / facts.speed))))
    window = format_duration(timedelta(seconds=max(3.0, 10 / facts.speed)))
    http = {"every": every, "timeout": every, "role": "health"}
    metrics = {"kind": "metrics", "url": f"{facts.production}/metrics", "every": every, "timeout": every}
    metrics["window"] = window
    sign_in = f'{{"user": "{facts.user}", "password": "{facts.password}"}}'
    return [
        {"name": "web /", "url": f"{facts.production}/", "conditions": ["[STATUS] == 200"], **http},
        {
            "name": "api /health",
            "url": f"{facts.production}/health",
            "conditions": ["[STATUS] == 200", "[BODY].status == UP", "[RESPONSE_TIME] < 500"],
            **http,
        },
        {
            "name": "sign-in",
            "url": f"{facts.production}/login",
            "method": "POST",
            "headers": {"Content-Type": "application/json"},
            "body": sign_in,
            "conditions": ["[STATUS] == 200"],
            **http,
        },
        {
            "name": "sign-in errors",
            "role": "error-rate",
            "numerator": 'http_requests_total{path="/login",code=~"5.."}',
            "denominator": 'http_requests_total{path="/login"}',
            "scale": 100.0,
            "unit": "%",
            "warn": ["[VALUE] < 0.1"],
            "conditions": ["[VALUE] < 1"],
            **metrics,
        },
        {
            "name": "sign-in time",
            "role": "latency",
            "numerator": 'http_request_duration_seconds_sum{path="/login"}',
            "denominator": 'http_request_duration_seconds_count{path="/login"}',
            "scale": 1000.0,
            "unit": "ms",
            "conditions": ["[VALUE] < 500"],
            **metrics,
        },
        {
            "name": "calls for help",
            "role": "user-reports",
            "numerator": "support_reports_total",
            "scale": 60.0,
            "unit": "/min",
            "conditions": ["[VALUE] < 5"],
            **metrics,
        },
    ]


def _env(action: dict[str, Any], facts: Facts) -> dict[str, str]:
    return facts.ops_env if action["argv"][0].startswith("./ops/") else facts.git_env


def _actions(facts: Facts) -> dict[str, dict[str, Any]]:
    return {**_look(), **_repair(), **_prove(facts), **_ship(facts)}


def _look() -> dict[str, dict[str, Any]]:
    """What only reads."""
    return {
        "changes": {
            "title": "Show what the newest release changed",
            "argv": ["git", "--no-pager", "log", "--patch", "--stat", "--no-color", "{base}..{tag}"],
            "parameters": {"base": BEFORE, "tag": "{production_tag}"},
            "danger": "free",
            "timeout": "30s",
        },
        "logs": {
            "title": "Show the errors that production logs",
            "argv": ["./ops/logs", "production", "40"],
            "danger": "free",
            "timeout": "30s",
        },
    }


def _repair() -> dict[str, dict[str, Any]]:
    """From the branch to the tag."""
    branch, into = {"branch": BRANCH}, {"into": "main"}
    return {
        "branch": {
            "title": "Branch from the good release",
            "argv": ["warroom-git", "branch", "{branch}", "--from", "{base}"],
            "parameters": {**branch, "base": BEFORE},
            "danger": "confirm",
            "key": "b",
            "undo": "delete the branch: nothing else knows of it yet",
            "timeout": "1m",
        },
        "fix": {
            "title": "Commit the developer's fix",
            "argv": ["./ops/apply-fix", "{branch}"],
            "parameters": branch,
            "danger": "confirm",
            "undo": "reset the branch to the commit before",
            "timeout": "1m",
        },
        "tag": {
            "title": "Tag the hotfix as a release",
            "argv": ["warroom-git", "tag", "{tag}", "--at", "{branch}", "--message", "{tag}: hotfix for {incident}"],
            "parameters": {**branch, "tag": HOTFIX},
            "danger": "confirm",
            "undo": "delete the tag, as long as nobody has deployed it",
            "timeout": "1m",
        },
        "merge": {
            "title": "Merge the hotfix into main, and push it",
            "argv": ["warroom-git", "merge", "{branch}", "--into", "{into}", "--push", "origin"],
            "parameters": {**branch, **into},
            "danger": "confirm",
            "undo": "revert the merge commit",
            "timeout": "1m",
        },
    }


def _prove(facts: Facts) -> dict[str, dict[str, Any]]:
    """Checks: they change nothing that users see."""
    branch = {"branch": BRANCH}
    return {
        "test": {
            "title": "Run the tests on the hotfix",
            "argv": ["./ops/test", "{branch}"],
            "parameters": branch,
            "danger": "free",
            "key": "t",
            "timeout": "2m",
        },
        "scan": {
            "title": "Scan the hotfix for secrets and risky calls",
            "argv": ["./ops/scan", "{branch}", "--base", "{base}"],
            "parameters": {**branch, "base": BEFORE},
            "danger": "free",
            "timeout": "1m",
        },
        "smoke-staging": {
            "title": "Smoke-test staging",
            "argv": ["./ops/smoke", facts.staging],
            "danger": "free",
            "timeout": "1m",
        },
        "smoke-canary": {
            "title": "Smoke-test the new revision in production, before its users come",
            "argv": ["./ops/smoke", facts.production, "--revision", "{tag}"],
            "parameters": {"tag": HOTFIX},
            "danger": "free",
            "timeout": "1m",
        },
        "smoke-production": {
            "title": "Smoke-test production",
            "argv": ["./ops/smoke", facts.production],
            "danger": "free",
            "timeout": "1m",
        },
        "backup": {
            "title": "Copy the production data and read the copy back",
            "argv": ["./ops/backup", "production"],
            "danger": "free",
            "timeout": "2m",
        },
    }


def _ship(facts: Facts) -> dict[str, dict[str, Any]]:
    """What changes an environment."""
    production = {"environment": "production", "target": "{environment}", "timeout": "2m"}
    back = {"undo": f"roll back to {facts.good}", "undo_action": "rollback"}
    return {
        "deploy-staging": {
            "title": "Deploy the hotfix to staging",
            "argv": ["./ops/deploy", "staging", "{branch}"],
            "parameters": {"branch": BRANCH},
            "danger": "confirm",
            "environment": "staging",
            "target": "{environment}",
            "undo": "deploy any other tag to staging",
            "timeout": "2m",
        },
        "deploy-production": {
            "title": "Deploy the newest release to production, without traffic",
            "argv": ["./ops/deploy", "production", "{tag}", "--no-traffic"],
            "parameters": {"tag": HOTFIX},
            "danger": "typed",
            "key": "d",
            "verify": "smoke-canary",
            "guards": ["tests-passed", "staging", "backup"],
            **production,
            **back,
        },
        "shift-traffic": {
            "title": "Shift production traffic to the newest release",
            "argv": ["./ops/shift", "production", "{tag}", "{percent}"],
            "parameters": {"tag": HOTFIX, "percent": ""},
            "danger": "typed",
            **production,
            **back,
        },
        "rollback": {
            "title": f"Roll production back to {facts.good}",
            "argv": ["./ops/rollback", "production", "--to", "{good}"],
            "parameters": {"good": facts.good},
            "danger": "confirm",
            "key": "r",
            "verify": "smoke-production",
            "undo": "shift the traffic to the other revision again: it keeps running",
            "undo_action": "shift-traffic",
            **production,
        },
    }
