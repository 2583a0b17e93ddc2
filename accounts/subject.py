"""Who is asking: a person, an integration's or a token's principal, or nobody. A plain value, so that the
visibility rule is set logic over it and can be checked against an oracle. Knows no rows."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Subject:
    """What a principal holds at the moment `at`.

    `person_id` and `group_ids` find need-to-know grants; `permissions` come from roles; `clearances` and
    `compartments` are those valid at `at`. Somebody deactivated or not signed in holds nothing.
    """

    at: datetime
    person_id: int | None = None
    roles: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    clearances: frozenset[str] = frozenset()
    compartments: frozenset[int] = frozenset()
    group_ids: frozenset[int] = frozenset()

    def may(self, permission: str) -> bool:
        return permission in self.permissions

    def meets(
        self, *, clearances: frozenset[str], compartment: int | None, allowed_roles: frozenset[str]
    ) -> bool:
        """Whether every clearance is held, the compartment joined and, where roles are named, one held."""
        return (
            clearances <= self.clearances
            and (compartment is None or compartment in self.compartments)
            and (not allowed_roles or bool(allowed_roles & self.roles))
        )
