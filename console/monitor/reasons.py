"""Short reasons for what goes wrong between here and a target, in a person's words."""

import errno
import socket
import ssl
from collections.abc import Iterator

from warroom.console.domain.text import clean

LIMIT = 200
"""Characters of a reason: it may quote foreign text."""

_PLAIN = {
    errno.ECONNREFUSED: "connection refused",
    errno.ECONNRESET: "connection reset by the target",
    errno.EPIPE: "connection closed by the target",
    errno.ENETUNREACH: "network unreachable",
    errno.EHOSTUNREACH: "no route to host",
    errno.ETIMEDOUT: "connection timed out",
    errno.EMFILE: "too many open files here",
    errno.EACCES: "connecting is not permitted here",
}
_TLS = {
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "the target asks for a client certificate",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "the target refuses the handshake; it may ask for a client certificate",
    "TLSV1_ALERT_UNKNOWN_CA": "the target does not know who signed our certificate",
    "SSLV3_ALERT_BAD_CERTIFICATE": "the target does not take our certificate",
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": "the target says our certificate has expired",
    "TLSV1_ALERT_PROTOCOL_VERSION": "the target speaks no version of TLS that we do",
}
"""What OpenSSL calls a refusal, in words."""
_NO_WAY = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.ETIMEDOUT)
"""The network, not the target, stood in the way."""


def short(text: str, limit: int = LIMIT) -> str:
    """Foreign text made harmless, in one line of bounded length."""
    line = clean(" ".join(text[: limit * 4].split()))
    return line if len(line) <= limit else line[: limit - 1] + "…"


def reason_of(error: BaseException) -> str:
    """Say why an exchange failed, from the error or from whatever caused it."""
    causes = list(_causes(error))
    for cause in causes:
        text = _known(cause)
        if text:
            return short(text)
    return short(str(error) or type(error).__name__)


def is_no_way(error: BaseException) -> bool:
    """Whether the network led nowhere: no name, no route. A refusal is an answer."""
    causes = list(_causes(error))
    if any(isinstance(cause, OSError) and cause.errno == errno.ECONNREFUSED for cause in causes):
        return False
    return any(
        isinstance(cause, socket.gaierror) or (isinstance(cause, OSError) and cause.errno in _NO_WAY)
        for cause in causes
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, what it wraps and what led to it, outermost first, each once."""
    seen: set[int] = set()
    pending = [error]
    while pending:
        current = pending.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        if isinstance(current, BaseExceptionGroup):
            pending.extend(current.exceptions)
        pending.extend(cause for cause in (current.__cause__, current.__context__) if cause is not None)


def _known(error: BaseException) -> str:
    match error:
        case ssl.SSLCertVerificationError():
            return f"TLS: {error.verify_message or 'the certificate is not valid'}"
        case ssl.SSLError() if error.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"):
            return "TLS: the target does not speak TLS on this port"
        case ssl.SSLError() if error.reason in _TLS:
            return f"TLS: {_TLS[error.reason]}"
        case ssl.SSLError():
            return f"TLS: {(error.reason or str(error)).replace('_', ' ').lower()}"
        case socket.gaierror():
            return "the name does not resolve (DNS)"
        case OSError() if error.errno in _PLAIN:
            return _PLAIN[error.errno]
        case UnicodeError():
            return f"a name or header cannot be sent: {error.reason if hasattr(error, 'reason') else error}"
        case _:
            return ""
