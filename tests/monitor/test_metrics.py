"""Probes of kind `metrics`: rates computed from the counters of a real page."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.monitor.servers import Caller, Serve, Server
from warroom.config.settings import Probe
from warroom.console.domain.watch.verdict import Sample, Status
from warroom.console.monitor.http import Web
from warroom.console.monitor.probes.metrics import PAGE_LIMIT, read
from warroom.console.monitor.probes.rates import Scrape, Window
from warroom.console.monitor.probes.selector import SelectorError, check_selector, parse_selector

THREE = "3 series match requests_total: expected one, add labels"
START = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Clock:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time


class Scene:
    """A page of metrics that changes, and a probe that reads it."""

    def __init__(self, web: Web, clock: Clock, server: Server) -> None:
        self._web, self._clock, self._server = web, clock, server
        self._window: Window | None = None
        self.page = ""
        self.status = 200
        server.handler = self._answer

    async def _answer(self, caller: Caller) -> None:
        await caller.answer(self.page, self.status)

    async def read(self, probe: Probe, page: str | None = None, after: float = 10) -> Sample:
        """Let time pass, put up a page, read it."""
        self._clock.time += after * SECOND
        self.page = self.page if page is None else page
        self._window = self._window or Window(probe.span, probe.every)
        return await read(probe, self._web, self._window)

    def probe(self, **given: object) -> Probe:
        """An error rate in percent, unless something else is given."""
        settings: dict[str, object] = {
            "name": "errors",
            "kind": "metrics",
            "url": self._server.url("/metrics"),
            "unit": "%",
            "numerator": 'requests_total{code=~"5.."}',
            "denominator": "requests_total",
            "scale": 100.0,
            "conditions": ("[VALUE] < 1",),
        }
        return Probe(**(settings | given))  # type: ignore[arg-type]


def page(ok: float, bad: float | None = None, other: float = 0) -> str:
    """Counters of one service: good answers, bad ones, and some of another path."""
    lines = ["# HELP requests_total All requests.", "# TYPE requests_total counter"]
    lines.append(f'requests_total{{code="200",path="/"}} {ok}')
    if bad is not None:
        lines.append(f'requests_total{{code="503",path="/"}} {bad}')
    lines.append(f'requests_total{{code="404",path="/other \\"x\\""}} {other}')
    lines.append("process_open_fds 12")
    return "\n".join(lines) + "\n"


@pytest.fixture
async def scene(serve: Serve) -> AsyncIterator[Scene]:
    clock = Clock()

    async def nothing(caller: Caller) -> None: ...

    async with Web(clock) as web:
        yield Scene(web, clock, await serve(nothing))


async def test_the_first_scrape_is_unknown(scene: Scene) -> None:
    sample = await scene.read(scene.probe(), page(100, 0))
    assert (sample.status, sample.error) == (Status.UNKNOWN, "no rate yet: it takes two scrapes")
    assert sample.value is None
    assert sample.latency_ms is not None


async def test_a_rate_is_growth_divided_by_growth(scene: Scene) -> None:
    await scene.read(scene.probe(), page(1000, 500))
    sample = await scene.read(scene.probe(), page(1092, 508))
    assert sample.value == pytest.approx(8.0)
    assert (sample.status, sample.unit) == (Status.FAILING, "%")
    assert sample.reason == "[VALUE] (8) < 1"


async def test_a_rate_below_the_limit_is_ok(scene: Scene) -> None:
    await scene.read(scene.probe(), page(0, 0))
    sample = await scene.read(scene.probe(), page(999, 1))
    assert sample.value == pytest.approx(0.1)
    assert sample.status is Status.OK


async def test_no_traffic_is_unknown(scene: Scene) -> None:
    await scene.read(scene.probe(), page(100, 1))
    sample = await scene.read(scene.probe(), page(100, 1))
    assert (sample.status, sample.error) == (Status.UNKNOWN, "no data: no traffic in the last 1m")


async def test_errors_that_never_happened_are_none(scene: Scene) -> None:
    await scene.read(scene.probe(), page(100))
    sample = await scene.read(scene.probe(), page(200))
    assert (sample.value, sample.status) == (0, Status.OK)


async def test_the_first_errors_of_all_count(scene: Scene) -> None:
    await scene.read(scene.probe(), page(100))
    sample = await scene.read(scene.probe(), page(190, 10))
    assert sample.value == pytest.approx(10.0)


async def test_a_counter_that_starts_anew_counts_from_zero(scene: Scene) -> None:
    await scene.read(scene.probe(), page(10_000, 400))
    sample = await scene.read(scene.probe(), page(75, 25))
    assert sample.value == pytest.approx(25.0)


async def test_what_left_the_window_no_longer_counts(scene: Scene) -> None:
    probe = scene.probe(window=timedelta(seconds=30))
    await scene.read(probe, page(0, 0))
    assert (await scene.read(probe, page(50, 50))).value == pytest.approx(50.0)
    for ok in (150, 250, 350):
        last = await scene.read(probe, page(ok, 50))
    assert last.value == 0


async def test_a_rate_without_a_denominator_is_per_second(scene: Scene) -> None:
    probe = scene.probe(denominator="", numerator="requests_total", scale=1.0, conditions=("[VALUE] > 5",))
    await scene.read(probe, page(0, 0))
    sample = await scene.read(probe, page(90, 10), after=20)
    assert sample.value == pytest.approx(5.0)
    assert sample.status is Status.FAILING


async def test_a_gauge_is_read_as_it_stands(scene: Scene) -> None:
    probe = scene.probe(
        metric="process_open_fds", numerator="", denominator="", scale=0.5, conditions=("[VALUE] == 6",)
    )
    sample = await scene.read(probe, page(1))
    assert (sample.value, sample.status) == (6.0, Status.OK)


@pytest.mark.parametrize(
    ("given_keys", "text", "reason"),
    [
        ({"metric": "nothing_here", "numerator": ""}, page(1), "no data: nothing matches nothing_here"),
        (
            {"metric": "requests_total", "numerator": ""},
            page(1, 1),
            THREE,
        ),
        ({"metric": "load", "numerator": ""}, "load NaN\n", "no data: nothing matches load"),
        ({"metric": "load", "numerator": ""}, "load +Inf\n", "no data: the metric gives inf"),
        ({"numerator": "request_errors_total"}, page(1), "no data: nothing matches request_errors_total"),
        ({"denominator": "queries_total"}, page(1, 1), "no data: nothing matches queries_total"),
        ({}, "<html>welcome</html>", 'no data: nothing matches requests_total{code=~"5.."}'),
        ({}, 'requests_total{code="2', "not a page of metrics in the Prometheus text format"),
        ({}, "requests_total many\n", "not a page of metrics in the Prometheus text format"),
    ],
)
async def test_a_page_without_the_number_is_unknown_and_says_why(
    scene: Scene, given_keys: dict[str, object], text: str, reason: str
) -> None:
    sample = await scene.read(scene.probe(**given_keys), text)
    assert (sample.status, sample.error) == (Status.UNKNOWN, reason)


async def test_a_page_with_another_status_is_unknown(scene: Scene) -> None:
    scene.status = 500
    sample = await scene.read(scene.probe(), page(1, 1))
    assert (sample.status, sample.error) == (Status.UNKNOWN, "status 500 instead of a page of metrics")


async def test_a_page_that_never_ends_is_unknown(scene: Scene) -> None:
    sample = await scene.read(scene.probe(timeout=timedelta(seconds=20)), "x" * (PAGE_LIMIT + 1))
    assert (sample.status, sample.error) == (Status.UNKNOWN, "the page of metrics is longer than 8 MiB")


async def test_a_source_that_is_gone_is_unknown_and_not_failing(scene: Scene) -> None:
    sample = await scene.read(scene.probe(url="http://127.0.0.1:1/metrics"))
    assert sample.status is Status.UNKNOWN
    assert sample.error == "connection refused"


@pytest.mark.parametrize(
    ("selector", "labels", "taken"),
    [
        ("up", {}, True),
        ("up{}", {"a": "b"}, True),
        ('up{a="b"}', {"a": "b"}, True),
        ('up{a="b"}', {"a": "bb"}, False),
        ('up{a!="b"}', {}, True),
        ('up{a=~"b|c"}', {"a": "c"}, True),
        ('up{a=~"b"}', {"a": "bb"}, False),
        ('up{a!~"5.."}', {"a": "503"}, False),
        ('up{a=~"5..", b!="x",}', {"a": "503", "b": "y"}, True),
        (' up { a = "q\\"{,}" } ', {"a": 'q"{,}'}, True),
        ('up{a=~"\\\\d+"}', {"a": "42"}, True),
        ('up{a=""}', {}, True),
    ],
)
def test_a_selector_takes_series_by_their_labels(selector: str, labels: dict[str, str], taken: bool) -> None:
    assert parse_selector(selector).takes(labels) is taken


@pytest.mark.parametrize(
    "selector",
    ["", "{a='b'}", "up{", "up}", 'up{a="b"} x', "up{a=b}", 'up{a="b" b="c"}', 'up{a=~"["}', "5up"],
)
def test_a_bad_selector_is_refused_with_an_example(selector: str) -> None:
    with pytest.raises(SelectorError, match="http_requests_total"):
        parse_selector(selector)
    assert check_selector(selector)


@given(text=st.text(alphabet='up{}a="~!,\\[ ', max_size=20))
def test_any_text_is_a_selector_or_refused(text: str) -> None:
    if check_selector(text) is None:
        parse_selector(text).takes({"a": "b"})


@given(steps=st.lists(st.tuples(st.integers(0, 90), st.integers(0, 50), st.booleans()), min_size=2, max_size=12))
def test_growth_is_never_negative_and_never_more_than_what_was_counted(steps: list[tuple[int, int, bool]]) -> None:
    window = Window(timedelta(minutes=1), timedelta(seconds=10))
    at, counter, counted = START, 0.0, 0.0
    for seconds, more, restarts in steps:
        at += seconds * SECOND
        counter = float(more) if restarts else counter + more
        counted += more
        growth = window.add(Scrape(at, {"a": counter}, {}))
        if growth is not None:
            assert 0 <= growth.numerator <= counted
            assert timedelta(0) < growth.span <= timedelta(minutes=2)


def test_a_clock_set_back_starts_the_window_again() -> None:
    window = Window(timedelta(minutes=1), timedelta(seconds=10))
    window.add(Scrape(START, {"a": 1.0}, {}))
    assert window.add(Scrape(START - SECOND, {"a": 2.0}, {})) is None
    growth = window.add(Scrape(START + SECOND, {"a": 5.0}, {}))
    assert growth is not None
    assert (growth.numerator, growth.span) == (3.0, 2 * SECOND)


OPEN_METRICS = """# TYPE shop_requests counter
# UNIT shop_requests requests
shop_requests_total{code="200"} 17.0 1795000000.123 # {trace_id="a\\"} b"} 0.5 1795000000.1
shop_requests_created{code="200"} 1795000000.0
# TYPE shop_note gauge
shop_note{text=" # {x} 5"} 3
# EOF
"""


@pytest.mark.parametrize(
    ("metric", "value"),
    [("shop_requests_total", 17.0), ("shop_requests", 17.0), ('shop_requests{code="200"}', 17.0), ("shop_note", 3.0)],
)
async def test_the_newer_format_is_read_with_its_suffixes_and_exemplars(
    web: Web, serve: Serve, metric: str, value: float
) -> None:
    server = await serve(lambda caller: caller.answer(OPEN_METRICS, 200, "content-type: application/openmetrics-text"))
    probe = Probe(name="m", kind="metrics", url=server.url(), metric=metric)
    sample = await read(probe, web, Window(probe.span, probe.every))
    assert (sample.value, sample.error) == (value, None)


async def test_a_metric_that_is_named_exactly_is_not_mixed_with_one_that_has_the_suffix(web: Web, serve: Serve) -> None:
    server = await serve(lambda caller: caller.answer("depth 3\ndepth_total 900\n"))
    probe = Probe(name="m", kind="metrics", url=server.url(), metric="depth")
    assert (await read(probe, web, Window(probe.span, probe.every))).value == 3.0
