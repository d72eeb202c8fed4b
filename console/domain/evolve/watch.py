"""How what was done about probes changes the snapshot."""

from dataclasses import replace
from typing import assert_never

from warroom.console.domain import events as e
from warroom.console.domain.model import Incident
from warroom.console.domain.watch.mute import Mute


def evolve_watch(incident: Incident, event: e.WatchEvent, recorded: e.Recorded) -> Incident:
    """The snapshot after it."""
    match event:
        case e.ProbeMuted(probe=probe, until=until, why=why):
            mute = Mute(probe=probe, until=until, why=why, by=recorded.actor, at=recorded.at)
            return replace(incident, mutes={**incident.mutes, probe: mute})
        case e.ProbeUnmuted(probe=probe):
            return replace(incident, mutes={name: mute for name, mute in incident.mutes.items() if name != probe})
        case _:
            assert_never(event)
