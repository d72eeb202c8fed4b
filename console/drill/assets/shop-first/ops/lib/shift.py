"""shift ENV VERSION PERCENT: give a revision this share of the traffic; the others keep the rest between them."""

import sys

from ops.lib.command import Failed, Misused, environment_named, finish, patience, ref_named, say
from ops.lib.platform import Platform, say_shares, shares_of

USAGE = "ops/shift production|staging VERSION PERCENT, e.g. ops/shift production v1.2.5 10"


def divide(shares: dict[str, int], version: str, percent: int) -> dict[str, int]:
    """The new percentages: the rest is divided among the others as they had it before. Sums up to 100."""
    others = {name: share for name, share in shares.items() if name != version}
    rest, total = 100 - percent, sum(others.values())
    if rest and not total:
        raise Failed(f"{version} serves everything; shift to the other revision instead, or roll back")
    divided = {name: rest * share // total for name, share in others.items()} if total else {}
    if divided:
        biggest = max(others, key=lambda name: others[name])
        divided[biggest] += rest - sum(divided.values())
    return {name: share for name, share in {**divided, version: percent}.items() if share}


def shift(arguments: list[str]) -> None:
    """Do it and read it back."""
    if len(arguments) != 3:
        raise Misused(USAGE)
    environment, version = environment_named(arguments[0]), ref_named(arguments[1])
    if not arguments[2].isascii() or not arguments[2].isdigit() or int(arguments[2]) > 100:
        raise Misused(f"{USAGE}\nhint: PERCENT is a whole number from 0 to 100")
    platform = Platform.find()
    before = platform.state(environment)
    revision = next((one for one in before["revisions"] if one["version"] == version), None)
    if revision is None:
        raise Failed(f"{version} does not run in {environment}; deploy it first, with --no-traffic")
    if revision["health"] != "UP":
        raise Failed(f"{version} is {revision['health']}: it gets no traffic")
    wanted = divide(shares_of(before), version, int(arguments[2]))
    say(f"shift {version} to {arguments[2]} % of {environment} (it has {revision['percent']} %)")
    patience(0.5)
    after = platform.route(environment, wanted)
    if shares_of(after) != wanted:
        raise Failed(f"asked for {wanted}, the platform serves {shares_of(after)}")
    say_shares(after)


if __name__ == "__main__":
    finish(lambda: shift(sys.argv[1:]))
