"""The forms in which a tool may print a secret. Standard library only: the supervisor loads it."""

import binascii
import json
from collections.abc import Iterator

_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def forms(secret: str, shortest: int) -> frozenset[bytes]:
    """All forms of a secret that are worth looking for: as it is, by line, JSON-escaped, URL-encoded, base64.

    Nothing shorter than `shortest` (characters) is looked for. No form holds a line break.
    """
    raw = secret.strip()
    if len(raw) < shortest:
        return frozenset()
    lines = [raw, *(line for line in map(str.strip, raw.splitlines()))]
    found = {line.encode("utf-8", "surrogatepass") for line in lines if len(line.splitlines()) == 1}
    found.update(_escaped(raw))
    for source in {secret, raw}:
        data = source.encode("utf-8", "surrogatepass")
        found.update(_percent(data))
        found.update(_base64(data))
    return frozenset(form for form in found if len(form) >= shortest and b"\n" not in form)


def _escaped(text: str) -> Iterator[bytes]:
    for ascii_only in (True, False):
        escaped = json.dumps(text, ensure_ascii=ascii_only)[1:-1].encode("utf-8", "surrogatepass")
        yield escaped
        yield escaped.replace(b"/", rb"\/")


def _percent(data: bytes) -> Iterator[bytes]:
    for safe in (_UNRESERVED, _UNRESERVED | {ord("/")}):
        for pattern in ("%%%02X", "%%%02x"):
            encoded = "".join(chr(byte) if byte in safe else pattern % byte for byte in data)
            yield encoded.encode()
            yield encoded.replace("%20", "+").encode()


def _base64(data: bytes) -> Iterator[bytes]:
    """Encoded alone, and as the middle of something longer (`user:secret`), where three alignments are possible."""
    for offset, unsure in ((0, 0), (1, 2), (2, 3)):
        encoded = binascii.b2a_base64(bytes(offset) + data, newline=False)
        middle = encoded.rstrip(b"=")
        middle = middle[unsure : len(middle) - (1 if encoded.endswith(b"=") else 0)]
        for form in (encoded, middle) if offset == 0 else (middle,):
            yield form
            yield form.replace(b"+", b"-").replace(b"/", b"_")
