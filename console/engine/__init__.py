"""The machine room: one thread with an event loop of its own, which runs the watch, the runs and the rollouts."""
