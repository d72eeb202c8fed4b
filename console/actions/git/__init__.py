"""Git as this console uses it: looked at, changed in a working copy of its own, and never asked twice."""
