"""Channels: what each kind needs, and that what doesn't belong there is said."""

from pathlib import Path

import pytest

from warroom.config.errors import ConfigError
from warroom.config.load import load

HEAD = '[service]\nname = "shop"\n[channel.room]\n'


def problems(folder: Path, text: str, **environ: str) -> list[str]:
    (folder / "warroom.toml").write_text(HEAD + text, "utf-8")
    try:
        load(folder, environ=environ)
    except ConfigError as error:
        return [f"{each.key.removeprefix('channel.room.')}: {each.problem}" for each in error.problems]
    return []


GOOD = {
    "slack webhook": 'kind = "slack"\nurl = "https://hooks.slack.example/x"\nrepeat = true',
    "slack token": 'kind = "slack"\ntoken = "${SECRET}"\nchannel = "C1"\naudiences = ["team"]',
    "discord": 'kind = "discord"\nurl = "${HOOK}"',
    "webhook": 'kind = "webhook"\nurl = "${HOOK}"\nheaders = { Authorization = "Bearer ${SECRET}" }\n'
    'body = \'{"text": "{subject}: {body}", "drill": {drill}}\'',
    "webhook that is no JSON": 'kind = "webhook"\nurl = "${HOOK}"\nheaders = { Content-Type = "text/plain" }\n'
    'body = "{subject}"',
    "statuspage": 'kind = "statuspage"\npage = "kctbh9vrtdwd"\napi_key = "${SECRET}"\ncomponents = ["8k"]\n'
    'component_status = "major_outage"\nnotify = true',
    "email": 'kind = "email"\nhost = "smtp.example.com"\nsender = "a@example.com"\nto = ["b@example.com"]\n'
    'user = "a"\npassword = "${SECRET}"',
}


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_a_whole_channel_is_taken(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, text, SECRET="s3cr3t-value", HOOK="https://example.com/hook") == []


BAD = [
    ('kind = "slack"', "url: missing: a slack channel needs a webhook, or token and channel"),
    ('kind = "slack"\ntoken = "${S}"', "channel: missing: a token needs to know where to post"),
    (
        'kind = "slack"\nurl = "https://a.example"\nchannel = "C1"',
        "token: missing: a webhook has its channel built in",
    ),
    ('kind = "discord"', "url: missing: a discord channel needs one"),
    ('kind = "discord"\nurl = "ftp://a"', "url: is no URL that begins with http:// or https://"),
    ('kind = "discord"\nurl = "https://a"\npage = "x"', 'page: a channel of kind "discord" has none'),
    (
        'kind = "webhook"\nurl = "https://a"\nbody = \'{"t": "{titel}"}\'',
        "body: there is no {titel} here; there are id, incident, level, audience, subject, body, drill",
    ),
    ('kind = "webhook"\nurl = "https://a"\nbody = "{subject"', "body: is no JSON once it is filled"),
    ('kind = "webhook"\nurl = "https://a"\nheaders = { "a b" = "x" }', "headers.a b: is no name of a header"),
    ('kind = "webhook"\nurl = "https://a"\nheaders = { a = "x\\r\\ny" }', "headers.a: can't be sent in a header"),
    ('kind = "statuspage"\npage = "x"', "api_key: missing: a statuspage channel needs it"),
    ('kind = "statuspage"\npage = "../x"\napi_key = "${S}"', "page: is none"),
    (
        'kind = "statuspage"\npage = "x"\napi_key = "${S}"\ncomponent_status = "major_outage"',
        "components: missing: component_status needs to know which",
    ),
    ('kind = "email"\nsender = "a@b"\nto = ["c@d"]', "host: missing: an email channel needs a server"),
    ('kind = "email"\nhost = "h"\nsender = "a@b"', "to: missing: an email channel needs somebody to write to"),
    ('kind = "email"\nhost = "h"\nsender = "a"\nto = ["c@d"]', "sender: must be an address"),
    ('kind = "email"\nhost = "h"\nsender = "a@b"\nto = ["c@d\\nBcc: x@y"]', "to[0]: must be an address"),
    ('kind = "email"\nhost = "h"\nport = 0\nsender = "a@b"\nto = ["c@d"]', "port: must be between 1 and 65535"),
    ('kind = "email"\nhost = "h"\nsender = "a@b"\nto = ["c@d"]\nuser = "u"', "password: missing: a login needs both"),
]


@pytest.mark.parametrize(("text", "said"), BAD)
def test_what_is_missing_or_out_of_place_is_said(tmp_path: Path, text: str, said: str) -> None:
    assert [each.replace('headers."a b"', "headers.a b") for each in problems(tmp_path, text, S="s3cr3t")] == [said]
