"""A tool that hangs, floods, prompts, prints escapes, ignores TERM or dies: the run ends, and says how it ended."""

import os
import signal
from collections.abc import Callable

import pytest

from tests.engine.conftest import wait_for
from tests.platforms.conftest import CASES, Host

Made = Callable[..., Host]


async def deployed(there: Host, script: str) -> tuple[str, str]:
    """Deploy with this in the tool's place; how it ended, and the last of what it printed."""
    (there.tools.folder / "vercel").write_text(f"#!/bin/bash\n{script}\n")
    run = await there.seat.engine.finish("INC-1", await there.seat.start("deploy-staging"))
    assert run is not None
    return str(run.state), run.tail


@pytest.mark.parametrize(
    ("script", "state", "says"),
    [
        ("echo half; kill -KILL $$", "failed", "half"),
        ("printf 'a\\033]52;c;aGk=\\007b\\033[2J\\033[31mred\\033[0m\\n'", "succeeded", "red"),
        ("read -r answer && echo got $answer || echo nobody answers; exit 3", "failed", "nobody answers"),
        ("read -r answer </dev/tty || echo no terminal; exit 4", "failed", "no terminal"),
        ("head -c 20000000 /dev/zero | tr '\\0' x; echo; echo the end", "succeeded", "the end"),
        ("yes 'a line of a flood' | head -n 300000; echo the end", "succeeded", "the end"),
        ("printf '\\xff\\xfe\\x00 no text\\n'", "succeeded", "no text"),
        ("(exec sleep 5) & echo left a child; exit 0", "succeeded", "left a child"),
    ],
    ids=["dies", "escapes", "prompts", "asks-the-terminal", "one-long-line", "floods", "no-text", "leaves-a-child"],
)
async def test_it_ends_and_says_what_became_of_it(script: str, state: str, says: str, host: Made) -> None:
    there = await host(CASES["vercel"]).declared()
    ended, tail = await deployed(there, script)
    assert ended == state
    assert says in tail
    assert "\x1b" not in tail
    assert "\x07" not in tail


@pytest.mark.parametrize("trap", ["", "trap '' INT", "trap '' INT TERM"], ids=["hangs", "ignores-INT", "ignores-TERM"])
async def test_one_that_hangs_is_cancelled_however_deaf_it_is(trap: str, host: Made) -> None:
    there = await host(CASES["vercel"]).declared()
    mark = there.tools.folder / "begun"
    script = f"#!/bin/bash\n{trap}\necho $$ > {mark}\nwhile true; do sleep 1; done\n"
    (there.tools.folder / "vercel").write_text(script)
    run = await there.seat.start("deploy-staging")
    wait_for(lambda: mark.exists() and bool(mark.read_text().strip()), "its beginning")
    assert await there.seat.engine.cancel("INC-1", run) is None
    ended = await there.seat.engine.finish("INC-1", run)
    assert ended is not None
    assert ended.state == "cancelled"
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), signal.SIG_DFL)


async def test_a_proof_whose_tool_dies_is_no_proof(host: Made) -> None:
    there = await host(CASES["vercel"]).declared()
    (there.tools.folder / "vercel").write_text("#!/bin/sh\necho '{\"readyState\": '; kill -KILL $$\n")
    found = there.seat.engine._proposer.offering.hosted.platform
    assert found is not None
    assert there.looked()[0].readiness != "ready"
