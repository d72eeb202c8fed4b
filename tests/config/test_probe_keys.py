"""Keys of probes: each belongs to some kinds, and a mistake is said with what was likely meant."""

import dataclasses
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from warroom.config.checks import url_problem
from warroom.config.load import load
from warroom.config.probe import Kind, Probe
from warroom.config.probe_check import check_probe_keys, host_and_port, server_and_port
from warroom.config.probe_kinds import EVERY, OWN
from warroom.config.schema import settings_schema

RIGHT: dict[str, dict[str, Any]] = {
    "http": {
        "url": "https://shop.example/health",
        "method": "POST",
        "body": "x",
        "client_cert": "a",
        "client_key": "b",
    },
    "metrics": {"url": "https://shop.example/metrics", "metric": "depth", "scale": 100.0},
    "prometheus": {"url": "https://p.example/prom", "query": "up", "username": "kai", "password": "pw"},
    "sentry": {"organization": "acme", "project": "shop", "token": "t", "what": "new-issues", "release": "v1"},
    "alertmanager": {"url": "https://a.example", "filters": ("severity=page", 'team=~"a|b"'), "receiver": "on.*"},
    "statuspage": {"url": "https://status.example", "components": ("API",)},
    "command": {"argv": ("./ops/lag", "--number"), "env": {"PGPASSWORD": "pw"}},
    "tcp": {"address": "[::1]:6379", "tls": True, "send": "PING\r\n", "expect": "+PONG"},
    "dns": {"lookup": "shop.example", "record": "MX", "server": "10.0.0.2:5353"},
}


def found(kind: str, **keys: Any) -> list[tuple[tuple[str | int, ...], str, str]]:
    return list(check_probe_keys(Probe(name="p", **({"kind": kind} | keys)), url_problem))


def test_every_kind_and_every_key_has_its_place() -> None:
    assert set(OWN) == set(RIGHT) == set(get_args(Kind))
    assert {field.name for field in dataclasses.fields(Probe)} == EVERY.union(*OWN.values())


@pytest.mark.parametrize("kind", RIGHT)
def test_what_every_kind_may_have_is_a_problem_of_none(kind: str) -> None:
    common = {
        "every": timedelta(seconds=30),
        "timeout": timedelta(seconds=9),
        "failures": 5,
        "successes": 4,
        "conditions": ("[STATUS] == 200",),
        "warn": ("[STATUS] == 200",),
        "worse_than_baseline": 10.0,
        "unit": "%",
        "role": "health",
    }
    assert common.keys() | {"name", "kind"} == EVERY
    assert found(kind, **RIGHT[kind] | common) == []


@pytest.mark.parametrize("kind", RIGHT)
def test_a_right_probe_of_each_kind_has_no_problems(kind: str) -> None:
    assert found(kind, **RIGHT[kind]) == []


