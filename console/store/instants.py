"""Instants as the tables keep them: whole microseconds since 1970, so that equal instants are equal bytes."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_stored(at: datetime) -> int:
    """Microseconds since 1970.

    Raises:
        ValueError: `at` is naive.
    """
    if at.tzinfo is None:
        raise ValueError("expected an aware datetime")
    return (at - _EPOCH) // _MICROSECOND


def from_stored(microseconds: int) -> datetime:
    """The aware UTC datetime.

    Raises:
        TypeError, OverflowError: no instant was stored there.
    """
    return _EPOCH + timedelta(microseconds=microseconds)
