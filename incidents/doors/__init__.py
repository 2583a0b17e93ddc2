"""What other people's tools send, read into one shape: an `Event` of one or several `Part`s. Pure.

Each door has a module whose `read(body)` makes an `Event` or raises `BadEventError` with everything that is wrong;
it says nothing of harm types or rights, which `actions.events` decides.
"""

from dataclasses import dataclass, field
from typing import Any


class BadEventError(ValueError):
    """The body is JSON, and no event of this door's; `errors` are `field: sentence`."""

    def __init__(self, errors: list[str]):
        super().__init__("; ".join(errors))
        self.errors = errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing an event tells of. `harm_type` and `severity` (0-4, at least) are what it says of itself, None where
    it says nothing; `told` is where mapping rules look, beside the event."""

    title: str
    description: str = ""
    harm_type: str | None = None
    severity: int | None = None
    told: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`action` is trigger, acknowledge or resolve; `dedup_key` the sender's own name for the thing, "" for none.

    `body` is what is kept with the report, without the key. Where one event tells of several things (`several`), the
    words that its sender made of all of them together (`summed_up`) stay out of a report about some.
    """

    action: str
    dedup_key: str = ""
    body: dict[str, Any]
    parts: tuple[Part, ...] = ()
    several: bool = False
    summed_up: frozenset[str] = frozenset()
    strict: bool = True  # an unknown harm type is the sender's to mend, where its answer is read by somebody

    def kept_for(self, parts: tuple[Part, ...]) -> dict[str, Any]:
        """What a report about these of its parts keeps: nothing of the others, who may be nobody's business there."""
        if not self.several:
            return self.body
        common = self.body
        if len(parts) < len(self.parts):
            common = {name: value for name, value in self.body.items() if name not in self.summed_up}
        return common | {"alerts": [part.told for part in parts]}
