"""Lines with a box: which step of the checklist answers them, and of several lines which one is true."""

from collections.abc import Mapping

from warroom.console.domain.model import StepMark
from warroom.console.domain.playbook import Step
from warroom.console.reports.answers import slug, stated
from warroom.console.reports.blocks import Choice, Tick, stamp
from warroom.console.reports.source import Material

STEPS: Mapping[str, tuple[str, ...]] = {
    "the problem was reproduced": ("reproduced", "reproduce"),
    "the bug was reproduced": ("reproduced", "reproduce"),
    "the fix was verified": ("works", "issue-gone"),
    "a regression test was added": ("regression-test",),
    "the regression test is there": ("regression-test",),
    "nothing else is affected": ("nothing-new",),
    "edge cases": ("edge-cases",),
    "verified on staging": ("smoke-staging",),
    "staging was verified": ("smoke-staging",),
    "the types check": ("type-check",),
    "it builds": ("build",),
    "tested": ("tests",),
    "minimal": ("minimal-fix",),
    "error tracker": ("errors-fall", "errors"),
    "errors fall": ("errors-fall",),
    "api times": ("latency",),
    "latency": ("latency",),
    "user reports": ("reports-stop",),
    "reports stop": ("reports-stop",),
    "activity": ("activity",),
    "at least one approval": ("review",),
    "ci is green": ("ci",),
    "alerts are set": ("alerts-set", "alerts-on"),
    "on-call knows": ("on-call-told",),
    "ready for production": ("ready",),
    "the endpoint was tested in production": ("smoke", "smoke-production"),
    "the error tracker was looked at": ("errors-fall", "errors"),
    "no new errors": ("no-new-errors",),
    "the ticket says how it was resolved": ("close-ticket",),
    "ticket closed out": ("close-ticket",),
    "a review is scheduled": ("schedule-review",),
    "a ticket for the proper fix": ("follow-up-ticket",),
    "ticket for the proper fix": ("follow-up-ticket",),
    "the runbook is up to date": ("runbook", "runbooks"),
    "entry in the incident log": ("log-entry",),
    "timeline written": ("timeline",),
    "the metric that should have alerted": ("missing-alert",),
    "a ticket for the permanent fix": ("ticket-fix",),
    "monitoring and alerts": ("ticket-monitoring",),
    "a date for the post-mortem": ("post-mortem", "post-mortem-date"),
    "root cause": ("ticket-cause",),
    "permanent fix": ("ticket-fix",),
    "testing gap": ("ticket-tests",),
    "tests": ("prevention-tests", "ticket-tests"),
    "monitoring": ("prevention-monitoring", "ticket-monitoring", "monitoring"),
    "process": ("prevention-process", "ticket-process"),
    "the full record": ("record",),
    "the lessons": ("lessons",),
    "the review meeting": ("review-meeting",),
    "runbooks": ("runbooks",),
    "prevention": ("prevention",),
    "documents are up to date": ("changelog",),
}
"""How a line begins, to the keys of the steps that mean the same, the first that the playbook has."""


def tick(material: Material, text: str) -> Tick:
    """A line's box, as the checklist has it; open where no step says the same."""
    step = step_for(material, text)
    state = material.incident.steps.get(step.key) if step else None
    if state is None:
        return Tick(text)
    when = stamp(state.at)
    match state.mark:
        case StepMark.DONE:
            by = state.by if state.evidence in ("", "person") else f"by {state.evidence}"
            return Tick(text, True, f"{by}, {when}" + (f": {state.text}" if state.text else ""))
        case StepMark.WAIVED:
            return Tick(text, False, f"skipped by {state.by}, {when}: {state.text}")
        case StepMark.REGRESSED:
            return Tick(text, False, f"was true and fell back, {when}: {state.text}")
        case _:
            return Tick(text, False, f"ticked off again by {state.by}, {when}")


def step_for(material: Material, text: str) -> Step | None:
    """The step that a line is about: the one of the same words, or of the same meaning."""
    steps = {step.key: step for phase in material.incident.playbook.phase for step in phase.step}
    words = text.strip().lower().rstrip(".")
    same = next((step for step in steps.values() if words in (step.key, step.text.lower())), None)
    if same is not None:
        return same
    begins = max((one for one in STEPS if words.startswith(one)), key=len, default="")
    return next((steps[key] for key in STEPS.get(begins, ()) if key in steps), None)


def choice(material: Material, title: str, options: tuple[str, ...]) -> Choice:
    """The line that is true: what somebody said under the section's title, or the line that begins with the level."""
    said = stated(material, slug(title), f"{slug(title)}-kind")
    if said is not None:
        found = next((option for option in options if slug(option) == slug(str(said[0]))), "")
        if found:
            return Choice(options, found, said[1])
    level = material.incident.level.lower()
    found = next((option for option in options if option.lower().split()[0] == level), "")
    return Choice(options, found, "the level in the log" if found else "")
