"""Where a configuration is found, what is laid over it, and what is known of its secrets."""

from pathlib import Path

import pytest

from warroom.config.errors import ConfigError
from warroom.config.load import Loaded, find_file, load
from warroom.config.settings import Settings

FILE = """
[service]
name = "shop"
repository = "checkout"
environments = { staging = "https://staging.example.com" }
[service.platform_options]
Name-Space = "shop-prod"
[[probe]]
name = "api"
url = "https://api.example.com/health"
[channel.incidents]
kind = "slack"
url = "https://example.com/hook"
"""

OPTIONS = "[service.platform_options]\n"


def loaded(folder: Path, text: str = FILE, /, **environ: str) -> Loaded:
    (folder / "warroom.toml").write_text(text)
    found = load(folder, environ=environ)
    assert found is not None
    return found


def test_the_nearest_file_upwards_is_found(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / "warroom.toml").write_text(FILE)
    assert find_file(deep, config_home=tmp_path / "none") == tmp_path / "warroom.toml"
    (tmp_path / "a" / "warroom.toml").write_text(FILE)
    assert find_file(deep, config_home=tmp_path / "none") == tmp_path / "a" / "warroom.toml"


def test_the_xdg_config_folder_comes_last(tmp_path: Path) -> None:
    home, work = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    work.mkdir()
    assert load(work, environ={}, config_home=home) is None
    (home / "warroom.toml").write_text(FILE)
    found = load(work, environ={}, config_home=home)
    assert found is not None and found.path == home / "warroom.toml"


def test_without_any_file_there_is_no_configuration_unless_a_variable_names_the_service(tmp_path: Path) -> None:
    empty = tmp_path / "none"
    assert load(tmp_path, environ={"WARROOM_STORE": "postgresql://db/x"}, config_home=empty) is None
    found = load(tmp_path, environ={"WARROOM_SERVICE__NAME": "shop"}, config_home=empty)
    assert found is not None and found.path is None and found.settings.service.name == "shop"


def test_variables_stand_above_the_file_and_options_above_them(tmp_path: Path) -> None:
    (tmp_path / "warroom.toml").write_text('playbook = "nothing"\n' + FILE)
    found = load(
        tmp_path,
        environ={
            "WARROOM_PLAYBOOK": "release-protocol",
            "WARROOM_DRILL": "1",
            "WARROOM_SERVICE__NAME": "till",
            "WARROOM_SERVICE__PLATFORM_OPTIONS__NAME_SPACE": "other",
            "WARROOM_SERVICE__ENVIRONMENTS__STAGING": "https://s.example.com",
            "WARROOM_PROBE__0__EVERY": "30s",
            "WARROOM_PROBE__0__FAILURES": "5",
            "WARROOM_CHANNEL__INCIDENTS__URL": "https://example.com/other",
            "WARROOM_STORE": "postgresql://db/variable",
        },
        overrides={"store": "postgresql://db/option"},
    )
    assert found is not None
    settings = found.settings
    assert (settings.playbook, settings.drill, settings.store) == ("release-protocol", True, "postgresql://db/option")
    assert settings.service.name == "till"
    assert dict(settings.service.platform_options) == {"Name-Space": "other"}
    assert dict(settings.service.environments) == {"staging": "https://s.example.com"}
    assert (settings.probe[0].every.total_seconds(), settings.probe[0].failures) == (30, 5)
    assert settings.channel["incidents"].url == "https://example.com/other"
    assert found.origins["service.name"] == "WARROOM_SERVICE__NAME"
    assert found.origins["store"] == "option"
    assert found.origins["probe[0].url"] == "warroom.toml"


def test_variables_of_other_programs_are_left_alone_and_near_misses_are_named(tmp_path: Path) -> None:
    found = loaded(tmp_path, WARROOM_INCIDENT="INC-7", WARROOM_STOER="x", OTHER="y")
    assert [str(warning) for warning in found.warnings] == [
        'environment: WARROOM_STOER: no such setting, did you mean "WARROOM_STORE"?'
    ]


