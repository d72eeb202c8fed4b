"""Tests of the words for people outside the room."""
