"""A process that appends, for tests: prints one line for each acknowledged append.

writer.py flood ADDRESS STREAM    append until killed; prints POSITION VERSION HASH
writer.py race ADDRESS NAME       for each line `STREAM VERSION` on stdin: append once; prints `won` or `lost`
writer.py lease ADDRESS NAME      for each line `LEASE` on stdin: take it once; prints `won` or `lost`
"""

import sys
from datetime import UTC, datetime, timedelta

from warroom.console.store.errors import Conflict
from warroom.console.store.leases import Lease
from warroom.console.store.log import Draft
from warroom.console.store.store import Store, open_store

AT = datetime(2026, 11, 20, 14, 47, 12, tzinfo=UTC)


def flood(store: Store, stream: str) -> None:
    """Append one record after the other."""
    version = len(store.log.read(stream))
    while True:
        draft = Draft("note.added", f'{{"number":{version + 1}}}')
        (record,) = store.log.append(stream, version, [draft], AT, "kai", stream)
        version = record.version
        print(record.position, record.version, record.hash, flush=True)


def race(store: Store, name: str) -> None:
    """Append where told, when told."""
    for line in sys.stdin:
        stream, version = line.split()
        try:
            store.log.append(stream, int(version), [Draft("rollback.requested", "{}")], AT, name, name)
        except Conflict:
            print("lost", flush=True)
        else:
            print("won", flush=True)


def lease(store: Store, name: str) -> None:
    """Take what is told, when told."""
    for line in sys.stdin:
        taken = store.leases.take(line.strip(), name, AT, timedelta(minutes=1))
        print("won" if isinstance(taken, Lease) else "lost", flush=True)


def main() -> None:
    """Do what the arguments say."""
    verb, address, name = sys.argv[1:]
    with open_store(address) as store:
        print("ready", flush=True)
        {"flood": flood, "race": race, "lease": lease}[verb](store, name)


if __name__ == "__main__":
    main()
