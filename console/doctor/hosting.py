"""Where the service runs: whether its platform's tools and options are there, and whether it can do what is asked."""

import shutil
from collections.abc import Iterator

from warroom.config.load import Loaded
from warroom.config.platform_files import check_options
from warroom.config.vocabulary import COMMAND_OPTIONS
from warroom.console.actions.buttons.platform import Hosted
from warroom.console.doctor.finding import Finding, Grade
from warroom.console.domain.platform import Platform
from warroom.console.domain.playbook import Playbook


def examine_platform(loaded: Loaded, playbook: Playbook) -> Iterator[Finding]:
    """Look at the platform of a service. Runs none of its tools."""
    hosted = Hosted(loaded.settings)
    platform = hosted.platform
    if platform is None:
        # Programs of the team's own, or a file that the configuration has complained of.
        return
    found = [*_tools(platform), *_options(loaded, platform), *_strategies(loaded, platform, playbook)]
    yield from found
    if not found:
        branch = loaded.settings.service.production.branch
        main = f"; a push to {branch} deploys by itself" if hosted.main_deploys else ""
        yield _finding(platform.id, Grade.GOOD, f"{len(hosted.offers())} actions{main}")


def _finding(what: str, grade: Grade, says: str, cost: str = "", mend: str = "") -> Finding:
    return Finding(part="service", what=what, grade=grade, says=says, cost=cost, mend=mend)


def _tools(platform: Platform) -> Iterator[Finding]:
    for tool in platform.tools:
        if shutil.which(tool) is None:
            cost = f"no deploy to {platform.title} and no way back from here"
            yield _finding(tool, Grade.MISSING, "is not on the PATH", cost, f"install {tool}")


def _options(loaded: Loaded, platform: Platform) -> Iterator[Finding]:
    given = loaded.settings.service.platform_options
    for name, trouble, example in check_options(platform, given, COMMAND_OPTIONS):
        cost = "the buttons that ask for it are greyed"
        yield _finding(platform.id, Grade.DOUBTFUL, f"platform_options.{name}: {trouble}", cost, example)


def _strategies(loaded: Loaded, platform: Platform, playbook: Playbook) -> Iterator[Finding]:
    """Rollouts that the protocol knows and the platform can't do, where the team has nothing of its own for them."""
    own = (*loaded.settings.action, *playbook.action)
    for name, strategy in playbook.strategy.items():
        if strategy.kind in platform.strategy or strategy.action in own:
            continue
        says = f"{platform.title} goes {', '.join(platform.strategy)}, and {playbook.id} knows {name} ({strategy.kind})"
        cost = f"that rollout needs an action {strategy.action} of your own"
        yield _finding("rollout", Grade.DOUBTFUL, says, cost, f"[action.{strategy.action}]")
