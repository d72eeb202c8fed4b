"""Channels against services that answer as the real ones do, well and badly."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.comms.services import Asked, Mailbox, Page, in_turn, mailbox, secret_free, service
from tests.monitor.servers import TLS, now
from warroom.config.load import load
from warroom.config.settings import Channel
from warroom.console.comms.channels.letters import Context, Delivered, Failed, Post
from warroom.console.comms.channels.send import send
from warroom.console.domain.desk import Letter
from warroom.console.engine.mailing import outlets
from warroom.console.engine.posting import posting
from warroom.console.monitor.http import Web

EVIL = "[P0] <!channel> @everyone <https://evil.example|ok> [x](https://evil.example) *b* <script>\u202e\x1b[31m"
LETTER = Letter(message="progress", title="Progress", audience="users", subject=EVIL, body=f"Fix & verify\n{EVIL}\n")
SECRET = "T0/B0/abcdefghijkl"


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with Web(now) as web:
        yield posting(web)


def context(post: Post, **changes: Any) -> Context:
    usual: dict[str, Any] = {
        "key": "k1",
        "incident": "INC-7",
        "thread": "INC-7@2026",
        "level": "P0",
        "phase": "identified",
        "drill": False,
        "again": False,
        "ref": "",
        "post": post,
    }
    return Context(**{**usual, **changes})


def in_doubt(outcome: Delivered | Failed) -> bool:
    return isinstance(outcome, Failed) and outcome.doubt and not outcome.final


async def test_a_slack_webhook_gets_text_in_which_nothing_calls_or_links(post: Post) -> None:
    async with service(in_turn((200, "ok"))) as slack:
        assert await send(Channel(kind="slack", url=slack.url()), LETTER, context(post)) == Delivered()
        (asked,) = slack.asked
        text = asked.json["text"]
        assert "<" not in text and ">" not in text and "&lt;!channel&gt;" in text and "Fix &amp; verify" in text
        assert "@everyone" not in text and "\u202e" not in text and "\x1b" not in text
        assert (asked.json["mrkdwn"], asked.json["unfurl_links"]) == (False, False)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((400, "invalid_payload"), Failed("HTTP 400: invalid_payload", final=True)),
        ((403, "action_prohibited"), Failed("HTTP 403: action_prohibited", final=True)),
        ((404, "no_service"), Failed("HTTP 404: no_service", final=True)),
        ((410, "channel_is_archived"), Failed("HTTP 410: channel_is_archived", final=True)),
        ((500, "rollup_error"), Failed("HTTP 500: rollup_error")),
        ((504, "<html>"), Failed("HTTP 504", doubt=True)),
        ((429, "", {"retry-after": "7"}), Failed("HTTP 429", retry_after=timedelta(seconds=7))),
        ((429, "", {"retry-after": "999999999"}), Failed("HTTP 429", retry_after=timedelta(minutes=5))),
        (
            (302, "", {"location": "http://127.0.0.1:1/"}),
            Failed("HTTP 302: it points elsewhere, which is not followed", final=True),
        ),
        ((200, "<html>sign in to the hotel</html>"), Failed("it answered a page where ok was expected", doubt=True)),
        ("torn", Delivered()),
    ],
)
async def test_what_a_slack_webhook_answers_is_understood(post: Post, answer: Any, expected: object) -> None:
    async with service(in_turn(answer)) as slack:
        assert await send(Channel(kind="slack", url=slack.url()), LETTER, context(post)) == expected


async def test_an_answer_that_never_comes_is_doubt_and_a_closed_port_is_none(post: Post) -> None:
    async with service(in_turn("hang")) as slack:
        channel = Channel(kind="slack", url=slack.url())
        assert await send(channel, LETTER, context(post), total=0.3) == Failed("not done after 0 s", doubt=True)
    async with service(in_turn("reset")) as slack:
        failed = await send(Channel(kind="slack", url=slack.url()), LETTER, context(post))
        assert isinstance(failed, Failed) and failed.doubt and not failed.final
        port = slack.port
    failed = await send(Channel(kind="slack", url=f"http://127.0.0.1:{port}/"), LETTER, context(post))
    assert failed == Failed("connection refused")


async def test_a_channel_that_lacks_a_variable_says_which(post: Post, tmp_path: Path) -> None:
    (tmp_path / "warroom.toml").write_text(
        '[service]\nname = "shop"\n[channel.room]\nkind = "webhook"\nurl = "${HOOK}"\nheaders = { key = "${KEY}" }\n'
    )
    found = load(tmp_path, environ={"KEY": "known"})
    assert found is not None
    assert await send(found.settings.channel["room"], LETTER, context(post)) == Failed("HOOK is not set here")
    assert outlets(found.settings)[0].blocked == "HOOK is not set here"


async def test_slack_with_a_token_says_where_the_message_is(post: Post) -> None:
    async with service(in_turn((200, '{"ok":true,"channel":"C1","ts":"1503435956.000247"}'))) as slack:
        channel = Channel(kind="slack", token="xoxb-1-abc", channel="C1", url=slack.url("/api/chat.postMessage"))
        assert await send(channel, LETTER, context(post)) == Delivered("C1/1503435956.000247")
        (asked,) = slack.asked
        assert asked.headers["authorization"] == "Bearer xoxb-1-abc"
        assert (asked.json["channel"], asked.json["parse"], asked.json["unfurl_links"]) == ("C1", "none", False)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"ok":false,"error":"channel_not_found"}', Failed("channel_not_found", final=True)),
        ('{"ok":false,"error":"invalid_auth"}', Failed("invalid_auth", final=True)),
        ('{"ok":false,"error":"ratelimited"}', Failed("ratelimited")),
        ('{"ok":false,"error":"internal_error"}', Failed("internal_error", doubt=True)),
        ("[]", Failed("it answered neither ok nor an error", doubt=True)),
    ],
)
async def test_slack_says_no_with_http_200(post: Post, body: str, expected: Failed) -> None:
    async with service(in_turn((200, body))) as slack:
        channel = Channel(kind="slack", token="xoxb-1-abc", channel="C1", url=slack.url())
        assert await send(channel, LETTER, context(post)) == expected


async def test_discord_waits_for_the_message_and_lets_nobody_be_called(post: Post) -> None:
    async with service(in_turn((200, '{"id":"991"}'))) as discord:
        channel = Channel(kind="discord", url=discord.url("/api/webhooks/1/abc?thread_id=5&wait=false"))
        assert await send(channel, LETTER, context(post)) == Delivered("991")
        (asked,) = discord.asked
        assert asked.path == "/api/webhooks/1/abc?thread_id=5&wait=true"
        assert asked.json["allowed_mentions"] == {"parse": []}
        content = asked.json["content"]
        assert "@everyone" not in content and "\\<\\!channel" not in content and "\\<!channel\\>" in content
        assert "\\[x\\]\\(https\\://evil.example\\)" in content and "\\*b\\*" in content


async def test_a_long_letter_is_cut_to_what_discord_takes_never_within_an_escape(post: Post) -> None:
    async with service(in_turn((200, "{}"))) as discord:
        letter = Letter(message="m", title="M", audience="a", subject="s", body="*" * 5_000)
        await send(Channel(kind="discord", url=discord.url()), letter, context(post))
        content = discord.asked[0].json["content"]
        assert len(content) <= 2_000 and content.endswith("\\*…")


async def test_discord_says_in_its_body_how_long_to_wait(post: Post) -> None:
    answer = (429, '{"message":"You are being rate limited.","retry_after":64.57,"global":false}', {"retry-after": "5"})
    async with service(in_turn(answer, (404, '{"message":"Unknown Webhook","code":10015}'))) as discord:
        channel = Channel(kind="discord", url=discord.url())
        limited = await send(channel, LETTER, context(post))
        assert limited == Failed("HTTP 429: You are being rate limited.", retry_after=timedelta(seconds=64.57))
        assert await send(channel, LETTER, context(post)) == Failed("HTTP 404: Unknown Webhook", final=True)


async def test_a_webhook_gets_our_json_and_the_same_key_each_time(post: Post) -> None:
    async with service(in_turn((503, ""), (204, ""))) as hook:
        channel = Channel(kind="webhook", url=hook.url(), headers={"Authorization": "Bearer 123456789"})
        await send(channel, LETTER, context(post))
        assert await send(channel, LETTER, context(post, again=True)) == Delivered()
        assert [asked.headers["idempotency-key"] for asked in hook.asked] == ["k1", "k1"]
        assert hook.asked[0].headers["authorization"] == "Bearer 123456789"
        given = hook.asked[0].json
        assert (given["id"], given["incident"], given["level"], given["audience"]) == ("k1", "INC-7", "P0", "users")
        assert given["drill"] is False and "<!channel>" in given["subject"] and "\x1b" not in given["body"]


async def test_a_team_s_own_body_can_t_be_broken_by_what_is_filled_in(post: Post) -> None:
    letter = Letter(message="m", title="M", audience="a", subject='"}, "to": "all', body="{level} \\ \n")
    async with service(in_turn((200, ""))) as hook:
        body = '{"text": "{subject}|{body}", "practice": {drill}, "odd": {}}'
        await send(Channel(kind="webhook", url=hook.url(), body=body), letter, context(post))
        assert hook.asked[0].json == {"text": '"}, "to": "all|{level} \\ \n', "practice": False, "odd": {}}


def statuspage(url: str, **more: Any) -> Channel:
    return Channel(kind="statuspage", url=url, page="p1", api_key="k3y-of-the-page", **more)


async def test_a_status_page_gets_one_incident_and_updates_to_it(post: Post) -> None:
    page = Page()
    async with service(page) as served:
        channel = statuspage(served.url("/v1"), components=("c1",), component_status="major_outage")
        opened = await send(channel, LETTER, context(post, key="a", phase="investigating"))
        assert opened == Delivered("i1")
        assert await send(channel, LETTER, context(post, key="b", ref="i1", phase="resolved")) == Delivered("i1")
        first, second = page.updates
        assert [asked.method for asked in served.asked] == ["GET", "POST", "PATCH"]
        assert (first["status"], first["deliver_notifications"]) == ("investigating", False)
        assert (first["components"], second["components"]) == ({"c1": "major_outage"}, {"c1": "operational"})
        assert "<script>" not in first["body"] and "](https" not in first["body"] and len(first["name"]) <= 255


async def test_subscribers_are_mailed_where_it_was_asked_for_and_never_in_a_drill(post: Post) -> None:
    page = Page()
    async with service(page) as served:
        channel = statuspage(served.url("/v1"), notify=True)
        await send(channel, LETTER, context(post))
        await send(channel, LETTER, context(post, key="b", drill=True, thread="INC-8@2026"))
        assert [update["deliver_notifications"] for update in page.updates] == [True, False]
        assert page.updates[1]["name"].startswith("DRILL: ")


@pytest.mark.parametrize("phase", ["investigating", "resolved"])
@pytest.mark.parametrize("mood", ["reset", "torn"])
async def test_a_page_that_took_it_without_saying_so_is_not_told_twice(post: Post, mood: str, phase: str) -> None:
    page = Page(mood)
    async with service(page) as served:
        channel = statuspage(served.url("/v1"))
        first = await send(channel, LETTER, context(post, phase=phase))
        assert first == Delivered() if mood == "torn" else in_doubt(first)
        again = await send(channel, LETTER, context(post, again=True, phase=phase))
        assert again == Delivered("i1", "it had arrived before")
        page.moods = ["reset"]
        update = context(post, key="b", ref="i1", phase=phase)
        assert in_doubt(await send(channel, LETTER, update))
        again = await send(channel, LETTER, context(post, key="b", ref="i1", again=True, phase=phase))
        assert again == Delivered("i1", "it had arrived before")
        assert len(page.updates) == 2 and len(page.incidents) == 1


async def test_a_status_page_that_lost_our_incident_gets_a_new_one(post: Post) -> None:
    page = Page()
    async with service(page) as served:
        gone = await send(statuspage(served.url("/v1")), LETTER, context(post, ref="i9", again=True))
        assert gone == Delivered("i1")


async def test_a_page_that_can_t_be_searched_is_not_written_to(post: Post) -> None:
    async with service(in_turn((420, "{}", {"retry-after": "3"}), (401, '{"error":"Could not authenticate"}'))) as page:
        channel = statuspage(page.url("/v1"))
        assert await send(channel, LETTER, context(post)) == Failed("HTTP 420: {}")
        refused = await send(channel, LETTER, context(post))
        assert refused == Failed("HTTP 401: Could not authenticate", final=True)
        assert [asked.method for asked in page.asked] == ["GET", "GET"]


def mail(port: int, **more: Any) -> Channel:
    usual: dict[str, Any] = {"host": "localhost", "port": port, "sender": "a@example.com", "to": ("b@example.com",)}
    return Channel(kind="email", **{**usual, **more})


@pytest.fixture
def certificate(monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "good.pem")
    return context


async def test_mail_goes_over_tls_with_a_login_and_one_subject_line(post: Post, certificate: ssl.SSLContext) -> None:
    letter = Letter(message="m", title="M", audience="a", subject="Down\r\nBcc: all@example.com", body=".\n" + EVIL)
    async with mailbox(Mailbox(tls=certificate)) as server:
        channel = mail(server.port, user="kai", password="s3cr3t-word")
        assert await send(channel, letter, context(post)) == Delivered("<k1@example.com>")
        (sent,) = server.letters
        assert "Subject: Down Bcc: all@example.com\r\n" in sent and "\r\nBcc:" not in sent
        assert "Message-ID: <k1@example.com>" in sent and "text/plain" in sent and "\x1b" not in sent
        assert len(server.logins) == 1 and server.verbs.index("STARTTLS") < server.verbs.index("AUTH")


async def test_mail_is_not_sent_in_the_open_unless_that_was_asked_for(post: Post) -> None:
    async with mailbox(Mailbox()) as server:
        assert await send(mail(server.port), LETTER, context(post)) == Failed(
            "the server offers no STARTTLS", final=True
        )
        assert server.letters == []
        assert isinstance(await send(mail(server.port, starttls=False), LETTER, context(post)), Delivered)


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ({"MAIL": "451 try later"}, Failed("SMTP 451: try later")),
        ({"RCPT": "550 no such user"}, Failed("SMTP 550: no such user", final=True)),
        ({"DATA": "452 disk full"}, Failed("SMTP 452: disk full")),
        ({"taken": "554 spam"}, Failed("SMTP 554: spam", final=True)),
        ({"QUIT": "reset"}, Delivered("<k1@example.com>")),
    ],
)
async def test_what_a_mail_server_answers_is_understood(post: Post, says: dict[str, str], expected: object) -> None:
    async with mailbox(Mailbox(says=says)) as server:
        assert await send(mail(server.port, starttls=False), LETTER, context(post)) == expected


async def test_mail_that_some_were_refused_says_whom_it_did_not_reach(post: Post) -> None:
    async with mailbox(Mailbox(says={"rcpt TO:<x@example.com>": "550 no such user"})) as server:
        channel = mail(server.port, starttls=False, to=("b@example.com", "x@example.com"))
        assert await send(channel, LETTER, context(post)) == Delivered("<k1@example.com>", "refused for x@example.com")


async def test_mail_is_in_doubt_only_once_it_was_handed_over(post: Post) -> None:
    for says, doubt in (({"taken": "reset"}, True), ({"MAIL": "reset"}, False)):
        async with mailbox(Mailbox(says=says)) as server:
            failed = await send(mail(server.port, starttls=False), LETTER, context(post))
            assert isinstance(failed, Failed) and failed.doubt == doubt and not failed.final


async def test_a_mail_server_that_hangs_is_left_in_time_and_gets_nothing_afterwards(post: Post) -> None:
    async with mailbox(Mailbox(says={"MAIL": "hang"})) as server:
        sending = asyncio.create_task(send(mail(server.port, starttls=False), LETTER, context(post), total=0.5))
        await server.hanging.wait()
        assert await sending == Failed("not done after 0 s", doubt=True)
        assert server.letters == []


HOSTS = [
    Channel(kind="slack", url="https://hooks.slack.com/services/x"),
    Channel(kind="slack", token="xoxb", channel="C1"),
    Channel(kind="discord", url="http://localhost.evil.example/x"),
    Channel(kind="webhook", url="http://127.0.0.1@evil.example/x"),
    Channel(kind="statuspage", page="p", api_key="k"),
    Channel(kind="email", host="smtp.example.com", sender="a@b", to=("c@d",)),
]


@pytest.mark.parametrize("channel", HOSTS, ids=lambda channel: channel.kind)
async def test_in_a_drill_nothing_leaves_this_machine(channel: Channel) -> None:
    async def post(call: object) -> Any:
        raise AssertionError("a drill asked the network")

    outside = Failed("a drill does not write to anybody outside this machine", final=True)
    assert await send(channel, LETTER, context(post, drill=True)) == outside


async def test_in_a_drill_every_word_says_so(post: Post) -> None:
    async with service(in_turn((200, "ok"))) as slack:
        await send(Channel(kind="slack", url=slack.url()), LETTER, context(post, drill=True))
        assert slack.asked[0].json["text"].startswith("DRILL: [P0]")
        assert "\n\nDRILL. This is practice" in slack.asked[0].json["text"]


async def test_no_reason_repeats_a_secret_of_the_channel(post: Post) -> None:
    def echo(asked: Asked) -> tuple[int, str]:
        return 400, f"bad request to {asked.path} by {asked.headers.get('authorization', '')}"

    async with service(echo) as hook:
        url = hook.url(f"/services/{SECRET}")
        channels = [
            Channel(kind="slack", url=url),
            Channel(kind="discord", url=url),
            Channel(kind="webhook", url=url, headers={"authorization": "Bearer 123456789"}),
            Channel(kind="slack", url=url, token="xoxb-123456789", channel="C1"),
            statuspage(hook.url("/v1")),
        ]
        for channel in channels:
            failed = await send(channel, LETTER, context(post))
            assert isinstance(failed, Failed)
            assert secret_free(failed.reason, SECRET, "123456789", "k3y-of-the-page"), failed.reason
