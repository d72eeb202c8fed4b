"""From a pressed button to a run: propose, confirm where the danger class asks for it, start."""

from collections.abc import Mapping
from typing import TypeVar

from warroom.console.domain.desk import Confirmation, Proposal
from warroom.console.domain.git.checkout import beside_the_fix
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Incident, RunState
from warroom.console.screens.kit.live import Live
from warroom.console.screens.kit.patience import HELD

Result = TypeVar("Result")
FREE = "free"


_WAYS_ON = {"minimal-change": "G shows it, and W there waives it", "conn": "C is for the conn"}
"""The keys that lead on, by the guard that refuses."""
_NOT_MADE = "does not exist yet"
"""There is nothing to waive before there is something to ship."""


def not_now(blocked: str) -> str:
    """Why a button can't be used, and the key that leads on where there is one."""
    name, _, why = blocked.partition(": ")
    way = "" if why.endswith(_NOT_MADE) else _WAYS_ON.get(name, "")
    return f"not now: {blocked}" + (f" ({way})" if way else "")


class Acting(Live[Result]):
    """A screen from which actions are started. It says how a run that was started from it ended."""

    _watched: tuple[str, str] | None = None
    """Incident and run whose end is still to be said."""
    _pressed: Mapping[str, float] = {}
    """When each free action was last started from here, by the monotonic clock."""

    def watch_view(self) -> None:
        super().watch_view()
        if self._watched is None:
            return
        incident, key = self._watched
        subject = self.incident_of(incident)
        run = subject.runs.get(key) if subject else None
        if run is not None and not run.active:
            self._watched = None
            # A success with something to say, such as a process it left running, is not waved through.
            good = "warn" if run.reason else "good"
            tone = {RunState.SUCCEEDED: good, RunState.FAILED: "bad"}.get(run.state, "warn")
            state = "outcome unknown" if run.state is RunState.LOST else str(run.state)
            code = f", exit {run.exit_code}" if run.exit_code else ""
            why = f": {run.reason}" if run.reason else ""
            where = f", on {run.checkout}" if run.checkout else ""
            if subject and (aside := beside_the_fix(subject, run)):
                tone, where = "warn", f", {aside}: that proves nothing of the fix"
            self.say(f"{run.title}: {state}{code}{where}{why}. O shows its output.", tone)

    def _started(self, title: str, incident: str, run: str, stopped: str = "") -> None:
        subject = self.incident_of(incident)
        before = subject.runs.get(stopped) if subject else None
        if before is not None and before.reason:
            self.say(f"{title}: running as {run}; of {stopped}: {before.reason}. O shows its output.", "warn")
        else:
            self.say(f"{title}: running as {run}. O shows its output.", "good")
        self._watched = (incident, run)
        self.watch_view()

    def act(self, incident: str, action: str, values: Mapping[str, str] | None = None) -> None:
        """Start an action, asking first for what it must be given, then for what its danger class asks for."""
        button = next((one for one in self.view.buttons.get(incident, ()) if one.action == action), None)
        asks = button.asks if button else ()
        # Nobody is asked about what is free, so a key that is held would start it thirty times a second.
        if button is not None and button.danger == FREE and self._held(f"{incident} {action} {values or ''}"):
            return
        if any(not (one.default or (values or {}).get(one.name)) for one in asks):
            self.act_with_values(incident, action, values or {})
        elif self.may_act():
            self.errand(self._act(incident, action, values or {}), f"act:{action}")

    def _held(self, what: str) -> bool:
        now, before = self.seat.monotonic(), self._pressed.get(what)
        self._pressed = {**self._pressed, what: now}
        return before is not None and now - before < HELD

    async def _act(self, incident: str, action: str, values: Mapping[str, str]) -> None:
        desk = self.seat.desk

        async def again() -> Proposal | Refused:
            return await desk.propose(incident, action, values)

        proposal = await again()
        if isinstance(proposal, Refused):
            self.refuse(proposal.reason)
            return
        if proposal.danger == FREE:
            await self._run_free(proposal)
            return
        from warroom.console.screens.acting.confirm import Confirm

        above = self.app.screen
        if isinstance(above, Confirm) and (above.proposal.incident, above.proposal.action) == (incident, action):
            # The key came twice before the first had its answer.
            return
        asked = Confirm(self.seat, self.view, self.now, proposal, again=again, go=desk.run)
        answer = await self.app.push_screen_wait(asked)
        if answer == Confirm.OTHER_VALUES:
            self.act_with_values(incident, action, values)
        elif answer:
            self._started(proposal.title, proposal.incident, answer, asked.proposal.stops)

    async def _run_free(self, proposal: Proposal) -> None:
        if proposal.refused:
            self.refuse(f"{proposal.title} can't run now: {proposal.refused}")
            return
        answer = await self.seat.desk.run(proposal, Confirmation(fingerprint=proposal.fingerprint))
        if isinstance(answer, Refused):
            self.refuse(answer.reason)
        else:
            self._started(proposal.title, proposal.incident, answer)

    def act_with_values(self, incident: str, action: str, values: Mapping[str, str]) -> None:
        """Ask for the values of an action's parameters first."""
        if not self.may_act():
            return
        from warroom.console.screens.acting.values import ask_values

        ask_values(self, incident, action, values, self.act)

    def open_output(self, incident: str, run: str) -> None:
        """Show what a run prints."""
        from warroom.console.screens.acting.output import OutputScreen

        self.app.push_screen(OutputScreen(self.seat, self.view, self.now, incident, run))

    def stop_everything(self, incident: str) -> None:
        """Ask once, then hold every rollout and cancel every run of an incident."""
        subject = self.incident_of(incident)
        if subject is None or not self.may_act():
            return
        from warroom.console.domain.stopping import what_stops
        from warroom.console.screens.kit.choose import Choose, Option

        if not (words := what_stops(subject)):
            self.say("nothing moves: there is nothing to stop", "warn")
            return

        def chosen(key: str | None) -> None:
            if key == "stop":
                self.errand(self._stop(subject), "stop everything")

        options = [
            Option("no", "Let it all run"),
            Option("stop", "Stop everything", f"{words}. What is done so far stays done", "bad"),
        ]
        asked = Choose(
            self.seat, self.view, self.now, heading="Stop everything that moves?", options=options, incident=incident
        )
        self.app.push_screen(asked, chosen)

    async def _stop(self, subject: Incident) -> None:
        from warroom.console.domain.stopping import stop_everything

        refused = await stop_everything(self.seat.desk, subject)
        if refused:
            self.refuse(f"not everything stops: {'; '.join(refused)}")
        else:
            self.say("asked to stop: rollouts are held, runs end when their commands do", "warn")

    def rollback(self, incident: str) -> None:
        """The fast way back: the incident's rollback button, from wherever one is."""
        buttons = self.view.buttons.get(incident, ())
        button = next((one for one in buttons if one.way_back), None)
        if button is None:
            self.say("no rollback is configured: add an action called rollback; H shows what else leads back", "warn")
        elif button.blocked:
            self.say(f"{button.title}, {not_now(button.blocked)}", "warn")
        else:
            self.act(incident, button.action)

    def start_rollout(self, incident: str, strategy: str) -> None:
        """Start a staged rollout: its first stage is proposed and confirmed, the gate answers for the others."""
        if self.may_act():
            self.errand(self._start_rollout(incident, strategy), "rollout")

    async def _start_rollout(self, incident: str, key: str) -> None:
        desk = self.seat.desk
        subject = self.incident_of(incident)
        strategy = subject.playbook.strategy.get(key) if subject else None
        if strategy is None:
            self.refuse(f"there is no strategy {key!r}")
            return

        async def again() -> Proposal | Refused:
            return await desk.propose_rollout(incident, key)

        async def go(_proposal: Proposal, yes: Confirmation) -> str | Refused:
            return await desk.rollout(incident, key, yes)

        proposal = await again()
        if isinstance(proposal, Refused):
            self.refuse(proposal.reason)
            return
        from warroom.console.screens.acting.confirm import Confirm

        asked = Confirm(self.seat, self.view, self.now, proposal, again=again, go=go)
        answer = await self.app.push_screen_wait(asked)
        if answer and answer != Confirm.OTHER_VALUES:
            self.say(f"{strategy.title}: started as {answer}; each stage waits for its gate", "good")
