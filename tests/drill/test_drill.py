"""The drill as somebody meets it: one command, a whole incident, and nothing left behind."""

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.conftest import PROGRAM
from warroom.console.store.log import Proof
from warroom.console.store.store import open_store

Until = Callable[[Callable[[], bool], str], None]

pytestmark = pytest.mark.xdist_group("drill")


@dataclass(frozen=True)
class Home:
    """A home that is empty and shall stay so, and a place for temporary files."""

    folder: Path

    @property
    def temporary(self) -> Path:
        return self.folder / "tmp"

    @property
    def work(self) -> Path:
        return self.folder / "work"

    @property
    def environment(self) -> dict[str, str]:
        places = {name: str(self.folder / name) for name in self.places()}
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
        return {**kept, **places, "TMPDIR": str(self.temporary)}

    @staticmethod
    def places() -> tuple[str, ...]:
        return (
            *("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"),
            *("XDG_DATA_HOME", "XDG_RUNTIME_DIR"),
        )

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start a drill. What a shell ignores for its background jobs is not ignored here."""

        def listen() -> None:
            for number in (signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)

        return subprocess.Popen(
            [PROGRAM, "--as", "kai", "drill", *arguments],
            cwd=self.work,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=listen,
        )

    def untouched(self) -> bool:
        """Nothing was written but temporary files."""
        return not any(any((self.folder / name).iterdir()) for name in (*self.places(), "work"))

    def drill(self) -> Path:
        """The folder of the drill."""
        (found,) = self.temporary.glob("warroom-drill-*")
        return found

    def processes(self) -> dict[int, str]:
        """Every process that this home's drills have started, by their folder."""
        found = {}
        mine = str(self.temporary)
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                if mine in line or str((folder / "cwd").readlink()).startswith(mine):
                    found[int(folder.name)] = line
        return found


def make_home(folder: Path) -> Home:
    home = Home(folder)
    for name in (*home.places(), "tmp", "work"):
        (folder / name).mkdir(parents=True)
    return home


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = make_home(tmp_path)
    yield made
    for process in made.processes():
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


@dataclass(frozen=True)
class Played:
    """A drill that was played to its end."""

    home: Home
    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def post_mortem(self) -> str:
        return Path(self.lines[-1].partition("post-mortem: ")[2]).read_text(encoding="utf-8")

    def said(self, *words: str) -> bool:
        """Whether these came, each on a line, in this order."""
        lines = iter(self.lines)
        return all(any(word in line for line in lines) for word in words)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    home = make_home(tmp_path_factory.mktemp("drill"))
    process = home.start("--headless", "--autopilot")
    out, err = process.communicate(timeout=110)
    return Played(home, process.returncode, out, err)


def test_a_drill_plays_a_whole_incident_and_ends_well(played: Played) -> None:
    assert played.status == 0, played.out + played.err
    assert played.said(
        "declared P1",
        "rollback-",
        "mitigated: rolled back to v1.2.3",
        "hotfix: the rollback stopped the pain",
        "Branch from the good release",
        "test-",
        "deploy-staging-",
        "deploy-production-",
        "10 % of traffic",
        "25 % of traffic",
        "50 % of traffic",
        "100 % of traffic",
        "all traffic on the new version",
        "resolved",
        "post-mortem signed",
        "closed: drill over",
        "score: passed",
    )


def test_every_line_says_that_it_is_a_drill(played: Played) -> None:
    assert all(line.startswith("DRILL") for line in played.lines)
    assert all(line.startswith("DRILL") for line in played.err.splitlines())
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", played.out)


def test_a_gate_lets_every_stage_pass_and_none_is_skipped(played: Played) -> None:
    for percent in (10, 25, 50, 100):
        stage = played.out.partition(f"{percent} % of traffic on the new version")[2]
        gate = next(line for line in stage.splitlines() if "gate passing" in line)
        assert "sign-in errors" in gate
        assert "good readings" in gate


def test_what_ships_is_proven_before_its_users_come(played: Played) -> None:
    assert played.said("smoke-canary-", "succeeded", "10, 25, 50, 100 % started")
    before, _, _ = played.out.partition("10, 25, 50, 100 % started")
    assert re.search(r"smoke-canary-\w+ succeeded", before)


def test_the_post_mortem_holds_times_deploys_and_readings(played: Played) -> None:
    text = played.post_mortem
    assert "DRILL" in text
    for words in ("declared", "mitigated", "resolved"):
        assert re.search(rf"{words}.*\d\d:\d\d:\d\d|\d\d:\d\d:\d\d.*{words}", text, re.IGNORECASE), words
    for words in ("rollback", "deploy-staging", "deploy-production", "v1.2.5", "gate passing", "limit 1 %"):
        assert words in text
    assert text == (played.home.drill() / "post-mortem.md").read_text(encoding="utf-8")


def test_the_log_of_a_drill_is_whole_and_closed(played: Played) -> None:
    with open_store(played.home.drill() / "warroom.db") as store:
        proof = store.log.verify()
        types = [record.type for record in store.log.read("INC-1")]
    assert isinstance(proof, Proof)
    assert types[-1] == "incident.closed"
    assert types.count("run.requested") == types.count("run.ended")


def test_a_drill_leaves_its_own_folder_and_nothing_else(played: Played, until: Until) -> None:
    until(lambda: not played.home.processes(), "the end of every process of the drill")
    assert played.home.untouched()
    assert [path.name for path in played.home.temporary.iterdir()] == [played.home.drill().name]
    assert not (played.home.drill() / "world").exists()


@pytest.mark.parametrize(
    ("number", "moment"),
    [
        (signal.SIGINT, "started"),
        (signal.SIGTERM, "declared"),
        (signal.SIGHUP, "building"),
        (signal.SIGKILL, "started"),
    ],
)
def test_nothing_is_left_when_a_drill_is_ended(home: Home, until: Until, number: signal.Signals, moment: str) -> None:
    process = home.start("--headless", "--autopilot")
    stream = process.stderr if moment == "building" else process.stdout
    assert stream
    while moment not in (line := stream.readline()):
        assert line, "the drill ended too early"
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == (-number if number is signal.SIGKILL else 128 + number)
    assert "Traceback" not in err
    until(lambda: not home.processes(), f"the end of {home.processes()}")
    assert home.untouched()
    database = home.drill() / "warroom.db"
    if database.exists():
        with open_store(database) as store:
            assert isinstance(store.log.verify(), Proof)


def test_an_impatient_second_signal_cuts_nothing_short(home: Home, until: Until) -> None:
    process = home.start("--headless", "--autopilot")
    assert process.stdout
    while "started" not in (line := process.stdout.readline()):
        assert line, "the drill ended too early"
    for number in (signal.SIGINT, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        process.send_signal(number)
    process.communicate(timeout=60)
    # Of signals that come at once, which is the first is the system's affair.
    assert process.returncode in (128 + signal.SIGINT, 128 + signal.SIGTERM, 128 + signal.SIGHUP)
    assert not home.processes()
    assert not (home.drill() / "world").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--headless",), "--headless needs --autopilot"),
        ((), "this is no terminal"),
        (("--autopilot",), "this is no terminal"),
        (("no-such-scenario", "--headless", "--autopilot"), "no-such-scenario"),
        (("--headless", "--autopilot", "--speed", "0"), "speed"),
    ],
)
def test_wrong_usage_is_status_2_and_starts_nothing(home: Home, arguments: tuple[str, ...], words: str) -> None:
    process = home.start(*arguments)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert words in err
    assert not any(home.temporary.iterdir())
    assert home.untouched()
