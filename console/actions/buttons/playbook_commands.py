"""The commands a protocol has in mind, made into buttons: what each is for tells how much friction it needs."""

from collections.abc import Collection
from datetime import timedelta

from warroom.console.actions.git.actions import UNDO
from warroom.console.actions.git.github import GH, QUIET
from warroom.console.domain.action import Action, Danger
from warroom.console.domain.guard import PROVE_BACKUP
from warroom.console.domain.playbook import Playbook

_READS = ("test", "type-check", "build", "scan", "smoke", "check", "show", "verify", "watch", "follow", "read", "fetch")
_READING_ENDS = ("-check", "-paths", "-log")
_CHANGES = ("test", "type-check", "build", "scan", "fetch")
"""What reads nothing but a working copy: on another machine it loads and writes the one that serves people."""
_ELSEWHERE = ("ssh",)
_PRODUCTION = ("deploy", "shift", "first-batch", "next-batch", "rollback", "migrate", "flag-off")
SHIPS = ("deploy", "first-batch", "next-batch")
"""Beginnings of the keys of what puts other code where production serves it."""
_BRINGS = (*SHIPS, "redeploy", "shift", "switch", "promote", "follow", "resume", "migrate")
"""Beginnings of the keys after which users get something else than they had; a pause, a lock or a flag that is turned
off holds something up, and nothing holds them up."""
_DATABASE = ("migrate", "restore", "rollback-database")
_KEYS = {"deploy-production": "d", "rollback": "r", "test": "t", "branch": "b"}
_LONG = timedelta(hours=1)
_DEPLOYS = timedelta(minutes=20)
_USUAL = timedelta(minutes=10)
_ONLY_READS = "nothing to undo: it changes nothing that is live"
_STAGING = "deploy to staging what was there before"
_BY_HAND = "nothing here takes it back: look at what it did before going on"


def commands_of(playbook: Playbook, platform: str) -> dict[str, tuple[str, ...]]:
    """The protocol's commands by key; those for the service's platform over those for any."""
    return {**playbook.command, **playbook.platform.get(platform, {})}


def as_action(key: str, argv: tuple[str, ...], playbook: Playbook, offered: Collection[str]) -> Action:
    """A button for one of them.

    Args:
        offered: the keys of everything an incident is offered; what is not among them proves and undoes nothing.
    """
    danger, environment = danger_of(key, argv), _environment(key)
    changes = environment == "production"
    return Action(
        title=_title(key),
        argv=argv,
        danger=danger,
        target="{environment}" if environment else "",
        environment=environment,
        timeout=_LONG if key.startswith("follow") else _DEPLOYS if key.startswith("deploy") else _USUAL,
        undo=_ONLY_READS if danger is Danger.FREE else "" if _undo(key, offered) else _by_hand(argv, environment),
        undo_action=_undo(key, offered),
        verify=_verify(key, offered) if changes else _reads_back(key, offered),
        guards=guards_for(key, danger, environment, offered, playbook),
        env=QUIET if argv and argv[0] == GH else {},
        key=_KEYS.get(key, ""),
        marks="deployed" if key == "deploy-production" else "",
        help=_step(key, playbook),
    )


def danger_of(key: str, argv: tuple[str, ...] = ()) -> Danger:
    """How much friction an action of this key needs, by what such actions do and where."""
    if key.startswith(_DATABASE):
        return Danger.TWO
    if argv[:2] == ("warroom-git", "fetch"):
        return Danger.FREE
    if key.startswith("rollback"):
        return Danger.CONFIRM
    if _environment(key) == "production":
        return Danger.TYPED
    if key == "sign-in-staging" or (key.startswith(_CHANGES) and argv[:1] and argv[0] in _ELSEWHERE):
        return Danger.CONFIRM
    return Danger.FREE if key.startswith(_READS) or key.endswith(_READING_ENDS) else Danger.CONFIRM


def guards_for(
    key: str, danger: Danger, environment: str, offered: Collection[str], playbook: Playbook
) -> tuple[str, ...]:
    """What is to be seen before production changes: for a deploy everything that the protocol asks for.

    Args:
        offered: what an incident is offered: tests that nobody can run are not asked for.
    """
    if environment != "production" or key.startswith("rollback"):
        return ("backup",) if danger is Danger.TWO and "backup" in offered else ()
    deploys, brings = key.startswith(SHIPS), key.startswith(_BRINGS)
    wanted = {
        "tests-passed": brings and "test" in offered,
        "staging": brings and playbook.staging.required and (deploys or "deploy-staging" in offered),
        "review": deploys and playbook.review.minimum > 0,
        "backup": (danger is Danger.TWO and "backup" in offered) or (deploys and _asks_for_backup(playbook)),
    }
    return tuple(name for name, holds in wanted.items() if holds)


def _asks_for_backup(playbook: Playbook) -> bool:
    """One that is only needed now and then (before a migration) is a step that may stay open."""
    steps = (step for phase in playbook.phase for step in phase.step)
    return any(step.required and "action:backup" in (step.ticked_by, f"action:{step.action}") for step in steps)


def _environment(key: str) -> str:
    if key.endswith("-staging"):
        return "staging" if key.startswith("deploy") else ""
    return "production" if key.startswith(_PRODUCTION) else ""


def _title(key: str) -> str:
    return key.replace("-", " ").capitalize()


def _undo(key: str, offered: Collection[str]) -> str:
    if key.startswith("rollback") or _environment(key) != "production":
        return ""
    wanted = "rollback-database" if key.startswith(_DATABASE) else "rollback"
    return wanted if wanted in offered else ""


def _by_hand(argv: tuple[str, ...], environment: str) -> str:
    if environment == "staging":
        return _STAGING
    return UNDO.get(argv[1], _BY_HAND) if argv[:1] == ("warroom-git",) and len(argv) > 1 else _BY_HAND


def _verify(key: str, offered: Collection[str]) -> str:
    # What stands beside the old version is checked there: users still get the old one, whatever it answers.
    own = "verify-rollback" if key.startswith("rollback") else "check-new" if key == "deploy-production" else ""
    wanted = (own, "smoke-production")
    return next((one for one in (*wanted, "check-health") if one in offered and one != key), "")


def _reads_back(key: str, offered: Collection[str]) -> str:
    return next((one for one in PROVE_BACKUP if one in offered), "") if key == "backup" else ""


def _step(key: str, playbook: Playbook) -> str:
    """What the protocol says where it asks for it."""
    steps = (step for phase in playbook.phase for step in phase.step)
    return next((step.text for step in steps if key in (step.action, step.ticked_by.removeprefix("action:"))), "")
