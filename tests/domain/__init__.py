"""Tests of the domain: given events, when an intent, then events."""
