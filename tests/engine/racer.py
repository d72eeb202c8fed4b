"""A second console, for races: does what each line on stdin says and prints `won`, `lost REASON` or a number.

racer.py ADDRESS NAME     lines: `declare`, `mitigate INCIDENT`, `run INCIDENT ENVIRONMENT`, `note INCIDENT` (endless)
"""

import sys

from tests.engine.intents import declare, request
from warroom.console.domain import intents as i
from warroom.console.domain.intents import By, Intent, Refused
from warroom.console.session import Session
from warroom.console.store.store import open_store


def main() -> None:
    """Do what is told, when it is told."""
    address, name = sys.argv[1:]
    with open_store(address) as store:
        session = Session(store.log, By(actor=name, console=f"console-{name}"))
        session.refresh()
        print("ready", flush=True)
        for line in sys.stdin:
            verb, *rest = line.split()
            if verb == "declare":
                print(session.declare(declare), flush=True)
            elif verb == "note":
                _flood(session, rest[0])
            else:
                run = f"x-{name}-{rest[0]}"
                intent: Intent = i.Mitigate(how="rolled back") if verb == "mitigate" else request(run, rest[1])
                answer = session.dispatch(rest[0], intent)
                print(f"lost {answer.reason}" if isinstance(answer, Refused) else "won", flush=True)


def _flood(session: Session, incident: str) -> None:
    number = 0
    while True:
        number += 1
        answer = session.dispatch(incident, i.AddNote(text=str(number)))
        assert not isinstance(answer, Refused)
        print(answer[-1].version, flush=True)


if __name__ == "__main__":
    main()
