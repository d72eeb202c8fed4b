"""What is wrong with a channel whose shape is right: each kind needs fields of its own, and takes no others."""

import json
import re
from collections.abc import Callable, Collection, Iterator

from warroom.config.errors import Loc, quoted
from warroom.config.settings import Channel

BODY_NAMES = ("id", "incident", "level", "audience", "subject", "body", "drill")
"""What the body of a webhook may name."""
PLACEHOLDER = re.compile(r"\{([a-z]+)\}")

_COMMON = {"kind", "audiences"}
_TAKES: dict[str, set[str]] = {
    "slack": {"url", "token", "channel", "repeat"},
    "discord": {"url", "repeat"},
    "webhook": {"url", "headers", "body"},
    "statuspage": {"url", "page", "api_key", "components", "component_status", "notify"},
    "email": {"host", "port", "starttls", "user", "password", "sender", "to"},
}
_ADDRESS = re.compile(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")

UrlProblem = Callable[[str, Collection[str]], str]
Found = tuple[Loc, str, str]


def check_channel(channel: Channel, url_problem: UrlProblem) -> Iterator[Found]:
    """Everything that is wrong: the field, the problem, an example. No value that may be secret is repeated."""
    yield from _foreign(channel)
    if channel.url and (problem := url_problem(channel.url, ("http", "https"))):
        yield ("url",), problem, '"${SLACK_WEBHOOK}"' if channel.kind == "slack" else '"https://example.com/hook"'
    yield from {
        "slack": _slack,
        "discord": _needs_url,
        "webhook": _webhook,
        "statuspage": _statuspage,
        "email": _email,
    }[channel.kind](channel)


def _foreign(channel: Channel) -> Iterator[Found]:
    bare = Channel(kind=channel.kind)
    own = _COMMON | _TAKES[channel.kind]
    for name in Channel.__dataclass_fields__:
        if name not in own and getattr(channel, name) != getattr(bare, name):
            takers = " or ".join(kind for kind, names in _TAKES.items() if name in names)
            yield (name,), f"a channel of kind {quoted(channel.kind)} has none", f'kind = "{takers}"'


def _needs_url(channel: Channel) -> Iterator[Found]:
    if not channel.url:
        yield ("url",), f"missing: a {channel.kind} channel needs one", '"${WEBHOOK}"'


def _slack(channel: Channel) -> Iterator[Found]:
    if not channel.token and not channel.url:
        yield ("url",), "missing: a slack channel needs a webhook, or token and channel", '"${SLACK_WEBHOOK}"'
    if channel.token and not channel.channel:
        yield ("channel",), "missing: a token needs to know where to post", '"C0123456789"'
    if channel.channel and not channel.token:
        yield ("token",), "missing: a webhook has its channel built in", '"${SLACK_TOKEN}"'
    if channel.token and not channel.token.isascii():
        yield ("token",), "can't be sent in a header", '"${SLACK_TOKEN}"'


def _webhook(channel: Channel) -> Iterator[Found]:
    yield from _needs_url(channel)
    for name, value in channel.headers.items():
        if not _HEADER.fullmatch(name):
            yield ("headers", name), "is no name of a header", '{ Authorization = "Bearer ${TOKEN}" }'
        if not (value.isascii() and value.isprintable()):
            yield ("headers", name), "can't be sent in a header", '"Bearer ${TOKEN}"'
    if not channel.body:
        return
    for name in dict.fromkeys(PLACEHOLDER.findall(channel.body)):
        if name not in BODY_NAMES:
            yield (
                ("body",),
                f"there is no {{{name}}} here; there are {', '.join(BODY_NAMES)}",
                '\'{"text": "{subject}"}\'',
            )
    kind = next((value for name, value in channel.headers.items() if name.lower() == "content-type"), "json")
    if "json" in kind and not _is_json(PLACEHOLDER.sub("0", channel.body)):
        yield ("body",), "is no JSON once it is filled", '\'{"text": "{subject}"}\''


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _statuspage(channel: Channel) -> Iterator[Found]:
    for name, example in (("page", '"kctbh9vrtdwd"'), ("api_key", '"${STATUSPAGE_KEY}"')):
        value = getattr(channel, name)
        if not value:
            yield (name,), "missing: a statuspage channel needs it", example
        elif not (value.isascii() and value.isprintable()) or (name == "page" and not value.isalnum()):
            yield (name,), "is none", example
    if channel.component_status and not channel.components:
        yield ("components",), "missing: component_status needs to know which", '["8kbf7d35c070"]'


def _email(channel: Channel) -> Iterator[Found]:
    if not channel.host:
        yield ("host",), "missing: an email channel needs a server", '"smtp.example.com"'
    elif not re.fullmatch(r"[A-Za-z0-9.:_-]+", channel.host):
        yield ("host",), "is no name of a host", '"smtp.example.com"'
    if not 0 < channel.port < 65536:
        yield ("port",), "must be between 1 and 65535", "587"
    if not _ADDRESS.fullmatch(channel.sender):
        yield ("sender",), "must be an address", '"incidents@example.com"'
    if not channel.to:
        yield ("to",), "missing: an email channel needs somebody to write to", '["team@example.com"]'
    for index, address in enumerate(channel.to):
        if not _ADDRESS.fullmatch(address):
            yield ("to", index), "must be an address", '"team@example.com"'
    if bool(channel.user) != bool(channel.password):
        missing = "password" if channel.user else "user"
        yield (missing,), "missing: a login needs both", '"${SMTP_PASSWORD}"'
