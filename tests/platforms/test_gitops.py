"""What owns a deployment and takes a rollback back: found without being told, and said with what stops it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.platforms.conftest import CASES, Host
from warroom.console.actions.buttons.asking import Asking
from warroom.console.domain.debts import owed

KUBERNETES = CASES["kubernetes"]
TRACKED = {"argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop-prod/web"}
INSTANCE = {"app.kubernetes.io/instance": "shop"}
FLUX = {"kustomize.toolkit.fluxcd.io/name": "shop", "kustomize.toolkit.fluxcd.io/namespace": "flux-system"}
HELM = {"helm.toolkit.fluxcd.io/name": "shop", "helm.toolkit.fluxcd.io/namespace": "shop-prod"}
SYNCS: dict[str, Any] = {"shop": {"syncPolicy": {"automated": {}}}}
Made = Callable[..., Host]


def undone(host: Made, **state: Any) -> str:
    """What would undo a rollback, as the platform tells with this state."""
    engine = host(KUBERNETES, state=state, options={"previous_revision": "1"}).seat.engine
    return Asking(engine._proposer.offering.hosted, engine._setup.settings)("rollback", None).undone_by


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ({}, ""),
        ({"marks": TRACKED, "apps": SYNCS}, "Argo CD (shop) syncs by itself"),
        ({"marks": {**TRACKED, **INSTANCE}, "apps": SYNCS}, "Argo CD (shop) syncs by itself"),
        ({"marks": INSTANCE, "apps": SYNCS}, "Argo CD (shop) syncs by itself"),
        ({"marks": INSTANCE, "apps": {}}, ""),
        ({"marks": TRACKED, "apps": {"shop": {"syncPolicy": {}}}}, ""),
        ({"marks": TRACKED, "apps": {"shop": {"syncPolicy": {"automated": {"enabled": False}}}}}, ""),
        ({"marks": TRACKED}, "Argo CD (shop) owns this deployment, and whether it syncs by itself can't be read"),
        ({"marks": FLUX, "flux": {"shop": {}}}, "Flux (shop) takes the rollback back within minutes"),
        ({"marks": FLUX, "flux": {"shop": {"suspend": True}}}, ""),
        ({"marks": FLUX}, "Flux (shop) owns this deployment, and whether it is suspended can't be read"),
        ({"marks": HELM, "helm": {"shop": {}}}, "Flux's HelmRelease shop brings the newer image back"),
        ({"marks": HELM, "helm": {"shop": {"suspend": True}}}, ""),
        ({"marks": {"argocd.argoproj.io/tracking-id": "--all:x"}}, ""),
    ],
)
async def test_who_takes_a_rollback_back_is_read_from_the_deployment(
    state: dict[str, Any], says: str, host: Made
) -> None:
    found = undone(host, **state)
    assert found.startswith(says)
    assert bool(found) is bool(says)


async def test_what_was_asked_is_not_asked_again_within_a_minute(host: Made) -> None:
    there = host(KUBERNETES, state={"marks": TRACKED, "apps": SYNCS})
    asking = Asking(there.seat.engine._proposer.offering.hosted, there.seat.engine._setup.settings)
    found = asking("rollback", None)
    calls = len(there.tools.calls())
    assert asking("rollback", None) == found
    assert len(there.tools.calls()) == calls


@pytest.mark.parametrize(
    ("pause", "resume", "values"),
    [
        ("pause-argocd", "resume-argocd", {"argocd_app": "shop"}),
        ("pause-flux", "resume-flux", {"flux_kustomization": "shop"}),
        ("pause-flux-release", "resume-flux-release", {"flux_release": "shop"}),
    ],
)
async def test_what_is_paused_for_a_rollback_is_owed_until_it_is_resumed(
    pause: str, resume: str, values: dict[str, str], host: Made
) -> None:
    there = await host(KUBERNETES, state={"apps": SYNCS, "flux": {"shop": {}}, "helm": {"shop": {}}}).declared()
    assert await there.proven(pause, **values) == ("succeeded", "succeeded: holds")
    assert [debt.key for debt in owed(there.seat.incident(), there.seat.engine._setup.clock())] == [resume]
    await there.proven("deploy-staging")
    assert await there.proven(resume, **values) == ("succeeded", "succeeded: holds")
    assert owed(there.seat.incident(), there.seat.engine._setup.clock()) == ()
