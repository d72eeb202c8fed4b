"""The domain: incidents as a fold over events. Pure: no I/O, no clock, no framework."""
