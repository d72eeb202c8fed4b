"""The environment of a command that nobody sits in front of."""

import os
from collections.abc import Mapping
from pathlib import Path

_NO_QUESTIONS = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "/bin/false",
    "SSH_ASKPASS": "/bin/false",
    "SSH_ASKPASS_REQUIRE": "never",
    "GCM_INTERACTIVE": "never",
    "GIT_EDITOR": "true",
    "GIT_SEQUENCE_EDITOR": "true",
    "GIT_PAGER": "cat",
    "GIT_MERGE_AUTOEDIT": "no",
}
"""Without these git and ssh ask for passwords and messages on the terminal, and wait for ever."""
_NO_TERMINAL = {"CI": "1", "NO_COLOR": "1", "TERM": "dumb", "PAGER": "cat", "PYTHONUNBUFFERED": "1"}
_SSH_OPTIONS = "-oBatchMode=yes -oConnectTimeout=10"
ELSEWHERE = frozenset(
    {
        *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX"),
        *("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"),
    }
)
"""Variables that send git to another repository than the one of its folder; a console started by a hook has them."""

_STEERING = (
    *("KUBECONFIG", "KUBE_CONTEXT", "HELM_KUBECONTEXT", "HELM_NAMESPACE", "ARGOCD_SERVER"),
    *("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_CONFIG_FILE", "AWS_ENDPOINT_URL"),
    *("AWS_SHARED_CREDENTIALS_FILE", "AWS_EB_PROFILE", "CLOUDSDK_CONFIG", "CLOUDSDK_ACTIVE_CONFIG_NAME"),
    *("CLOUDSDK_CORE_PROJECT", "CLOUDSDK_CORE_ACCOUNT", "CLOUDSDK_COMPUTE_REGION", "CLOUDSDK_RUN_REGION"),
    *("GOOGLE_CLOUD_PROJECT", "GOOGLE_APPLICATION_CREDENTIALS", "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG"),
    *("COMPOSE_FILE", "COMPOSE_PROJECT_NAME", "COMPOSE_PROFILES", "COMPOSE_ENV_FILES", "VERCEL_PROJECT_ID"),
    *("VERCEL_ORG_ID", "NETLIFY_SITE_ID", "NETLIFY_AUTH_SITE", "RAILWAY_PROJECT_ID", "RAILWAY_ENVIRONMENT"),
    *("RAILWAY_ENVIRONMENT_ID", "RAILWAY_SERVICE_ID", "GH_HOST", "GH_REPO", "TF_WORKSPACE"),
)
"""Variables by which common tools choose project, cluster, account or place; none of them is a secret."""


def steering(base: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The variables of `base` that say where commands go, by name: the same words mean another target under others."""
    return tuple((name, base[name]) for name in sorted(_STEERING) if base.get(name))


def git_environment(base: Mapping[str, str]) -> dict[str, str]:
    """The variables that, added to `base`, keep git from asking anybody anything."""
    ssh = base.get("GIT_SSH_COMMAND") or "ssh"
    return {**_NO_QUESTIONS, "GIT_SSH_COMMAND": ssh if _SSH_OPTIONS in ssh else f"{ssh} {_SSH_OPTIONS}"}


def unattended(base: Mapping[str, str], added: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of a command: `base` made fit for a run without a terminal, and what the action adds."""
    kept = {name: value for name, value in base.items() if name not in ELSEWHERE}
    made = {**kept, **_NO_TERMINAL, **git_environment(base), **added}
    return {**made, "PATH": absolute(made["PATH"])} if "PATH" in made else made


def absolute(path: str) -> str:
    """A PATH without what depends on the folder: nobody's `kubectl` in a repository is taken for the real one."""
    return os.pathsep.join(one for one in path.split(os.pathsep) if Path(one).is_absolute()) or os.defpath
