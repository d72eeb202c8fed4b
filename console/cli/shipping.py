"""Verbs about what ships: ships, request."""

import json
from typing import TYPE_CHECKING

import click

from warroom.console.cli.boundary import Exit, Stop, say
from warroom.console.cli.room import Options, pass_options
from warroom.console.domain.text import clean

if TYPE_CHECKING:
    from warroom.console.domain.git.change import Proof

_SIGNS = {"ok": "ok     ", "warn": "warn   ", "red": "RED    ", "unknown": "UNKNOWN"}


@click.command()
@click.argument("incident")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@pass_options
def ships(options: Options, incident: str, as_json: bool) -> int:
    """Compare the candidate with what is live: commits that ride along, files, lines, and what they are.

    Ends with 0 where it is the fix and nothing else, 1 where it is more, 3 where nothing can be compared.
    """
    from warroom.console.actions.git.change_proof import Prover
    from warroom.console.actions.git.names import work_out
    from warroom.console.domain.intents import ProveChange, Refused

    found = options.incident(incident)
    names = work_out(found, options.settings)
    if isinstance(names, Refused):
        raise Stop(Exit.UNKNOWN, f"warroom: {names.reason}")
    proof = Prover(options.settings).prove(found, names)
    if proof is None:
        wanted = " nor ".join(name for name in (names.get("tag"), names.get("branch")) if name)
        raise Stop(Exit.UNKNOWN, f"{found.id}: there is no candidate yet: neither {wanted} exists")
    if not options.view and not found.over and names.items() <= found.names.items():
        options.dispatch(found.id, ProveChange(proof=proof))
    if as_json:
        click.echo(json.dumps(_shape(proof), indent=2, ensure_ascii=True))
    else:
        _print(proof)
    return {"red": Exit.FAILED, "unknown": Exit.UNKNOWN}.get(proof.verdict, Exit.OK)


def _print(proof: "Proof") -> None:
    if proof.candidate:
        click.echo(clean(f"{proof.candidate} against {proof.live}, which is live: {proof.summary()}"))
    for line in proof.lines:
        click.echo(clean(f"{_SIGNS[line.verdict]} {line.what}: {line.reason}"))
        for item in line.items:
            click.echo(clean(f"          {item}"))
    if proof.reds:
        say("hint: take out what is not the fix, or waive minimal-change with a reason, an owner and a date")


def _shape(proof: "Proof") -> dict[str, object]:
    return {
        "live": proof.live,
        "candidate": proof.candidate,
        "live_commit": proof.live_commit or None,
        "candidate_commit": proof.candidate_commit or None,
        "verdict": proof.verdict,
        "commits": proof.commits,
        "strangers": proof.strangers,
        "files": proof.files,
        "added": proof.added,
        "removed": proof.removed,
        "test": proof.test,
        "lines": [
            {"what": line.what, "verdict": line.verdict, "reason": line.reason, "items": list(line.items)}
            for line in proof.lines
        ],
    }


@click.command()
@click.argument("name")
@click.option("--environment", metavar="NAME", default="", help="Send it to this environment.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@pass_options
def request(options: Options, name: str, environment: str, as_json: bool) -> int:
    """Replay a request of the configuration, e.g. the one that failed, and hold its conditions against the answer.

    Ends with 0 where all hold, 1 where one does not, 3 where there was no answer.
    """
    from warroom.console.actions.buttons.shipped import request_spec
    from warroom.console.actions.runs.masking import mask
    from warroom.console.monitor.replay import replayed
    from warroom.console.session import utc_now

    options.must_act()
    known = options.settings.request
    if name not in known:
        raise Stop(Exit.USAGE, f"warroom: there is no request {name!r}", f"known: {', '.join(known) or 'none'}")
    try:
        spec = json.loads(request_spec(name, known[name], options.settings, environment))
    except ValueError as problem:
        raise Stop(Exit.USAGE, f"warroom: {problem}") from None
    done = replayed(spec, utc_now)
    if as_json:
        click.echo(mask(json.dumps(done.to_json(), indent=2, ensure_ascii=True), options.secrets))
    else:
        click.echo(mask("\n".join(done.lines()), options.secrets))
    return done.status
