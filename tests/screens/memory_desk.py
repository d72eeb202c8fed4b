"""A small real desk in memory: the domain decides and folds, letters are filled from facts; only the log is a list."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Literal

from warroom.config.playbook_files import load_playbook, shipped
from warroom.console.comms.render import draft
from warroom.console.domain import guard
from warroom.console.domain import intents as i
from warroom.console.domain.action import Action, Danger
from warroom.console.domain.approval import standing
from warroom.console.domain.decide import decide
from warroom.console.domain.desk import Confirmation, Letter, Output, Proposal
from warroom.console.domain.events import Recorded
from warroom.console.domain.evolve import evolve
from warroom.console.domain.git.conflict import Conflicting
from warroom.console.domain.intents import By, Intent, Refused
from warroom.console.domain.model import Incident, RunState
from warroom.console.domain.playbook import Playbook
from warroom.console.domain.switching import differences, left_behind
from warroom.console.domain.time.when import parse_when
from warroom.console.domain.timeline import Entry, entry
from warroom.console.domain.view import Button, Outgoing, View

START = datetime(2026, 11, 20, 14, 47, 12, tzinfo=UTC)
KAI = By(actor="kai", console="desk-1")


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        """Move on."""
        self.now += timedelta(**span)


class Monotonic:
    """Seconds that only a test lets pass."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@cache
def playbook() -> Playbook:
    """The protocol every room here runs by."""
    return load_playbook("release-protocol", Path.cwd())


def actions() -> dict[str, Action]:
    """The team's buttons, one of each danger class."""
    return {
        "branch": Action(
            title="Branch from the good release",
            argv=("warroom-git", "branch", "hotfix/{incident}", "--from", "v1.2.3"),
            key="b",
            undo="delete the branch: nothing else knows of it yet",
        ),
        "test": Action(
            title="Run the tests on the hotfix", argv=("./ops/test", "hotfix/{incident}"), danger=Danger.FREE, key="t"
        ),
        "deploy-production": Action(
            title="Deploy the newest release to production",
            argv=("./ops/deploy", "production", "v1.2.4", "--no-traffic"),
            danger=Danger.TYPED,
            key="d",
            target="production",
            environment="production",
            undo="roll back to v1.2.3",
            undo_window=timedelta(minutes=30),
            env={"DEPLOY_TOKEN": "••••••", "REGION": "eu-west-1"},
        ),
        "restore": Action(
            title="Restore the database",
            argv=("./ops/restore", "orders", "--backup", "2026-11-20T13:00Z"),
            danger=Danger.TWO,
            key="x",
            target="orders",
            environment="production",
        ),
        "shift-traffic": Action(
            title="Shift production traffic",
            argv=("./ops/shift", "production", "v1.2.4", "{percent}"),
            danger=Danger.TYPED,
            target="production",
            environment="production",
            undo="roll back to v1.2.3",
        ),
        "rollback": Action(
            title="Roll production back to v1.2.3",
            argv=("./ops/rollback", "production", "--to", "v1.2.3"),
            key="r",
            target="production",
            environment="production",
            undo="shift the traffic to the other revision again",
            guards=("backup",),
        ),
    }


