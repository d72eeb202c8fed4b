"""Limits of a change, requests to replay and logs to follow, as `warroom.toml` has them."""

from datetime import timedelta
from pathlib import Path

import pytest

from warroom.config.errors import ConfigError
from warroom.config.load import Loaded, load
from warroom.config.shipping import address
from warroom.console.cli.checks import CHECKS

SERVICE = """
[service]
name = "shop"
environments = { staging = "https://staging.example.com/", production = "https://example.com" }
"""


def loaded(folder: Path, text: str) -> Loaded:
    (folder / "warroom.toml").write_text(SERVICE + text, encoding="utf-8")
    found = load(folder, environ={"LOGIN_PASSWORD": "hunter2hunter2"}, checks=CHECKS)
    assert found is not None
    return found


def test_all_of_it_is_read(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        """
pull_requests = false
[service.limits]
files = 3
refuse = ["migration", "ci"]
patterns = { migration = ["db/**"] }
[request.login]
url = "/login"
method = "POST"
body = '{"password": "${LOGIN_PASSWORD}"}'
conditions = ["[STATUS] == 200"]
timeout = "5s"
[log.app]
file = "/var/log/app.log"
filter = "auth"
""",
    )
    settings = found.settings
    assert settings.service.limits.files == 3
    assert settings.service.limits.refuse == ("migration", "ci")
    assert settings.service.pull_requests is False
    login = settings.request["login"]
    assert login.timeout == timedelta(seconds=5)
    assert login.body == '{"password": "hunter2hunter2"}'
    assert found.secrets == ("hunter2hunter2",)
    assert settings.log["app"].filter == "auth"
    assert address(login, settings.service.environments) == "https://example.com/login"
    assert address(login, settings.service.environments, "staging") == "https://staging.example.com/login"


@pytest.mark.parametrize(
    ("text", "key", "problem"),
    [
        ("[service.limits]\nfiles = -1", "service.limits.files", "0 or more"),
        ('[service.limits]\nrefuse = ["lockfiles"]', "service.limits.refuse[0]", '"lockfile"'),
        ('[request.login]\nurl = "/login"\nenvironment = "prod"', "request.login.environment", "no address"),
        ('[request.login]\nurl = "ftp://x"', "request.login.url", "http"),
        ('[request.login]\nurl = "https://x/#a"', "request.login.url", "fragment"),
        ('[request.login]\nurl = "https://x"\nmethod = "post it"', "request.login.method", "no method"),
        ('[request.login]\nurl = "https://x"\nheaders = { a = "b\\nc" }', "request.login.headers.a", "header"),
        ('[request.login]\nurl = "https://x"\nconditions = ["[STATUS]"]', "request.login.conditions[0]", "compares"),
        ('[log.app]\nfilter = "x"', "log.app.file", "either a file or an argv"),
        ('[log.app]\nfile = "x"\nregex = "("', "log.app.regex", "no pattern"),
        ('[log.app]\nfile = "x"\nlast = "0s"', "log.app.last", "longer than 0"),
        ('[log.app]\nfile = "x"\nlines = 5000', "log.app.lines", "between"),
    ],
)
def test_a_mistake_names_its_key(tmp_path: Path, text: str, key: str, problem: str) -> None:
    with pytest.raises(ConfigError) as raised:
        loaded(tmp_path, text)
    assert any(one.key == key and problem in str(one) for one in raised.value.problems), str(raised.value)
