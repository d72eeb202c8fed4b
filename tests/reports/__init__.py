"""Tests of the documents that outlive an incident."""
