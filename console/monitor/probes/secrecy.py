"""A reading without the secrets of its probe: a target may say back what it was sent."""

from dataclasses import replace
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from warroom.config.settings import Probe
from warroom.console.domain.watch.verdict import Sample

MASK = "•••"
SHORTEST = 6
"""Characters of a secret: shorter ones would blot out half of what is said."""
_SECRET_HEADERS = ("authorization", "cookie", "key", "token", "secret")


def masked(sample: Sample, probe: Probe) -> Sample:
    """The sample with every secret of the probe made unreadable."""
    secrets = secrets_of(probe)
    if not secrets:
        return sample

    def mask(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, MASK)
        return text

    return replace(
        sample,
        error=mask(sample.error) if sample.error else sample.error,
        warning=mask(sample.warning),
        raw=mask(sample.raw),
        head=tuple(map(mask, sample.head)),
        details=tuple(map(mask, sample.details)),
        conditions=tuple(replace(result, shown=mask(result.shown)) for result in sample.conditions),
    )


def is_secret_header(name: str) -> bool:
    """Whether a header of this name likely carries a secret."""
    return any(word in name.lower() for word in _SECRET_HEADERS)


def secrets_of(probe: Probe) -> tuple[str, ...]:
    """What of a probe nobody may read: passwords, tokens, and the variables of a command; the longest first."""
    found = {probe.password, probe.token, *probe.env.values(), *_of_address(probe.url)}
    for name, value in probe.headers.items():
        if is_secret_header(name):
            found |= {value, value.partition(" ")[2]}
    return tuple(sorted((each for each in found if len(each) >= SHORTEST), key=lambda each: (-len(each), each)))


@lru_cache(maxsize=2048)
def _of_address(url: str) -> tuple[str, ...]:
    try:
        password = urlsplit(url).password or ""
    except ValueError:
        return ()
    return (password, unquote(password)) if password else ()
