"""A proposal on a terminal: everything a person says yes to."""

from collections.abc import Iterator

from warroom.console.cli.boundary import say
from warroom.console.domain.proposal import Proposal


def show(proposal: Proposal, *, whole: bool = False) -> None:
    """Print it to stderr; `whole`: with folder, variables and values, for somebody who has not asked for it."""
    for line in _lines(proposal, whole):
        say(line)


def _lines(proposal: Proposal, whole: bool) -> Iterator[str]:
    yield f"{proposal.title}: {proposal.command}"
    yield f"  in {proposal.folder}" + (f", on {proposal.environment}" if proposal.environment else "")
    if proposal.stopping:
        yield f"  stops first: {proposal.stopping}"
    yield from (f"  then, while its gate passes, {stage}" for stage in proposal.stages)
    yield from (f"  inherits: {name}={value}" for name, value in proposal.around.items())
    if whole:
        yield f"  target: {proposal.target}" + (" (PRODUCTION)" if proposal.production else "")
        yield from (f"  variable: {name}={value}" for name, value in proposal.variables.items())
        yield from (f"  with: {name}={value}" for name, value in proposal.values.items())
    yield from (f"  {check.verdict}: {check.name}: {check.reason}" for check in proposal.checks)
    yield from (f"  rides along: {commit}" for commit in proposal.riding)
    if proposal.undo:
        yield f"  undo: {proposal.undo} {proposal.undo_until}".rstrip()
    elif whole:
        yield "  undo: nobody said how this is taken back"
    yield from (f"  beware: {one}" for one in proposal.beware)
    if proposal.owes:
        yield f"  owes after: {proposal.owes}"
    if proposal.cancel_with == "TERM":
        yield "  cancel: begins with TERM"
