"""What a probe read last, as it came, and muting it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.screens import scenes
from tests.screens.conftest import Open
from tests.screens.memory_desk import Clock, MemoryDesk
from tests.screens.test_snapshots import SIZED, SIZES
from tests.screens.test_snapshots import picture as picture
from warroom.console.domain.view import ProbeView
from warroom.console.domain.watch.alert import Alert
from warroom.console.domain.watch.verdict import ConditionResult, Health, Sample, Status
from warroom.console.screens.readings import ReadingsScreen
from warroom.widgets.health import HealthPanel


def answered(clock: Clock) -> MemoryDesk:
    """The first probe with two answers as they came, the newer one bad and full of foreign text."""
    desk = scenes.breach(clock)
    first = next(probe for probe in desk.view().probes if probe.name == "api /health")
    good = Sample(
        probe=first.name,
        at=clock() - timedelta(seconds=7),
        status=Status.OK,
        latency_ms=38.0,
        conditions=(ConditionResult("[STATUS] == 200", True, "[STATUS] == 200"),),
        head=("HTTP 200", "content-type: application/json"),
        raw='{"status": "UP"}',
    )
    bad = replace(
        good,
        at=clock() - timedelta(seconds=2),
        status=Status.FAILING,
        latency_ms=812.0,
        conditions=(ConditionResult("[STATUS] == 200", False, "[STATUS] (500) == 200"),),
        head=("HTTP 500", "content-type: text/html", "set-cookie: •••"),
        raw="<h1>[b]Internal[/b] error \x1b[2J</h1>\n" + "\n".join(f"at frame {n}" for n in range(40)),
    )
    shown = replace(
        first,
        answers=(good, bad),
        health=replace(first.health, last=bad),
        compared="4.3x the usual 190 ms; +310 % since the deploy (198 ms before)",
    )
    desk.publish(probes=tuple(shown if probe is first else probe for probe in desk.view().probes))
    return desk


@pytest.mark.parametrize("size", SIZES, ids=SIZED)
def test_readings_as_they_look(picture: Callable[..., bool], size: tuple[int, int]) -> None:
    assert picture(answered, size, "INC-2", ("2", "enter"))


async def test_a_probe_is_muted_with_a_reason_and_an_end_and_listened_to_again(
    clock: Clock, open_console: Open
) -> None:
    desk = answered(clock)
    async with open_console(desk, "INC-2") as console:
        await console.press("2", "enter")
        await console.until(lambda: isinstance(console.app.screen, ReadingsScreen))
        await console.press("m", "backspace", "backspace", "backspace", *"1h", "enter", *"known", "enter")
        await console.until(lambda: bool(desk.view().incidents["INC-2"].mutes))
        (mute,) = desk.view().incidents["INC-2"].mutes.values()
        assert (mute.why, mute.by) == ("known", desk.view().me)
        await console.until(lambda: "muted by" in console.text)
        await console.press("m")
        await console.until(lambda: not desk.view().incidents["INC-2"].mutes)


async def test_the_filter_holds_for_probes_too(clock: Clock, open_console: Open) -> None:
    desk = answered(clock)
    first, second = (probe.name for probe in desk.view().probes[:2])
    async with open_console(desk, "INC-2") as console:
        assert first in console.text
        assert second in console.text
        await console.press("slash", *second, "enter")
        panel = console.app.screen.query_one(HealthPanel)
        await console.until(lambda: panel.filter == second)
        shown = "\n".join(strip.text for strip in (panel.render_line(y) for y in range(panel.size.height)))
        assert second in shown
        assert first not in shown


async def test_the_alerts_that_a_probe_read_are_listed(clock: Clock, open_console: Open) -> None:
    desk = scenes.calm(clock)
    began = clock() - timedelta(minutes=9)
    alerts = (
        Alert(fingerprint="1", name="ApiDown", severity="page", summary="no answer [/x]", started_at=began),
        Alert(fingerprint="2", name="DiskFull", started_at=began),
    )
    sample = Sample(probe="pager", at=clock(), status=Status.FAILING, value=2.0, alerts=alerts)
    pager = ProbeView(name="pager", role="", every=5.0, kind="alertmanager", health=Health(probe="pager", last=sample))
    desk.publish(probes=(pager,))
    async with open_console(desk, "INC-1") as console:
        await console.press("2", "enter")
        await console.until(lambda: isinstance(console.app.screen, ReadingsScreen))
        assert "fires  ApiDown (page) since 14:38:12 UTC: no answer [/x]" in console.text
        assert "fires  DiskFull since 14:38:12 UTC" in console.text
