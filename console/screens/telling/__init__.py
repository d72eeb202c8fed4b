"""Words for people outside and documents: writing, sending, saving."""
