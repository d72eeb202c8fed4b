"""What a configuration and a playbook together make of the buttons that will be refused on the night."""

from collections.abc import Iterator

from warroom.config.settings import Settings
from warroom.console.actions.buttons.offering import Offered, Offering
from warroom.console.actions.buttons.shipped import Shipped
from warroom.console.domain.action import Danger
from warroom.console.domain.playbook import Playbook


def cautions(settings: Settings, playbook: Playbook) -> Iterator[str]:
    """Each in words, with the key it is about; runs nothing."""
    offered = Offering(settings, Shipped(settings)).by_playbook(playbook)
    for name, strategy in playbook.strategy.items():
        stage = offered.get(strategy.action)
        if stage is not None and stage.action.danger == Danger.TWO:
            yield (
                f"strategy.{name}.action: {strategy.action} asks for a second person at each run, and a rollout goes "
                'on by itself, so it will be refused; e.g. danger = "typed"'
            )
    for key, one in offered.items():
        yield from _proof(key, one, offered.get(one.action.verify))


def _proof(key: str, one: Offered, proof: Offered | None) -> Iterator[str]:
    if proof is not None and proof.action.danger != Danger.FREE:
        yield (
            f"action.{key}.verify: {one.action.verify} is of class {proof.action.danger}, and what proves runs without "
            'being asked for, so it will not run; e.g. danger = "free", if it only reads'
        )
