"""From an action to a command: a value fills one word, is checked, and everything said yes to is frozen."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warroom.console.actions.command import Prepared, placeholders, prepare
from warroom.console.actions.git.command import git_argv
from warroom.console.actions.runs.masking import MASK
from warroom.console.actions.template import CommandError
from warroom.console.domain.action import Action, Danger

UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Machines that run tests are busy; how long an example takes says nothing."""

KNOWN = {"environment": "production", "version": "v1.2.4", "base": "v1.2.3", "note": "two words; $(id)"}
CWD = Path("/srv/shop")


def made(*argv: str, **values: str) -> tuple[str, ...]:
    return prepare("x", Action(title="X", argv=argv), {**KNOWN, **values}, cwd=CWD).command.argv


def test_a_value_fills_one_element_whatever_is_in_it() -> None:
    assert made("echo", "{note}", "a {version}b") == ("echo", "two words; $(id)", "a v1.2.4b")


def test_doubled_braces_are_braces() -> None:
    assert made("curl", '{{"site": "{version}"}}') == ("curl", '{"site": "v1.2.4"}')


@UNTIMED
@given(st.lists(st.text(min_size=1), min_size=1, max_size=4))
def test_no_value_changes_the_number_of_elements(values: list[str]) -> None:
    names = {f"n{index}": value for index, value in enumerate(values)}
    try:
        argv = made("run", *(f"--x={{{name}}}" for name in names), **names)
    except CommandError:
        return
    assert argv == ("run", *(f"--x={value}" for value in values))


@pytest.mark.parametrize(
    ("element", "values", "problem"),
    [
        ("{verison}", {}, r"action\.x: argv\[1\]: .*\{verison\}; did you mean \{version\}\? known: base, environment"),
        ("{version", {}, r"argv\[1\]: a brace stands alone"),
        ("{}", {}, r"argv\[1\]: a brace stands alone"),
        ("{version!r}", {}, r"argv\[1\]: a brace stands alone"),
        ("{note}", {"note": "-rf"}, r"argv\[1\]: \{note\} is '-rf': a value may not begin with a dash"),
        ("{note}", {"note": ""}, r"\{note\} has no value yet"),
        ("{note}", {"note": "a\nb"}, r"\{note\} holds a line break"),
        ("{note}", {"note": "a\0b"}, r"\{note\} holds"),
        ("{note}", {"note": "a\x1b[2Jb"}, r"\{note\} holds"),
        ("{note}", {"note": "a\u202eb"}, r"\{note\} holds"),
        ("{base}", {"base": "a..b"}, r"\{base\} is 'a\.\.b', which has"),
        ("{hotfix_branch}", {"hotfix_branch": "HEAD"}, r"\{hotfix_branch\} is 'HEAD', which is a name"),
        ("--from={tag}", {"tag": "--upload-pack=x"}, r"\{tag\} is .* begins with a dash"),
    ],
)
def test_a_bad_template_or_value_is_refused_by_name(element: str, values: dict[str, str], problem: str) -> None:
    with pytest.raises(CommandError, match=problem):
        made("run", element, **values)


def test_a_value_with_a_dash_is_fine_behind_a_flag() -> None:
    assert made("run", "--by={note}", note="-1") == ("run", "--by=-1")


def test_parameters_have_defaults_that_may_be_templates_and_a_person_may_give_others() -> None:
    action = Action(title="Branch", argv=("run", "{name}"), parameters={"name": "hotfix-{version}"})
    assert prepare("b", action, KNOWN, cwd=CWD).command.argv == ("run", "hotfix-v1.2.4")
    assert prepare("b", action, KNOWN, {"name": "mine"}, cwd=CWD).command.argv == ("run", "mine")


