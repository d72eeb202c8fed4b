"""What a platform leaves to be done after the incident is owed until it is done, and proven like everything else."""

from collections.abc import Callable

import pytest

from tests.platforms.conftest import CASES, Host
from warroom.console.domain.debts import owed

Made = Callable[..., Host]


def owes(there: Host) -> list[str]:
    """The keys of what is owed."""
    return [debt.key for debt in owed(there.seat.incident(), there.seat.engine._setup.clock())]


@pytest.mark.parametrize(
    ("id", "first", "values", "after", "given"),
    [
        ("cloud-run", "rollback", {"previous_revision": "shop-00041-old"}, "follow-latest", {}),
        ("vercel", "rollback", {"deployment": "dpl_good"}, "promote", {"promoted": "dpl_bad"}),
        ("netlify", "lock-deploys", {"deploy_id": "d1"}, "unlock-deploys", {"deploy_id": "d1"}),
    ],
)
async def test_it_is_owed_until_it_is_done(
    id: str, first: str, values: dict[str, str], after: str, given: dict[str, str], host: Made
) -> None:
    there = await host(CASES[id]).declared()
    proposal = await there.seat.propose(first, **values)
    assert proposal.owes.startswith(f"{after}: ")
    assert await there.proven(first, **values) == ("succeeded", "succeeded: holds")
    assert owes(there) == [after]
    await there.proven("deploy-staging")
    assert await there.proven(after, **given) == ("succeeded", "succeeded: holds")
    assert owes(there) == []


async def test_a_shift_of_traffic_sticks_and_is_owed_once(host: Made) -> None:
    there = await host(CASES["cloud-run"]).declared()
    await there.proven("deploy-staging")
    await there.proven("deploy-production")
    assert owes(there) == []
    for percent in ("10", "100"):
        await there.proven("shift-traffic", percent=percent)
    assert owes(there) == ["follow-latest"]


@pytest.mark.parametrize(
    ("id", "action", "values", "says"),
    [
        ("netlify", "deploy-production", {}, "A locked site: "),
        ("netlify", "rollback", {"deploy_id": "d1"}, "A rollback that is published over: "),
        ("cloud-run", "follow-latest", {}, "The latest revision may be the bad one: "),
        ("kubernetes", "resume-flux", {"flux_kustomization": "shop"}, "Git may still name the bad image: "),
    ],
)
async def test_a_confirmation_says_what_hurts_there(
    id: str, action: str, values: dict[str, str], says: str, host: Made
) -> None:
    there = await host(CASES[id]).declared()
    proposal = await there.seat.propose(action, **values)
    assert proposal.beware[0].startswith(says)


async def test_a_button_says_what_it_must_be_given_and_how_that_looks(host: Made) -> None:
    there = await host(CASES["kubernetes"]).declared()
    buttons = {button.action: button for button in there.seat.engine.view().buttons["INC-1"]}
    (asked,) = buttons["rollback"].asks
    assert (asked.name, asked.default, asked.example) == ("previous_revision", "", "41")
    assert asked.meaning == "the revision to go back to, as `releases` lists it"
    assert buttons["live"].asks == ()
