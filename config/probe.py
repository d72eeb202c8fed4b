"""The shape of a probe in `warroom.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar, Literal

from warroom.console.domain.action import STRICT
from warroom.console.domain.time.duration import Duration

Kind = Literal["http", "metrics", "prometheus", "sentry", "alertmanager", "statuspage", "command", "tcp", "dns"]
_TIMEOUT = timedelta(seconds=5)
QUICKEST = timedelta(seconds=1)
"""An answer within less is asked of nobody who has not written so: a busy machine alone takes as long."""
_USUAL_WINDOWS = {"sentry": timedelta(minutes=5)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One thing that is polled."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    name: str
    kind: Kind = "http"
    url: str = ""
    """http, metrics: what is asked; prometheus, alertmanager, statuspage: the server's base address; sentry: the same,
    where it is not `https://sentry.io`, e.g. `https://de.sentry.io`."""
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    """Sent along; never to another host than the one of `url`."""
    body: str = ""
    username: str = ""
    """With `password`: sent as HTTP basic authentication."""
    password: str = ""
    token: str = ""
    """Sent as `Authorization: Bearer …`, e.g. `"${SENTRY_TOKEN}"`."""
    ca: str = ""
    """A PEM file of authorities to trust instead of the system's, relative to the file that names it."""
    client_cert: str = ""
    """A PEM file with the certificate this console shows, and its key unless `client_key` has it."""
    client_key: str = ""
    """A PEM file with the key of `client_cert`, without a passphrase."""
    certificate_warning: Duration = timedelta(days=14)
    """A reading is marked when the target's certificate ends sooner; `0s`: never."""
    every: Duration = timedelta(seconds=10)
    timeout: Duration = _TIMEOUT
    """For the whole exchange, from the first packet to the last byte; unless given 5 s, or `every` if shorter."""
    conditions: tuple[str, ...] = ()
    """All must hold. None given: http `[CONNECTED] == true` and `[STATUS] < 400`; tcp `[CONNECTED] == true`; dns
    `[DNS_RCODE] == NOERROR` and `has([BODY]) == true`; command `[STATUS] == 0`; alertmanager `[VALUE] == 0`; statuspage
    `[VALUE] < 2`, and a minor incident marks the reading; the others have no limit."""
    warn: tuple[str, ...] = ()
    """Softer limits: when one does not hold the reading is marked, the verdict stays."""
    worse_than_baseline: float | None = None
    """A reading fails when it is this many times what is usual or more, e.g. `1.5` for 50 % worse, `10` for 10x slower:
    its value, or how long the answer took where it has none. Usual is the median of the hour before impact, and of the
    last hour while nothing burns."""
    unit: str = ""
    role: str = ""
    """`error-rate`, `latency`, `health`, `saturation`, `third-party`, `user-reports`: what panels and gates ask for;
    a statuspage is `third-party` unless said otherwise."""
    failures: int = 3
    """Failing readings in a row that turn the verdict to failing."""
    successes: int = 2
    """Good readings in a row that turn it back."""
    redirects: bool = True
    """Follow up to three redirects; login, headers and client certificate stay with their host."""
    verify_tls: bool = True
    numerator: str = ""
    """metrics: selector of the counter that is divided, e.g. `http_requests_total{code=~"5.."}`."""
    denominator: str = ""
    """metrics: selector of the counter it is divided by; empty: the numerator's own rate per second."""
    metric: str = ""
    """metrics: selector of a gauge to read as it stands, instead of a rate."""
    window: Duration | None = None
    """metrics: the span a rate is computed over, 1m unless said; sentry: the span errors are counted over, 5m unless
    said."""
    query: str = ""
    """prometheus: the PromQL expression; of several series the worst by the conditions counts. sentry: a search that
    narrows what is counted, e.g. `level:fatal`."""
    scale: float = 1.0
    """metrics: the value is multiplied by this, e.g. 100 for a percentage."""
    organization: str = ""
    """sentry: its slug."""
    project: str = ""
    """sentry: its slug or number; empty: every project of the organization."""
    environment: str = ""
    """sentry: e.g. `production`; empty: every one."""
    release: str = ""
    """sentry: count only errors of this release; with `new-issues`: issues first seen in it."""
    what: Literal["errors", "error-rate", "new-issues"] = "errors"
    """sentry: errors within `window`, errors a minute over its full minutes, or unresolved issues first seen within
    `since`."""
    since: Duration = timedelta(hours=1)
    """sentry: how new a new issue is. Within a day of a deploy that the console ran, issues are new that came since."""
    filters: tuple[str, ...] = ()
    """alertmanager: matchers that all must fit, e.g. `["severity=page", 'team=~"shop|web"']`."""
    api: Literal["alertmanager", "prometheus"] = "alertmanager"
    """alertmanager: whose alerts `url` tells of: an Alertmanager's, or those of a Prometheus's own rules, where no
    Alertmanager stands behind it."""
    receiver: str = ""
    """alertmanager: a regular expression for the name of the receiver."""
    components: tuple[str, ...] = ()
    """statuspage: names or ids of the components we depend on; empty: the page's own summary counts."""
    argv: tuple[str, ...] = ()
    """command: the program and its arguments; run in the repository, without a shell. `[STATUS]` is its exit status,
    `[BODY]` its output, `[VALUE]` the number it prints."""
    env: Mapping[str, str] = field(default_factory=dict)
    """command: variables added, e.g. `{ PGPASSWORD = "${PGPASSWORD}" }`."""
    address: str = ""
    """tcp: host and port, e.g. `db.internal:5432` or `[::1]:6379`."""
    tls: bool = False
    """tcp: speak TLS from the first byte."""
    send: str = ""
    """tcp: sent once connected, e.g. `"PING\\r\\n"`."""
    expect: str = ""
    """tcp: what must come back, somewhere in the first 64 KiB; `[BODY]` is what came."""
    lookup: str = ""
    """dns: the name to look up. `[BODY]` has the answers, one a line, `[VALUE]` their number."""
    record: Literal["A", "AAAA", "CNAME", "MX", "TXT", "NS"] = "A"
    """dns: the kind of record."""
    server: str = ""
    """dns: address of the server to ask, e.g. `10.0.0.2` or `10.0.0.2:5353`; empty: the system's."""

    def __post_init__(self) -> None:
        """Give the role that follows from the kind, and a timeout that readings can't overlap by."""
        # The default itself, not a timeout of five seconds that somebody wrote.
        if self.timeout is _TIMEOUT and timedelta(0) < self.every < _TIMEOUT:
            object.__setattr__(self, "timeout", max(self.every, QUICKEST))
        if self.kind == "statuspage" and not self.role:
            object.__setattr__(self, "role", "third-party")

    @property
    def span(self) -> timedelta:
        """The window, or the usual one of this kind."""
        return self.window or _USUAL_WINDOWS.get(self.kind, timedelta(minutes=1))
