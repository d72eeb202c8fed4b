"""Replaying a request as a program of its own, so that it runs supervised like any other command.

The request comes as JSON in the variable WARROOM_REQUEST: whatever secret it holds is in no argv and in no file.
0: every condition holds, 1: one does not, 2: wrong usage, 3: there was no answer.
"""

import json
import os
import sys
from collections.abc import Mapping
from typing import Any

PROGRAM = "warroom-request"
SPEC = "WARROOM_REQUEST"


def main() -> int:
    """Replay the request of the variable; the exit status."""
    try:
        spec: Mapping[str, Any] = json.loads(os.environ.pop(SPEC, ""))
    except ValueError:
        sys.stderr.write(f"{PROGRAM}: nothing to replay: name a request of the configuration, e.g. {PROGRAM} login\n")
        return 2
    from warroom.console.monitor.replay import replayed
    from warroom.console.session import utc_now

    done = replayed(spec, utc_now)
    for line in done.lines():
        sys.stdout.write(f"{line}\n")
    return done.status


if __name__ == "__main__":
    sys.exit(main())
