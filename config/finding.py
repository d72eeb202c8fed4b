"""What the linter says of a playbook."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from warroom.config.errors import quoted, unknown, visible
from warroom.console.domain.playbook import Playbook, Step


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a playbook should be told."""

    severity: Literal["error", "warning"]
    """An error: part of the protocol can't work as written. A warning: it may, but somebody should know."""
    key: str
    message: str
    example: str = ""

    def __str__(self) -> str:
        text = f"{self.severity}: {self.key}: {self.message}"
        return visible(f"{text}, e.g. {self.example}" if self.example else text)


def error(key: str, message: str, example: str = "") -> Finding:
    return Finding("error", key, message, example)


def warning(key: str, message: str, example: str = "") -> Finding:
    return Finding("warning", key, message, example)


def steps(playbook: Playbook) -> Iterator[tuple[str, Step]]:
    for index, phase in enumerate(playbook.phase):
        for number, step in enumerate(phase.step):
            yield f"phase[{index}].step[{number}]", step
    for name, overlay in playbook.scenario.items():
        for number, step in enumerate(overlay.step):
            yield f"scenario.{name}.step[{number}]", step


def commands(playbook: Playbook) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every command the protocol has in mind: where it stands, and its words."""
    for name, argv in playbook.command.items():
        yield f"command.{name}", argv
    for platform, known in playbook.platform.items():
        for name, argv in known.items():
            yield f"platform.{platform}.{name}", argv


def command_keys(playbook: Playbook) -> tuple[str, ...]:
    """Keys of the actions the protocol has a command for."""
    keys = (key for known in (playbook.command, *playbook.platform.values()) for key in known)
    return tuple(dict.fromkeys(keys))


def check_fact(playbook: Playbook, key: str, fact: str) -> Iterator[Finding]:
    if fact and fact not in playbook.decision.questions:
        message = unknown(f"no question asks for {quoted(fact)}", fact, playbook.decision.questions)
        yield error(key, message, "" if playbook.decision.questions else f'[decision.questions] {fact} = "…?"')
