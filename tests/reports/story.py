"""One whole incident, decided for real: a failed deploy, a way back, a staged release, an all-clear."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.domain.playbooks import LEE, RAMP, START, Room, minutes, verdict
from warroom.console.domain import intents as i

HOSTILE = "Sign-in <script>alert(1)</script> `fails` ![x](http://evil.example/p.png) | *now*"


@dataclass(frozen=True)
class Reading:
    """A reading as the store keeps it."""

    probe: str
    at: datetime
    status: str
    value: float | None
    readings: int = 1


def told(message: str, text: str) -> i.SendMessage:
    """A message that went out to stakeholders."""
    return i.SendMessage(message=message, audience="stakeholders", channel="chat", text=text)


def story(title: str = HOSTILE) -> Room:
    """The incident from the declaration to the close."""
    room = Room.declared(title=title)
    room.say(i.Assign(role="lead", name="lee"), verdict("health", "failing", "[STATUS] (500) == 200"))
    room.wait(2).say(i.CorrectTime(moment="impact", to=START - minutes(12), why="the graph turned at 13:48"))
    room.say(i.LearnFact(name="affected", value="everyone"), i.LearnFact(name="cause", value="a null in `config.yml`"))
    room.say(i.Tick(step="impact", note="all regions"), told("initial", "We know.\n```\nMore soon.\n"))
    room.wait(4).run("rollback", "run-1")
    room.say(verdict("health", "ok"), i.Mitigate(how="rolled back to v1.2.2"))
    room.say(
        i.Decide(
            choice="hotfix",
            why="the sale begins at 17:00",
            rule="needs-hotfix",
            refused={"wait": "too late"},
            panels=("api health ok",),
        )
    )
    room.wait(1).run("branch", "run-2", environment="")
    room.say(i.Waive(subject="step:review", why="one line", owner="lee", due=START + minutes(1500)), by=LEE)
    room.wait(14).say(i.Escalate(level=2))
    room.run("deploy", "run-3", "failed", marks="deployed", tag="v1.2.4")
    room.wait(1).run("deploy", "run-4", marks="deployed", tag="v1.2.4")
    room.say(i.StartRollout(rollout="ro-1", strategy=RAMP, values={"tag": "v1.2.4"}))
    room.say(i.EnterStage(rollout="ro-1", stage=0, run="run-5"))
    room.wait(1).say(i.ReadGate(rollout="ro-1", stage=0, verdict="failing", reason="errors 9 % (limit 1 %), 2 s ago"))
    room.say(i.HoldRollout(rollout="ro-1", reason="errors 9 %"), i.ResumeRollout(rollout="ro-1"))
    room.wait(5).say(i.ReadGate(rollout="ro-1", stage=0, verdict="passing", reason="errors 0.2 % (limit 1 %)"))
    room.say(i.EnterStage(rollout="ro-1", stage=1, run="run-6"), i.CompleteRollout(rollout="ro-1"))
    room.wait(3).say(verdict("error-rate", "ok"), i.Resolve(summary="fixed in v1.2.4"))
    room.wait(1).say(told("resolution", "It is over. <!channel>"))
    room.say(i.OfferConn(to="lee"))
    room.say(i.AcceptConn(), by=LEE)
    room.wait(60 * 24).say(i.Repay(subject="step:review", note="reviewed"), i.Close(), by=LEE)
    return room


def readings() -> list[Reading]:
    """What the store kept of one probe: before, during and after."""
    return [
        Reading("api error-rate", START + timedelta(minutes=minute), status, value)
        for minute, status, value in [
            (-20, "ok", 0.1),
            (-5, "failing", 8.25),
            (0, "failing", 7.5),
            (3, "unknown", None),
            (600, "ok", 99.0),
        ]
    ]