def test_paths_are_relative_to_the_file_and_given_whole(tmp_path: Path) -> None:
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "playbooks" / "ours.toml").write_text('extends = "release-protocol"\nid = "ours"\n')
    (tmp_path / "sub").mkdir()
    (tmp_path / "warroom.toml").write_text('playbook = "playbooks/ours.toml"\nstore = "room.db"\n' + FILE)
    found = load(tmp_path / "sub", environ={})
    assert found is not None and found.folder == tmp_path
    assert found.settings.service.repository == str(tmp_path / "checkout")
    assert found.settings.playbook == str(tmp_path / "playbooks" / "ours.toml")
    assert found.settings.store == str(tmp_path / "room.db")


def test_a_path_from_an_option_is_relative_to_where_one_stands(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "warroom.toml").write_text(FILE)
    found = load(tmp_path / "sub", environ={}, overrides={"store": "room.db"})
    assert found is not None and found.settings.store == str(tmp_path / "sub" / "room.db")


def test_secrets_come_from_the_environment_and_are_collected(tmp_path: Path) -> None:
    text = FILE + '[channel.other]\nkind = "webhook"\nurl = "https://example.com/${HOOK}?${SHORT}"\n'
    found = loaded(tmp_path, text, HOOK="s3cr3t-part", SHORT="ab")
    assert found.settings.channel["other"].url == "https://example.com/s3cr3t-part?ab"
    assert found.secrets == ("s3cr3t-part",)
    assert "s3cr3t" not in repr(found).split("settings=")[0]
    assert found.warnings == ()


def test_two_dollars_stand_for_one(tmp_path: Path) -> None:
    found = loaded(tmp_path, FILE.replace('"api"', '"$${NAME}"'))
    assert found.settings.probe[0].name == "${NAME}"


def test_a_secret_with_braces_is_no_placeholder(tmp_path: Path) -> None:
    text = FILE + '[action.x]\ntitle = "X"\nargv = ["x"]\nenv = { TOKEN = "${TOKEN}" }\n'
    found = loaded(tmp_path, text, TOKEN="a{b}c")
    assert found.settings.action["x"].env["TOKEN"] == "a{{b}}c"
    assert found.secrets == ("a{b}c",)


@pytest.mark.parametrize(
    ("line", "key", "what"),
    [
        ('store = "postgresql://room:hunter22@db/x"', "store", "a password in a URL"),
        (
            '[channel.a]\nkind = "slack"\nurl = "https://hooks.slack.com/services/T0/B0/abcdefghij"',
            "channel.a.url",
            "a Slack webhook",
        ),
        (
            '[channel.a]\nkind = "discord"\nurl = "https://discord.com/api/webhooks/12345/abcdefghij"',
            "channel.a.url",
            "a Discord webhook",
        ),
        (f"{OPTIONS}api_token = 'abcdefgh'", "service.platform_options.api_token", "a secret by its key"),
        (f"{OPTIONS}clientSecret = 'abc-def'", "service.platform_options.clientSecret", "a secret by its key"),
        (f"{OPTIONS}DB_PASSWORD = 'letmein'", "service.platform_options.DB_PASSWORD", "a secret by its key"),
        (f"{OPTIONS}x = 'ghp_0123456789abcdefghijABCDEFGHIJ'", "service.platform_options.x", "a GitHub token"),
        (
            '[[probe]]\nname = "a"\nurl = "https://a.example.com"\nheaders = { Authorization = "Bearer abcdefghijk" }',
            "probe[0].headers.Authorization",
            "a credential in a header",
        ),
    ],
)
def test_a_secret_in_the_file_itself_is_warned_of_and_masked(tmp_path: Path, line: str, key: str, what: str) -> None:
    head, tail = (line, "") if line.startswith("store") else ("", line)
    text = f'{head}\n[service]\nname = "shop"\n{tail}\n'
    (tmp_path / "warroom.toml").touch(0o600)
    found = loaded(tmp_path, text)
    warned = {warning.key: warning for warning in found.warnings}
    assert warned[key].problem == f"{what} stands in the file; take it from the environment"
    assert found.secrets
    assert not any(secret in str(warning) for secret in found.secrets for warning in found.warnings)


