"""The alerts of a Prometheus's own rules, for who has no Alertmanager.

`GET {url}/api/v1/alerts` answers `{"status", "data": {"alerts": [{"labels", "annotations", "state", "activeAt"}]}}`.
What is pending does not fire yet. Nothing is silenced here, and filters are held against the labels by us.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from warroom.config.probe_check import PARTS_OF_MATCHER
from warroom.config.settings import Probe
from warroom.console.domain.watch.alert import Alert
from warroom.console.monitor.exchange import Answer
from warroom.console.monitor.probes.alert_parts import MOST_LABELS, moment_of, summary_of, texts_of
from warroom.console.monitor.probes.document import NoValue, document, tables, web_address
from warroom.console.monitor.probes.question import below

RULES_PATH = "/api/v1/alerts"
_OFFSET, _PRIME, _MASK = 14695981039346656037, 1099511628211, 2**64 - 1
_SEPARATOR = b"\xff"


def rule_alerts(answer: Answer, probe: Probe) -> Iterator[Alert]:
    """The alerts of an answer that fire and that the probe's filters let through.

    Raises:
        NoValue: it is no answer of a Prometheus.
    """
    found = document(answer, "Prometheus")
    data = found.get("data") if isinstance(found, dict) else None
    listed = data.get("alerts") if isinstance(data, dict) else None
    if not isinstance(listed, list) or len(tables(listed)) != len(listed):
        raise NoValue("not a list of alerts as Prometheus has it")
    for item in tables(listed):
        if item.get("state") == "firing" and _matches(item.get("labels"), probe.filters):
            yield _alert(item, answer, probe)


def _alert(item: Mapping[str, Any], answer: Answer, probe: Probe) -> Alert:
    labels, annotations = texts_of(item.get("labels")), texts_of(item.get("annotations"))
    return Alert(
        fingerprint=fingerprint(item.get("labels")),
        name=labels.get("alertname") or "an alert without a name",
        severity=labels.get("severity", ""),
        summary=summary_of(annotations),
        started_at=moment_of(item.get("activeAt")) or answer.at,
        url=web_address(below(probe.url.removesuffix(RULES_PATH), "/alerts")),
        labels=tuple(sorted(labels.items())[:MOST_LABELS]),
    )


def fingerprint(labels: object) -> str:
    """What tells an alert from every other: of the same labels the same as an Alertmanager's (64 bits of FNV-1a)."""
    texts = (
        {name: value for name, value in labels.items() if isinstance(value, str)} if isinstance(labels, dict) else {}
    )
    number = _OFFSET
    for name in sorted(texts):
        for byte in b"".join(
            (name.encode(errors="replace"), _SEPARATOR, texts[name].encode(errors="replace"), _SEPARATOR)
        ):
            number = (number ^ byte) * _PRIME & _MASK
    return f"{number:016x}"


def _matches(labels: object, filters: tuple[str, ...]) -> bool:
    return all(_holds(labels if isinstance(labels, dict) else {}, text) for text in filters)


def _holds(labels: Mapping[str, object], matcher: str) -> bool:
    """A matcher as Prometheus means it: a label that is not there is empty, a pattern fits the whole of it."""
    parts = PARTS_OF_MATCHER.fullmatch(matcher)
    if parts is None:
        raise NoValue(f"{matcher} is no matcher")
    value = str(labels.get(parts["name"], ""))
    pattern = parts["value"] if "~" in parts["operator"] else re.escape(parts["value"])
    fits = re.fullmatch(pattern, value) is not None
    return fits is not parts["operator"].startswith("!")
