"""The second person's verbs: approve, deny."""

from typing import TYPE_CHECKING

import click

from warroom.console.cli.boundary import Exit, Stop, say
from warroom.console.cli.room import Options, pass_options

if TYPE_CHECKING:
    from warroom.console.domain.approval import Approval
    from warroom.console.domain.intents import Intent


@click.command()
@click.argument("incident", required=False)
@click.argument("request", required=False)
@click.option("--yes", "typed", metavar="TARGET", help="Approve at once, by the target's name; no code.")
@pass_options
def approve(options: Options, incident: str | None, request: str | None, typed: str | None) -> None:
    """Approve what somebody else wants to run.

    Shows exactly what would run and prints a one-time code, to be typed where it was asked. Call it in your own login:
    the log keeps your name, account and machine.
    """
    import secrets

    from warroom.console.domain import intents as i
    from warroom.console.domain.approval import ALPHABET, CODE_FOR, CODE_LENGTH, code_hash
    from warroom.console.identity import host

    options.must_act()
    found, strict = _found(options, incident, request), options.settings.approval.different_accounts
    _show(found)
    if typed is not None:
        granted = i.GrantApproval(request=found.id, typed=typed, account=host(), different_accounts=strict)
        _put(options, found, granted)
        say(f"approved: {found.by} can run it once, until {found.expires_at:%H:%M:%S} UTC")
        return
    code, salt = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)), secrets.token_hex(8)
    digest = code_hash(code, salt)
    issued = i.IssueCode(request=found.id, hash=digest, salt=salt, account=host(), different_accounts=strict)
    _put(options, found, issued)
    if host() == found.account:
        say("this is the account it was asked from: that you are somebody else is your word, and the log says so")
    say(f"if it is right, type or read out this code where {found.by} asks; it is good for {CODE_FOR.seconds} s, once:")
    click.echo(f"{code[:4]}-{code[4:]}")


@click.command()
@click.argument("incident", required=False)
@click.argument("request", required=False)
@click.option("--why", default="", metavar="TEXT", help="The reason, for who asked and for the log.")
@pass_options
def deny(options: Options, incident: str | None, request: str | None, why: str) -> None:
    """Say no to what somebody else wants to run."""
    from warroom.console.domain import intents as i
    from warroom.console.identity import host

    options.must_act()
    found = _found(options, incident, request)
    _put(options, found, i.DenyApproval(request=found.id, account=host(), why=why))
    say(f"denied: {found.proposal.title}")


def _put(options: Options, found: "Approval", intent: "Intent") -> None:
    options.dispatch(found.proposal.incident, intent)


def _found(options: Options, incident: str | None, request: str | None) -> "Approval":
    """The request that is meant: the one named, else the only open one."""
    from warroom.console.domain.approval import open_approvals
    from warroom.console.session import utc_now

    if incident is not None and request is None and incident.startswith("approval-"):
        incident, request = None, incident
    chosen = [options.incident(incident)] if incident else list(options.session.picture().incidents.values())
    if request is not None:
        named = [one.approvals[request] for one in chosen if request in one.approvals]
        if not named:
            raise Stop(Exit.USAGE, f"warroom: there is no request {request!r}", _known(options))
        return named[-1]
    waiting = [approval for one in chosen for approval in open_approvals(one.approvals, utc_now())]
    if len(waiting) != 1:
        what = "several requests are open; name one" if waiting else "nobody asks for an approval"
        raise Stop(Exit.USAGE, f"warroom: {what}", _known(options) if waiting else "")
    return waiting[0]


def _known(options: Options) -> str:
    from warroom.console.domain.approval import open_approvals
    from warroom.console.session import utc_now

    incidents = options.session.picture().incidents.values()
    waiting = [f"{one.id} {found.id}" for one in incidents for found in open_approvals(one.approvals, utc_now())]
    return f"open: {', '.join(waiting) or 'none'}"


def _show(found: "Approval") -> None:
    from warroom.console.cli.proposals import show

    proposal, until = found.proposal, f"until {found.expires_at:%H:%M:%S} UTC"
    say(f"{found.by} ({found.account}) asks you to approve this on {proposal.incident}, {until}:")
    show(proposal, whole=True)
