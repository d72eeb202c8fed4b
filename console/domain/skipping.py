"""Which rules may be skipped, at which levels: the review, and the look at staging."""

from warroom.console.domain.playbook import Playbook, Step

REVIEW = "review"
STAGING = "staging"
GUARDED = (REVIEW, STAGING, "tests", "backup")
"""What a guard asks for and a waiver of that name lets pass."""
_STAGING_ACTIONS = ("deploy-staging", "smoke-staging")
_NAMES = {REVIEW: "the review", STAGING: "staging"}


def rule_of(step: Step) -> str:
    """The rule a step is there for: `review`, `staging`, or empty."""
    if step.key == REVIEW:
        return REVIEW
    bound = (step.key, step.action, step.ticked_by.removeprefix("action:"))
    return STAGING if step.key == STAGING or any(name in _STAGING_ACTIONS for name in bound) else ""


def never_skipped(playbook: Playbook, rule: str, level: str) -> str:
    """Why a rule can't be skipped at a level, naming the levels at which it can; empty: it may be."""
    if rule == REVIEW:
        asked, levels = playbook.review.minimum > 0, playbook.review.waivable_at
    elif rule == STAGING:
        asked, levels = playbook.staging.required, playbook.staging.waivable_at
    else:
        return ""
    if not asked or level in levels:
        return ""
    if levels:
        return f"{playbook.id} skips {_NAMES[rule]} at {', '.join(levels)} only; this is {level}"
    return f"{playbook.id} never skips {_NAMES[rule]}"


def step_never_skipped(playbook: Playbook, step: Step, level: str) -> str:
    """Why a step can't be skipped at a level; empty: it may be."""
    if not step.waivable:
        return f"{playbook.id} never skips {step.key}"
    # A step that names whose word it takes may be skipped with it, unless its rule names the levels itself.
    rule = rule_of(step)
    levels = {REVIEW: playbook.review.waivable_at, STAGING: playbook.staging.waivable_at}.get(rule, ())
    return "" if step.waivable_by and not levels else never_skipped(playbook, rule, level)
