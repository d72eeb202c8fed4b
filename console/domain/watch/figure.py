"""Figures in sentences."""


def written(value: float) -> str:
    """Three digits that count, and never a power of ten where the number itself is as short: `0.042`, `2824`."""
    return f"{value:.0f}" if 100 <= abs(value) < 10_000_000 else f"{value:.3g}"
