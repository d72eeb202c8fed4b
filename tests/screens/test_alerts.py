"""Alerts on the board: said there, listed, and turned into incidents by one key."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.screens import scenes
from tests.screens.conftest import Open
from tests.screens.memory_desk import Clock, MemoryDesk
from tests.screens.test_snapshots import SIZED, SIZES
from tests.screens.test_snapshots import picture as picture
from warroom.console.domain.watch.alert import Alert, Firing
from warroom.console.screens.alerts import AlertsScreen
from warroom.console.screens.room import Room


def alarmed(clock: Clock) -> MemoryDesk:
    """Two alerts that nobody has taken, and one that INC-2 is about."""
    desk = scenes.breach(clock)
    raised = (
        ("a1", "CheckoutErrors", "critical", "More than 5 % of checkouts fail", 4, ""),
        ("a2", "DiskFills", "warning", "db-2 is full in four hours", 31, ""),
        ("a3", "SignInDown", "page", "Nobody can sign in", 44, "INC-2"),
    )
    desk.publish(
        alerts=tuple(
            Firing(
                alert=Alert(
                    fingerprint=key,
                    name=name,
                    severity=severity,
                    summary=summary,
                    started_at=clock() - timedelta(minutes=minutes),
                    labels=(("alertname", name), ("region", "eu-west-1"), ("service", "shop")),
                ),
                probe="alerts",
                incident=incident,
            )
            for key, name, severity, summary, minutes, incident in raised
        )
    )
    return desk


@pytest.mark.parametrize("size", SIZES, ids=SIZED)
def test_alerts_as_they_look(picture: Callable[..., bool], size: tuple[int, int]) -> None:
    assert picture(alarmed, size, None, ("a",))


def test_the_board_says_that_something_fires(picture: Callable[..., bool]) -> None:
    assert picture(alarmed, (80, 24))


async def test_one_key_declares_an_incident_from_an_alert_with_its_facts(clock: Clock, open_console: Open) -> None:
    desk = alarmed(clock)
    async with open_console(desk) as console:
        await console.press("a", "enter", "down", "enter")
        await console.until(lambda: isinstance(console.app.screen, Room))
        incident = desk.view().incidents["INC-4"]
        assert (incident.title, incident.level) == ("More than 5 % of checkouts fail", "P0")
        assert incident.moments["impact"] == clock() - timedelta(minutes=4)
        assert list(incident.alerts) == ["a1"]
        assert "region eu-west-1" in incident.facts["affected"]


async def test_an_alert_that_has_an_incident_opens_its_room(clock: Clock, open_console: Open) -> None:
    desk = alarmed(clock)
    async with open_console(desk) as console:
        await console.press("a", "G", "enter")
        await console.until(lambda: isinstance(console.app.screen, Room))
        assert len(desk.view().incidents) == 3


async def test_without_an_alert_the_list_says_where_they_come_from(clock: Clock, open_console: Open) -> None:
    async with open_console(scenes.calm(clock)) as console:
        await console.press("a")
        assert isinstance(console.app.screen, AlertsScreen)
        assert "No alert fires" in console.text
