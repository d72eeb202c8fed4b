"""The way out to the terminal: the cells that changed, and giving it back whole."""