class MemoryDesk:
    """Implements the desk over the domain's own functions."""

    def __init__(self, clock: Clock, by: By = KAI, **view: object) -> None:
        self.clock = clock
        self.by = by
        self.actions: dict[str, Action] = actions()
        self.riding: tuple[str, ...] = ("3f2a1c9 Fix the sign-in query", "b81f00d Count failed sign-ins")
        self.printed: dict[str, str] = {}
        self.records: dict[str, list[Recorded]] = {}
        self._view = replace(View(me=by.actor, console=by.console, service="acme/shop"), **view)  # type: ignore[arg-type]
        self._callbacks: list[Callable[[View], None]] = []
        self._numbers = itertools.count(1)
        self.books: dict[str, Playbook] = {"release-protocol": playbook()}
        """The protocols one can declare by, the usual one first."""
        self.conflicting: tuple[Conflicting, ...] = ()
        """What contradicts what when the fix is carried to other branches."""
        self.salt = ""
        """Changes every fingerprint: something about the commands is different now."""

    def view(self) -> View:
        return self._view

    def subscribe(self, callback: Callable[[View], None]) -> Callable[[], None]:
        """Call back with every new view; what it gives ends that."""
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    def publish(self, **changes: object) -> None:
        """Make a new picture and hand it round."""
        view = replace(self._view, checked_at=self.clock(), **changes)  # type: ignore[arg-type]
        self._view = replace(view, buttons={key: self._buttons(one) for key, one in view.incidents.items()})
        for callback in tuple(self._callbacks):
            callback(self._view)

    def incident(self, key: str) -> Incident:
        """An incident as it stands."""
        return self._view.incidents[key]

    def put(self, incident: str, intent: Intent, by: By | None = None) -> tuple[Recorded, ...] | Refused:
        """Decide, fold, publish; as `by`, who may sit at another console."""
        by = by or self.by
        at = self.clock()
        snapshot = self._view.incidents.get(incident)
        answer = decide(snapshot, intent, at, by)
        events = answer.noted if isinstance(answer, Refused) else answer
        if isinstance(answer, Refused) and not events:
            return answer
        stream = self.records.setdefault(incident, [])
        fresh: list[Recorded] = []
        for event in events:
            version = len(stream) + 1
            recorded = Recorded(event=event, at=at, actor=by.actor, console=by.console, version=version)
            stream.append(recorded)
            fresh.append(recorded)
            snapshot = evolve(snapshot, recorded)
        if snapshot is not None:
            entries: tuple[Entry, ...] = tuple(entry(record) for record in stream)
            self.publish(
                incidents={**self._view.incidents, incident: snapshot},
                timelines={**self._view.timelines, incident: entries},
            )
        return answer if isinstance(answer, Refused) else tuple(fresh)

    async def dispatch(self, incident: str, intent: Intent) -> tuple[Recorded, ...] | Refused:
        return self.put(incident, intent)

    async def declare(
        self,
        title: str,
        level: str,
        *,
        playbook: str = "",
        service: str = "",
        impact_at: str = "",
        scenario: str = "",
    ) -> str | Refused:
        return self.open(
            title, level, service=service, impact_at=impact_at, scenario=scenario, playbook=self.books.get(playbook)
        )

    async def playbooks(self) -> Mapping[str, str]:
        return {name: load_playbook(name, Path()).title for name in shipped()}

    async def differences(self, incident: str, playbook: str) -> tuple[str, ...] | Refused:
        subject, book = self.incident(incident), load_playbook(playbook, Path())
        return (*differences(subject.playbook, book, subject.level), *left_behind(subject, book))

    async def switch(self, incident: str, playbook: str, why: str) -> tuple[Recorded, ...] | Refused:
        return self.put(incident, i.SwitchPlaybook(playbook=load_playbook(playbook, Path()), why=why))

    def open(
        self,
        title: str,
        level: str,
        *,
        service: str = "acme/shop",
        impact_at: str = "",
        drill: bool = False,
        scenario: str = "",
        playbook: Playbook | None = None,
    ) -> str | Refused:
        """Declare an incident under the next number."""
        key = f"INC-{next(self._numbers)}"
        impact = parse_when(impact_at, self.clock())
        intent = i.Declare(
            incident=key,
            title=title,
            level=level,
            playbook=playbook or next(iter(self.books.values())),
            service=service,
            impact_at=impact,
            detected_at=impact,
            drill=drill,
            scenario=scenario,
        )
        answer = self.put(key, intent)
        return answer if isinstance(answer, Refused) else key

    async def propose(self, incident: str, action: str, values: Mapping[str, str]) -> Proposal | Refused:
        found = self.actions.get(action)
        if found is None:
            return Refused(reason=f"there is no action {action!r}")
        known = {"incident": incident, "percent": "100", **values}
        try:
            command = " ".join(part.format_map(known) for part in found.argv)
        except KeyError as error:
            return Refused(reason=f"{action} needs a value for {error}")
        subject = self.incident(incident)
        made_of = f"{incident} {action} {command} {self.salt}"
        production = found.environment == "production"
        window = found.undo_window
        return Proposal(
            incident=incident,
            action=action,
            title=found.title,
            command=command,
            folder="/srv/checkouts/shop",
            environment=found.environment,
            production=production,
            target=found.target,
            danger=str(found.danger),
            fingerprint=sha256(made_of.encode()).hexdigest(),
            undo=found.undo,
            undo_until=f"for {window.total_seconds() / 60:.0f}m after it ended" if window else "",
            riding=self.riding if production else (),
            checks=guard.check(
                found.guards, subject, self.by.actor, str(found.danger), found.environment, self.clock()
            ),
            variables=found.env,
            values=values,
            cancel_with=found.cancel_with,
            terminal=found.terminal,
        )

    async def ask(self, proposal: Proposal) -> str | Refused:
        fresh = await self.propose(proposal.incident, proposal.action, proposal.values)
        if isinstance(fresh, Refused) or fresh.fingerprint != proposal.fingerprint:
            return fresh if isinstance(fresh, Refused) else Refused(reason="something changed since you looked")
        known = self.incident(fresh.incident).approvals
        request = f"approval-{len(known) + 1}"
        answer = self.put(fresh.incident, i.RequestApproval(request=request, proposal=fresh, account="1000@desk"))
        if isinstance(answer, Refused):
            return answer
        stands = standing(known, self.by.actor, fresh.fingerprint, self.clock())
        return request if answer or stands is None else stands.id

    async def settle(
        self, incident: str, run: str, outcome: Literal["succeeded", "failed"], why: str
    ) -> tuple[Recorded, ...] | Refused:
        gone = "no console on relay answers" if self.incident(incident).runs[run].host.endswith("@relay") else ""
        return self.put(incident, i.SettleRun(run=run, outcome=outcome, why=why, gone=gone))

    async def run(self, proposal: Proposal, confirmation: Confirmation) -> str | Refused:
        return await self._run(proposal, confirmation)

    async def _run(self, proposal: Proposal, confirmation: Confirmation, rollout: str = "") -> str | Refused:
        fresh = await self.propose(proposal.incident, proposal.action, proposal.values)
        if isinstance(fresh, Refused):
            return fresh
        if confirmation.fingerprint != fresh.fingerprint:
            return Refused(reason="something changed since you said yes")
        if fresh.refused:
            return Refused(reason=fresh.refused)
        if fresh.danger in ("typed", "two") and confirmation.typed != fresh.target:
            return Refused(reason=f"the target is {fresh.target!r}")
        if fresh.danger == "two" and not confirmation.approval:
            return Refused(reason="a second person must approve it")
        run = f"{proposal.action}-{sum(map(len, self.records.values())):x}"
        request = i.RequestRun(
            run=run,
            action=fresh.action,
            title=fresh.title,
            target=fresh.target,
            environment=fresh.environment,
            command=fresh.command,
            fingerprint=fresh.fingerprint,
            danger=fresh.danger,
            host="kai@desk",
            rollout=rollout,
            values=fresh.values,
            approval=confirmation.approval,
            undo=fresh.undo,
            undo_action=self.actions[fresh.action].undo_action,
            undo_window=self.actions[fresh.action].undo_window,
            cancel_with=fresh.cancel_with,
        )
        answer = self.put(proposal.incident, request)
        if isinstance(answer, Refused):
            return answer
        self.put(proposal.incident, i.StartRun(run=run))
        self.printed.setdefault(run, f"$ {fresh.command}\n")
        return run

    def end(self, incident: str, run: str, *, code: int = 0, reason: str = "") -> None:
        """Let a run end by itself."""
        outcome = i.EndRun(
            run=run,
            outcome="succeeded" if code == 0 else "failed",
            exit_code=code,
            ended_at=self.clock(),
            reason=reason,
        )
        self.put(incident, outcome)

    async def cancel(self, incident: str, run: str) -> Refused | None:
        answer = self.put(incident, i.CancelRun(run=run))
        if isinstance(answer, Refused):
            return answer
        self.put(incident, i.EndRun(run=run, outcome="cancelled", exit_code=130, ended_at=self.clock()))
        return None

    async def output(self, run: str, offset: int) -> Output:
        text = self.printed.get(run, "").encode()[offset:].decode()
        runs = [one.runs[run] for one in self._view.incidents.values() if run in one.runs]
        ended = not any(one.active for one in runs)
        return Output(text=text, next=offset + len(text.encode()), ended=ended)

    async def propose_rollout(self, incident: str, strategy: str) -> Proposal | Refused:
        chosen = self.incident(incident).playbook.strategy[strategy]
        found = [await self.propose(incident, chosen.action, {"percent": str(one.percent)}) for one in chosen.stage]
        shown = [
            f"{stage.percent} %: {one.command}"
            for stage, one in zip(chosen.stage, found, strict=True)
            if isinstance(one, Proposal)
        ]
        first = found[0]
        return first if isinstance(first, Refused) else replace(first, stages=tuple(shown[1:]))

    async def rollout(self, incident: str, strategy: str, confirmation: Confirmation) -> str | Refused:
        chosen = self.incident(incident).playbook.strategy[strategy]
        values = {"percent": str(chosen.stage[0].percent)}
        proposal = await self.propose(incident, chosen.action, values)
        if isinstance(proposal, Refused):
            return proposal
        key = "rollout-1"
        answer = self.put(incident, i.StartRollout(rollout=key, strategy=chosen, values=values))
        if isinstance(answer, Refused):
            return answer
        run = await self._run(proposal, confirmation, key)
        if isinstance(run, Refused):
            self.put(incident, i.AbortRollout(rollout=key, why=run.reason))
            return run
        self.end(incident, run)
        self.put(incident, i.EnterStage(rollout=key, stage=0, run=run))
        return key

    async def conflicts(self, incident: str) -> tuple[Conflicting, ...] | Refused:
        return self.conflicting

    async def draft(self, incident: str, message: str) -> Letter | Refused:
        return draft(self.incident(incident), message, self.clock(), self._view.probes)

    async def send(self, incident: str, letter: Letter, channels: tuple[str, ...]) -> tuple[str, ...] | Refused:
        if letter.objection:
            return Refused(reason=letter.objection)
        if blanks := [blank for blank in letter.blanks if f"[{blank}?]" in f"{letter.subject}\n{letter.body}"]:
            return Refused(reason=f"still blank: {', '.join(blanks)}")
        now = self.clock()
        rows = tuple(
            Outgoing(
                id=f"{letter.message}-{channel}",
                incident=incident,
                message=letter.message,
                title=letter.title,
                audience=letter.audience,
                channel=channel,
                state="waiting",
                by=self.by.actor,
                attempts=0,
                queued_at=now,
                next_at=now,
                changed_at=now,
            )
            for channel in channels
        )
        self.publish(outbox=(*rows, *self._view.outbox))
        return tuple(row.id for row in rows)

    async def resend(self, parcel: str) -> Refused | None:
        return self._move(parcel, "waiting")

    async def withdraw(self, parcel: str) -> Refused | None:
        return self._move(parcel, "cancelled")

    async def arrived(self, parcel: str) -> Refused | None:
        return self._move(parcel, "sent")

    def _move(self, parcel: str, state: str) -> Refused | None:
        if all(row.id != parcel for row in self._view.outbox):
            return Refused(reason="there is no such letter in the outbox")
        rows = (replace(row, state=state) if row.id == parcel else row for row in self._view.outbox)
        self.publish(outbox=tuple(rows))
        return None

    async def document(self, incident: str, document: str) -> str | Refused:
        subject = self.incident(incident)
        if document not in subject.playbook.document:
            return Refused(reason=f"there is no document {document!r}")
        lines = [f"# {subject.playbook.document[document].title}: {subject.title}", "", "## Timeline", ""]
        lines += [f"- {one.at:%H:%M:%S} UTC  {one.who}  {one.text}" for one in self._view.timelines[incident]]
        return "\n".join(lines)

    def _buttons(self, incident: Incident) -> tuple[Button, ...]:
        buttons = []
        for key, action in self.actions.items():
            if key == "shift-traffic":
                continue
            busy = any(
                run.state in (RunState.REQUESTED, RunState.RUNNING) and run.environment == action.environment
                for run in incident.runs.values()
            )
            blocked = f"another run changes {action.environment}" if busy and action.environment else ""
            buttons.append(
                Button(
                    action=key,
                    title=action.title,
                    label=key.replace("-", " "),
                    key=action.key,
                    danger=str(action.danger),
                    environment=action.environment,
                    blocked=blocked,
                )
            )
        return tuple(buttons)
