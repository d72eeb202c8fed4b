"""logs ENV [LINES]: the end of the error log of what is live."""

import sys
from collections import deque

from ops.lib.command import Failed, Misused, environment_named, finish, say
from ops.lib.platform import Platform, shares_of


def logs(arguments: list[str]) -> None:
    """Print the last lines of each revision that has traffic."""
    lines = arguments[1] if len(arguments) == 2 else "20"
    if len(arguments) not in (1, 2) or not lines.isascii() or not lines.isdigit() or len(lines) > 4:
        raise Misused("ops/logs production|staging [LINES]")
    platform = Platform.find()
    state = platform.state(environment_named(arguments[0]))
    for version in shares_of(state):
        revision = next(one for one in state["revisions"] if one["version"] == version)
        say(f"==> {version} <==")
        try:
            with (platform.logs / revision["log"]).open(errors="replace") as log:
                say("".join(deque(log, maxlen=int(lines))).rstrip())
        except OSError as error:
            raise Failed(str(error)) from error


if __name__ == "__main__":
    finish(lambda: logs(sys.argv[1:]))
