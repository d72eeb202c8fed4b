"""Probes of kind `alertmanager`: what fires is counted and carried along, harmless and in order."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.monitor.servers import Caller, Serve, now
from warroom.config.settings import Probe
from warroom.console.domain.text import is_plain
from warroom.console.domain.watch.verdict import Sample, Status
from warroom.console.monitor.check import check_probe
from warroom.console.monitor.http import Web
from warroom.console.monitor.probes.alertmanager import MOST_ALERTS, read
from warroom.console.monitor.readers import Readers

STARTED = "2026-11-20T14:00:00.123456789Z"
LATER = (now() + timedelta(days=1)).isoformat()
EVIL = "down\x1b[2J\n[/x] \u202eok"


def alert(name: str, severity: str = "", **more: Any) -> dict[str, Any]:
    labels = {"alertname": name} | ({"severity": severity} if severity else {})
    return {
        "labels": labels,
        "annotations": {"summary": f"{name} is on"},
        "generatorURL": "http://prometheus.example/graph?g0.expr=up",
        "fingerprint": f"{name}-{severity}",
        "startsAt": STARTED,
        "updatedAt": STARTED,
        "endsAt": LATER,
        "receivers": [{"name": "on-call"}],
        "status": {"state": "active", "silencedBy": [], "inhibitedBy": []},
    } | more


async def asked(web: Web, serve: Serve, body: object, status: int = 200, **more: Any) -> tuple[Sample, str]:
    text = body if isinstance(body, str) else json.dumps(body)

    async def answer(caller: Caller) -> None:
        await caller.answer(text, status)

    server = await serve(answer)
    probe = Probe(name="alerts", kind="alertmanager", url=server.url("/am/"), **more)
    return await read(probe, web), server.heads[0].split(" ")[1]


async def test_nothing_that_fires_is_ok(web: Web, serve: Serve) -> None:
    sample, _ = await asked(web, serve, [])
    assert (sample.status, sample.value, sample.alerts, sample.reason) == (Status.OK, 0.0, (), "")


async def test_what_fires_is_carried_with_its_facts(web: Web, serve: Serve) -> None:
    sample, _ = await asked(web, serve, [alert("HighErrorRate", "page")])
    assert (sample.status, sample.value) == (Status.FAILING, 1.0)
    assert sample.reason == "1 firing: HighErrorRate; [VALUE] (1) == 0"
    (one,) = sample.alerts
    assert (one.name, one.severity, one.summary) == ("HighErrorRate", "page", "HighErrorRate is on")
    assert one.started_at == datetime(2026, 11, 20, 14, 0, 0, 123456, UTC)
    assert one.ended_at is None
    assert one.url == "http://prometheus.example/graph?g0.expr=up"
    assert one.labels == (("alertname", "HighErrorRate"), ("severity", "page"))
    assert one.label("severity") == "page"


async def test_the_gravest_comes_first_and_a_twin_counts_once(web: Web, serve: Serve) -> None:
    found = [alert("Disk", "warning"), alert("Odd", "purple"), alert("Login", "page"), alert("Login", "page")]
    sample, _ = await asked(web, serve, found)
    assert [one.name for one in sample.alerts] == ["Login", "Odd", "Disk"]
    assert sample.value == 3.0


async def test_what_is_over_or_silenced_does_not_fire(web: Web, serve: Serve) -> None:
    over = alert("Over", endsAt="2026-11-20T14:05:00Z")
    silenced = alert("Silenced", status={"state": "suppressed"})
    sample, _ = await asked(web, serve, [over, silenced])
    assert (sample.status, sample.value) == (Status.OK, 0.0)


async def test_filters_and_receiver_are_asked_for_behind_the_path_of_the_base(web: Web, serve: Serve) -> None:
    _, target = await asked(web, serve, [], filters=("severity=page", 'team=~"shop|web"'), receiver="on-call.*")
    assert urlsplit(target).path == "/am/api/v2/alerts"
    assert parse_qsl(urlsplit(target).query) == [
        ("active", "true"),
        ("silenced", "false"),
        ("inhibited", "false"),
        ("unprocessed", "true"),
        ("filter", "severity=page"),
        ("filter", 'team=~"shop|web"'),
        ("receiver", "on-call.*"),
    ]


async def test_a_storm_is_counted_whole_and_carried_in_part(web: Web, serve: Serve) -> None:
    sample, _ = await asked(web, serve, [alert(f"A{number}") for number in range(500)])
    assert (sample.value, len(sample.alerts)) == (500.0, MOST_ALERTS)
    assert sample.reason.startswith("500 firing: A0, A1, A10 and 497 more")


async def test_words_from_outside_are_made_harmless(web: Web, serve: Serve) -> None:
    wild = alert(
        EVIL,
        EVIL,
        labels={"alertname": EVIL, "severity": EVIL, EVIL: EVIL},
        annotations={"summary": EVIL * 500},
        generatorURL="javascript:alert(1)",
        fingerprint=EVIL,
    )
    (one,) = (await asked(web, serve, [wild]))[0].alerts
    texts = [one.name, one.severity, one.summary, one.fingerprint, *(word for pair in one.labels for word in pair)]
    assert all(is_plain(text) and len(text) <= 200 for text in texts)
    assert one.url == ""


async def test_an_alert_that_lacks_nearly_all_is_still_one(web: Web, serve: Serve) -> None:
    sample, _ = await asked(
        web, serve, [{}, {"labels": 7, "status": 7, "startsAt": 7, "endsAt": "0001-01-01T00:00:00Z"}]
    )
    assert sample.value == 1.0
    assert sample.alerts[0].name == "an alert without a name"


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ('"bad matcher format"', 400, "status 400 from Alertmanager: bad matcher format"),
        ({"status": "ok"}, 200, "not a list of alerts"),
        ([1], 200, "not a list of alerts"),
        ("<html>", 200, "not the JSON of Alertmanager"),
        ("<html>", 502, "status 502 from Alertmanager"),
    ],
)
async def test_an_answer_without_alerts_is_unknown(
    web: Web, serve: Serve, body: object, status: int, reason: str
) -> None:
    sample, _ = await asked(web, serve, body, status)
    assert (sample.status, sample.error, sample.value) == (Status.UNKNOWN, reason, None)


async def test_what_a_prometheus_is_not_asked_for_is_refused_when_it_is_configured() -> None:
    def problems(**more: Any) -> list[tuple[str, str]]:
        return list(check_probe(Probe(name="p", kind="alertmanager", url="http://x/", api="prometheus", **more)))

    assert problems(filters=('severity="page"', "team=~shop|web")) == []
    assert problems(receiver="on-call")[0][0] == "receiver"
    assert problems(filters=('team=~"["',))[0][0] == "filters[0]"


@pytest.mark.parametrize(
    "body", ["[]", '{"status": "success"}', '{"data": {"alerts": [1]}}', '{"data": {"alerts": {}}}']
)
async def test_an_answer_that_is_no_prometheus_is_unknown(web: Web, serve: Serve, body: str) -> None:
    server = await serve(lambda caller: caller.answer(body))
    async with Readers(now, web) as readers:
        sample = await readers.read(Probe(name="p", kind="alertmanager", url=server.url(), api="prometheus"))
    assert (sample.status, sample.error) == (Status.UNKNOWN, "not a list of alerts as Prometheus has it")


async def test_a_pending_alert_does_not_fire_yet(web: Web, serve: Serve) -> None:
    one = {"labels": {"alertname": "Soon"}, "annotations": {}, "state": "pending", "activeAt": "2026-11-20T14:00:00Z"}
    firing = {**one, "labels": {"alertname": "Now"}, "state": "firing"}
    body = json.dumps({"status": "success", "data": {"alerts": [one, firing]}})
    server = await serve(lambda caller: caller.answer(body))
    async with Readers(now, web) as readers:
        sample = await readers.read(Probe(name="p", kind="alertmanager", url=server.url("/prom"), api="prometheus"))
    assert [alert.name for alert in sample.alerts] == ["Now"]
    assert server.heads[0].startswith("GET /prom/api/v1/alerts ")
