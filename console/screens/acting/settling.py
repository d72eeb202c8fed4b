"""Saying how a run ended of which nobody knows: asked for on every screen that shows runs."""

from collections.abc import Mapping
from typing import Any, Literal

from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Incident, Run, RunState
from warroom.console.domain.view import View
from warroom.console.screens.acting.pressing import Acting
from warroom.console.screens.kit.ask import Field
from warroom.console.screens.kit.form import open_form


def can_be_settled(run: Run, view: View) -> bool:
    """Whether somebody may say how it ended: its outcome is unknown, or it is followed elsewhere, perhaps by nobody."""
    return run.state is RunState.LOST or (run.active and bool(view.account) and run.host != view.account)


def ask_outcome(screen: Acting[Any], incident: Incident, run: Run) -> None:
    """Ask how it ended, and how that is known."""
    if not screen.may_act():
        return
    if not can_be_settled(run, screen.view):
        known = "it still runs here" if run.active else f"its outcome is known: {run.state}"
        screen.say(known, "warn")
        return

    async def submit(values: Mapping[str, str]) -> str:
        outcome: Literal["succeeded", "failed"] = "succeeded" if values["outcome"] == "succeeded" else "failed"
        answer = await screen.seat.desk.settle(incident.id, run.id, outcome, values["why"])
        return answer.reason if isinstance(answer, Refused) else ""

    fields = [
        Field("outcome", "it has", options=("failed", "succeeded")),
        Field("why", "seen how", hint="production answers with v1.2.4"),
    ]
    words = f"It runs on {run.host}. This is refused while a console there follows it." if run.active else ""
    open_form(screen, incident, "How did it end?", fields, submit, words=words)
