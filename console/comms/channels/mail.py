"""E-mail over SMTP, on a thread of its own: the standard library's client waits where it stands.

Every attempt carries the same `Message-ID`. When the server's last word is lost the letter is sent again, as mail
always was; most mailboxes show the second copy no more.
"""

import asyncio
import contextlib
import smtplib
import socket
import ssl
from email.message import EmailMessage
from email.utils import formatdate

from warroom.config.settings import Channel
from warroom.console.comms.channels.letters import REQUEST_SECONDS, Context, Delivered, Failed
from warroom.console.comms.channels.loopback import is_loopback
from warroom.console.comms.escape import PLAIN, inert, one_line
from warroom.console.domain.desk import Letter

LONGEST_SUBJECT = 300
LONGEST_BODY = 50_000
_TLS_PORT = 465
_QUOTED = 160


async def send(channel: Channel, letter: Letter, ctx: Context) -> Delivered | Failed:
    """Hand it to the server once."""
    attempt = _Attempt(channel, written(channel, letter, ctx))
    sending = asyncio.create_task(asyncio.to_thread(attempt.run))
    try:
        return await asyncio.shield(sending)
    except asyncio.CancelledError:
        # The thread ends with its connection.
        attempt.cut()
        raise


def written(channel: Channel, letter: Letter, ctx: Context) -> EmailMessage:
    """The letter as mail: plain text only."""
    mail = EmailMessage()
    mail["From"] = channel.sender
    mail["To"] = ", ".join(channel.to)
    mail["Subject"] = one_line(letter.subject, LONGEST_SUBJECT)
    mail["Date"] = formatdate(usegmt=True)
    mail["Message-ID"] = f"<{ctx.key}@{channel.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(inert(letter.body, PLAIN, LONGEST_BODY))
    return mail


class _Attempt:
    """One conversation with the server."""

    def __init__(self, channel: Channel, mail: EmailMessage) -> None:
        self._channel = channel
        self._mail = mail
        self._server: smtplib.SMTP | None = None
        self._handing_over = False
        self._ended = False

    def cut(self) -> None:
        """End the conversation where it stands."""
        self._ended = True
        line = self._server.sock if self._server else None
        if line is not None:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def run(self) -> Delivered | Failed:
        """Hold the conversation. Blocks."""
        try:
            return self._talk()
        except (smtplib.SMTPException, OSError, ValueError) as error:
            return _failed(error, self._handing_over)
        finally:
            if self._server is not None:
                self._server.close()

    def _talk(self) -> Delivered | Failed:
        channel = self._channel
        context = ssl.create_default_context()
        if channel.port == _TLS_PORT:
            server: smtplib.SMTP = smtplib.SMTP_SSL(timeout=REQUEST_SECONDS, context=context)
        else:
            server = smtplib.SMTP(timeout=REQUEST_SECONDS)
        self._server = server
        # Given to the constructor, the host would be connected to before anybody could cut the line.
        server._host = channel.host  # type: ignore[attr-defined]  # what STARTTLS checks the certificate against
        code, words = server.connect(channel.host, channel.port)
        if code != 220:
            return _refused(code, words)
        server.ehlo_or_helo_if_needed()
        secure = channel.port == _TLS_PORT
        if channel.starttls and not secure:
            if not server.has_extn("starttls"):
                return Failed("the server offers no STARTTLS", final=True)
            server.starttls(context=context)
            server.ehlo()
            secure = True
        if channel.user:
            if not secure and not is_loopback(channel.host):
                return Failed("no password is sent without TLS", final=True)
            server.login(channel.user, channel.password)
        return self._hand_over(server)

    def _hand_over(self, server: smtplib.SMTP) -> Delivered | Failed:
        channel = self._channel
        code, words = server.mail(channel.sender)
        if code != 250:
            return _refused(code, words)
        refused: list[tuple[str, int, bytes]] = []
        for address in channel.to:
            code, words = server.rcpt(address)
            if code not in (250, 251):
                refused.append((address, code, words))
        if len(refused) == len(channel.to):
            _, code, words = refused[0]
            return _refused(code, words)
        if self._ended:
            return Failed("cut off before it was handed over")
        self._handing_over = True
        code, words = server.data(self._mail.as_bytes(policy=self._mail.policy.clone(linesep="\r\n")))
        self._handing_over = False
        if code != 250:
            return _refused(code, words)
        with contextlib.suppress(smtplib.SMTPException, OSError):
            server.quit()
        note = f"refused for {', '.join(address for address, _, _ in refused)}" if refused else ""
        return Delivered(str(self._mail["Message-ID"]), note)


def _refused(code: int, words: bytes) -> Failed:
    """4xx is for now, 5xx for good."""
    return Failed(f"SMTP {code}: {_shown(words)}", final=code >= 500)


def _failed(error: Exception, handing_over: bool) -> Failed:
    match error:
        case smtplib.SMTPResponseException():
            return _refused(error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else b"")
        case smtplib.SMTPNotSupportedError():
            return Failed(one_line(str(error), _QUOTED), final=True)
        case ssl.SSLCertVerificationError():
            return Failed(f"TLS: {error.verify_message or 'the certificate is not valid'}", final=False)
        case TimeoutError():
            return Failed("the server did not answer in time", doubt=handing_over)
        case socket.gaierror():
            return Failed("the server's name does not resolve (DNS)")
        case OSError():
            return Failed(one_line(error.strerror or str(error), _QUOTED), doubt=handing_over)
        case _:
            return Failed(one_line(str(error), _QUOTED), doubt=handing_over)


def _shown(words: bytes) -> str:
    return one_line(words.decode(errors="replace"), _QUOTED)
