"""From intent to events, or a refusal with its reason. No I/O: the same snapshot and intent give the same answer."""

from warroom.console.domain.decide.incident import Answer as Answer
from warroom.console.domain.decide.incident import decide as decide
