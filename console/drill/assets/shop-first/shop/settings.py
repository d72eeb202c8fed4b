"""What operations may tune."""

TITLE = "The shop"
"""The heading of the front page."""

SESSION_SLOTS = 7
"""Sessions are spread over this many slots, so that no one lock is held by everybody."""

SIGN_IN_SECONDS = 8 * 3600
"""How long a session lasts."""

PASSWORD_ROUNDS = 1000
"""Rounds of PBKDF2 for a stored password."""
