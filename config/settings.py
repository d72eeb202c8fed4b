"""The shape of `warroom.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar, Literal

from warroom.console.domain.action import STRICT, Action
from warroom.console.domain.duration import Duration
from warroom.console.domain.view import Person

Platform = Literal[
    "vercel",
    "netlify",
    "railway",
    "elastic-beanstalk",
    "cloud-run",
    "docker-compose",
    "kubernetes",
    "github-actions",
    "script",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Production:
    """How production is found in the repository."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    branch: str = "main"
    tags: str = "v*"
    """A glob: only tags that match it are releases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The service this console looks after."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    name: str
    repository: str = "."
    """The git working copy, relative to the file that names it."""
    production: Production = Production()
    environments: Mapping[str, str] = field(default_factory=dict)
    """Address of each environment by name."""
    platform: Platform = "script"
    platform_options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One thing that is polled."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    name: str
    kind: Literal["http", "metrics", "prometheus"] = "http"
    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    every: Duration = timedelta(seconds=10)
    timeout: Duration = timedelta(seconds=5)
    """For the whole exchange, from the first packet to the last byte."""
    conditions: tuple[str, ...] = ()
    """All must hold; none given for an http probe: `[CONNECTED] == true` and a status below 400."""
    warn: tuple[str, ...] = ()
    """Softer limits: when one does not hold the reading is marked, the verdict stays."""
    unit: str = ""
    role: str = ""
    """`error-rate`, `latency`, `health`, `saturation`, `third-party`, `user-reports`: what panels and gates ask for."""
    failures: int = 3
    """Failing readings in a row that turn the verdict to failing."""
    successes: int = 2
    """Good readings in a row that turn it back."""
    redirects: bool = True
    verify_tls: bool = True
    numerator: str = ""
    """metrics: selector of the counter that is divided, e.g. `http_requests_total{code=~"5.."}`."""
    denominator: str = ""
    """metrics: selector of the counter it is divided by; empty: the numerator's own rate per second."""
    metric: str = ""
    """metrics: selector of a gauge to read as it stands, instead of a rate."""
    window: Duration = timedelta(minutes=1)
    """metrics: the span the rate is computed over."""
    query: str = ""
    """prometheus: the PromQL expression; `url` is the server's base address."""
    scale: float = 1.0
    """metrics: the value is multiplied by this, e.g. 100 for a percentage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Where messages can be sent."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    kind: Literal["slack", "discord", "webhook", "statuspage", "email"]
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`warroom.toml`, read and checked."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    playbook: str = "release-protocol"
    """The name of a shipped playbook, or the path of a file."""
    store: str = ""
    """A URL (`postgresql://…`, `sqlite:///path`) or a path; empty: SQLite under the XDG state folder."""
    drill: bool = False
    """Everything done with this configuration is practice, and says so."""
    sentry_dsn: str = ""
    """Where crashes of the console itself are reported; empty: nowhere. `SENTRY_DSN` of the shell is not taken."""
    service: Service
    probe: tuple[Probe, ...] = ()
    action: Mapping[str, Action] = field(default_factory=dict)
    channel: Mapping[str, Channel] = field(default_factory=dict)
    person: tuple[Person, ...] = ()
