"""Where a channel leads to, and whether that is this machine: the only place a drill may write to."""

from hashlib import sha256
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


def target(channel: Channel) -> str:
    """A mark of where a channel leads: the same for the same place, whatever its name, and no way back to a secret."""
    place = (channel.kind, channel.url, channel.channel, channel.page, channel.host, *sorted(channel.to))
    return sha256("\0".join(place).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its own words: no name but `localhost` is asked for."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
