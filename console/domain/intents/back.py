"""What somebody wants kept of the ways back."""

from dataclasses import dataclass

from warroom.console.domain.way_back import WayBack


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordWayBack:
    """Keep what was seen of one means; nothing happens where it is as it was."""

    way: WayBack
