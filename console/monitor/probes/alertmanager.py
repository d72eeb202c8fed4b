"""Probes of kind `alertmanager`: the alerts that fire, counted and carried along.

`GET {url}/api/v2/alerts` answers a bare array; what is silenced or inhibited is not asked for: somebody dealt with it.
Where no Alertmanager stands behind a Prometheus, `rule_alerts` reads what the rules of that say.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from warroom.config.settings import Probe
from warroom.console.domain.watch.alert import Alert
from warroom.console.domain.watch.verdict import Sample, Status
from warroom.console.monitor.exchange import Answer
from warroom.console.monitor.http import Web
from warroom.console.monitor.probes.alert_parts import MOST_LABELS, moment_of, summary_of, texts_of
from warroom.console.monitor.probes.document import LIST_LIMIT, NoValue, document, tables, text_of, web_address
from warroom.console.monitor.probes.judge import judged_value, no_data
from warroom.console.monitor.probes.question import below, request_of
from warroom.console.monitor.probes.rule_alerts import RULES_PATH, rule_alerts
from warroom.console.monitor.reasons import short

_PATH = "/api/v2/alerts"
_ASKED = {"active": "true", "silenced": "false", "inhibited": "false", "unprocessed": "true"}
MOST_ALERTS = 100
"""What a reading carries; the count is of all."""
_NAMED = 3
_GRAVEST = ("page", "critical", "error", "major", "high", "warning", "minor", "low", "info", "none")
"""Words for severities, the gravest first; any other comes after `error`."""
_UNRANKED = 3


async def read(probe: Probe, web: Web) -> Sample:
    """Ask once. The value is the number of alerts that fire and match."""
    if probe.api == "prometheus":
        return await _read_rules(probe, web)
    asked = urlencode([*_ASKED.items(), *(("filter", text) for text in probe.filters)])
    if probe.receiver:
        asked += "&" + urlencode({"receiver": probe.receiver})
    answer = await web.ask(replace(request_of(probe, below(probe.url, _PATH, asked)), body_limit=LIST_LIMIT))
    try:
        alerts = firing(answer)
    except NoValue as error:
        # A Prometheus has no such address; nothing else that is taken for an Alertmanager says so.
        hint = '; a Prometheus is read with api = "prometheus"' if answer.status == 404 else ""
        return no_data(probe, answer, f"{error}{hint}")
    return _judged(probe, answer, alerts)


async def _read_rules(probe: Probe, web: Web) -> Sample:
    answer = await web.ask(replace(request_of(probe, below(probe.url, RULES_PATH)), body_limit=LIST_LIMIT))
    try:
        alerts = ordered(rule_alerts(answer, probe))
    except NoValue as error:
        return no_data(probe, answer, str(error))
    return _judged(probe, answer, alerts)


def _judged(probe: Probe, answer: Answer, alerts: tuple[Alert, ...]) -> Sample:
    sample = replace(judged_value(probe, answer, float(len(alerts))), alerts=alerts[:MOST_ALERTS])
    if sample.status is Status.FAILING and alerts and sample.error is None:
        return replace(sample, error=_summed(alerts))
    return sample


def firing(answer: Answer) -> tuple[Alert, ...]:
    """The alerts of an answer that fire, the gravest first, then the oldest.

    Raises:
        NoValue: it is no answer of an Alertmanager.
    """
    found = document(answer, "Alertmanager")
    if not isinstance(found, list) or len(tables(found)) != len(found):
        raise NoValue("not a list of alerts")
    return ordered(_alerts(found, answer.at))


def ordered(found: Iterable[Alert]) -> tuple[Alert, ...]:
    """Each once, the gravest first, then the oldest."""
    alerts = {alert.fingerprint: alert for alert in found}
    return tuple(sorted(alerts.values(), key=lambda alert: (_gravity(alert), alert.started_at, alert.fingerprint)))


def _alerts(found: Sequence[Mapping[str, Any]], now: datetime) -> Iterator[Alert]:
    for item in found:
        alert = _alert(item, now)
        if alert.ended_at is None and _state(item) != "suppressed":
            yield alert


def _alert(item: Mapping[str, Any], now: datetime) -> Alert:
    labels, annotations = texts_of(item.get("labels")), texts_of(item.get("annotations"))
    ends = moment_of(item.get("endsAt"))
    name = labels.get("alertname") or "an alert without a name"
    return Alert(
        # Only tests of other programs leave it out; then name and labels tell it from the others as well.
        fingerprint=text_of(item.get("fingerprint"), 64) or short(f"{name} {sorted(labels.items())}"),
        name=name,
        severity=labels.get("severity", ""),
        summary=summary_of(annotations),
        started_at=moment_of(item.get("startsAt")) or now,
        # While it fires this is when it will be taken for resolved unless it is raised again.
        ended_at=ends if ends is not None and ends <= now else None,
        url=web_address(item.get("generatorURL")),
        labels=tuple(sorted(labels.items())[:MOST_LABELS]),
    )


def _state(item: Mapping[str, Any]) -> object:
    status = item.get("status")
    return status.get("state") if isinstance(status, dict) else None


def _gravity(alert: Alert) -> int:
    severity = alert.severity.lower()
    return _GRAVEST.index(severity) if severity in _GRAVEST else _UNRANKED


def _summed(alerts: Sequence[Alert]) -> str:
    names = list(dict.fromkeys(alert.name for alert in alerts))
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return short(f"{len(alerts)} firing: {', '.join(names[:_NAMED])}{more}")
