"""Which picks of a fix conflict, asked for again and again while somebody looks."""

from datetime import datetime, timedelta

from warroom.console.domain.git.conflict import Conflicting
from warroom.console.domain.intents import Refused
from warroom.console.screens.acting.pressing import Acting
from warroom.console.screens.kit.live import EPOCH

_EVERY = timedelta(seconds=3)
"""What somebody mends in an editor beside the console is seen this soon; a handful of short git commands."""


class SeesConflicts(Acting[None]):
    """A screen about one incident that asks, while it is in front, what conflicts: every few seconds, and after runs.

    What was answered last is in `conflicts`, those that wait first.
    """

    incident = ""
    """The incident's id."""
    conflicts: tuple[Conflicting, ...] = ()
    _asked_at: datetime = EPOCH
    _ended = -1
    """How many runs had ended when it was asked."""
    _asking = False
    _objection = ""

    def follow(self) -> None:
        super().follow()
        subject = self.incident_of(self.incident)
        if subject is None or not self.is_current or self._asking:
            return
        ended = sum(not run.active for run in subject.runs.values())
        if ended != self._ended or not timedelta(0) <= self.now - self._asked_at < _EVERY:
            self._asking, self._asked_at, self._ended = True, self.now, ended
            self.errand(self._ask(), "conflicts")

    async def _ask(self) -> None:
        try:
            answer = await self.seat.desk.conflicts(self.incident)
        finally:
            self._asking = False
        if isinstance(answer, Refused):
            if answer.reason != self._objection:
                self.refuse(answer.reason)
            self._objection = answer.reason
            return
        self._objection = ""
        before, self.conflicts = self.conflicts, answer
        if answer != before:
            self._say_what_stopped(before, answer)
        self._follow()

    def _say_what_stopped(self, before: tuple[Conflicting, ...], after: tuple[Conflicting, ...]) -> None:
        """A run that was started from here ended at a conflict: that is no failure to be read about."""
        waited = {one.landing for one in before if one.waits}
        known = {one.landing for one in before}
        for one in after:
            if one.waits and one.landing in known - waited:
                self.say(f"{one.landing}: it stopped at the conflict, and waits to be mended", "warn")
