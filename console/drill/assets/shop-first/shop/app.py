"""The shop's web service: a page, a sign-in, a health check."""

import argparse
import json
import logging
import logging.handlers
import os
import sqlite3
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from shop import sessions, settings
from shop.accounts import Accounts

LIMIT = 16 * 1024
log = logging.getLogger("shop")


class Shop(ThreadingHTTPServer):
    """Serves one data file as one version."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, data: Path, version: str) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.accounts = Accounts(data)
        self.version = version


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 30
    server: Shop

    def do_GET(self) -> None:
        """The front page, and how the service feels."""
        if self.path == "/":
            self._answer(200, "text/html", f"<!doctype html><title>{settings.TITLE}</title><h1>{settings.TITLE}</h1>")
        elif self.path == "/health":
            self._health()
        else:
            self._json(404, {"error": "there is no such page"})

    def do_POST(self) -> None:
        """Sign in."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > LIMIT:
            self.close_connection = True
            self._json(413, {"error": "too much"})
            return
        body = self.rfile.read(length)
        if self.path != "/login":
            self._json(404, {"error": "there is no such page"})
            return
        try:
            asked = json.loads(body)
            user, password = str(asked["user"]), str(asked["password"])
        except (ValueError, KeyError, TypeError):
            self._json(400, {"error": 'expected {"user": …, "password": …}'})
            return
        self._sign_in(user, password)

    def _sign_in(self, user: str, password: str) -> None:
        try:
            if not self.server.accounts.holds(user, password):
                self._json(401, {"error": "wrong name or password"})
                return
            token = sessions.remember(user)
        except Exception:
            log.exception("sign-in of %s failed", user)
            self._json(500, {"error": "something went wrong"})
            return
        self._json(200, {"token": token})

    def _health(self) -> None:
        try:
            self.server.accounts.count()
        except sqlite3.Error as error:
            log.error("the data file can't be read: %s", error)
            self._json(503, {"status": "DOWN", "version": self.server.version, "db": "unreadable"})
            return
        self._json(200, {"status": "UP", "version": self.server.version, "db": "ok"})

    def _json(self, status: int, body: dict[str, str]) -> None:
        self._answer(status, "application/json", json.dumps(body))

    def _answer(self, status: int, kind: str, body: str) -> None:
        raw = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are counted by the router; the log is for what went wrong."""


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the accounts, a SQLite file")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--port-file", type=Path, help="where to write the port once it listens")
    parser.add_argument("--log", type=Path, help="where to log; else to stderr")
    asked = parser.parse_args()
    target = logging.handlers.RotatingFileHandler(asked.log, maxBytes=1_000_000, backupCount=1) if asked.log else None
    handlers = [target] if target else None
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", handlers=handlers)
    server = Shop(asked.port, asked.data, os.environ.get("SHOP_VERSION", "dev"))
    if asked.port_file:
        fresh = asked.port_file.with_suffix(".new")
        fresh.write_text(str(server.server_address[1]))
        fresh.replace(asked.port_file)
    log.info("shop %s listens on port %s", server.version, server.server_address[1])
    server.serve_forever()


if __name__ == "__main__":
    main()
