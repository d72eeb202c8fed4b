"""Probes of kind `statuspage`: third parties, however little their pages say."""

import json
from typing import Any

import pytest

from tests.monitor.servers import Caller, Serve
from warroom.config.settings import Probe
from warroom.console.domain.text import is_plain
from warroom.console.domain.watch.verdict import Sample, Status
from warroom.console.monitor.http import Web
from warroom.console.monitor.probes.statuspage import read

MAJOR = {"indicator": "major", "description": "Partial System Outage"}


def component(name: str, status: str, **more: Any) -> dict[str, Any]:
    return {"id": name.lower()[:3], "name": name, "status": status, "group": False} | more


PAGE = {
    "page": {"id": "x", "name": "Payments", "url": "https://status.example"},
    "status": MAJOR,
    "components": [
        component("API", "partial_outage"),
        component("Dashboard", "operational"),
        component("Webhooks", "degraded_performance"),
        component("Everything", "major_outage", group=True),
    ],
    "incidents": [
        {"name": "Charges fail", "status": "identified", "impact": "major", "incident_updates": []},
        {"name": "Yesterday", "status": "resolved", "impact": "minor"},
    ],
}


async def asked(web: Web, serve: Serve, body: object, status: int = 200, **more: Any) -> tuple[Sample, str]:
    text = body if isinstance(body, str) else json.dumps(body)

    async def answer(caller: Caller) -> None:
        await caller.answer(text, status)

    server = await serve(answer)
    probe = Probe(name="payments", kind="statuspage", url=server.url(), **more)
    return await read(probe, web), server.heads[0].split(" ")[1]


async def test_a_page_says_how_bad_it_is_and_what_is_affected(web: Web, serve: Serve) -> None:
    sample, target = await asked(web, serve, PAGE)
    assert target == "/api/v2/summary.json"
    assert (sample.status, sample.value) == (Status.FAILING, 2.0)
    assert sample.error == "Partial System Outage: API (partial outage), Webhooks (degraded performance)"
    assert sample.details == ("major, identified: Charges fail",)


@pytest.mark.parametrize(
    ("indicator", "value", "status", "warned"),
    [
        ("none", 0.0, Status.OK, False),
        ("minor", 1.0, Status.OK, True),
        ("maintenance", 1.0, Status.OK, True),
        ("major", 2.0, Status.FAILING, True),
        ("critical", 3.0, Status.FAILING, True),
    ],
)
async def test_the_indicator_is_the_value(
    web: Web, serve: Serve, indicator: str, value: float, status: Status, warned: bool
) -> None:
    sample, _ = await asked(web, serve, {"status": {"indicator": indicator, "description": "Says so"}})
    assert (sample.value, sample.status, sample.warned) == (value, status, warned)
    assert (sample.warning == "Says so") is (warned and status is Status.OK)


async def test_only_the_components_we_depend_on_count(web: Web, serve: Serve) -> None:
    calm, _ = await asked(web, serve, PAGE, components=("dashboard",))
    assert (calm.status, calm.value) == (Status.OK, 0.0)
    slow, _ = await asked(web, serve, PAGE, components=("Dashboard", "web"))
    assert (slow.value, slow.warning) == (1.0, "Webhooks (degraded performance)")


async def test_only_what_concerns_our_components_is_told(web: Web, serve: Serve) -> None:
    dashboard = {"name": "Charts late", "status": "identified", "impact": "minor", "components": [{"id": "das"}]}
    page = PAGE | {"incidents": [*PAGE["incidents"], dashboard]}
    assert (await asked(web, serve, page, components=("Webhooks",)))[0].details == ("major, identified: Charges fail",)
    assert (await asked(web, serve, page))[0].details[1] == "minor, identified: Charts late"


async def test_a_maintenance_that_is_under_way_is_told_and_one_to_come_is_not(web: Web, serve: Serve) -> None:
    works = [{"name": "New disks", "status": "in_progress"}, {"name": "Next week", "status": "scheduled"}]
    page = PAGE | {"incidents": [], "scheduled_maintenances": works}
    assert (await asked(web, serve, page))[0].details == ("maintenance, in progress: New disks",)


async def test_a_component_that_is_not_on_the_page_is_unknown_and_not_good(web: Web, serve: Serve) -> None:
    sample, _ = await asked(web, serve, PAGE, components=("Refunds",))
    assert (sample.status, sample.value) == (Status.UNKNOWN, None)
    assert sample.error == "the page has no component Refunds; there are API, Dashboard, Webhooks"


async def test_a_page_without_an_indicator_is_as_bad_as_its_worst_component(web: Web, serve: Serve) -> None:
    parts = [{"name": "A", "status": "operational"}, {"name": "B", "status": "on_fire"}, 7, {"status": "major_outage"}]
    sample, _ = await asked(web, serve, {"components": parts})
    assert (sample.value, sample.warning) == (1.0, "B (on fire)")


async def test_words_from_outside_are_made_harmless(web: Web, serve: Serve) -> None:
    evil = "\x1b]52;c;AAAA\x07\n\u202e" * 50
    page = {
        "status": {"indicator": "major", "description": evil},
        "components": [component(evil, evil)],
        "incidents": [{"name": evil, "impact": evil, "status": evil}] * 50,
    }
    sample, _ = await asked(web, serve, page)
    assert all(is_plain(text) and len(text) <= 200 for text in (sample.error or "", *sample.details))
    assert len(sample.details) == 10


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ({}, 200, "not the summary of a status page"),
        ([], 200, "not the summary of a status page"),
        ({"status": None}, 200, "the page says nothing of its state"),
        ({"status": {"indicator": 7}, "components": "no"}, 200, "the page says nothing of its state"),
        ("gone", 404, "status 404 from a status page"),
    ],
)
async def test_a_page_that_says_nothing_is_unknown(
    web: Web, serve: Serve, body: object, status: int, reason: str
) -> None:
    sample, _ = await asked(web, serve, body, status)
    assert (sample.status, sample.error, sample.value) == (Status.UNKNOWN, reason, None)


def test_a_third_party_has_its_role_without_being_told() -> None:
    assert Probe(name="p", kind="statuspage", url="https://x").role == "third-party"
    assert Probe(name="p", kind="statuspage", url="https://x", role="health").role == "health"
