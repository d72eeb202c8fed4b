"""When a certificate ends, read from its DER encoding.

The ssl module only tells about certificates it verified; a target polled with `verify_tls = false` has one too.
The path is that of RFC 5280: Certificate > tbsCertificate > validity > notAfter.
"""

from datetime import UTC, datetime

_VERSION = 0xA0
_UTC_TIME = 0x17
_FORMATS = {_UTC_TIME: "%y%m%d%H%M%SZ", 0x18: "%Y%m%d%H%M%SZ"}


def not_after(der: bytes) -> datetime | None:
    """The moment the certificate ends, aware UTC; none if the bytes are no certificate."""
    try:
        _, certificate, _ = _read(der, 0)
        _, signed, _ = _read(certificate, 0)
        tag, _, position = _read(signed, 0)
        skipped = 3 if tag == _VERSION else 2  # serial number, signature algorithm, issuer
        for _ in range(skipped):
            _, _, position = _read(signed, position)
        _, validity, _ = _read(signed, position)
        _, _, position = _read(validity, 0)
        tag, moment, _ = _read(validity, position)
        return datetime.strptime(moment.decode("ascii"), _FORMATS[tag]).replace(tzinfo=UTC)
    except (IndexError, KeyError, ValueError):
        return None


def _read(data: bytes, position: int) -> tuple[int, bytes, int]:
    """Read one element: its tag, its content, and where the next one begins."""
    tag, length = data[position], data[position + 1]
    position += 2
    if length & 0x80:
        count = length & 0x7F
        length = int.from_bytes(data[position : position + count], "big")
        position += count
    return tag, data[position : position + length], position + length
