"""Probes of kind `statuspage`: what a third party says about itself.

`GET {url}/api/v2/summary.json` is public. Pages that are only compatible leave fields out, so all are optional; but a
component we depend on that is not on the page is no good news: it is unknown.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from warroom.config.settings import Probe
from warroom.console.domain.watch.verdict import Sample, Status
from warroom.console.monitor.exchange import Answer
from warroom.console.monitor.http import Web
from warroom.console.monitor.probes.document import LIST_LIMIT, NoValue, document, tables, text_of
from warroom.console.monitor.probes.judge import judged_value, no_data
from warroom.console.monitor.probes.question import below, request_of
from warroom.console.monitor.reasons import short

_PATH = "/api/v2/summary.json"
INDICATORS = {"none": 0, "maintenance": 1, "minor": 1, "major": 2, "critical": 3}
"""The value of what a page says of itself as a whole …"""
STATES = {"operational": 0, "under_maintenance": 1, "degraded_performance": 1, "partial_outage": 2, "major_outage": 3}
"""… and of one component."""
_UNHEARD_OF = 1
_OVER = ("resolved", "postmortem", "completed")
_AT_WORK = ("in_progress", "verifying")
_MOST_INCIDENTS = 10
_MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Component:
    """A part of a third party, as its page has it."""

    id: str
    name: str
    status: str

    @property
    def value(self) -> int:
        """0: it works, to 3: it is down. A state nobody has heard of is not that it works."""
        return STATES.get(self.status, _UNHEARD_OF)

    @property
    def shown(self) -> str:
        """In words: `API (partial outage)`."""
        return f"{self.name} ({self.status.replace('_', ' ') or 'no state given'})"


async def read(probe: Probe, web: Web) -> Sample:
    """Ask once. The value is the worst there is: 0 none, 1 minor, 2 major, 3 critical."""
    request = replace(request_of(probe, below(probe.url, _PATH)), body_limit=LIST_LIMIT)
    answer = await web.ask(request)
    try:
        page = _page(answer)
        ours = _ours(probe, _components(page))
        value = max(each.value for each in ours) if probe.components else _indicator(page, ours)
    except NoValue as error:
        return no_data(probe, answer, str(error))
    said = _said(page, ours, bool(probe.components))
    sample = judged_value(probe, answer, float(value), tuple(_going_on(page, ours if probe.components else ())))
    if sample.status is Status.FAILING and value and sample.error is None:
        return replace(sample, error=said)
    if sample.warned and value:
        return replace(sample, warning=said)
    return sample


def _page(answer: Answer) -> Mapping[str, Any]:
    page = document(answer, "a status page")
    if not isinstance(page, dict) or not ({"status", "components"} & page.keys()):
        raise NoValue("not the summary of a status page")
    return page


def _components(page: Mapping[str, Any]) -> tuple[Component, ...]:
    """The parts of a page; groups only repeat what their members say."""
    return tuple(
        Component(text_of(item.get("id"), 60), text_of(item.get("name"), 60), text_of(item.get("status"), 40))
        for item in tables(page.get("components"))
        if item.get("group") is not True and isinstance(item.get("name"), str)
    )


def _ours(probe: Probe, components: Sequence[Component]) -> tuple[Component, ...]:
    """The parts that were asked for; all of them, where none were."""
    if not probe.components:
        return tuple(components)
    chosen = []
    for wanted in probe.components:
        found = [each for each in components if wanted.lower() in (each.id.lower(), each.name.lower())]
        if not found:
            there = ", ".join(each.name for each in components[:_MOST_NAMED]) or "none"
            raise NoValue(short(f"the page has no component {wanted}; there are {there}"))
        chosen.extend(found)
    return tuple(chosen)


def _indicator(page: Mapping[str, Any], components: Sequence[Component]) -> int:
    status = page.get("status")
    indicator = status.get("indicator") if isinstance(status, dict) else None
    if isinstance(indicator, str) and indicator in INDICATORS:
        return INDICATORS[indicator]
    if components:
        return max(component.value for component in components)
    raise NoValue("the page says nothing of its state")


def _said(page: Mapping[str, Any], ours: Sequence[Component], chosen: bool) -> str:
    status = page.get("status")
    description = text_of(status.get("description")) if isinstance(status, dict) and not chosen else ""
    affected = [each.shown for each in sorted(ours, key=lambda each: -each.value) if each.value]
    more = f" and {len(affected) - _MOST_NAMED} more" if len(affected) > _MOST_NAMED else ""
    return short(": ".join(filter(None, (description, ", ".join(affected[:_MOST_NAMED]) + more))))


def _going_on(page: Mapping[str, Any], chosen: Sequence[Component]) -> Iterator[str]:
    """What is going on there, a line each: `major, identified: Logins fail`, `maintenance, in progress: …`.

    Of what names its components only what names one that was chosen.
    """
    open_ones = [item for item in tables(page.get("incidents")) if text_of(item.get("status")) not in _OVER]
    at_work = [item for item in tables(page.get("scheduled_maintenances")) if item.get("status") in _AT_WORK]
    for item in [each for each in (*open_ones, *at_work) if _concerns(each, chosen)][:_MOST_INCIDENTS]:
        kind = "maintenance" if item in at_work else text_of(item.get("impact"), 20)
        state = ", ".join(filter(None, (kind, text_of(item.get("status"), 20).replace("_", " "))))
        yield short(": ".join(filter(None, (state, text_of(item.get("name")) or "an incident without a name"))))


def _concerns(item: Mapping[str, Any], chosen: Sequence[Component]) -> bool:
    named = {text_of(each.get("id"), 60) for each in tables(item.get("components"))}
    return not chosen or not named or any(each.id in named for each in chosen)
