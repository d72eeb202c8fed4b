"""A variable that nobody set on this machine puts what needs it out of order, and nothing else."""

import json

from tests.cli.conftest import Shell

CONFIG = """
[service]
name = "shop"
environments = { production = "http://127.0.0.1:9" }

[channel.room]
kind = "slack"
url = "${UNSET_HOOK}"
audiences = ["stakeholders"]

[[probe]]
name = "errors"
url = "http://127.0.0.1:9/${UNSET_PATH}"
headers = { authorization = "Bearer ${UNSET_TOKEN}" }

[action.flush]
title = "Flush the cache"
argv = ["sh", "-c", "touch flushed"]
danger = "free"

[action.purge]
title = "Purge the edge"
argv = ["sh", "-c", "touch purged"]
env = { TOKEN = "${UNSET_TOKEN}" }
danger = "free"

[request.login]
url = "/login"
headers = { authorization = "${UNSET_TOKEN}" }
"""


def test_what_needs_no_variable_works_and_what_does_says_which(shell: Shell) -> None:
    shell.write(CONFIG)
    checked = shell.warroom("config", "check")
    assert checked.status == 0
    assert "channel.room.url: the environment variable UNSET_HOOK is not set, so this channel is out" in checked.err
    assert shell.warroom("declare", "Orders fail", "--level", "P1").status == 0
    assert shell.warroom("run", "INC-1", "flush").status == 0
    assert (shell.folder / "flushed").exists()

    refused = shell.warroom("run", "INC-1", "purge")
    assert refused.status == 5
    assert "UNSET_TOKEN is not set here" in refused.err
    assert not (shell.folder / "purged").exists()

    read = shell.warroom("probe", "errors", "--once", "--json")
    assert read.status == 3
    assert json.loads(read.out)[0]["error"] == "UNSET_PATH and UNSET_TOKEN are not set here"

    replayed = shell.warroom("request", "login")
    assert replayed.status == 2
    assert "request.login: UNSET_TOKEN is not set here" in replayed.err
    by_button = shell.warroom("run", "INC-1", "request-login")
    assert by_button.status == 5
    assert "UNSET_TOKEN is not set here" in by_button.err


def test_a_place_that_all_depends_on_is_an_error(shell: Shell) -> None:
    shell.write('[service]\nname = "${UNSET_NAME}"\n')
    answer = shell.warroom("status")
    assert answer.status == 2
    assert "service.name: the environment variable UNSET_NAME is not set, e.g. export UNSET_NAME=…" in answer.err


def test_the_doctor_names_the_channel_that_nothing_can_be_sent_by(shell: Shell) -> None:
    shell.write(CONFIG)
    findings = {finding["what"]: finding for finding in json.loads(shell.warroom("doctor", "--json").out)}
    assert findings["channels"]["says"] == "room: UNSET_HOOK is not set here"
    assert findings["channels"]["grade"] == "missing"
