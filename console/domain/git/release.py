"""How the fix travels: what things are called, who must have seen it, and how it reaches the other branches."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from warroom.console.domain.action import STRICT
from warroom.console.domain.time.duration import Duration
from warroom.console.domain.time.limit import LimitText


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Templates of names; each is computed once and kept, so midnight changes nothing."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    base: Literal["production-tag", "production-commit", "branch"] = "production-tag"
    branch: str = "hotfix/{incident}"
    tag: str = "v{next_version}"
    commit: str = "hotfix: {title}"
    commit_body: tuple[str, ...] = ()
    """Lines of the commit's message; what a line leaves empty is written by hand."""
    pull_request: str = ""
    pull_request_at: Mapping[str, str] = field(default_factory=dict)
    """The title of the pull request by level, where it differs."""
    revision: str = ""
    """The name of what is deployed, where the platform names revisions."""
    labels: tuple[str, ...] = ()
    version: Literal["patch", "hotfix-suffix", "none"] = "patch"
    """What the next version raises; `hotfix-suffix`: a fourth number, as in `v1.2.3.1`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Who must look at the fix, and whether that may be waived."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    minimum: int = 1
    preferred: int = 1
    by: str = ""
    at_most: Duration | None = None
    waivable_at: tuple[str, ...] = ()
    security_review: str = ""
    """When a security review is needed as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staging:
    """Whether staging must be seen first."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    required: bool = True
    at_most: Duration | None = None
    waivable_at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeBack:
    """How the fix reaches the branches that the next releases are made from."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    how: Literal["merge", "cherry-pick"] = "merge"
    into: tuple[str, ...] = ("main",)
    """Branches, in this order."""
    branch: str = ""
    """A template of the branch a pull request for it comes from, where one is needed."""
    branches: Mapping[str, str] = field(default_factory=dict)
    """The same by target, where they differ."""
    after: str = "resolved"
    """The moment from which it may be done."""
    due: LimitText | None = None
    """After that moment."""
    delete_branch: bool = False
    """The branch of the fix is removed afterwards, here and at the remote."""
