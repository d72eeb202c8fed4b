"""The words files may use where a name must mean something: placeholders, keys, roles, facts, sources."""

PLACEHOLDERS = (
    "incident",
    "title",
    "service",
    "environment",
    "production_tag",
    "previous_tag",
    "next_tag",
    "next_version",
    "branch",
    "tag",
    "base",
    "commit",
    "percent",
    "level",
    "repository",
    "slug",
    "ticket",
    "date",
    "stamp",
    "revision",
)
"""What every command template and every name template may ask for; an action adds its own parameters.

`slug` is the title as a branch may hold it; `ticket` what the tracker calls it, or the id of the incident; `date`
(`20261120`) and `stamp` (`20261120-140000`) when it was declared, in UTC; `revision` what `naming.revision` makes.
"""

COMMAND_OPTIONS = (
    "host",
    "folder",
    "image",
    "region",
    "project",
    "staging_project",
    "deployment",
    "container",
    "namespace",
    "previous_revision",
    "registry",
    "backup",
    "feature",
    "file",
    "area",
    "staging_url",
    "production_url",
)
"""What the commands of a playbook may ask besides: of `service.platform_options`, or of whoever presses the button."""

RESERVED_KEYS = {
    "?": "help",
    "/": "filter",
    ":": "commands",
    "j": "down",
    "k": "up",
    "q": "quit",
    "m": "message",
    "e": "escalate",
    "n": "note",
    "r": "rollback",
    "space": "tick",
    "enter": "open",
    "escape": "back",
    "tab": "next panel",
    "ctrl+p": "commands",
    "ctrl+c": "quit",
    "ctrl+q": "quit",
}
"""Keys of the room itself, and what they do. `r` is open to the action called `rollback` alone."""

PROBE_ROLES = ("error-rate", "latency", "health", "saturation", "success-rate", "third-party", "user-reports")

PROJECT_ACTIONS = (
    "branch",
    "fix",
    "test",
    "scan",
    "deploy-staging",
    "smoke-staging",
    "tag",
    "merge",
    "backup",
    "deploy-production",
    "shift-traffic",
    "rollback",
    "smoke-production",
)
"""Actions that a project or its platform provides and a playbook may name without bringing them."""

FACTS = (
    "id",
    "title",
    "level",
    "level_title",
    "service",
    "state",
    "phase",
    "commander",
    "conn",
    "impact",
    "cause",
    "fix",
    "eta",
    "affected",
    "services",
    "version",
    "impact_at",
    "detected_at",
    "declared_at",
    "fixed_at",
    "deployed_at",
    "verified_at",
    "resolved_at",
    "now",
    "resolved_in",
    "postmortem_at",
    "cadence",
    "done",
    "doing",
    "health",
    "ticket",
    "pull_request",
    "tag",
    "commit",
    "revenue",
    "errors_before",
    "errors_now",
    "support_contact",
)
"""What a message's template may ask for."""

SOURCES = (
    "summary",
    "timeline",
    "impact",
    "clocks",
    "deploys",
    "gates",
    "decisions",
    "waivers",
    "roles",
    "messages",
    "phases",
    "health",
    "checkpoint",
    "error-rate",
    "naming",
    "checked",
    "rollback",
    "changes",
    "compliance",
    "proof",
)
"""Parts of a document that the log can fill."""
