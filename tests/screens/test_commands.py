"""The command palette: what one types finds the action of that name before those that only speak of it."""

from dataclasses import replace

from tests.screens import scenes
from tests.screens.conftest import Open
from tests.screens.memory_desk import Clock
from warroom.console.domain.view import Button


async def test_a_name_finds_its_action_before_what_waits_for_it(clock: Clock, open_console: Open) -> None:
    desk = scenes.breach(clock)
    view = desk.view()
    deploy = next(one for one in view.buttons["INC-2"] if one.action == "deploy-production")
    backup = Button(
        action="backup", title="Save what production holds", label="backup", key="", danger="confirm", environment=""
    )
    waits = replace(deploy, blocked="backup: backup has not run")
    desk._view = replace(view, buttons={**view.buttons, "INC-2": (waits, backup)})
    async with open_console(desk, "INC-2", (120, 40)) as console:
        await console.press("colon")
        await console.type("backup")
        await console.until(lambda: "not now: backup" in console.text)
        assert console.text.index("Save what production holds") < console.text.index("not now: backup")
