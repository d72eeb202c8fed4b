"""From samples to verdicts, gates, alerts and the measured impact."""
