"""Tests of warroom."""
