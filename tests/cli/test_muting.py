"""Muting probes from a shell."""

from tests.cli.conftest import Shell

CONFIG = """
store = "room.db"
playbook = "release-protocol"
[service]
name = "shop"
[[probe]]
name = "errors"
url = "http://127.0.0.1:9/"
"""


def test_a_probe_is_muted_with_a_reason_and_an_end_and_listened_to_again(shell: Shell) -> None:
    shell.write(CONFIG)
    incident = shell.ok("declare", "Payments fail", "--level", "P0")
    shell.ok("mute", incident, "errors", "--for", "1h", "--why", "the exporter is restarted")
    muted = shell.ok("mute", incident)
    assert muted.startswith("errors: muted by ")
    assert muted.endswith(": the exporter is restarted")
    assert "errors muted until" in shell.ok("log", incident)
    shell.ok("unmute", incident, "errors")
    assert shell.ok("mute", incident) == ""
    assert shell.warroom("unmute", incident, "errors").status == 5


def test_a_mute_that_makes_no_sense_is_refused(shell: Shell) -> None:
    shell.write(CONFIG)
    incident = shell.ok("declare", "Payments fail", "--level", "P0")
    silent = shell.warroom("mute", incident, "errors")
    assert (silent.status, "needs a reason" in silent.err) == (5, True)
    assert shell.warroom("mute", incident, "errors", "--for", "2d", "--why", "x").status == 5
    assert shell.warroom("mute", incident, "errors", "--for", "soon", "--why", "x").status == 2
    assert shell.warroom("mute", incident, "eror", "--why", "x").status == 2
