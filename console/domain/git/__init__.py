"""What git knows that an incident depends on: releases, changes, pull requests, which branch still has the bug."""
