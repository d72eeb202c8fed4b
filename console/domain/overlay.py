"""A scenario laid over a playbook: what changes when the emergency is of a known kind."""

from dataclasses import replace

from warroom.console.domain.playbook import Clock, Overlay, Phase, Playbook, Step

SCENARIO = "scenario"
"""The key of the clock that a scenario's own time brings."""


def laid_over(playbook: Playbook, key: str) -> Playbook:
    """The playbook as it is under one of its scenarios.

    Its steps join their phases, its strategy becomes the usual one, its branch the name, and its time a clock of its
    own: the clocks of the level run on, since a longer scenario doesn't change what was promised.

    Raises:
        KeyError: the playbook has no such scenario.
    """
    overlay = playbook.scenario[key]
    chosen = {overlay.strategy: playbook.strategy[overlay.strategy]} if overlay.strategy else {}
    return replace(
        playbook,
        phase=tuple(_joined(phase, overlay) for phase in playbook.phase),
        strategy={**chosen, **playbook.strategy},
        naming=replace(playbook.naming, branch=overlay.branch or playbook.naming.branch),
        clock=(*playbook.clock, *_clock(playbook, key, overlay)),
    )


def _joined(phase: Phase, overlay: Overlay) -> Phase:
    """A phase with the scenario's steps: those that follow no other one come first, in their order."""
    added = [step for step in overlay.step if (step.phase or overlay.phase) == phase.key]
    steps = [step for step in added if not step.below] + list(phase.step)
    for step in (step for step in added if step.below):
        steps.insert(_after(steps, step.below), step)
    return replace(phase, step=tuple(steps)) if added else phase


def _after(steps: list[Step], key: str) -> int:
    return next((index + 1 for index, step in enumerate(steps) if step.key == key), len(steps))


def _clock(playbook: Playbook, name: str, overlay: Overlay) -> tuple[Clock, ...]:
    if overlay.resolve is None:
        return ()
    # A second scenario keeps its own time beside the first one's.
    key = f"{SCENARIO}-{name}" if any(clock.key == SCENARIO for clock in playbook.clock) else SCENARIO
    return (Clock(key=key, title=overlay.title, starts="detected", stops=("resolved",), limit=overlay.resolve),)
