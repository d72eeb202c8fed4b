"""Where a channel leads to, and whether that is this machine: the only place a drill may write to."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from warroom.config.settings import Channel
from warroom.console.comms.channels import slack, statuspage

_USUAL = {"slack": slack.API, "statuspage": statuspage.API}


def host(channel: Channel) -> str:
    """The host that is written to."""
    if channel.kind == "email":
        return channel.host
    return urlsplit(channel.url or _USUAL.get(channel.kind, "")).hostname or ""


def leaves(channel: Channel) -> bool:
    """Whether a letter would leave this machine."""
    return not is_loopback(host(channel))


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its own words: no name but `localhost` is asked for."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
