"""The language in which probes, gates and checks say what must hold: words, paths into an answer, numbers, patterns."""
