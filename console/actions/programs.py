"""Programs of this console that actions name like any other command, so that they run supervised."""

import sys

MODULES = {
    "warroom-check": "warroom.console.monitor.check_command",
    "warroom-git": "warroom.console.actions.git.command",
    "warroom-log": "warroom.console.actions.log_command",
    "warroom-request": "warroom.console.monitor.request_command",
}
"""The first element of an argv, and what stands behind it. Each is a process of its own; nothing is imported here."""


def run_argv(argv: tuple[str, ...]) -> tuple[str, ...]:
    """What is executed: the words as they are, with the name of one of our programs replaced by the program."""
    module = MODULES.get(argv[0])
    return (sys.executable, "-P", "-m", module, *argv[1:]) if module else argv
