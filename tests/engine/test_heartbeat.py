"""A machine room that stands still is reported, to a server that keeps what it is sent."""

import json
import time
from dataclasses import replace

import pytest

from tests.engine.conftest import Project, Sit, wait_for
from tests.test_crash import sentry as sentry
from warroom.console.engine.heartbeat import LATE
from warroom.console.engine.proving import Proving


def test_a_loop_that_stood_still_is_reported_once(sentry: tuple[str, list[str]], project: Project, sit: Sit) -> None:
    dsn, got = sentry
    seat = sit(settings=replace(project.settings, sentry_dsn=dsn))

    async def stand_still() -> None:
        # This is the fault itself.
        time.sleep(LATE + 1)  # noqa: ASYNC251

    for _ in range(2):
        seat.engine.background("fault", stand_still())
    wait_for(lambda: got, "the report")
    (envelope,) = got
    assert "the machine room was late by" in json.loads(envelope.splitlines()[-1])["message"]


def test_a_worker_that_fails_is_reported_once_and_started_anew(
    sentry: tuple[str, list[str]], project: Project, sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    dsn, got = sentry
    failed = 0

    async def fail(self: Proving) -> None:
        nonlocal failed
        failed += 1
        raise RuntimeError("no such thing as 'Sign-in at acme'")

    monkeypatch.setattr(Proving, "run", fail)
    sit(settings=replace(project.settings, sentry_dsn=dsn))
    wait_for(lambda: failed > 1, "the second start")
    assert len(got) == 1
    assert "acme" not in got[0]
