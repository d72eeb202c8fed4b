"""A Gatus configuration becomes probes that say the same."""

from pathlib import Path

import pytest

from warroom.console.survey.gatus import read_gatus
from warroom.console.survey.yaml_files import UnreadableFile

FILE = """
endpoints:
  - name: front-end
    group: core
    url: "https://example.org/health"
    interval: 30s
    method: POST
    headers: {Authorization: "Bearer ${TOKEN}"}
    body: "{}"
    client: {timeout: 4s, insecure: true, ignore-redirect: true}
    conditions:
      - "[STATUS] == 200"
      - "[BODY].status == UP"
      - "[CERTIFICATE_EXPIRATION] > 48h"
      - "[DOMAIN_EXPIRATION] > 720h"
    alerts:
      - type: slack
        failure-threshold: 5
        success-threshold: 4
  - name: cache
    url: "tcp://127.0.0.1:6379"
    conditions: ["[CONNECTED] == true"]
  - name: resolver
    url: "8.8.8.8"
    dns: {query-name: "example.org", query-type: "A"}
    interval: 5s
    conditions: ["[DNS_RCODE] == NOERROR"]
  - name: ping
    url: "icmp://example.org"
  - name: off
    enabled: false
    url: "https://example.org"
"""


@pytest.fixture
def gatus(tmp_path: Path) -> Path:
    path = tmp_path / "gatus.yaml"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_an_endpoint_keeps_all_it_says(gatus: Path) -> None:
    probe = read_gatus(gatus).probes[0]
    assert probe.table == {
        "name": "core front-end",
        "url": "https://example.org/health",
        "every": "30s",
        "timeout": "4s",
        "conditions": ["[STATUS] == 200", "[BODY].status == UP", "[CERTIFICATE_EXPIRATION] > 48h"],
        "role": "health",
        "method": "POST",
        "headers": {"Authorization": "Bearer ${TOKEN}"},
        "body": "{}",
        "verify_tls": False,
        "redirects": False,
        "failures": 5,
        "successes": 4,
    }


def test_what_can_not_be_carried_over_is_named(gatus: Path) -> None:
    notes = read_gatus(gatus).notes
    assert len(notes) == 2
    assert "core front-end: the condition '[DOMAIN_EXPIRATION] > 720h' is left out" in notes[0]
    assert "ping: is checked by icmp" in notes[1]


def test_ports_and_names_are_carried_over_too(gatus: Path) -> None:
    _, cache, resolver = (probe.table for probe in read_gatus(gatus).probes)
    assert (cache["kind"], cache["address"], cache["conditions"]) == ("tcp", "127.0.0.1:6379", ["[CONNECTED] == true"])
    assert (resolver["kind"], resolver["lookup"], resolver["record"]) == ("dns", "example.org", "A")
    assert (resolver["server"], resolver["conditions"]) == ("8.8.8.8", ["[DNS_RCODE] == NOERROR"])
    assert resolver["timeout"] == "5s", "no reading overlaps the next"


@pytest.mark.parametrize(
    "text", ["- a list", "endpoints: [", "\0", "a: &a [*a", "x: !!python/object/apply:os.system ['true']"]
)
def test_what_is_no_configuration_is_said_to_be_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "gatus.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableFile, match=r"gatus\.yaml: "):
        read_gatus(path)


def test_endpoints_of_an_unforeseen_shape_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "gatus.yaml"
    path.write_text("endpoints: [1, {name: 3}, {name: x, url: [1]}, null]\n", encoding="utf-8")
    assert read_gatus(path).probes == ()
