"""The event log: what happened, kept so that it survives power loss and proves itself."""
