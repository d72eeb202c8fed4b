"""A machine room that stands still is reported, to a server that keeps what it is sent."""

import json
import time
from dataclasses import replace

from tests.engine.conftest import Project, Sit, wait_for
from tests.test_crash import sentry as sentry
from warroom.console.engine.heartbeat import LATE


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
