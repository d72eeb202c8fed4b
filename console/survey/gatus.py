"""An existing Gatus configuration as probes: its condition language is ours, so little is lost."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from warroom.config.settings import Probe
from warroom.console.domain.time.duration import format_duration, parse_duration
from warroom.console.monitor.check import SHORTEST_INTERVAL, check_probe
from warroom.console.survey.found import Carried, Part
from warroom.console.survey.yaml_files import listed, mapping, read_yaml

_INTERVAL = timedelta(seconds=60)
"""What Gatus waits between two checks unless told otherwise."""
_TIMEOUT = timedelta(seconds=10)
_PLAIN = ("http", "https")
_SOCKETS = ("tcp", "tls")
_RECORDS = ("A", "AAAA", "CNAME", "MX", "TXT", "NS")


def read_gatus(path: Path) -> Carried:
    """The endpoints of a Gatus file that are checked over HTTP, TCP, TLS or DNS, as probes.

    Raises:
        UnreadableFile: it is no Gatus configuration.
    """
    probes: list[Part] = []
    notes: list[str] = []
    for entry in listed(read_yaml(path).get("endpoints")):
        endpoint = mapping(entry)
        name = " ".join(filter(None, (str(endpoint.get("group") or ""), str(endpoint.get("name") or "")))).strip()
        if endpoint.get("enabled") is False:
            continue
        if problem := _not_ours(endpoint):
            notes.append(f"{path.name}: {name or 'an endpoint without a name'}: {problem}")
            continue
        table = _table(name, endpoint)
        notes.extend(f"{path.name}: {name}: {note}" for note in _leave_out_what_fails(table))
        probes.append(Part(table=table, why=f"endpoint {name!r} of {path.name}"))
    return Carried(probes=tuple(probes), notes=tuple(notes))


def _not_ours(endpoint: dict[str, Any]) -> str:
    url = str(endpoint.get("url") or "")
    scheme = _scheme(endpoint)
    if not endpoint.get("name") or not url:
        return "has no name or no url; it is left out"
    if scheme == "dns":
        record = str(mapping(endpoint.get("dns")).get("query-type") or "")
        return "" if record in _RECORDS else f"asks for {record or 'no'} records; known are {', '.join(_RECORDS)}"
    if endpoint.get("ssh") or scheme not in (*_PLAIN, *_SOCKETS):
        return f"is checked by {scheme or 'nothing known'}; write it by hand as a probe of kind command"
    return "is a GraphQL check; write it by hand with method, headers and body" if endpoint.get("graphql") else ""


def _scheme(endpoint: dict[str, Any]) -> str:
    return "dns" if endpoint.get("dns") else str(endpoint.get("url") or "").partition("://")[0].lower()


def _table(name: str, endpoint: dict[str, Any]) -> dict[str, Any]:
    every = max(_span(endpoint.get("interval"), _INTERVAL), SHORTEST_INTERVAL)
    # A reading that may take longer than its interval would overlap the next.
    timeout = min(_span(mapping(endpoint.get("client")).get("timeout"), _TIMEOUT), every)
    table: dict[str, Any] = {
        "name": name,
        **_asked(endpoint),
        "every": format_duration(every),
        "timeout": format_duration(timeout),
        "conditions": [str(text) for text in listed(endpoint.get("conditions"))],
        "role": "health",
    }
    return table | _streaks(endpoint)


def _asked(endpoint: dict[str, Any]) -> dict[str, Any]:
    """What is asked, by the keys of its kind."""
    url, scheme = str(endpoint["url"]), _scheme(endpoint)
    if scheme == "dns":
        dns = mapping(endpoint.get("dns"))
        asked = {"lookup": str(dns.get("query-name") or ""), "record": str(dns.get("query-type"))}
        return {"kind": "dns", **asked, "server": url.partition("://")[2] or url}
    if scheme in _SOCKETS:
        return {
            "kind": "tcp",
            "address": url.partition("://")[2].rstrip("/"),
            **({"tls": True} if scheme == "tls" else {}),
        }
    return {"url": url, **_request(endpoint)}


def _request(endpoint: dict[str, Any]) -> dict[str, Any]:
    client = mapping(endpoint.get("client"))
    table: dict[str, Any] = {}
    if (method := str(endpoint.get("method") or "GET").upper()) != "GET":
        table["method"] = method
    if headers := mapping(endpoint.get("headers")):
        table["headers"] = {str(key): str(value) for key, value in headers.items()}
    if body := endpoint.get("body"):
        table["body"] = str(body)
    if client.get("insecure") is True:
        table["verify_tls"] = False
    if client.get("ignore-redirect") is True:
        table["redirects"] = False
    return table


def _streaks(endpoint: dict[str, Any]) -> dict[str, int]:
    alert = next((mapping(one) for one in listed(endpoint.get("alerts"))), {})
    found = {"failures": alert.get("failure-threshold"), "successes": alert.get("success-threshold")}
    return {key: value for key, value in found.items() if isinstance(value, int) and value > 0}


def _span(value: object, usual: timedelta) -> timedelta:
    try:
        return parse_duration(str(value)) if value is not None else usual
    except ValueError:
        return usual


def _leave_out_what_fails(table: dict[str, Any]) -> Iterator[str]:
    """Conditions that mean nothing here are taken out, and named."""
    kept = []
    for text in table["conditions"]:
        probe = Probe(name=table["name"], kind=table.get("kind", "http"), url=table.get("url", ""), conditions=(text,))
        problem = next((why for key, why in check_probe(probe) if key.startswith("conditions")), "")
        if problem:
            yield f"the condition {text!r} is left out: {problem}"
        else:
            kept.append(text)
    table["conditions"] = kept
