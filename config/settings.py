"""The shape of `warroom.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar, Literal

from warroom.config.probe import Probe as Probe
from warroom.config.shipping import LogSource, Request
from warroom.config.watching import Watching
from warroom.console.domain.action import STRICT, Action
from warroom.console.domain.git.change_kinds import USUAL_LIMITS, Limits
from warroom.console.domain.time.calendar import UTC_CALENDAR, Calendar
from warroom.console.domain.time.duration import Duration
from warroom.console.domain.view import Person


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
    branches: tuple[str, ...] = ()
    """Live branches besides production's, from which later releases come, e.g. `["release-candidate", "develop"]`."""
    environments: Mapping[str, str] = field(default_factory=dict)
    """Address of each environment by name."""
    platform: str = "script"
    """Where it runs: the name of a shipped platform, or the path of a file such as `./ops/platform.toml`."""
    platform_options: Mapping[str, str] = field(default_factory=dict)
    """What the platform's commands need to know; `warroom platform show ID` lists them."""
    limits: Limits = USUAL_LIMITS
    """How small a fix has to be: what goes beyond refuses a production deploy until it is waived."""
    pull_requests: bool | None = None
    """Follow the fix's pull request through `gh`; left out: where the repository has a remote on GitHub."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Where messages can be sent."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    kind: Literal["slack", "discord", "webhook", "statuspage", "email"]
    audiences: tuple[str, ...] = ()
    """Whose messages go here unless somebody chooses otherwise; empty: only chosen by hand."""
    url: str = ""
    """slack, discord: the incoming webhook; webhook: where to post; slack with a token, statuspage: the address of the
    API where it is not the usual one."""
    repeat: bool = False
    """slack, discord: send again when nobody knows whether a message arrived, at the risk that it arrives twice."""
    token: str = ""
    """slack: a bot's token instead of a webhook."""
    channel: str = ""
    """slack with a token: the channel's id or name."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """webhook: sent along."""
    body: str = ""
    """webhook: what is posted instead of our JSON, e.g. `{"text": "{subject}"}`; the names are `id`, `incident`,
    `level`, `audience`, `subject`, `body` and `drill`."""
    page: str = ""
    """statuspage: the page's id."""
    api_key: str = ""
    """statuspage: the key of the API."""
    components: tuple[str, ...] = ()
    """statuspage: ids of the components that are shown as affected."""
    component_status: Literal["", "degraded_performance", "partial_outage", "major_outage"] = ""
    """statuspage: what the components are set to until the incident is resolved; empty: left alone."""
    notify: bool = False
    """statuspage: mail the page's subscribers. In a drill nobody is mailed."""
    host: str = ""
    """email: the SMTP server."""
    port: int = 587
    """email: 465 speaks TLS from the first byte."""
    starttls: bool = True
    """email: refuse a server that offers no TLS."""
    user: str = ""
    password: str = ""
    sender: str = ""
    """email: the address it comes from."""
    to: tuple[str, ...] = ()
    """email: the addresses it goes to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """`[runs]`: what becomes of the files of runs."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    keep: Duration = timedelta(days=30)
    """How long the whole output of a run that has ended stays on this machine; the log keeps its last part for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """`[approval]`: what counts as a second person."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    different_accounts: bool = False
    """Who approves must use another account, or another machine, than who asks: names alone are a convention."""


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
    runs: Runs = field(default_factory=Runs)
    approval: Approval = field(default_factory=Approval)
    watch: Watching = field(default_factory=Watching)
    calendar: Calendar = UTC_CALENDAR
    """When the team works and releases; each incident keeps the one it was declared with."""
    request: Mapping[str, Request] = field(default_factory=dict)
    """Requests to replay, each a button `request-NAME`."""
    log: Mapping[str, LogSource] = field(default_factory=dict)
    """Logs to follow, each a button `log-NAME`."""
