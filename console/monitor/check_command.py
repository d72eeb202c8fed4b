"""Proving what a tool says as a program of its own: its JSON is held against conditions until they hold.

    warroom-check --for 5m --every 3s --holds '[BODY].status == ready' -- TOOL ARGUMENT …

Exit status 0 of a tool is no proof that anything changed; what it reads back is. 0: everything holds, 1: it does not,
or cannot any more, 2: wrong usage, 3: the tool gave no answer to hold anything against.
"""

import json
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from warroom.console.bounded_run import NoAnswer, run_bounded
from warroom.console.domain.conditions.evaluation import Facts, evaluate
from warroom.console.domain.conditions.jsonpath import Document
from warroom.console.domain.conditions.language import STATUS, ConditionError, parse
from warroom.console.domain.text import clean
from warroom.console.domain.time.duration import parse_duration
from warroom.console.monitor.selecting import every, indexed, selects

PROGRAM = "warroom-check"
HOLDS, FAILS, USAGE, UNKNOWN = 0, 1, 2, 3
CANCELLED = 130
"""128 and the number of INT, as shells have it."""
MOST_BYTES = 4 * 1024 * 1024
"""Of one answer; longer ones are no answer."""
_ONE_READING = 60.0
"""Seconds that one run of the tool may take."""
_LEAST_READING = 5.0
"""Seconds that it gets even where `--for` leaves less: an answer that is on its way is worth them."""
_WORDS = "--holds CONDITION … [--fails CONDITION] [--made [BODY].PATH --since MS] [--for 5m] [--every 3s] -- TOOL …"


