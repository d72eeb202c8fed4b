"""The people who sign in: a roster, and the data files that hold their passwords."""

import hashlib
import random
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

ROUNDS = 1000
"""Rounds of PBKDF2, as the shop's own settings have it."""
SMOKE = tuple(f"smoke-{number:02}" for number in range(1, 41))
"""The accounts of the shop's smoke test; 13 of these 40 belong to the slots that the bad release breaks."""

_NAMES = (
    "ada",
    "bao",
    "chidi",
    "dana",
    "emre",
    "fatou",
    "goran",
    "hana",
    "ines",
    "jun",
    "kofi",
    "lena",
    "mira",
    "nils",
)
_SLOTS, _STORES = 10, 7


def is_hit(user: str) -> bool:
    """Whether the bad release fails this user: their slot, of ten, has no store, of seven."""
    return int.from_bytes(hashlib.sha256(user.encode()).digest(), "big") % _SLOTS >= _STORES


def roster(seed: int, size: int = 200) -> tuple[str, ...]:
    """Made-up users; exactly 30 in 100 of them are hit by the bad release."""
    chance = random.Random(seed)
    room = {True: size * 3 // 10, False: size - size * 3 // 10}
    users: dict[str, None] = {}
    while len(users) < size:
        user = f"{chance.choice(_NAMES)}.{chance.randrange(1000, 10000)}"
        if user not in users and room[is_hit(user)]:
            room[is_hit(user)] -= 1
            users[user] = None
    return tuple(users)


def password_of(user: str) -> str:
    """What the user types."""
    return "smoke" if user in SMOKE else f"pass-{user}"


def write_accounts(path: Path, users: Iterable[str], seed: int) -> None:
    """Make a data file that holds these users."""
    chance = random.Random(seed)
    rows = []
    for user in users:
        salt = chance.randbytes(8)
        rows.append((user, salt, hashlib.pbkdf2_hmac("sha256", password_of(user).encode(), salt, ROUNDS)))
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("CREATE TABLE account (name TEXT PRIMARY KEY, salt BLOB NOT NULL, digest BLOB NOT NULL)")
        base.executemany("INSERT INTO account VALUES (?, ?, ?)", rows)
