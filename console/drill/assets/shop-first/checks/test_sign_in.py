"""Signing in, through the real service on a real port."""

import hashlib
import http.client
import json
import sqlite3
import tempfile
import threading
import unittest
from contextlib import closing
from pathlib import Path

from shop import settings
from shop.app import Shop


class SignIn(unittest.TestCase):
    """A shop with one account: grace."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        data = Path(folder.name) / "shop.db"
        with closing(sqlite3.connect(data)) as base, base:
            base.execute("CREATE TABLE account (name TEXT PRIMARY KEY, salt BLOB, digest BLOB)")
            digest = hashlib.pbkdf2_hmac("sha256", b"secret", b"salt", settings.PASSWORD_ROUNDS)
            base.execute("INSERT INTO account VALUES ('grace', ?, ?)", (b"salt", digest))
        self.server = Shop(0, data, "test")
        self.addCleanup(self.server.server_close)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.addCleanup(self.server.shutdown)

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, str]:
        """Status and body of one request."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.server.server_address[1], timeout=5)) as line:
            line.request(method, path, json.dumps(body) if body is not None else None)
            answer = line.getresponse()
            return answer.status, answer.read().decode()

    def test_the_right_password_opens_a_session(self) -> None:
        status, body = self.ask("POST", "/login", {"user": "grace", "password": "secret"})
        self.assertEqual(status, 200)
        self.assertTrue(json.loads(body)["token"])

    def test_a_wrong_password_is_refused(self) -> None:
        self.assertEqual(self.ask("POST", "/login", {"user": "grace", "password": "guess"})[0], 401)

    def test_the_front_page_is_there(self) -> None:
        status, body = self.ask("GET", "/")
        self.assertEqual(status, 200)
        self.assertIn(settings.TITLE, body)

    def test_health_tells_status_version_and_database(self) -> None:
        self.assertEqual(json.loads(self.ask("GET", "/health")[1]), {"status": "UP", "version": "test", "db": "ok"})
