"""Verbs that read: log, export, verify, status for a bar, playbooks, configuration."""

import json
import signal
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.cli.conftest import PROGRAM, Shell


@pytest.fixture
def incident(shell: Shell) -> str:
    return shell.ok("declare", "Sign-in fails [P1] <b>now</b>", "--level", "P1")


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_the_log_is_followed_as_it_grows(shell: Shell, incident: str, form: tuple[str, ...]) -> None:
    process = subprocess.Popen(
        [PROGRAM, "log", incident, "--follow", *form],
        cwd=shell.folder,
        env=shell.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stdout
    assert "incident" in process.stdout.readline()
    shell.ok("note", incident, "first words", actor="mei")
    while "first words" not in (line := process.stdout.readline()):
        assert line
    shell.ok("note", incident, "second words", actor="mei")
    assert "second words" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    rest, said = process.communicate(timeout=60)
    assert (process.returncode, rest, "Traceback" in said) == (130, "", False)


def test_a_reader_that_goes_away_is_no_bug(shell: Shell, incident: str) -> None:
    for number in range(3):
        shell.ok("note", incident, f"note {number}")
    done = subprocess.run(
        ["sh", "-c", f"'{PROGRAM}' log {incident} --json | head -n 1"],
        cwd=shell.folder,
        env=shell.env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    assert json.loads(done.stdout)["type"] == "incident.declared"


def test_a_post_mortem_comes_as_markdown_html_and_json(shell: Shell, incident: str) -> None:
    markdown = shell.ok("export", incident, "post-mortem")
    assert markdown.startswith("#")
    assert "<b>" not in markdown
    html = shell.ok("export", incident, "post-mortem", "--format", "html")
    tags: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append(tag)

    Reader().feed(html)
    assert "html" in tags
    assert "b" not in tags
    assert "script" not in tags
    shown = json.loads(shell.ok("export", incident, "post-mortem", "--format", "json"))
    assert incident in json.dumps(shown)


def test_a_document_is_written_to_a_file_or_says_why_not(shell: Shell, incident: str) -> None:
    done = shell.warroom("export", incident, "post-mortem", "-o", "pm.md")
    assert (done.status, done.out) == (0, "")
    assert (shell.folder / "pm.md").read_text().startswith("#")
    done = shell.warroom("export", incident, "post-mortem", "-o", "no/such/folder/pm.md")
    assert done.status == 1
    assert "no/such/folder/pm.md can't be written: No such file or directory" in done.err


def test_a_checkpoint_finds_a_log_that_was_cut(shell: Shell, incident: str, tmp_path: Path) -> None:
    import sqlite3

    shell.ok("note", incident, "to be forgotten")
    checkpoint = shell.ok("verify").rpartition(" ")[2]
    assert "whole" in shell.ok("verify", "--checkpoint", checkpoint)
    shell.ok("note", incident, "after it")
    assert "whole" in shell.ok("verify", incident, "--checkpoint", checkpoint)
    wrong = checkpoint[:-1] + ("0" if checkpoint[-1] != "0" else "1")
    assert shell.warroom("verify", "--checkpoint", wrong).status == 1
    assert shell.warroom("verify", "--checkpoint", "yesterday").status == 2
    with sqlite3.connect(tmp_path / "state" / "warroom" / "warroom.db") as connection:
        last = connection.execute("SELECT max(position) FROM records").fetchone()[0]
        for position in (last, last - 1):
            connection.execute("DELETE FROM records WHERE position = ?", (position,))
        row = connection.execute("SELECT position, hash FROM records ORDER BY position DESC LIMIT 1").fetchone()
        connection.execute("UPDATE head SET position = ?, hash = ?", row)
    assert shell.warroom("verify").status == 0
    done = shell.warroom("verify", "--checkpoint", checkpoint)
    assert (done.status, done.out) == (1, "")


def test_a_status_bar_gets_the_worst_open_incident_or_nothing(shell: Shell) -> None:
    assert shell.ok("status", "--oneline") == ""
    shell.ok("declare", "Slow", "--level", "P2")
    shell.ok("declare", "Down", "--level", "P0")
    line = shell.ok("status", "--oneline")
    assert line.startswith("P0  INC-2  Down")
    assert line.endswith("+1")
    assert "\n" not in line
    for name in ("INC-1", "INC-2"):
        shell.ok("resolve", name)
    assert shell.ok("status", "--oneline") == ""


def test_what_show_prints_can_be_checked_and_shown_again(shell: Shell) -> None:
    listed = json.loads(shell.ok("playbook", "list", "--json"))
    assert "release-protocol" in [book["id"] for book in listed]
    assert all(book["title"] and book["levels"] for book in listed)
    assert len(shell.ok("playbook", "list").splitlines()) == len(listed)
    for book in (listed[0], listed[-1]):
        shown = shell.ok("playbook", "show", book["id"])
        path = shell.write(shown, f"{book['id']}-copy.toml")
        assert shell.ok("playbook", "show", str(path)) == shown
        assert shell.warroom("playbook", "check", str(path)).status == 0


def test_a_playbook_with_mistakes_says_which(shell: Shell) -> None:
    path = shell.write('id = "x"\ntitle = "X"\ncolour = "red"\n[level.P1]\ntitle = "High"\n', "x.toml")
    done = shell.warroom("playbook", "check", str(path))
    assert (done.status, done.out) == (2, "")
    assert "x.toml" in done.err
    assert "colour" in done.err
    missing = shell.warroom("playbook", "check", "no-such-playbook")
    assert (missing.status, missing.out) == (2, "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[service\n", "warroom.toml"),
        ('[service]\nname = "shop"\ncolour = "red"\n', "service.colour"),
        ("[service]\nname = 7\n", "service.name"),
        ('[service]\nname = "shop"\n[[probe]]\nname = "api"\n', "probe[0].url"),
        ('[service]\nname = "shop"\n[[probe]]\nname = "a"\nurl = "http://x"\nconditions = ["[BODY"]\n', "probe[0]"),
        ('[service]\nname = "shop"\n[action.x]\ntitle = "X"\nargv = ["true"]\ndanger = "mild"\n', "action.x.danger"),
        ('playbook = "poem"\n[service]\nname = "shop"\n', "poem"),
        ("\x00", "warroom.toml"),
        ("", "service"),
    ],
)
def test_a_bad_configuration_is_status_2_and_names_the_place(shell: Shell, text: str, words: str) -> None:
    shell.write(text)
    for arguments in (("config", "check"), ("status",), ("declare", "x", "--level", "P1")):
        done = shell.warroom(*arguments)
        assert (done.status, done.out) == (2, ""), arguments
        assert words in done.err
        assert "Traceback" not in done.err


