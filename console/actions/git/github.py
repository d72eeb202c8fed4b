"""What GitHub says of a pull request, asked through `gh`, which has the credentials."""

import asyncio
import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from warroom.config.settings import Settings
from warroom.console.actions.runs.environment import unattended
from warroom.console.actions.runs.masking import mask
from warroom.console.domain.git.pull_request import PullRequest, Reviewed
from warroom.console.domain.text import clean

GH = "gh"
QUIET: Mapping[str, str] = {"GH_PROMPT_DISABLED": "1", "GH_PAGER": "cat", "GH_NO_UPDATE_NOTIFIER": "1"}
"""Without these it asks, pages, and talks of new versions."""
VIEW = "number,url,state,headRefOid,mergeStateStatus,reviewDecision,reviews"
CHECKS = "name,state,bucket,link"
PENDING_STATUS = 8
_SECONDS = 20
_MOST_BYTES = 4 * 1024 * 1024
_GITHUB_REMOTE = re.compile(r"^\s*url\s*=\s*\S*github\S*", re.MULTILINE | re.IGNORECASE)
_WORDS = {"APPROVED": "approved", "CHANGES_REQUESTED": "changes-requested"}


class GitHubError(Exception):
    """GitHub can't be asked; the message says why, in one line."""


def follows_pull_requests(settings: Settings) -> bool:
    """Whether pull requests are wanted: as set, else where the repository has a remote on GitHub."""
    wanted = settings.service.pull_requests
    return on_github(Path(settings.service.repository)) if wanted is None else wanted


def on_github(repository: Path) -> bool:
    """Whether a remote of the repository is on GitHub, or on a GitHub of one's own. Reads one small file."""
    for folder in (repository, *repository.parents):
        git = folder / ".git"
        try:
            if git.is_file():
                # A working copy beside the first one: its configuration is there.
                git = (folder / git.read_text(encoding="utf-8").removeprefix("gitdir:").strip()).parent.parent
            if (git / "config").is_file():
                return bool(_GITHUB_REMOTE.search((git / "config").read_text(encoding="utf-8", errors="replace")))
        except OSError:
            return False
    return False


async def pull_request(repository: Path, branch: str) -> PullRequest | None:
    """The pull request of a branch; nothing where there is none.

    Raises:
        GitHubError: `gh` is missing, not logged in, too slow, or says what nobody understands.
    """
    status, out, err = await _ask(repository, "pr", "view", branch, "--json", VIEW)
    if status != 0:
        if "no pull requests found" in err.lower():
            return None
        raise GitHubError(_reason(err))
    told = _object(out)
    number = str(told.get("number", ""))
    status, out, err = await _ask(repository, "pr", "checks", number, "--json", CHECKS)
    # Exit 8 says that some are pending, exit 1 that some failed; both with the list. Without one there are none.
    checks = _list(out) if out.strip() else []
    if not out.strip() and status not in (0, PENDING_STATUS) and "no checks" not in err.lower():
        raise GitHubError(_reason(err))
    return _read(told, checks)


def _read(told: Mapping[str, Any], checks: Sequence[Mapping[str, Any]]) -> PullRequest:
    try:
        buckets = [(str(check["bucket"]), clean(str(check["name"]))) for check in checks]
        bad = [name for bucket, name in buckets if bucket in ("fail", "cancel")]
        return PullRequest(
            number=int(told["number"]),
            url=_url(str(told["url"])),
            state={"OPEN": "open", "MERGED": "merged"}.get(str(told["state"]), "closed"),  # type: ignore[arg-type]
            head=clean(str(told["headRefOid"])),
            reviews=_last_words(told.get("reviews") or []),
            passed=sum(bucket == "pass" for bucket, _ in buckets),
            failed=len(bad),
            pending=sum(bucket == "pending" for bucket, _ in buckets),
            failing=tuple(bad[:10]),
            merge_state=clean(str(told.get("mergeStateStatus", ""))).lower(),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise GitHubError(f"gh says what nobody understands here: {type(error).__name__}: {error}") from None


def _last_words(reviews: Sequence[Mapping[str, Any]]) -> tuple[Reviewed, ...]:
    """The last verdict of each reviewer; a comment takes none back, a dismissal does."""
    last: dict[str, Reviewed] = {}
    for review in reviews:
        by, state = clean(str((review.get("author") or {}).get("login", ""))), str(review.get("state", ""))
        if state in _WORDS and by:
            commit = clean(str((review.get("commit") or {}).get("oid", "")))
            last[by] = Reviewed(by=by, verdict=_WORDS[state], commit=commit)  # type: ignore[arg-type]
        elif state == "DISMISSED":
            last.pop(by, None)
    return tuple(last.values())


def _url(text: str) -> str:
    if not re.fullmatch(r"https?://[!-~]+", text):
        raise ValueError(f"{text[:80]!r} is no address")
    return text


async def _ask(repository: Path, *words: str) -> tuple[int, str, str]:
    try:
        process = await asyncio.create_subprocess_exec(
            GH,
            *words,
            cwd=repository,
            env=unattended(os.environ, QUIET),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise GitHubError(f"gh can't be started: {(error.strerror or type(error).__name__).lower()}") from None
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        async with asyncio.timeout(_SECONDS):
            out, err = await asyncio.gather(_upto(process.stdout), _upto(process.stderr))
            return await process.wait(), out, err
    except TimeoutError:
        raise GitHubError(f"gh did not answer within {_SECONDS} s") from None
    finally:
        if process.returncode is None:
            _kill(process.pid)
            await process.wait()


async def _upto(stream: asyncio.StreamReader) -> str:
    data = bytearray()
    while chunk := await stream.read(65536):
        data += chunk
        if len(data) > _MOST_BYTES:
            raise GitHubError("gh says more than anybody can read")
    return data.decode(errors="replace")


def _kill(group: int) -> None:
    import signal

    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def _object(text: str) -> Mapping[str, Any]:
    found = _json(text)
    if not isinstance(found, dict):
        raise GitHubError("gh answers with something else than a pull request")
    return found


def _list(text: str) -> list[Mapping[str, Any]]:
    found = _json(text)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise GitHubError("gh answers with something else than a list of checks")
    return found


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise GitHubError("gh answers with something else than JSON") from None


def _reason(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = clean(mask(lines[0]))[:200] if lines else "gh failed and did not say why"
    return f"{told}; try: gh auth login" if "auth login" in text and "auth login" not in told else told
