"""Alerting rules become probes that hold while the alert does not fire."""

from pathlib import Path

import pytest

from warroom.console.survey.rules import read_rules, watched


@pytest.mark.parametrize(
    ("expression", "query", "condition"),
    [
        ("rate(errors[5m]) > 0.05", "rate(errors[5m])", "[VALUE] <= 0.05"),
        ("a / b >= 1e-3", "a / b", "[VALUE] < 1e-3"),
        ("up == 0", "up", "[VALUE] != 0"),
        ('sum(rate(x{code=~"5..",m!="GET"}[1m])) > 3', 'sum(rate(x{code=~"5..",m!="GET"}[1m]))', "[VALUE] <= 3"),
        ("a > b", "count(a > b) or vector(0)", "[VALUE] == 0"),
        ("a > 1 and b < 2", "count(a > 1 and b < 2) or vector(0)", "[VALUE] == 0"),
        ("absent(up)", "count(absent(up)) or vector(0)", "[VALUE] == 0"),
        ("(a > 1)", "count((a > 1)) or vector(0)", "[VALUE] == 0"),
    ],
)
def test_a_comparison_with_a_number_is_turned_round(expression: str, query: str, condition: str) -> None:
    assert watched(expression) == (query, condition)


def test_alerts_are_carried_over_and_recordings_are_not(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(
        "groups:\n- name: g\n  rules:\n  - record: r\n    expr: up\n"
        "  - alert: ManyErrors\n    expr: |\n      rate(http_5xx[5m])\n        > 0.01\n    for: 2m\n"
        "  - alert: Empty\n",
        encoding="utf-8",
    )
    carried = read_rules(path, "http://prometheus:9090")
    (probe,) = carried.probes
    assert probe.table == {
        "name": "ManyErrors",
        "kind": "prometheus",
        "url": "http://prometheus:9090",
        "query": "rate(http_5xx[5m])",
        "every": "30s",
        "failures": 4,
        "conditions": ["[VALUE] <= 0.01"],
        "role": "error-rate",
    }
    assert carried.notes == ("rules.yml: Empty: has no expr; it is left out",)
