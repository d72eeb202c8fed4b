"""How a change reaches production: stages, bake times and what must hold to go on."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Literal

from warroom.console.domain.action import STRICT
from warroom.console.domain.time.duration import Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What a role's readings must say before the next stage."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    role: str
    """The probes asked: all that have this role."""
    below: float | None = None
    """The value must be below this, in the probe's unit; none: the probe's own verdict decides."""
    samples: int = 3
    """Good readings since the stage began that are needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One share of traffic (or one batch) and how long it is watched."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    percent: int
    bake: Duration = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """A staged rollout."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    title: str
    kind: Literal["all-at-once", "ramp", "canary", "blue-green", "rolling"] = "ramp"
    stage: tuple[Stage, ...]
    gate: tuple[Gate, ...] = ()
    batch: int = 0
    """Machines changed at a time, where it goes by machines; 0: by share of traffic."""
    action: str = "shift-traffic"
    """The action run at each stage, with `percent` filled in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A figure the protocol names, and for how long it is watched."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    role: str
    text: str
    """In words: `error rate below 1 %`."""
    below: float | None = None
    unit: str = ""
    watch: Duration | None = None
    """How long it is watched after the deploy."""
    at_least: Duration | None = None
    """The least of that, where the protocol gives a range."""
    every: Duration | None = None
    """How often somebody looks."""
