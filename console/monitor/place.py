"""Where probes are read from: the folder and the variables a command gets, and what lies outside this machine."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from warroom.config.probe_check import host_and_port, server_and_port
from warroom.config.settings import Probe


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What commands run in."""

    folder: Path = Path()
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    """Every variable a command gets, besides those of its probe."""


def is_outside(probe: Probe) -> bool:
    """Whether reading it takes a network: then it tells something of our own. What a command does nobody knows."""
    return probe.kind != "command" and not _is_here(target(probe))


def target(probe: Probe) -> str:
    """The host that is asked; empty: none is named."""
    match probe.kind:
        case "command":
            return ""
        case "tcp":
            parts = host_and_port(probe.address)
            return parts[0] if parts else ""
        case "dns":
            return server_and_port(probe.server)[0]
        case _:
            return _host(probe.url)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or host.endswith(".localhost") or ip_address(host).is_loopback
    except ValueError:
        return False
