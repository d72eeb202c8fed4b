"""What hurts when a protocol is executed to the letter: looked for in its commands, its names and its order."""

import re
from collections.abc import Iterator

from warroom.config.errors import quoted, unknown
from warroom.config.finding import Finding, commands, error, warning
from warroom.config.platform_files import shipped_platforms
from warroom.console.domain.playbook import Playbook, Step

_LOSES_DATA = re.compile(r"--(?:accept|allow|ignore|force)-(?:data-loss|reset)\b|--force-reset\b")
_ASKS_NOBODY = re.compile(r"--(?:no|skip)-confirm(?:ation)?\b")
_REVERT = re.compile(r"(?<![\w-])git(?: -[cC] \S+)* revert\b(?P<rest>[^;&|]*)")
_MAINLINE = re.compile(r"(?:^|\s)(?:-m\s*\d|--mainline[= ]\d)")
_DESCRIBE = re.compile(r"(?<![\w-])git(?: -[cC] \S+)* describe\b(?P<rest>[^;&|]*)")
_SORTED_TAGS = re.compile(r"(?<![\w-])git(?: -[cC] \S+)* tag\b(?P<rest>[^;&|]*--sort[^;&|]*)")
_A_GLOB = re.compile(r"(?:^|\s)[\"']?[^\s-][^\s]*\*|--match\b")
_CLOUD_RUN = re.compile(r"\bgcloud(?: beta| alpha)? run deploy\b(?P<rest>[^;&|]*)")
_MAKES_TAG = re.compile(r"\bgit(?: -[cC] \S+)* (?:push\b[^;&|]*|tag (?:-a )?)\{(?:tag|next_tag)\}")


def check_hazards(playbook: Playbook) -> Iterator[Finding]:
    """Every hazard that is written down as the thing to do."""
    for place, command in _everything_run(playbook):
        yield from _check_command(place, command, playbook)
    yield from _check_tag_name(playbook)
    yield from _check_order(playbook)
    for platform in playbook.platform:
        known = shipped_platforms()
        if platform not in known:
            message = unknown(f"no platform is called {quoted(platform)}", platform, known)
            yield error(f"platform.{platform}", message)


def _everything_run(playbook: Playbook) -> Iterator[tuple[str, str]]:
    """Each command as one line of text: a hazard may stand in one argument for a shell as well as in many."""
    for place, argv in commands(playbook):
        yield place, " ".join(argv)
    for key, action in playbook.action.items():
        yield f"action.{key}.argv", " ".join(action.argv)
    for index, line in enumerate(playbook.naming.commit_body):
        yield f"naming.commit_body[{index}]", line


def _check_command(place: str, command: str, playbook: Playbook) -> Iterator[Finding]:
    if found := _LOSES_DATA.search(command):
        message = f"{quoted(found[0])} lets the tool drop data without asking"
        yield error(place, message, "compare the schema without writing it")
    if _is_way_back(place, command, playbook) and (found := _ASKS_NOBODY.search(command)):
        message = f"{quoted(found[0])} takes the question away from the person who answers for it"
        yield error(place, message, "the command without it: the console asks first")
    for found in _REVERT.finditer(command):
        if not _MAINLINE.search(found["rest"]):
            message = "a revert of a merge fails unless it is told which parent stays"
            yield error(place, message, '["warroom-git", "revert", "{tag}", "--into", "main"]')
    if _takes_any_tag(command):
        message = "takes the newest tag for the release: any tag that is none, such as hotfix-v1.0.0-beta.1, wins"
        yield error(place, message, '"{production_tag}"')
    for found in _CLOUD_RUN.finditer(command):
        words = found["rest"].split()
        tagged = any(word == "--tag" or word.startswith("--tag=") for word in words)
        if tagged and "--no-traffic" not in words:
            message = "--tag without --no-traffic: the new revision takes all the traffic at once"
            yield error(place, message, '["gcloud", "run", "deploy", "--no-traffic", "--tag={revision}"]')


def _takes_any_tag(command: str) -> bool:
    found = (*_DESCRIBE.finditer(command), *_SORTED_TAGS.finditer(command))
    return any(not _A_GLOB.search(each["rest"]) for each in found)


def _is_way_back(place: str, command: str, playbook: Playbook) -> bool:
    ways = {way.action for way in playbook.rollback if way.action}
    keys = set(place.split("."))
    return bool(ways & keys) or "rollback" in place or "rollback" in command


def _check_tag_name(playbook: Playbook) -> Iterator[Finding]:
    before, _, after = playbook.naming.tag.partition("{next_version}")
    if "{next_tag}" in playbook.naming.tag or before == playbook.naming.tag:
        return
    if "hotfix" in before:
        message = "such a tag is no release tag: what looks for the newest release passes it over"
        yield error("naming.tag", message, '"v{next_version}"')
    if after.startswith("-"):
        message = "sorts before the release it is named after, so it is no release: the next hotfix starts without it"
        yield error("naming.tag", message, '"v{next_version}"')


def _check_order(playbook: Playbook) -> Iterator[Finding]:
    order = [
        (f"phase[{index}].step[{number}]", step)
        for index, phase in enumerate(playbook.phase)
        for number, step in enumerate(phase.step)
    ]
    staged = _first(order, playbook, ("deploy-staging", "smoke-staging"))
    tagged = _first(order, playbook, ("tag",))
    shipped = _first(order, playbook, ("deploy-production", "shift-traffic"))
    if tagged and staged and tagged[0] < staged[0]:
        message = f"tags before staging has proved it ({staged[2].key}): a release that never worked carries a version"
        yield error(tagged[1], message, "the step after those on staging")
    if shipped and staged and shipped[0] < staged[0]:
        yield error(shipped[1], f"reaches production before staging ({staged[2].key})", "staging first")
    if playbook.staging.required and shipped and not staged:
        yield warning("staging", "is asked for, but no step deploys there", 'ticked_by = "action:deploy-staging"')


def _first(order: list[tuple[str, Step]], playbook: Playbook, actions: tuple[str, ...]) -> tuple[int, str, Step] | None:
    for index, (place, step) in enumerate(order):
        kind, _, key = step.ticked_by.partition(":")
        keys = {step.action, key if kind == "action" else ""} - {""}
        if keys & set(actions) or ("tag" in actions and any(_tags(playbook, each) for each in keys)):
            return index, place, step
    return None


def _tags(playbook: Playbook, action: str) -> bool:
    """Whether a team's own action makes or pushes the release tag."""
    argv = playbook.action[action].argv if action in playbook.action else playbook.command.get(action, ())
    return bool(_MAKES_TAG.search(" ".join(argv)))
