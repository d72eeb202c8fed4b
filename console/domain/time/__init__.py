"""Clocks, limits, calendars and forecasts: what time means to an incident."""