def test_a_good_configuration_says_what_it_holds(shell: Shell) -> None:
    path = shell.write('[service]\nname = "shop"\n')
    assert shell.ok("config", "check") == shell.ok("config", "check", str(path))
    assert "good: shop, 0 probes, 0 actions" in shell.ok("config", "check")
    assert json.loads(shell.ok("config", "schema"))["type"] == "object"
    assert json.loads(shell.ok("config", "schema", "playbook"))["type"] == "object"


def test_what_would_be_refused_on_the_night_is_said_by_the_check(shell: Shell) -> None:
    action = '[action.{0}]\ntitle = "{0}"\nargv = ["true"]\ndanger = "{1}"\ntarget = "production"\n{2}\n'
    shell.write(
        'playbook = "release-protocol"\n[service]\nname = "shop"\n'
        + action.format("shift-traffic", "two", 'parameters = { percent = "" }')
        + action.format("deploy-staging", "confirm", 'verify = "purge"')
        + action.format("purge", "typed", "")
    )
    done = shell.warroom("config", "check")
    assert done.status == 0
    assert "good: shop" in done.out
    assert "action: shift-traffic asks for a second person at each run" in done.err
    assert "action.deploy-staging.verify: purge is of class typed" in done.err


def test_without_a_configuration_check_says_so(shell: Shell) -> None:
    done = shell.warroom("config", "check")
    assert (done.status, done.out) == (2, "")
    assert "no warroom.toml" in done.err
    assert shell.warroom("config", "check", "nowhere.toml").status == 2
