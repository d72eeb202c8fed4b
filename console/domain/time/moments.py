"""The names of moments: what clocks start from and stop at.

`impact`, `detected`, `declared`, `acknowledged`, `decided`, `mitigated`, `resolved`, `closed`; and made names:
`phase:KEY:entered`, `phase:KEY:done`, `action:KEY` (its last success), `message:KEY` and `audience:WHO` (last sent),
`rollout:done`, `rollout:aborted`, `step:KEY` (ticked), `document:KEY` (signed), `duty:NAME` (done), and whatever an
action `marks`.
`production-changed` is the last of those that change what users get.
"""

PLAIN = ("impact", "detected", "declared", "acknowledged", "decided", "mitigated", "resolved", "closed")
MADE = ("action", "message", "audience", "step", "document", "duty")


DUTY = "duty:"


def phase_entered(key: str) -> str:
    return f"phase:{key}:entered"


def phase_done(key: str) -> str:
    return f"phase:{key}:done"


def action_done(key: str) -> str:
    return f"action:{key}"


def message_sent(key: str) -> str:
    return f"message:{key}"


def audience_told(audience: str) -> str:
    return f"audience:{audience}"


def step_ticked(key: str) -> str:
    return f"step:{key}"


def document_signed(key: str) -> str:
    return f"document:{key}"


def duty_done(name: str) -> str:
    return f"duty:{name}"


ROLLOUT_DONE = "rollout:done"
ROLLOUT_ABORTED = "rollout:aborted"
PRODUCTION_CHANGED = "production-changed"
CHANGES = ("deployed", "action:deploy-production", "action:rollback", ROLLOUT_DONE)
"""What `production-changed` is the last of."""
