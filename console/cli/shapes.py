"""The JSON shapes of the command line: contracts. Fields may be added, never renamed."""

import json
from datetime import UTC, datetime
from typing import Any

from warroom.console.domain.applying import phases_of, steps_of
from warroom.console.domain.debts import Debt, debts
from warroom.console.domain.model import DecisionTaken, Incident, RunState
from warroom.console.domain.playbook import Phase
from warroom.console.domain.time import moments
from warroom.console.domain.time.clocks import ClockReading, read_clocks
from warroom.console.domain.time.forecast import ClockForecast, forecast
from warroom.console.domain.time.no_return import point_of_no_return
from warroom.console.domain.triage import needs_level_review

_RUN_STATES = {RunState.REQUESTED: "running"}


def stamp(at: datetime | None) -> str | None:
    """RFC 3339, UTC."""
    return None if at is None else at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def to_json(value: Any) -> str:
    """JSON for people and programs alike."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def incident_shape(incident: Incident, now: datetime) -> dict[str, Any]:
    """One incident as `warroom status --json` prints it."""
    outlooks = {one.key: one for one in forecast(incident, now).clocks}
    point = point_of_no_return(incident, now)
    return {
        "id": incident.id,
        "title": incident.title,
        "level": incident.level,
        "state": str(incident.state),
        "playbook": incident.playbook.id,
        "scenarios": list(incident.scenarios),
        "decision": _decision(incident.decision) if incident.decision else None,
        "service": incident.service,
        "drill": incident.drill,
        "impact_at": stamp(incident.moments.get("impact")),
        "detected_at": stamp(incident.moments.get("detected")),
        "declared_at": stamp(incident.moments.get("declared")),
        "resolved_at": stamp(incident.moments.get("resolved")),
        "commander": incident.roles.get("commander"),
        "conn": incident.conn or None,
        "level_assumed": needs_level_review(incident),
        "clocks": [_clock(reading, outlooks.get(reading.key)) for reading in read_clocks(incident, now)],
        "rollback_by": stamp(point.by) if point else None,
        "phases": [_phase(incident, phase) for phase in phases_of(incident)],
        "runs": [
            {
                "id": run.id,
                "action": run.action,
                "target": run.target,
                "state": _RUN_STATES.get(run.state, str(run.state)),
                "exit_code": run.exit_code,
                "by": run.by,
                "started_at": stamp(run.started_at),
                "ended_at": stamp(run.ended_at),
            }
            for run in incident.runs.values()
        ],
        "rollouts": [
            {"id": rollout.id, "state": str(rollout.phase), "percent": rollout.percent, "reason": rollout.reason}
            for rollout in incident.rollouts.values()
        ],
        "waivers": [
            {"subject": waiver.subject, "owner": waiver.owner, "due": stamp(waiver.due), "why": waiver.why}
            for waiver in incident.waivers
            if waiver.repaid_at is None
        ],
        "debts": [_debt(debt, now) for debt in debts(incident, now)],
    }


def _decision(taken: DecisionTaken) -> dict[str, Any]:
    return {
        "choice": taken.choice,
        "why": taken.why,
        "rule": taken.rule or None,
        "by": taken.by,
        "at": stamp(taken.at),
        "objections_until": stamp(taken.objections_until),
        "objections": [{"by": one.by, "at": stamp(one.at), "why": one.why} for one in taken.objections],
    }


def _debt(debt: Debt, now: datetime) -> dict[str, Any]:
    return {
        "kind": debt.kind,
        "key": debt.key,
        "title": debt.title,
        "owner": debt.owner or None,
        "due_at": stamp(debt.due),
        "overdue": debt.overdue(now),
    }


def _clock(reading: ClockReading, outlook: ClockForecast | None) -> dict[str, Any]:
    remaining = reading.remaining
    return {
        "key": reading.key,
        "title": reading.title,
        "state": str(reading.state),
        "started_at": stamp(reading.started_at),
        "due_at": stamp(reading.due_at),
        "remaining_s": None if remaining is None else round(remaining.total_seconds()),
        "limit_s": None if reading.limit.max is None else round(reading.limit.max.total_seconds()),
        "forecast": None
        if outlook is None
        else {
            "verdict": str(outlook.outlook),
            "best_s": round(outlook.best.total_seconds()),
            "worst_s": round(outlook.worst.total_seconds()),
            "reason": outlook.reason,
        },
    }


def _phase(incident: Incident, phase: Phase) -> dict[str, Any]:
    done = moments.phase_done(phase.key) in incident.moments
    state = "current" if phase.key == incident.phase else "done" if done else "ahead"
    return {
        "key": phase.key,
        "title": phase.title,
        "state": state,
        "steps": [
            {
                "key": step.key,
                "text": step.text,
                "required": step.required,
                "state": str(incident.mark(step.key)),
                "evidence": incident.steps[step.key].evidence if step.key in incident.steps else None,
            }
            for step in steps_of(incident, phase)
        ],
    }
