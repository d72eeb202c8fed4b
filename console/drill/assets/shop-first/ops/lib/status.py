"""status ENV: what is live, as JSON."""

import json
import sys

from ops.lib.command import Misused, environment_named, finish, say
from ops.lib.platform import Platform


def status(arguments: list[str]) -> None:
    """Print it; fails when nothing is live."""
    if len(arguments) != 1:
        raise Misused("ops/status production|staging")
    state = Platform.find().state(environment_named(arguments[0]))
    live = max(state["revisions"], key=lambda one: one["percent"], default=None)
    say(json.dumps({"live": live["version"] if live and live["percent"] else None, **state}, indent=2))


if __name__ == "__main__":
    finish(lambda: status(sys.argv[1:]))
