"""Writing rosters: what they are called, ask for and fall back on. Their layers are written in `layers`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.actions import audit
from accounts.models import AuditAction, User
from accounts.refusals import Refused
from oncall.actions.duty_notices import telling
from oncall.coverage import Requirement
from oncall.fields import is_text
from oncall.files import NAME
from oncall.models import RequiredSkill, Roster

FIELDS = (
    "name", "zone", "depth", "is_paged", "is_manager_on_duty", "holiday_site", "holiday_depth", "begins_at", "ends_at",
)  # fmt: skip


class ChangedMeanwhileError(Refused):
    """Somebody saved another version while this one was being written."""


class RosterNameError(Refused):
    """Policies, pages and files name rosters: on one line, and no two alike."""


class OneManagerRosterError(Refused):
    """At most one roster is the manager on duty."""


@transaction.atomic
def create(
    *,
    owner: User,
    skills: Sequence[Requirement] = (),
    slug: str = "",
    has_past: bool = False,
    by: User | None,
    at: datetime,
    **fields: Any,
) -> Roster:
    """`fields`: any of `FIELDS`, and `fallback`. It begins now unless they say otherwise: before that nobody was
    missing. One that `has_past` begins as told, or never. Raises `RosterNameError`, `OneManagerRosterError`."""
    if not has_past and fields.get("begins_at") is None:
        fields["begins_at"] = _beginning(fields.get("ends_at"), at)
    roster = Roster(owner=owner, slug=slug or _free_slug(fields["name"]), **fields)
    _check(roster)
    roster.save()
    _require(roster, skills)
    audit.record(action=AuditAction.ROSTER_CREATED, by=by, at=at, about=roster, after=told(roster))
    return roster


@transaction.atomic
def change(
    *, roster: Roster, version: int, skills: Sequence[Requirement], by: User, at: datetime, **fields: Any
) -> Roster:
    """Put these fields (see `create`, and `owner`) and skills in place of version `version`. People whose shifts change
    are told. Raises `ChangedMeanwhileError` and what `create` raises."""
    locked = locked_at(roster, version)
    before = told(locked)
    with telling(locked, by=by, at=at, key=f"roster:{locked.pk}:{version}"):
        put(locked, skills, fields)
    audit.record(
        action=AuditAction.ROSTER_CHANGED, by=by, at=at, about=locked, before=before, after=told(locked)
    )
    return locked


def locked_at(roster: Roster, version: int) -> Roster:
    """The roster, locked, if nobody changed it since `version`. Raises `ChangedMeanwhileError`."""
    locked = Roster.objects.select_for_update(no_key=True, of=("self",)).get(pk=roster.pk)
    if locked.version != version:
        words = _("Somebody changed this roster meanwhile. Look at what is there now, then save yours again.")
        raise ChangedMeanwhileError(words)
    return locked


def put(locked: Roster, skills: Sequence[Requirement], fields: dict[str, Any]) -> None:
    """The next version of a locked roster, without a word to anybody."""
    for name, value in fields.items():
        setattr(locked, name, value)
    _check(locked)
    locked.version += 1
    locked.save()
    _require(locked, skills)


def told(roster: Roster) -> dict[str, Any]:
    """A roster as the audit keeps it."""
    skills = [str(skill) for skill in roster.required_skills.all()]
    return audit.state(roster, FIELDS) | {
        "owner": roster.owner.name,
        "fallback": roster.fallback.name if roster.fallback else "",
        "skills": skills,
    }


def _beginning(ends_at: datetime | None, at: datetime) -> datetime | None:
    """To the second, as people read it; none for one that is over already."""
    now = at.replace(microsecond=0)
    return now if ends_at is None or now < ends_at else None


def _check(roster: Roster) -> None:
    if not is_text(roster.name, NAME):
        raise RosterNameError(
            _("Write the name on one line of at most %(most)s characters.") % {"most": NAME}
        )
    others = Roster.objects.exclude(pk=roster.pk)
    if others.filter(name__iexact=roster.name).exists():
        raise RosterNameError(_("Another roster has this name. Choose one that tells them apart."))
    if roster.is_manager_on_duty and (other := others.filter(is_manager_on_duty=True).first()):
        words = _("%(name)s is the manager on duty. Take it from that roster first.")
        raise OneManagerRosterError(words % {"name": other.name})


def _require(roster: Roster, skills: Sequence[Requirement]) -> None:
    roster.required_skills.all().delete()
    for skill in skills:
        kind, _colon, code = skill.skill.partition(":")
        RequiredSkill.objects.create(
            roster=roster,
            kind=kind,
            code=code,
            count=skill.count,
            window_start=skill.window.start if skill.window else None,
            window_end=skill.window.end if skill.window else None,
        )


def _free_slug(name: str) -> str:
    wanted = slugify(name)[:40] or "roster"
    taken = set(Roster.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (wanted, *numbered) if slug not in taken)
