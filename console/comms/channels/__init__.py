"""Where messages go. Each module sends a letter to one kind of service, once, and says what became of it."""
