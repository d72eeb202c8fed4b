"""Two people with an account of the system each, on one store: on PostgreSQL, and on a file of a shared folder."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.test_run import wait_for
from tests.store.conftest import Cluster, cluster, postgres_address

__all__ = ["cluster", "postgres_address"]

KAI, LEE, TEAM = 61001, 61002, 61000
"""Two accounts and their group: nobody else's, and nothing has to be made for them."""
ROOT = Path(__file__).parents[2]
PROGRAM = "from warroom.console.cli import main; main()"
CONFIG = """
[service]
name = "shop"

[approval]
different_accounts = true

[action.restore]
title = "Restore the database"
argv = ["sh", "-c", "id -u >> restored"]
danger = "two"
target = "orders"
environment = "production"

[action.look]
title = "Look"
argv = ["id", "-u"]
danger = "free"
"""


def _python() -> str | None:
    """An interpreter that every account can start and that can load what is installed here; none: there is none."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    known = (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}")
    return next((found for found in known if _can(found, "-c", "")), None)


def _packages(python: str, folder: Path) -> str:
    """A path from which every account can load the program: the one of here, or links to it where that is shut."""
    site = next(path for path in sys.path if path.endswith("site-packages"))
    here = os.pathsep.join([str(ROOT / ".dev"), site])
    if _can(python, "-c", "import warroom.console.cli, pydantic", path=here):
        return here
    shutil.copytree(site, folder / "site", copy_function=_same, symlinks=True)
    for name in ("console", "widgets", "config"):
        shutil.copytree(ROOT / name, folder / "program" / "warroom" / name, copy_function=_same)
    return os.pathsep.join([str(folder / "program"), str(folder / "site")])


def _same(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        # Another file system.
        return shutil.copy2(source, target)
    return target


def _can(python: str, *words: str, path: str = "") -> bool:
    try:
        command = [python, *words]
        subprocess.run(
            command, user=KAI, group=TEAM, cwd="/", env={"PYTHONPATH": path}, capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


@dataclass(frozen=True)
class Desk:
    """A folder that both can work in, and a store that both reach."""

    python: str
    packages: str
    folder: Path
    store: str

    def call(self, uid: int, *arguments: str, name: str = "") -> "subprocess.Popen[str]":
        """Call the program from an account."""
        who = name or {KAI: "kai", LEE: "lee"}[uid]
        return subprocess.Popen(
            [self.python, "-c", PROGRAM, "--store", self.store, "--as", who, *arguments],
            cwd=self.folder,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.folder / f"home-{uid}"),
                "PYTHONPATH": self.packages,
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            user=uid,
            group=TEAM,
            extra_groups=[],
            umask=0o002,
        )

    def run(self, uid: int, *arguments: str, name: str = "") -> tuple[int, str, str]:
        """Call it and wait; status, output, and what was said."""
        with self.call(uid, *arguments, name=name) as process:
            out, said = process.communicate(timeout=120)
        return process.returncode, out, said

    def states(self) -> list[str]:
        """The kinds of everything that happened."""
        _, out, _ = self.run(KAI, "log", "INC-1", "--json")
        return [json.loads(line)["type"] for line in out.splitlines()]


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    if os.getuid() != 0:
        pytest.skip("only root can act for two accounts")
    python = _python()
    if python is None:
        pytest.skip("no interpreter that other accounts can start")
    # Below /tmp itself: the folders of pytest are for one account.
    folder = Path(subprocess.check_output(["mktemp", "-d", "/tmp/warroom-two-XXXXXX"], text=True).strip())
    try:
        (folder / "warroom.toml").write_text(CONFIG)
        for uid in (KAI, LEE):
            (folder / f"home-{uid}").mkdir()
            os.chown(folder / f"home-{uid}", uid, TEAM)
        os.chown(folder, 0, TEAM)
        folder.chmod(0o2775)
        packages = _packages(python, folder)
        if request.param == "sqlite":
            # A store is for its account alone, unless somebody has made the file for the group.
            (folder / "room.db").touch()
            os.chown(folder / "room.db", KAI, TEAM)
            (folder / "room.db").chmod(0o660)
            yield Desk(python, packages, folder, str(folder / "room.db"))
        else:
            made: Cluster = request.getfixturevalue("cluster")
            made.folder.chmod(0o755)
            yield Desk(python, packages, folder, str(request.getfixturevalue("postgres_address")))
    finally:
        subprocess.run(["rm", "-rf", str(folder)], check=True)


def test_a_second_account_approves_and_a_second_name_does_not(desk: Desk) -> None:
    status, incident, said = desk.run(KAI, "declare", "Orders are gone", "--level", "P0")
    assert (status, incident.strip()) == (0, "INC-1"), said
    with desk.call(KAI, "run", "INC-1", "restore", "--yes", "orders", "--ask", "--wait", "2m") as asking:
        wait_for(lambda: "approval.asked" in desk.states())
        # Kai under another name is Kai.
        for words in (("--yes", "orders"), ()):
            status, out, said = desk.run(KAI, "approve", "INC-1", *words, name="lee")
            assert (status, out) == (5, ""), said
            assert f"{KAI}@" in said
            assert "must come from another account" in said
        assert not (desk.folder / "restored").exists()
        status, _, said = desk.run(LEE, "approve", "INC-1", "--yes", "orders")
        assert status == 0, said
        _, said = asking.communicate(timeout=120)
    assert asking.returncode == 0, said
    assert f"lee approved it, from {LEE}@" in said
    assert (desk.folder / "restored").read_text() == f"{KAI}\n"


def test_both_run_what_they_may_and_see_what_the_other_ran(desk: Desk) -> None:
    assert desk.run(KAI, "declare", "Orders are gone", "--level", "P0")[0] == 0
    for uid in (KAI, LEE):
        status, out, said = desk.run(uid, "run", "INC-1", "look")
        assert (status, out.strip()) == (0, str(uid)), said
    status, out, said = desk.run(KAI, "runs", "INC-1", "--json")
    assert status == 0, said
    newest, first = json.loads(out)
    assert (newest["by"], first["by"]) == ("lee", "kai")
    # The files of a run are its account's own; of the other's the log has kept the last part.
    status, out, said = desk.run(KAI, "output", newest["id"])
    assert (status, out.strip()) == (0, str(LEE)), said
