"""Runs: a supervised process each, its output on disk, its end in the log."""
