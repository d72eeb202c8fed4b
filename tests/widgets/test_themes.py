"""The colours."""

import re

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from tests.widgets import stage
from warroom.console.themes import THEMES
from warroom.widgets.lines import Lines

PANELS = tuple(dict.fromkeys(kind for panel in stage.every_panel() for kind in type(panel).__mro__))
USED = {
    name
    for kind in PANELS
    for name in re.findall(r"\$([a-z-]+)", vars(kind).get("DEFAULT_CSS", ""))
    if issubclass(kind, Lines)
}


@pytest.mark.parametrize("theme", [*BUILTIN_THEMES.values(), *THEMES], ids=lambda theme: str(theme.name))
def test_every_theme_has_every_colour_that_panels_use(theme: Theme) -> None:
    assert USED
    assert set(theme.to_color_system().generate()) >= USED


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_words_can_be_read_on_their_ground(theme: Theme) -> None:
    colors = theme.to_color_system().generate()
    least = 7.0 if theme.name == "warroom-contrast" else 4.5
    for tone in ("foreground", "foreground-muted", "success", "warning", "error", "primary", "accent"):
        for ground in ("background", "surface"):
            assert contrast(colors[tone], colors[ground]) >= least, (tone, ground)
    assert contrast(colors["foreground"], colors["block-cursor-background"]) >= 4.5
    for fill in ("error", "warning", "success", "primary"):
        assert contrast(colors["background"], colors[fill]) >= 4.5, fill


@pytest.mark.parametrize("theme", [*(theme.name for theme in THEMES), "textual-light", "ansi-dark", "ansi-light"])
async def test_every_panel_opens_in_a_theme(theme: str) -> None:
    panels = stage.every_panel()
    async with stage.Stage(panels, theme=theme).run_test(size=(100, 70)) as pilot:
        await pilot.pause()
        assert all("".join(stage.shown(panel)).strip() for panel in panels)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG 2 counts it."""
    lights = sorted((_luminance(Color.parse(one)), _luminance(Color.parse(other))), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


def _luminance(color: Color) -> float:
    def channel(value: float) -> float:
        return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (channel(part / 255) for part in color.rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