class UsageError(Exception):
    """The arguments make no sense; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be proven, and how."""

    argv: tuple[str, ...]
    holds: tuple[str, ...] = ()
    fails: tuple[str, ...] = ()
    """One of them holds: it will not come right any more."""
    made: str = ""
    """Where the answer says when something was made."""
    since: float = 0.0
    """That must not be before this, in milliseconds since 1970."""
    limit: timedelta = timedelta(0)
    """How long it is read again until it holds; 0: once."""
    every: timedelta = timedelta(seconds=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one run of the tool showed."""

    status: int
    said: tuple[str, ...] = field(default_factory=tuple)
    """What does not hold, with what was read; or why nothing could be read."""
    final: bool = False
    """Reading again would not change it."""


def main(words: Sequence[str] | None = None) -> int:
    """Read until it holds or the time is up; the exit status."""
    try:
        asked = arguments(sys.argv[1:] if words is None else words)
    except UsageError as error:
        sys.stderr.write(f"{PROGRAM}: {error}\n{PROGRAM} {_WORDS}\n")
        return USAGE
    try:
        return _until_it_holds(asked)
    except KeyboardInterrupt:
        return CANCELLED


def _until_it_holds(asked: Asked) -> int:
    end = time.monotonic() + asked.limit.total_seconds()
    while True:
        left = end - time.monotonic() if asked.limit else _ONE_READING
        reading = look(asked, min(max(left, _LEAST_READING), _ONE_READING))
        sys.stdout.write(f"{_line(reading)}\n")
        sys.stdout.flush()
        left = end - time.monotonic()
        if reading.status == HOLDS or reading.final or left <= 0:
            return reading.status
        time.sleep(min(asked.every.total_seconds(), left))


def arguments(words: Sequence[str]) -> Asked:
    """What the command line asks for.

    Raises:
        UsageError: it can't be understood.
    """
    if "--" not in words:
        raise UsageError("expected -- and the tool after the conditions")
    cut = list(words).index("--")
    options, argv = list(words[:cut]), tuple(words[cut + 1 :])
    if not argv or not argv[0]:
        raise UsageError("expected a tool after --")
    given: dict[str, list[str]] = {name: [] for name in ("--holds", "--fails", "--made", "--since", "--for", "--every")}
    while options:
        name = options.pop(0)
        if name not in given or not options:
            raise UsageError(f"{clean(name)} is not known here" if name not in given else f"{name} lacks its value")
        given[name].append(options.pop(0))
    if not given["--holds"] and not given["--made"]:
        raise UsageError("expected --holds with a condition")
    try:
        for condition in (*given["--holds"], *given["--fails"]):
            for one in every(condition, None):
                parse(indexed(one, None))
        return Asked(
            argv=argv,
            holds=tuple(given["--holds"]),
            fails=tuple(given["--fails"]),
            made=next(iter(given["--made"]), ""),
            since=float(next(iter(given["--since"]), "0")),
            limit=parse_duration(next(iter(given["--for"]), "0s")),
            every=max(parse_duration(next(iter(given["--every"]), "3s")), timedelta(milliseconds=50)),
        )
    except (ConditionError, ValueError) as error:
        raise UsageError(clean(str(error))) from None


def look(asked: Asked, seconds: float = _ONE_READING) -> Reading:
    """Run the tool once, for that long at most, and hold what it prints against the conditions."""
    conditions = (*asked.holds, *asked.fails)
    try:
        answer = run_bounded(asked.argv, seconds, MOST_BYTES)
    except OSError as error:
        return Reading(status=UNKNOWN, said=(f"{clean(asked.argv[0])} cannot be run: {error.strerror}",), final=True)
    except NoAnswer:
        return Reading(status=UNKNOWN, said=(f"{clean(asked.argv[0])} gave no answer in {seconds:.0f} s",))
    status, out, err = answer.status, answer.out, answer.err
    if answer.cut:
        return Reading(status=UNKNOWN, said=(f"the answer is longer than {MOST_BYTES // 1024 // 1024} MiB",))
    if status != 0 and not any(STATUS in condition for condition in conditions):
        last = clean(err.decode("utf-8", "replace").strip().rpartition("\n")[2])
        return Reading(
            status=UNKNOWN, said=(f"{clean(asked.argv[0])} ended with {status}{f': {last}' if last else ''}",)
        )
    body, problem = parsed(out, any(_from_list(condition) for condition in (*conditions, asked.made)))
    if problem and any("[BODY]" in condition for condition in (*conditions, asked.made)):
        return Reading(status=UNKNOWN, said=(problem,))
    facts = Facts(status=status, connected=True, document=Document(json.dumps(body).encode()))
    return _judged(asked, body, facts)


def held(conditions: Sequence[str], out: bytes, status: int = 0) -> bool:
    """Whether all the conditions hold against one answer; one that is no JSON holds nothing."""
    body, problem = parsed(out, any(_from_list(condition) for condition in conditions))
    if problem:
        return False
    facts = Facts(status=status, connected=True, document=Document(json.dumps(body).encode()))
    return all(evaluate(parse(indexed(condition, body)), facts).ok for condition in conditions)


def parsed(out: bytes, as_list: bool) -> tuple[Any, str]:
    """The JSON of an answer, or why there is none; lines of JSON are a list, and so is one line if a list is wanted."""
    try:
        text = out.decode("utf-8")
        try:
            body = json.loads(text)
        except ValueError:
            lines = [line for line in text.splitlines() if line.strip()]
            if len(lines) < 2:
                raise
            body = [json.loads(line) for line in lines]
    except RecursionError:
        return None, "the answer is nested too deeply"
    except ValueError:
        return None, "the answer is no JSON" if out.strip() else "the answer is empty"
    return ([body] if as_list and isinstance(body, dict) else body), ""


def _judged(asked: Asked, body: Any, facts: Facts) -> Reading:
    for condition in asked.fails:
        if evaluate(parse(indexed(condition, body)), facts).ok:
            return Reading(status=FAILS, said=(f"it has failed: {condition}",), final=True)
    said = []
    for condition in asked.holds:
        for one in every(condition, body):
            plain = indexed(one, body)
            result = evaluate(parse(plain), facts)
            if not result.ok:
                said.append(_as_written(result.shown, condition, plain))
    if asked.made and (problem := _too_old(asked, body, facts)):
        said.append(problem)
    return Reading(status=FAILS if said else HOLDS, said=tuple(said))


def _too_old(asked: Asked, body: Any, facts: Facts) -> str:
    path = indexed(asked.made, body).removeprefix("[BODY]").removeprefix(".")
    found = facts.document.find(path)
    made = _milliseconds(found.text) if found else None
    if made is None:
        return f"{asked.made} tells no time"
    return "" if made >= asked.since else f"{asked.made} ({found.text if found else ''}) is from before the deploy"


def _milliseconds(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text).timestamp() * 1000
    except ValueError:
        return None


def _from_list(condition: str) -> bool:
    return "[BODY][" in condition and (selects(condition) or bool(re.search(r"\[BODY\]\[\d", condition)))


def _as_written(shown: str, condition: str, plain: str) -> str:
    """The places in a sentence as they were written, with their names instead of indexes."""
    for written, used in zip(condition.split(" "), plain.split(" "), strict=False):
        shown = shown.replace(used, written) if written != used else shown
    return shown


def _line(reading: Reading) -> str:
    word = {HOLDS: "holds", FAILS: "not yet" if not reading.final else "failed", UNKNOWN: "unknown"}[reading.status]
    return f"{word}: {clean('; '.join(reading.said))}" if reading.said else word


if __name__ == "__main__":
    sys.exit(main())
