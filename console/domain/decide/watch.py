"""Deciding about probes: a mute has a reason and an end."""

from datetime import datetime
from typing import assert_never

from warroom.console.domain import events as e
from warroom.console.domain import intents as i
from warroom.console.domain.intents import Refused
from warroom.console.domain.model import Incident
from warroom.console.domain.time.duration import format_duration
from warroom.console.domain.watch.mute import LONGEST, muted


def decide_watch(incident: Incident, intent: i.WatchIntent, at: datetime) -> tuple[e.Event, ...] | Refused:
    """The event of a mute that is well reasoned and ends."""
    match intent:
        case i.MuteProbe():
            return _mute(intent, at)
        case i.UnmuteProbe(probe=probe):
            if muted(incident.mutes.values(), probe, at) is None:
                return Refused(reason=f"{probe} is not muted")
            return (e.ProbeUnmuted(probe=probe),)
        case _:
            assert_never(intent)


def _mute(intent: i.MuteProbe, at: datetime) -> tuple[e.Event, ...] | Refused:
    if not intent.probe.strip():
        return Refused(reason="say which probe")
    if not intent.why.strip():
        return Refused(reason="a mute needs a reason: who finds the probe grey asks why")
    if intent.until <= at:
        return Refused(reason="the end of a mute lies ahead")
    if intent.until - at > LONGEST:
        return Refused(reason=f"nothing is muted for longer than {format_duration(LONGEST)}: mute it anew then")
    return (e.ProbeMuted(probe=intent.probe, until=intent.until, why=intent.why.strip()),)
