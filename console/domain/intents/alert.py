"""What somebody wants kept of alerts."""

from dataclasses import dataclass

from warroom.console.domain.watch.alert import Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkAlert:
    """This incident is about that alert."""

    alert: Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class EndAlert:
    """It does not fire any more."""

    fingerprint: str


AlertIntent = LinkAlert | EndAlert
