"""Where a redirect may lead, and what goes along."""

from dataclasses import replace
from urllib.parse import SplitResult, urljoin, urlsplit

from warroom.console.monitor.exchange import Request
from warroom.console.monitor.reasons import short

REDIRECT_LIMIT = 3
STATUSES = (301, 302, 303, 307, 308)
SAFE_METHODS = ("GET", "HEAD")
"""They change nothing: they may be sent again, and stay what they are when redirected."""
_KEEP_METHOD = (307, 308)
_USUAL_PORTS = {"http": 80, "https": 443}
_SHOWN = 120


class Astray(Exception):
    """A redirect that is not followed; the message says where it led."""


def origin(url: str) -> str:
    """What a connection can be kept for: scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"


def without_login(url: str) -> str:
    """An address as it may be shown."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def follow(request: Request, status: int, location: str) -> Request:
    """The request that follows a redirect. Headers, body, login and certificate stay with the host they were meant for.

    Raises:
        Astray: it leads to another scheme than before, or from https to http.
    """
    try:
        here, target = urlsplit(request.url), urlsplit(urljoin(request.url, location))
        same_host = _same_host(here, target)
    except ValueError:
        raise Astray(f"redirected to {short(location, _SHOWN)}, which is no address") from None
    allowed = ("http", "https") if here.scheme == "http" else (here.scheme,)
    if target.scheme not in allowed or not target.hostname:
        raise Astray(
            f"redirected to {short(without_login(target.geturl()), _SHOWN)}: only {' or '.join(allowed)} is followed"
        )
    keeps_method = status in _KEEP_METHOD or request.method.upper() in SAFE_METHODS
    login, has_login, _ = here.netloc.rpartition("@")
    if same_host and has_login and "@" not in target.netloc:
        target = target._replace(netloc=f"{login}@{target.netloc}")
    return replace(
        request,
        url=target.geturl(),
        headers=request.headers if same_host else {},
        method=request.method if keeps_method else "GET",
        body=request.body if keeps_method and same_host else "",
        client_cert=request.client_cert if same_host else "",
        client_key=request.client_key if same_host else "",
    )


def _same_host(here: SplitResult, target: SplitResult) -> bool:
    """The same host and port, or the same host made safe at its usual port."""
    port = target.port or _USUAL_PORTS.get(target.scheme)
    made_safe = (here.scheme, target.scheme, port) == ("http", "https", 443)
    same_port = port == (here.port or _USUAL_PORTS.get(here.scheme)) and target.scheme == here.scheme
    return here.hostname == target.hostname and (same_port or made_safe)
