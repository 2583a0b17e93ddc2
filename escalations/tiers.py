"""What a severity asks of paging. Pure."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Tier:
    """The `urgency` of its pages, and how long an acknowledged incident may wait to be accepted before its people are
    asked again; None: for ever."""

    urgency: str
    pick_up: timedelta | None


# By severity, SEV0 first.
TIERS = (
    Tier("high", timedelta(minutes=5)),
    Tier("high", timedelta(minutes=10)),
    Tier("high", timedelta(minutes=30)),
    Tier("low", None),
    Tier("low", None),
)
# A page that is later than this says so.
DELAYED = timedelta(minutes=5)
