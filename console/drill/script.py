"""What the autopilot knows about a scenario beforehand."""

from datetime import datetime

from warroom.config.scenario_files import Scenario
from warroom.console.drill.pilot import Script

_OBSERVATIONS = {
    "open-channel": "the room itself; nothing else is needed for a drill",
    "alert-team": "all six roles answered",
    "affected-services": "the shop's sign-in; browsing works",
    "user-impact": "three in ten users can't sign in, always the same ones",
    "data-at-risk": "none: no stored data was changed",
    "rollback-viable": "yes: no migration, and the good release still runs",
    "regression-test": "came with the fix: one user in every slot",
    "version": "a patch release",
    "pull-request": "HOTFIX: opened and linked",
    "review": "Mei read the change: ends the fault, touches nothing else",
    "issue-gone": "users of every slot sign in on staging",
    "nothing-new": "smoke test and logs show nothing new",
    "performance-fine": "answers as fast as before",
    "logs-clean": "no error since the deploy",
    "watch-metrics": "the error rate stayed below its limit at every step",
    "updates": "one every 15 minutes",
    "no-new-alerts": "none",
    "release-note": "written",
    "status-page": "all systems work",
    "ticket": "updated",
    "post-mortem-date": "tomorrow, 10:00 UTC",
    "permanent-fix": "the fix is the permanent one; two questions for the post-mortem",
}


def script(scenario: Scenario, impact_at: datetime) -> Script:
    """The script of a scenario, for a fault that began at `impact_at`."""
    return Script(
        title=scenario.alert.title,
        level=scenario.level,
        alarm=scenario.alert.probe,
        impact_at=impact_at,
        good=scenario.release.good,
        observations=_OBSERVATIONS,
        facts={
            "affected": "three in ten users, always the same ones",
            "impact": "they can't sign in; browsing works",
            "services": "sign-in",
            "cause": scenario.findings[3] if len(scenario.findings) > 3 else scenario.summary,
            "fix": f"{scenario.release.fix}: a store for every session slot, with a test for each",
            "eta": "within the hour",
            "postmortem_at": "tomorrow, 10:00 UTC",
        },
    )