@pytest.mark.parametrize(
    ("kind", "keys", "key", "problem", "example"),
    [
        ("tcp", {"url": "https://x"}, "url", 'this one is of kind "tcp", did you mean "address"?', "db.internal:5432"),
        ("metrics", {"query": "up"}, "query", "belongs to prometheus and sentry probes", "numerator = "),
        ("http", {"argv": ("ls",)}, "argv", 'belongs to command probes, and this one is of kind "http"', '"command"'),
        ("prometheus", {"metric": "up"}, "metric", 'did you mean "query"?', "query = "),
        ("alertmanager", {"components": ("a",)}, "components", 'did you mean "filters"?', "filters = "),
        ("command", {"url": "https://x"}, "url", 'did you mean "argv"?', "argv = "),
        ("statuspage", {"method": "POST"}, "method", "belongs to http and metrics probes", ""),
        ("http", {"certificate_warning": timedelta(days=-1)}, "certificate_warning", "must not be shorter", '"14d"'),
        ("http", {"url": ""}, "url", "missing", 'url = "https://example.com/health"'),
        ("http", {"token": "t", "username": "kai"}, "token", "logs in a second time, besides username", "TOKEN"),
        ("http", {"headers": {"Authorization": "x"}, "token": "t"}, "headers", "a second time, besides token", ""),
        ("http", {"password": "pw"}, "password", "goes with a username", "username"),
        ("http", {"client_key": "k", "client_cert": ""}, "client_key", "goes with client_cert", "client_cert"),
        ("http", {"role": "error_rate"}, "role", 'did you mean "error-rate"?', ""),
        ("sentry", {"organization": ""}, "organization", "a sentry probe needs an organization", '"acme"'),
        ("sentry", {"project": "a/b"}, "project", "is no slug", '"shop"'),
        ("sentry", {"token": ""}, "token", "answers nobody without one", "SENTRY_TOKEN"),
        ("sentry", {"since": timedelta(days=30)}, "since", "longer than the 14 days", '"1h"'),
        ("sentry", {"window": timedelta(seconds=5)}, "window", "must be a minute to a day", '"5m"'),
        ("alertmanager", {"filters": ("severity",)}, "filters.0", "is no matcher", 'severity="page"'),
        ("alertmanager", {"receiver": "["}, "receiver", "is no regular expression", "on-call"),
        ("command", {"argv": ()}, "argv", "a command probe needs an argv", "argv = "),
        ("command", {"argv": (" ",)}, "argv.0", "must name a program", "./ops/lag"),
        ("command", {"argv": ("ls", "a\0")}, "argv.1", "NUL character", ""),
        ("command", {"env": {"A B": "x"}}, "env.A B", "can't be a variable", "env = "),
        ("tcp", {"address": "db.internal"}, "address", "expected a host and a port", "db.internal:5432"),
        ("dns", {"lookup": "https://x"}, "lookup", "is no name", "shop.example.com"),
        ("dns", {"server": "ns.example"}, "server", "the address of a name server", "10.0.0.2"),
    ],
)
def test_a_mistake_is_named_with_key_problem_and_example(
    kind: str, keys: dict[str, Any], key: str, problem: str, example: str
) -> None:
    ((loc, said, shown),) = found(kind, **(RIGHT[kind] | keys))
    assert ".".join(map(str, loc)) == key
    assert problem in said
    assert example in shown


@pytest.mark.parametrize("text", ["", "db", "db:", ":5432", "db:0", "db:99999", "a b:1", "db:1/x", "kai@db:1", "db:x"])
def test_what_is_no_host_and_port_is_none(text: str) -> None:
    assert host_and_port(text) is None


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("10.0.0.2", ("10.0.0.2", 53)),
        ("10.0.0.2:5353", ("10.0.0.2", 5353)),
        ("fd00::2", ("fd00::2", 53)),
        ("[fd00::2]:5353", ("fd00::2", 5353)),
        ("[fd00::2]", ("fd00::2", 53)),
    ],
)
def test_the_port_of_a_name_server_is_53_unless_said(text: str, server: tuple[str, int]) -> None:
    assert server_and_port(text) == server


def test_files_of_a_probe_are_relative_to_the_file_that_names_them(tmp_path: Path) -> None:
    (tmp_path / "warroom.toml").write_text(
        '[service]\nname = "shop"\n[[probe]]\nname = "api"\nurl = "https://x.example"\nca = "tls/ca.pem"\n'
        'client_cert = "/etc/watch.pem"\n'
    )
    loaded = load(tmp_path)
    assert loaded
    probe = loaded.settings.probe[0]
    assert (probe.ca, probe.client_cert, probe.client_key) == (str(tmp_path / "tls/ca.pem"), "/etc/watch.pem", "")


def test_the_schema_explains_every_kind_of_key() -> None:
    keys = settings_schema()["$defs"]["Probe"]["properties"]
    assert set(keys) == {field.name for field in dataclasses.fields(Probe)}
    for kind, own in OWN.items():
        for key in own - {"url", "method", "body", "headers", "verify_tls", "password"}:
            assert keys[key].get("description"), (kind, key)