def test_a_parameter_without_default_must_be_given_and_others_are_refused() -> None:
    action = Action(title="Branch", argv=("run", "{name}"), parameters={"name": ""})
    with pytest.raises(CommandError, match=r"parameters\.name: must be given, e\.g\. name=VALUE"):
        prepare("b", action, KNOWN, cwd=CWD)
    with pytest.raises(CommandError, match=r"'environment' is no parameter of it; parameters: name"):
        prepare("b", action, KNOWN, {"environment": "staging"}, cwd=CWD)


def test_secrets_reach_the_environment_and_nothing_else() -> None:
    action = Action(title="Flush", argv=("flush",), env={"TOKEN": "Bearer {token}", "ZONE": "{environment}"})
    prepared = prepare("f", action, KNOWN, cwd=CWD, secrets={"token": "correct-horse"})
    assert prepared.secret_env == {"TOKEN": "Bearer correct-horse"}
    assert prepared.command.env == (("ZONE", "production"),)
    assert "correct-horse" not in repr(prepared)
    assert prepared.command.shown() == "flush"
    assert prepared.command.variables() == {"ZONE": "production", "TOKEN": MASK}


def test_a_secret_in_argv_is_refused_by_name_and_by_value() -> None:
    for argv in (("flush", "{token}"), ("flush", "--token=correct-horse")):
        with pytest.raises(CommandError, match="everyone can read argv"):
            prepare("f", Action(title="F", argv=argv), KNOWN, cwd=CWD, secrets={"token": "correct-horse"})


def test_a_literal_secret_in_the_environment_is_known_by_its_value() -> None:
    action = Action(title="F", argv=("flush",), env={"URL": "https://x/correct-horse"})
    prepared = prepare("f", action, {}, cwd=CWD, secrets={"token": "correct-horse"})
    assert prepared.command.secret_env == ("URL",)


def test_the_git_verbs_are_shown_by_name_and_run_by_path() -> None:
    action = Action(title="Branch", argv=("warroom-git", "branch", "{branch}", "--from", "{base}"))
    command = prepare("b", action, {**KNOWN, "branch": "hotfix/x"}, cwd=CWD).command
    assert command.shown() == "warroom-git branch hotfix/x --from v1.2.3"
    assert command.run_argv == git_argv("branch", "hotfix/x", "--from", "v1.2.3")


def test_a_typed_action_needs_a_target() -> None:
    with pytest.raises(CommandError, match="needs a target to type"):
        prepare("d", Action(title="Deploy", argv=("deploy",), danger=Danger.TYPED), KNOWN, cwd=CWD)


def test_the_shown_line_is_quoted_and_harmless() -> None:
    command = prepare("x", Action(title="X", argv=("echo", "{note}", "a\x1b[2J")), KNOWN, cwd=CWD).command
    assert command.shown() == "echo 'two words; $(id)' 'a␛'"


def prepared_deploy() -> Prepared:
    action = Action(
        title="Deploy {version}", argv=("deploy", "{version}"), target="{environment}", environment="{environment}"
    )
    return prepare("deploy", action, KNOWN, cwd=CWD)


def test_the_same_command_has_the_same_fingerprint_and_any_change_another() -> None:
    command = prepared_deploy().command
    assert command.fingerprint == prepared_deploy().command.fingerprint
    changed = [
        replace(command, argv=("deploy", "v9")),
        replace(command, cwd="/elsewhere"),
        replace(command, env=(("A", "b"),)),
        replace(command, secret_env=("A",)),
        replace(command, danger=Danger.FREE),
        replace(command, target="staging"),
        replace(command, timeout=timedelta(seconds=1)),
        replace(command, undo="no way back"),
        replace(command, undo_window=timedelta(hours=1)),
        replace(command, guards=("clean",)),
        replace(command, title="Other"),
    ]
    assert len({command.fingerprint, *(other.fingerprint for other in changed)}) == len(changed) + 1


def test_placeholders_are_what_an_action_asks_the_incident_for() -> None:
    action = Action(title="T {version}", argv=("x", "{name}"), parameters={"name": "{branch}"}, env={"E": "{token}"})
    assert placeholders(action) == {"version", "branch", "token"}
