"""The question that a probe asks over HTTP: where, with which login, how long."""

from base64 import b64encode
from urllib.parse import urlsplit

from warroom.config.settings import Probe
from warroom.console.monitor.exchange import Request


def request_of(probe: Probe, url: str = "", *, method: str = "GET", body: str = "") -> Request:
    """The question a probe asks, of its own address or of one behind it."""
    return Request(
        url=url or probe.url,
        method=method,
        body=body,
        headers=headers_of(probe),
        timeout=probe.timeout,
        redirects=probe.redirects,
        verify_tls=probe.verify_tls,
        ca=probe.ca,
        client_cert=probe.client_cert,
        client_key=probe.client_key,
    )


def headers_of(probe: Probe) -> dict[str, str]:
    """The headers of a probe, with its login; names are lower case."""
    headers = {name.lower(): value for name, value in probe.headers.items()}
    if probe.token:
        headers.setdefault("authorization", f"Bearer {probe.token}")
    elif probe.username:
        login = b64encode(f"{probe.username}:{probe.password}".encode()).decode()
        headers.setdefault("authorization", f"Basic {login}")
    return headers


def below(base: str, path: str, query: str = "") -> str:
    """An address behind a base address, whose path and query are kept; one that ends in the path already is itself."""
    parts = urlsplit(base)
    own = parts.path.rstrip("/")
    whole = own if own.endswith(path) else own + path
    joined = "&".join(filter(None, (parts.query, query)))
    return parts._replace(path=whole, query=joined, fragment="").geturl()
