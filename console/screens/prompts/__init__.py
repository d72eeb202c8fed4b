"""The dialogs of a room by name, a family a file."""