def test_a_file_with_secrets_that_others_may_read_is_warned_of(tmp_path: Path) -> None:
    (tmp_path / "warroom.toml").touch(0o644)
    text = 'store = "postgresql://room:hunter22@db/x"\n[service]\nname = "shop"\n'
    assert str(loaded(tmp_path, text).warnings[-1]) == (
        "warroom.toml: holds secrets and can be read by others, e.g. chmod 600 warroom.toml"
    )


def test_a_secret_that_is_taken_properly_is_not_warned_of(tmp_path: Path) -> None:
    text = 'store = "postgresql://room:${DB_PASSWORD}@db/x"\n[service]\nname = "shop"\n'
    found = loaded(tmp_path, text, DB_PASSWORD="hunter22")
    assert found.warnings == () and found.secrets == ("hunter22",)


def test_a_check_from_above_speaks_in_the_order_of_the_file(tmp_path: Path) -> None:
    from warroom.config.errors import Problem

    def check(settings: Settings) -> list[Problem]:
        return [Problem("", "probe[0].url", "is not ours", '"https://ours"'), Problem("", "not a key!", "odd")]

    (tmp_path / "warroom.toml").write_text(FILE + "[channel.b]\n")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, environ={}, checks=[check])
    assert [(problem.file, problem.key) for problem in caught.value.problems] == [
        ("warroom.toml", "probe[0].url"),
        ("warroom.toml", "channel.b.kind"),
        ("warroom.toml", "channel.b.url"),
        ("warroom.toml", "not a key!"),
    ]


def test_the_contract_of_the_design_is_accepted(tmp_path: Path) -> None:
    text = """
playbook = "release-protocol"
store = "postgresql://room@db/warroom"
[service]
name = "shop"
repository = "."
production = { branch = "main", tags = "v*" }
environments = { staging = "https://staging.example.com", production = "https://example.com" }
platform = "kubernetes"
[service.platform_options]
deployment = "web"
namespace = "shop-prod"
[[probe]]
name = "api /health"
url = "https://api.example.com/health"
every = "5s"
timeout = "3s"
conditions = ["[STATUS] == 200", "[RESPONSE_TIME] < 500", "[BODY].status == UP"]
[[probe]]
name = "sign-in errors"
kind = "prometheus"
url = "http://127.0.0.1:9090"
query = 'sum(rate(http_requests_total{code=~"5.."}[1m])) / sum(rate(http_requests_total[1m])) * 100'
unit = "%"
role = "error-rate"
warn = ["[VALUE] < 0.1"]
conditions = ["[VALUE] < 1"]
[action.flush-cache]
title = "Flush the edge cache"
argv = ["./ops/flush", "--zone", "{environment}"]
danger = "typed"
target = "{environment}"
timeout = "2m"
undo = "nothing to undo: it refills"
[channel.incidents]
kind = "slack"
url = "${SLACK_WEBHOOK}"
[[person]]
name = "Dana"
roles = ["commander", "on-call"]
phone = "+1-555-0100"
email = "dana@example.com"
"""
    found = loaded(tmp_path, text, SLACK_WEBHOOK="https://hooks.slack.com/services/T0/B0/abcdefghij")
    assert found.warnings == ()
    assert found.settings.action["flush-cache"].timeout.total_seconds() == 120


def test_reading_costs_no_pydantic_until_it_is_needed() -> None:
    import subprocess
    import sys

    code = "import sys, warroom.config.load, warroom.config.schema; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_probe_that_is_read_often_is_not_waited_for_longer_than_that(tmp_path: Path) -> None:
    probe = '[service]\nname = "shop"\n[[probe]]\nname = "web"\nurl = "http://127.0.0.1/"\nevery = '
    for every, timeout in (("200ms", 1), ("2s", 2), ("30s", 5)):
        (tmp_path / "warroom.toml").write_text(f'{probe}"{every}"\n')
        found = load(tmp_path)
        assert found is not None
        assert found.settings.probe[0].timeout.total_seconds() == timeout
