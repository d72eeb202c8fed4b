"""Services as they answer over the wire, on loopback: Slack, Discord, Statuspage, any webhook, and mail."""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Asked:
    """One request as a service sees it."""

    method: str
    path: str
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.text)


Answer = tuple[int, str] | tuple[int, str, dict[str, str]] | str
"""A status with a body and headers, or what goes wrong instead: `hang`, `reset`, `torn` (200, then the line breaks)."""
Behaviour = Callable[[Asked], Answer | Awaitable[Answer]]


@dataclass
class Service:
    """A service that answers as its behaviour says, and remembers what it was asked."""

    behaviour: Behaviour
    asked: list[Asked] = field(default_factory=list)
    port: int = 0
    hanging: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once somebody waits for an answer that never comes."""
    seen: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once it was asked anything."""
    _tasks: "set[asyncio.Task[None]]" = field(default_factory=set)

    def url(self, path: str = "/hook") -> str:
        """The address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await self._answer(await _read(reader), writer)
        writer.transport.abort() if writer.transport.is_closing() else writer.close()

    async def _answer(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        self.asked.append(asked)
        self.seen.set()
        answer = self.behaviour(asked)
        if isinstance(answer, Awaitable):
            answer = await answer
        match answer:
            case "hang":
                self.hanging.set()
                await asyncio.Event().wait()
            case "reset":
                writer.transport.abort()
            case "torn":
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{")
                await writer.drain()
                writer.transport.abort()
            case (status, body, *more):
                headers = more[0] if more and isinstance(more[0], dict) else {}
                raw = str(body).encode()
                lines = [f"HTTP/1.1 {status} X", f"content-length: {len(raw)}", "connection: close"]
                lines += [f"{name}: {value}" for name, value in headers.items()]
                writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + raw)
                await writer.drain()

    async def end(self) -> None:
        """End every connection."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    method, path, _ = first.split(" ")
    return Asked(method, path, headers, body.decode())


@contextlib.asynccontextmanager
async def service(behaviour: Behaviour) -> AsyncIterator[Service]:
    """A service that lives as long as the block."""
    made = Service(behaviour)
    listener = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = listener.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        listener.close()
        await made.end()


def in_turn(*answers: Answer) -> Behaviour:
    """Each answer once, the last one from then on."""
    left = list(answers)
    return lambda asked: left.pop(0) if len(left) > 1 else left[0]


class Page:
    """Statuspage's manage API over one page, as far as it is used."""

    def __init__(self, *moods: Answer | None, key: str = "k3y-of-the-page") -> None:
        self.incidents: dict[str, dict[str, Any]] = {}
        self.updates: list[dict[str, Any]] = []
        self.key = key
        self.moods = list(moods)
        """What goes wrong with the next changes, after they were made where it is `reset` or `torn`."""

    def __call__(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"OAuth {self.key}":
            return 401, '{"error": "Could not authenticate"}'
        path = asked.path.removeprefix("/v1/pages/p1/incidents")
        if asked.method == "GET":
            return self._look(path)
        mood = self.moods.pop(0) if self.moods else None
        if isinstance(mood, tuple):
            return mood
        made = self._change(asked, path)
        return mood if isinstance(mood, str) else made

    def _look(self, path: str) -> Answer:
        if path == "/unresolved":
            return 200, json.dumps([each for each in self.incidents.values() if each["status"] != "resolved"])
        if path.startswith("?"):
            return 200, json.dumps(list(self.incidents.values()))
        found = self.incidents.get(path[1:])
        return (200, json.dumps(found)) if found else (404, '{"error": "Not found"}')

    def _change(self, asked: Asked, path: str) -> Answer:
        given = asked.json["incident"]
        self.updates.append(given)
        if asked.method == "POST":
            id = f"i{len(self.incidents) + 1}"
            self.incidents[id] = {"id": id, **given}
            return 201, json.dumps(self.incidents[id])
        if path[1:] not in self.incidents:
            return 404, '{"error": "Not found"}'
        self.incidents[path[1:]] |= given
        return 200, json.dumps(self.incidents[path[1:]])


@dataclass
class Mailbox:
    """A mail server. It speaks STARTTLS where it was given a certificate, and AUTH PLAIN."""

    tls: Any = None
    says: dict[str, str] = field(default_factory=dict)
    """Answers other than the usual ones, by verb; `hang` and `reset` after the verb was taken."""
    letters: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    verbs: list[str] = field(default_factory=list)
    port: int = 0
    hanging: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: "set[asyncio.Task[None]]" = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hold one conversation."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, OSError):
            await self._say(writer, "220 mail.example ESMTP")
            while line := (await reader.readline()).decode().strip():
                if not await self._turn(line, reader, writer):
                    break
        writer.close()

    async def _turn(self, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        verb = line.split(" ")[0].upper()
        self.verbs.append(verb)
        said = self.says.get(line) or self.says.get(verb)
        if said:
            return await self._odd(said, writer)
        match verb:
            case "EHLO":
                offers = ["250-mail.example", "250-8BITMIME", *(["250-STARTTLS"] if self._plain(writer) else [])]
                await self._say(writer, *offers, "250 AUTH PLAIN")
            case "STARTTLS":
                await self._say(writer, "220 go ahead")
                await writer.start_tls(self.tls)
            case "AUTH":
                self.logins.append(line)
                await self._say(writer, "235 welcome")
            case "DATA":
                await self._say(writer, "354 go ahead")
                self.letters.append((await reader.readuntil(b"\r\n.\r\n")).decode())
                return await self._odd(self.says.get("taken", "250 queued"), writer)
            case "QUIT":
                await self._say(writer, "221 bye")
                return False
            case _:
                await self._say(writer, "250 ok")
        return True

    def _plain(self, writer: asyncio.StreamWriter) -> bool:
        return self.tls is not None and writer.get_extra_info("ssl_object") is None

    async def _odd(self, said: str, writer: asyncio.StreamWriter) -> bool:
        if said == "hang":
            self.hanging.set()
            await asyncio.Event().wait()
        if said == "reset":
            writer.transport.abort()
            return False
        await self._say(writer, said)
        return True

    async def _say(self, writer: asyncio.StreamWriter, *lines: str) -> None:
        writer.write("".join(f"{line}\r\n" for line in lines).encode())
        await writer.drain()

    async def end(self) -> None:
        """End every conversation."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@contextlib.asynccontextmanager
async def mailbox(mail: Mailbox) -> AsyncIterator[Mailbox]:
    """A mail server that lives as long as the block."""
    listener = await asyncio.start_server(mail.serve, "127.0.0.1", 0)
    mail.port = listener.sockets[0].getsockname()[1]
    try:
        yield mail
    finally:
        listener.close()
        await mail.end()


def secret_free(text: str, *secrets: str) -> bool:
    """No secret, nor a good part of one, stands in the text."""
    return not any(re.search(re.escape(secret[:12]), text) for secret in secrets)
