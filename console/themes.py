"""The colours of the house. No other file names one: panels speak of `$error`, `$foreground-muted` and so on."""

from textual.theme import Theme

NIGHT = Theme(
    name="warroom-night",
    primary="#7aa2d6",
    secondary="#8f9bb3",
    accent="#d9b97c",
    success="#85c08a",
    warning="#e3b457",
    error="#f0716b",
    foreground="#d5dae3",
    background="#12151c",
    surface="#171b24",
    panel="#1e2430",
    dark=True,
    variables={
        "foreground-muted": "#8b95a7",
        "text-disabled": "#596377",
        "border": "#7aa2d6",
        "border-blurred": "#343d4f",
        "block-cursor-background": "#2a3a54",
        "block-cursor-foreground": "#f2f5fa",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#1f2734",
        "block-cursor-blurred-foreground": "#d5dae3",
        "footer-key-foreground": "#d9b97c",
        "input-selection-background": "#2f4a72",
        "scrollbar": "#343d4f",
        "scrollbar-background": "#171b24",
    },
)
"""Dark and calm: only what is wrong is bright."""

DAY = Theme(
    name="warroom-day",
    primary="#2c5f9e",
    secondary="#5b6678",
    accent="#85581a",
    success="#23703a",
    warning="#8f5a00",
    error="#b3261e",
    foreground="#222833",
    background="#fafaf7",
    surface="#f3f3ee",
    panel="#e8e9e4",
    dark=False,
    variables={
        "foreground-muted": "#5c6675",
        "text-disabled": "#8b93a0",
        "border": "#2c5f9e",
        "border-blurred": "#c5c9cf",
        "block-cursor-background": "#d5e1f1",
        "block-cursor-foreground": "#10151d",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#e7ebf0",
        "block-cursor-blurred-foreground": "#222833",
        "footer-key-foreground": "#85581a",
        "input-selection-background": "#bcd2ee",
        "scrollbar": "#c5c9cf",
        "scrollbar-background": "#f3f3ee",
    },
)
"""Light, for a bright room and a projector."""

CONTRAST = Theme(
    name="warroom-contrast",
    primary="#66ccff",
    secondary="#ffffff",
    accent="#ffff66",
    success="#66ff66",
    warning="#ffd700",
    error="#ff7b7b",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1a1a1a",
    dark=True,
    variables={
        "foreground-muted": "#d0d0d0",
        "text-disabled": "#a8a8a8",
        "border": "#ffff66",
        "border-blurred": "#a8a8a8",
        "block-cursor-background": "#003f7f",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#303030",
        "block-cursor-blurred-foreground": "#ffffff",
        "footer-key-foreground": "#ffff66",
        "input-selection-background": "#005fbf",
        "scrollbar": "#a8a8a8",
        "scrollbar-background": "#000000",
    },
)
"""Every pair of colours at 7:1 or more."""

THEMES = (NIGHT, DAY, CONTRAST)
"""All of them, the default first; the app registers each."""
