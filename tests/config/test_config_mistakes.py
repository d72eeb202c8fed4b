"""Every mistake in a file is said with file, key, problem and an example, all at once, in the order of the file."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from warroom.config.errors import ConfigError, Problem
from warroom.config.load import load
from warroom.config.settings import Settings

SERVICE = '[service]\nname = "shop"\n'
PROBE = '[[probe]]\nname = "api"\nurl = "https://api.example.com/health"\n'
ACTION = '[action.flush]\ntitle = "Flush"\nargv = ["./flush"]\n'


def problems_of(folder: Path, text: str, **environ: str) -> tuple[Problem, ...]:
    (folder / "warroom.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(folder, environ=environ)
    return caught.value.problems


MISTAKES = [
    pytest.param('playbok = "x"\n' + SERVICE, 'playbok: unknown key, did you mean "playbook"?', id="unknown top key"),
    pytest.param(
        'zzz = "x"\n' + SERVICE,
        "zzz: unknown key, known: playbook, store, drill, sentry_dsn, service, probe, action, channel, person, "
        "runs, approval, watch, calendar, request, log",
        id="unknown key with nothing near",
    ),
    pytest.param(SERVICE + 'nam = "x"\n', 'service.nam: unknown key, did you mean "name"?', id="unknown nested key"),
    pytest.param(
        SERVICE + PROBE + 'condition = ["[STATUS] == 200"]\n',
        'probe[0].condition: unknown key, did you mean "conditions"?',
        id="misspelt probe key",
    ),
    pytest.param(
        "drill = 1\n" + SERVICE, "drill: expected true or false, without quotes, e.g. true", id="number for yes"
    ),
    pytest.param(
        SERVICE + PROBE + 'failures = "3"\n',
        "probe[0].failures: expected a whole number, without quotes, e.g. 3",
        id="text for number",
    ),
    pytest.param(
        SERVICE + PROBE + "failures = 1.5\n",
        "probe[0].failures: expected a whole number, without quotes, e.g. 3",
        id="fraction for number",
    ),
    pytest.param(SERVICE + "[watch]\nrelaxed = 0.5\n", "watch.relaxed: must be 1 or more, e.g. 3", id="rushed watch"),
    pytest.param(
        SERVICE + '[watch]\nnotify = ["chat"]\n',
        'watch.notify[0]: there is no channel "chat", e.g. [channel.incidents]',
        id="notice to a channel that is none",
    ),
    pytest.param("[service]\nname = 3\n", 'service.name: expected text in quotes, e.g. "shop"', id="number for text"),
    pytest.param(
        SERVICE + '[probe]\nname = "api"\n', "probe: expected a list of tables, e.g. [[probe]]", id="table for list"
    ),
    pytest.param(SERVICE + "[[channel]]\n", "channel: expected a table, e.g. [channel]", id="list for table"),
    pytest.param('service = "shop"\n', "service: expected a table, e.g. [service]", id="text for table"),
    pytest.param(
        SERVICE + 'production = "main"\n',
        "service.production: expected a table, e.g. [service.production]",
        id="text for nested table",
    ),
    pytest.param(
        SERVICE + PROBE + 'every = "15"\n',
        'probe[0].every: expected a duration, e.g. "15m" or "1h30m"',
        id="duration without unit",
    ),
    pytest.param(
        SERVICE + PROBE + "every = 15\n", 'probe[0].every: expected a duration, e.g. "15m"', id="bare duration"
    ),
    pytest.param(
        SERVICE + PROBE + 'every = "-5s"\n',
        'probe[0].every: expected a duration, e.g. "15m" or "1h30m"',
        id="negative duration",
    ),
    pytest.param(
        SERVICE + PROBE + 'timeout = "0s"\n', 'probe[0].timeout: must be longer than 0, e.g. "15s"', id="zero duration"
    ),
    pytest.param(
        SERVICE + ACTION + 'danger = "tpyed"\n',
        'action.flush.danger: "tpyed" is not known here, did you mean "typed"?',
        id="unknown danger",
    ),
    pytest.param(
        SERVICE + PROBE + 'kind = "graphite"\n',
        'probe[0].kind: "graphite" is not known here, known: http, metrics, prometheus, sentry, alertmanager, '
        "statuspage, command, tcp, dns",
        id="unknown kind",
    ),
    pytest.param(
        SERVICE + 'platform = "kubernets"\n',
        'service.platform: "kubernets" is not known here, did you mean "kubernetes"?',
        id="unknown platform",
    ),
    pytest.param('playbook = "release-protocol"\n', "service: missing, e.g. [service]", id="no service"),
    pytest.param("[service]\n", 'service.name: missing, e.g. name = "shop"', id="no service name"),
    pytest.param(
        SERVICE + '[[probe]]\nname = "api"\n',
        'probe[0].url: missing, e.g. url = "https://example.com/health"',
        id="no probe url",
    ),
    pytest.param(
        SERVICE + '[action.flush]\ntitle = "Flush"\n',
        'action.flush.argv: missing, e.g. argv = ["./ops/flush", "--zone", "{environment}"]',
        id="no argv",
    ),
    pytest.param(
        SERVICE + PROBE + PROBE, 'probe[1].name: "api" is taken by probe[0], e.g. name = "api 2"', id="probe twice"
    ),
    pytest.param(
        SERVICE + ACTION + 'key = "f"\n[action.fill]\ntitle = "Fill"\nargv = ["./fill"]\nkey = "f"\n',
        'action.fill.key: "f" is taken by action.flush, e.g. "x"',
        id="key twice",
    ),
    pytest.param(
        SERVICE + ACTION + 'key = "y"\n',
        'action.flush.key: "y" says yes in a dialog: held down, it would answer its own, e.g. "f"',
        id="key that says yes",
    ),
    pytest.param(
        SERVICE + ACTION + 'key = "q"\n',
        'action.flush.key: "q" is the room\'s own key (quit), e.g. "f"',
        id="reserved key",
    ),
    *(
        pytest.param(
            SERVICE + ACTION + f'key = "{key}"\n',
            f'action.flush.key: "{key}" is the room\'s own key ({does}), e.g. "f"',
            id=f"{key} of the room",
        )
        for key, does in (("B", "outbox"), ("T", "time"), ("1", "phases"), ("5", "actions"), ("[", "panel before"))
    ),
    pytest.param(
        SERVICE + ACTION + 'key = "r"\n',
        'action.flush.key: "r" is the room\'s own key (rollback), e.g. "f"',
        id="rollback key for another action",
    ),
    pytest.param(
        SERVICE + '[action.flush]\ntitle = "Flush"\nargv = []\n',
        'action.flush.argv: must name a command, e.g. ["./ops/flush", "--zone", "{environment}"]',
        id="empty argv",
    ),
    pytest.param(
        SERVICE + '[action.flush]\ntitle = "Flush"\nargv = "./flush --all"\n',
        "action.flush.argv: expected a list of texts in square brackets, "
        'e.g. ["./ops/flush", "--zone", "{environment}"]',
        id="argv as text",
    ),
    pytest.param(
        SERVICE + '[action.flush]\ntitle = "Flush"\nargv = ["./flush", "{environmnt}"]\n',
        'action.flush.argv[1]: unknown placeholder {environmnt}, did you mean "{environment}"?',
        id="misspelt placeholder",
    ),
    pytest.param(
        SERVICE + '[action.flush]\ntitle = "Flush"\nargv = ["./flush", "{zone}"]\n',
        'action.flush.argv[1]: unknown placeholder {zone}, e.g. parameters = { zone = "" }',
        id="placeholder nobody fills",
    ),
    pytest.param(
        SERVICE + '[action.flush]\ntitle = "Flush"\nargv = ["./flush", "{environment"]\n',
        "action.flush.argv[1]: a brace stands alone: {name} is a value, {{ and }} are literal braces, "
        'e.g. "{environment}"',
        id="lone brace",
    ),
    pytest.param(
        SERVICE + '[[probe]]\nname = "api"\nurl = "api.example.com"\n',
        'probe[0].url: is no URL that begins with http:// or https://, e.g. "https://example.com/health"',
        id="url without scheme",
    ),
    pytest.param(
        SERVICE + '[[probe]]\nname = "api"\nurl = "https://[::1/health"\n',
        'probe[0].url: is no valid URL, e.g. "https://example.com/health"',
        id="broken url",
    ),
    pytest.param(
        SERVICE + '[[probe]]\nname = "api"\nurl = "https:///health"\n',
        'probe[0].url: names no host, e.g. "https://example.com/health"',
        id="url without host",
    ),
    pytest.param(
        'store = "${STORE}"\n' + SERVICE,
        "store: the environment variable STORE is not set, e.g. export STORE=…",
        id="missing variable",
    ),
    pytest.param(
        'playbook = "release-protocoll"\n' + SERVICE,
        'playbook: no playbook is called "release-protocoll", did you mean "release-protocol"?',
        id="unknown playbook",
    ),
    pytest.param(
        'playbook = "ours.toml"\n' + SERVICE,
        'playbook: there is no such file, e.g. "playbooks/ours.toml"',
        id="playbook file that is not there",
    ),
    pytest.param(
        SERVICE + PROBE + 'every = "5s"\ntimeout = "6s"\n',
        'probe[0].timeout: is longer than every (5s), so readings would overlap, e.g. every = "15s", timeout = "5s"',
        id="timeout longer than every",
    ),
    pytest.param(
        SERVICE + ACTION + 'verify = "flash"\n',
        'action.flush.verify: no action is called "flash", did you mean "flush"?',
        id="unknown verify",
    ),
    pytest.param(
        SERVICE + PROBE + ACTION + 'verify = "probe:apo"\n',
        'action.flush.verify: no probe is called "apo", did you mean "api"?',
        id="unknown verify probe",
    ),
    pytest.param(
        SERVICE + ACTION + 'verify = "flush"\n',
        'action.flush.verify: an action can\'t prove its own outcome, e.g. verify = "probe:api /health"',
        id="verify by itself",
    ),
    pytest.param(
        SERVICE + ACTION + 'undo_action = "rolback"\n',
        'action.flush.undo_action: no action is called "rolback", did you mean "rollback"?',
        id="unknown undo action",
    ),
    pytest.param(
        SERVICE + ACTION + 'guards = ["stagin"]\n',
        'action.flush.guards[0]: no guard is called "stagin", did you mean "staging"?',
        id="unknown guard",
    ),
    pytest.param(
        SERVICE + PROBE + 'kind = "metrics"\n',
        "probe[0].numerator: missing: a metrics probe needs numerator or metric, "
        "e.g. numerator = 'http_requests_total{code=~\"5..\"}'",
        id="metrics without selector",
    ),
    pytest.param(
        SERVICE + PROBE + 'kind = "prometheus"\n',
        'probe[0].query: missing: a prometheus probe needs a query, e.g. query = "sum(rate(http_requests_total[1m]))"',
        id="prometheus without query",
    ),
    pytest.param(
        'store = "mysql://db/room"\n' + SERVICE,
        'store: "mysql" is no store, known: postgresql, postgres, sqlite',
        id="unknown store",
    ),
    pytest.param(
        SERVICE + PROBE + "body = 2026-11-20\n",
        'probe[0].body: expected text, not a date; put it in quotes, e.g. "2026-11-20"',
        id="date for text",
    ),
    pytest.param(
        SERVICE + '[action."flush \\u001b[2J"]\ntitle = "Flush"\n',
        'action."flush \\u001b[2J".argv: missing, e.g. argv = ["./ops/flush", "--zone", "{environment}"]',
        id="escape sequence in a key",
    ),
]


@pytest.mark.parametrize(("text", "said"), MISTAKES)
def test_a_mistake_is_said_with_file_key_problem_and_example(tmp_path: Path, text: str, said: str) -> None:
    assert [str(problem) for problem in problems_of(tmp_path, text)] == [f"warroom.toml: {said}"]


def test_twenty_mistakes_in_one_file_are_said_at_once_and_in_its_order(tmp_path: Path) -> None:
    text = """
