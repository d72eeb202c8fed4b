"""What a protocol's commands ask of an environment's address is known where the environment is."""

from warroom.config.settings import Service, Settings
from warroom.console.actions.buttons.platform import Hosted
from warroom.console.domain.action import Action, Danger

SMOKE = Action(title="Smoke", argv=("curl", "--fail", "{staging_url}/health"), danger=Danger.FREE)


def hosted(**options: str) -> Hosted:
    environments = {"staging": "https://staging.example.com/", "drift": "https://drift.example.com"}
    return Hosted(Settings(service=Service(name="shop", environments=environments, platform_options=options)))


def test_the_address_of_an_environment_is_not_asked_for() -> None:
    offer = hosted().offer(SMOKE)
    assert offer is not None
    assert offer.action.parameters == {}
    assert hosted().values == {"staging_url": "https://staging.example.com"}


def test_an_option_of_that_name_comes_first() -> None:
    assert hosted(staging_url="https://blue.example.com").values["staging_url"] == "https://blue.example.com"


def test_an_environment_without_an_address_is_asked_for() -> None:
    offer = Hosted(Settings(service=Service(name="shop"))).offer(SMOKE)
    assert offer is not None
    assert offer.action.parameters == {"staging_url": ""}
