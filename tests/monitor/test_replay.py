"""A request is replayed, its answer held against the conditions, and no secret of it is shown."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.actions.conftest import wait_for
from tests.monitor.servers import Caller, Serve, Server, now
from warroom.config.settings import Service, Settings
from warroom.config.shipping import Request
from warroom.console.actions.buttons.shipped import REQUEST_SPEC, Shipped, request_spec
from warroom.console.actions.command import prepare
from warroom.console.actions.runs.runner import Runner
from warroom.console.domain.action import Action, Danger
from warroom.console.monitor.replay import Replay, replay

PASSWORD = "hunter2-and-more"


def settings(server: Server) -> Settings:
    request = Request(
        url="/login",
        method="POST",
        headers={"content-type": "application/json"},
        body=json.dumps({"password": PASSWORD}),
        conditions=("[STATUS] == 200", "[BODY].user == dana"),
        timeout=timedelta(seconds=20),
    )
    service = Service(name="shop", environments={"production": server.url("/")}, pull_requests=False)
    return Settings(service=service, request={"login": request})


async def replayed(serve: Serve, handler: Callable[[Caller], Awaitable[None]]) -> tuple[Replay, Server]:
    server = await serve(handler)
    known = settings(server)
    spec = json.loads(request_spec("login", known.request["login"], known))
    return await replay(spec, now), server


async def body(caller: Caller) -> bytes:
    length = next(line for line in caller.head.lower().splitlines() if line.startswith("content-length"))
    return await caller.reader.readexactly(int(length.split(":")[1]))


async def test_what_was_asked_is_sent_and_what_came_is_judged(serve: Serve) -> None:
    async def login(caller: Caller) -> None:
        sent = json.loads(await body(caller))
        ok = caller.head.startswith("POST /login") and sent == {"password": PASSWORD}
        await caller.answer('{"user": "dana"}', 200 if ok else 400)

    done, _ = await replayed(serve, login)
    assert done.status == 0
    text = "\n".join(done.lines())
    assert "200 in" in text
    assert "ok      [STATUS] == 200" in text
    assert PASSWORD not in text


async def test_a_condition_that_does_not_hold_says_what_was_seen(serve: Serve) -> None:
    async def broken(caller: Caller) -> None:
        await body(caller)
        await caller.answer("no session store\x1b[2J for slot 4\n" + "more\n" * 50, 500)

    done, _ = await replayed(serve, broken)
    text = "\n".join(done.lines())
    assert done.status == 1
    assert "FAILING [STATUS] (500) == 200" in text
    assert "\x1b" not in text
    assert text.count("more") < 25


async def test_no_answer_is_unknown(serve: Serve) -> None:
    async def cut(caller: Caller) -> None:
        caller.reset()

    done, _ = await replayed(serve, cut)
    assert done.status == 3
    assert any(line.startswith("error:") for line in done.lines())


async def test_as_a_run_it_keeps_its_secrets_out_of_argv_files_and_output(serve: Serve, tmp_path: Path) -> None:
    async def echo(caller: Caller) -> None:
        await caller.answer(await body(caller), 200)

    server = await serve(echo)
    shipped = Shipped(settings(server))
    action = shipped._fixed["request-login"]
    assert action.danger is Danger.CONFIRM
    prepared = shipped.furnish(prepare("request-login", action, {}, cwd=tmp_path))
    assert PASSWORD not in prepared.command.shown() + repr(prepared) + str(prepared.command.variables())
    assert REQUEST_SPEC in prepared.command.secret_env
    runner = Runner(tmp_path / "runs")
    runner.launch(runner.prepare("run-1", prepared, [PASSWORD]))
    await asyncio.to_thread(wait_for, lambda: runner.look("run-1").ended)
    printed = runner.tail("run-1", 50)
    assert "[BODY].user" in printed
    assert "200 in" in printed
    assert runner.look("run-1").exit_code == 1
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert PASSWORD.encode() not in kept


def test_a_request_that_only_reads_asks_nobody(tmp_path: Path) -> None:
    known = Settings(service=Service(name="shop", pull_requests=False), request={"home": Request(url="https://x/")})
    assert Shipped(known)._fixed["request-home"].danger is Danger.FREE


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        (("warroom-request", "logout"), "no request is called 'logout'; known: login"),
        (("warroom-request",), "no request is called ''"),
        (("warroom-request", "login", "--environment", "prod"), "no address is known for the environment 'prod'"),
    ],
)
def test_a_request_that_cannot_be_sent_is_refused_before_it_is_run(
    tmp_path: Path, argv: tuple[str, ...], reason: str
) -> None:
    shipped = Shipped(Settings(service=Service(name="shop"), request={"login": Request(url="/login")}))
    with pytest.raises(ValueError, match=reason):
        shipped.furnish(prepare("x", Action(title="X", argv=argv), {}, cwd=tmp_path))


def test_without_a_request_the_program_says_so() -> None:
    argv = [sys.executable, "-P", "-m", "warroom.console.monitor.request_command"]
    env = {name: value for name, value in os.environ.items() if name != REQUEST_SPEC}
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env=env)
    assert (done.returncode, "nothing to replay" in done.stderr) == (2, True)