playbook = "hotfix"
store = "mysql://x"
colour = "red"
[service]
nam = "shop"
platform = "heroku"
environments = { staging = "staging.example.com" }
[[probe]]
name = "a"
url = "https://a.example.com"
every = "soon"
conditions = ["[STATUS] = 200"]
evry = "5s"
[[probe]]
name = "a"
url = "ftp://b.example.com"
failures = "3"
[[probe]]
kind = "prometheus"
url = "nowhere"
warn = "x"
[action.one]
argv = "ls -l"
danger = "fatal"
key = "q"
[action.two]
title = "Two"
argv = ["a", "{nope}"]
timeout = "0s"
guards = ["none"]
[channel.room]
kind = "irc"
url = "https://example.com"
[person]
name = "Dana"
"""

    def conditions(settings: Settings) -> Iterator[Problem]:
        for index, probe in enumerate(settings.probe):
            for number, condition in enumerate(probe.conditions):
                if " == " not in condition:
                    yield Problem("", f"probe[{index}].conditions[{number}]", "expected ==", '"[STATUS] == 200"')

    (tmp_path / "warroom.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, environ={}, checks=[conditions])
    keys = [problem.key for problem in caught.value.problems]
    assert keys == [
        "playbook",
        "store",
        "colour",
        "service.name",
        "service.nam",
        "service.platform",
        "service.environments.staging",
        "probe[0].every",
        "probe[0].conditions[0]",
        "probe[0].evry",
        "probe[1].name",
        "probe[1].url",
        "probe[1].failures",
        "probe[2].name",
        "probe[2].query",
        "probe[2].url",
        "probe[2].warn",
        "action.one.title",
        "action.one.argv",
        "action.one.danger",
        "action.one.key",
        "action.two.argv[1]",
        "action.two.timeout",
        "action.two.guards[0]",
        "channel.room.kind",
        "person",
    ]
    assert str(caught.value).count("\n") == len(keys) - 1
    for each in caught.value.problems:
        assert each.file == "warroom.toml"
        assert each.example or "did you mean" in each.problem or "known:" in each.problem
    for phrase in ("Input should", "pydantic", "Field required", "Value error", "Traceback", "\0"):
        assert phrase not in str(caught.value)


def test_a_value_taken_from_the_environment_is_never_repeated(tmp_path: Path) -> None:
    text = SERVICE + '[channel.room]\nkind = "slack"\nurl = "${HOOK}"\n'
    (problem,) = problems_of(tmp_path, text, HOOK="hunter2-not-a-url")
    assert "hunter2" not in str(problem)


@pytest.mark.parametrize("junk", [[], {}, 1, "x", True, 1.5])
@pytest.mark.parametrize("key", ["service", "probe", "action", "channel", "person", "playbook", "store", "drill"])
def test_no_value_anywhere_ends_in_a_traceback(tmp_path: Path, key: str, junk: object) -> None:
    import tomli_w

    base: dict[str, object] = {"service": {"name": "shop"}, "probe": [{"name": "a", "url": "https://a.example.com"}]}
    for value in (junk, [junk], [[junk]], {"x": junk}, {"x": {"y": junk}}, [{"name": junk, "url": junk}]):
        (tmp_path / "warroom.toml").write_text(tomli_w.dumps(base | {key: value}))
        try:
            load(tmp_path, environ={})
        except ConfigError as error:
            assert error.problems and all(problem.key for problem in error.problems)


def test_a_variable_with_a_mistake_is_named_instead_of_the_file(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, SERVICE, WARROOM_SERVICE__PLATFORM="kubernets", WARROOM_DRILL="perhaps")
    assert [str(problem) for problem in problems] == [
        'environment: WARROOM_SERVICE__PLATFORM: "kubernets" is not known here, did you mean "kubernetes"?',
        "environment: WARROOM_DRILL: expected true or false, without quotes, e.g. true",
    ]


@pytest.mark.parametrize("wrong", ["service = 1", "service = []", "probe = [1]\n[service]\nname = 'x'"])
def test_a_variable_meets_a_file_of_the_wrong_shape(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "warroom.toml").write_text(wrong)
    with pytest.raises(ConfigError):
        load(tmp_path, environ={"WARROOM_SERVICE__NAME__X": "shop", "WARROOM_PROBE__0__URL": "x", "WARROOM_PROBE": "1"})


def test_an_option_with_a_mistake_says_so(tmp_path: Path) -> None:
    (tmp_path / "warroom.toml").write_text(SERVICE)
    with pytest.raises(ConfigError, match=r"^command line: store: "):
        load(tmp_path, environ={}, overrides={"store": "mysql://x"})


def test_other_keys_are_free_for_actions(tmp_path: Path) -> None:
    free = ("f5", "ctrl+t", "b", "d", "J")
    actions = "".join(
        f'[action.a{number}]\ntitle = "T"\nargv = ["x"]\nkey = "{key}"\n' for number, key in enumerate(free)
    )
    (tmp_path / "warroom.toml").write_text(SERVICE + actions)
    assert load(tmp_path, environ=dict(os.environ)) is not None
