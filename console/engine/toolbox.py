"""Keeps the programs of actions looked for, off the loop, so that a missing one is greyed before it is needed."""

import asyncio
from collections.abc import Callable

from warroom.console.actions.buttons.tools import Tools

_EVERY = 15.0
"""Seconds between two looks; what is asked for anew is looked for at once."""
_STEP = 0.5


class Toolbox:
    """Looks at once, and then now and then."""

    def __init__(self, tools: Tools, changed: Callable[[], None]) -> None:
        self._tools = tools
        self._changed = changed

    async def run(self) -> None:
        """Look until cancelled."""
        loop = asyncio.get_running_loop()
        due = 0.0
        while True:
            if self._tools.fresh or loop.time() >= due:
                due = loop.time() + _EVERY
                if await asyncio.to_thread(self._tools.refresh):
                    self._changed()
            await asyncio.sleep(_STEP)
