"""What a world keeps in its folder."""

FOLDERS = ("shop", "origin.git", "releases", "data", "backups", "logs", "scratch", "home")
"""The working copy, its remote, and where the platform keeps releases, data, copies, logs and temporary files."""
MARKER = ".warroom-drill"
"""Shows that the folder is a world's own and may be removed."""
OWN_FILES = (MARKER, "platform.json", "fix.patch", "warroom.toml")
