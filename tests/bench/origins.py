"""Many small services in one process, each on a port of its own. Prints the ports as JSON, then serves.

python -m tests.bench.origins 200
"""

import asyncio
import json
import sys

BODY = json.dumps(
    {"status": "UP", "version": "1.2.3", "checks": {"db": "ok", "cache": "ok"}, "uptime": 123456}
).encode()
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(BODY), BODY)


class Origin(asyncio.Protocol):
    """Answers every request alike, and keeps the connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._held = b""

    def data_received(self, data: bytes) -> None:
        self._held += data
        *whole, self._held = self._held.split(b"\r\n\r\n")
        for _ in whole:
            self._transport.write(ANSWER)


async def main(count: int) -> None:
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(Origin, "127.0.0.1", 0) for _ in range(count)]
    print(json.dumps([server.sockets[0].getsockname()[1] for server in servers]), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
