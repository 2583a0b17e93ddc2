"""Who may know of an incident, written down once more as plain rules over plain values. Standard library only;
never imports the product."""

from dataclasses import dataclass, field
from datetime import datetime

ORDER = ["view", "edit", "export", "reveal"]
GENERAL = {
    "incident_manager": {"view", "edit", "export", "reveal"},
    "responder": {"view", "edit", "reveal"},
    "review_lead": {"view", "export"},
    "analyst": {"view"},
}


@dataclass
class Grant:
    permission: str
    expires_at: datetime | None = None


@dataclass
class Who:
    roles: set[str] = field(default_factory=set)
    clearances: dict[str, tuple[datetime, datetime | None]] = field(default_factory=dict)
    compartments: set[str] = field(default_factory=set)
    active: bool = True


@dataclass
class Profile:
    clearances: set[str] = field(default_factory=set)
    compartment: str | None = None
    need_to_know: bool = False
    roles: set[str] = field(default_factory=set)


def may(who: Who, profile: Profile, grants: list[Grant], permission: str, at: datetime) -> bool:
    if not who.active:
        return False
    held = {
        kind for kind, (start, end) in who.clearances.items() if start <= at and (end is None or at < end)
    }
    if not profile.clearances.issubset(held):
        return False
    if profile.compartment is not None and profile.compartment not in who.compartments:
        return False
    if profile.roles and not profile.roles & who.roles:
        return False
    generally = any(permission in GENERAL.get(role, set()) for role in who.roles)
    if generally and not profile.need_to_know:
        return True
    return any(
        ORDER.index(grant.permission) >= ORDER.index(permission)
        and (grant.expires_at is None or grant.expires_at > at)
        for grant in grants
    )
