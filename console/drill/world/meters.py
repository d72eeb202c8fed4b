"""What the router counts, in the Prometheus text format."""

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

PATHS = ("/", "/health", "/login")
"""Paths that are counted by name; all others are `other`, so that nobody can fill the memory with names."""

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Meters:
    """The counters of one environment, over all its revisions."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        labels = ("path", "revision")
        self._requests = Counter(
            "http_requests_total", "Requests answered.", ("path", "code", "revision"), registry=self._registry
        )
        self._seconds = Histogram(
            "http_request_duration_seconds", "Time to answer.", labels, buckets=_BUCKETS, registry=self._registry
        )
        self._reports = Counter("support_reports_total", "Users who asked support for help.", registry=self._registry)

    def expect(self, revision: str) -> None:
        """Show a revision's sign-ins from 0 on: a series that appears late would hide its first errors."""
        for code in ("200", "500"):
            self._requests.labels("/login", code, revision)
        self._seconds.labels("/login", revision)

    def count(self, path: str, code: int, revision: str, seconds: float) -> None:
        """One request was answered."""
        name = path if path in PATHS else "other"
        self._requests.labels(name, str(code), revision).inc()
        self._seconds.labels(name, revision).observe(seconds)

    def report(self) -> None:
        """One user asked for help."""
        self._reports.inc()

    def text(self) -> bytes:
        """All of it, as a scraper reads it."""
        return generate_latest(self._registry)
