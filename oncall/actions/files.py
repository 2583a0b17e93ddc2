"""A roster becomes what a file says. Of a roster that exists the past stays: it is a record, and the file speaks from
now on. What the file does not name stays as it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.actions import audit
from accounts.models import AuditAction, User
from oncall.actions import file_parts, file_swaps, rosters
from oncall.actions.duty_notices import telling
from oncall.actions.file_parts import Import
from oncall.files import RosterFile
from oncall.layers import Person, RotaError
from oncall.models import Roster

People = dict[str, User]  # by address, in small letters


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to. `left` entries of the file were about a past that is a record already."""

    roster: Roster
    is_new: bool
    is_changed: bool
    left: int


@transaction.atomic
def put(*, file: RosterFile, slug: str, by: User | None, at: datetime) -> Imported:
    """The roster of this slug is what the file says: a new one as told, the past too, one that exists from `at` on.
    People whose shifts change are told. Raises `RotaError` with the path of the field for people who are not here,
    a name that is taken, a fallback that is no roster; then nothing is stored."""
    people = _people(file)
    fields = _fields(file, people, slug)
    file = file.renamed(lambda name: people[name.lower()].pk)
    roster = Roster.objects.select_for_update(no_key=True).filter(slug=slug).first()
    with _naming_the_field():
        if roster is None:
            return _made(file, slug, fields, by, at)
        return _changed(file, roster, fields, by, at)


def _made(file: RosterFile, slug: str, fields: dict[str, Any], by: User | None, at: datetime) -> Imported:
    """Its worked shifts are counted from here on: what a file says of the past was worked elsewhere."""
    usual: dict[str, Any] = {"name": slug, "recorded_until": at, "owner": fields.get("owner") or _first(file)}
    placed = file_parts.people_placed(absence.person for absence in file.rota.time_off)
    roster = rosters.create(
        **usual | fields, slug=slug, skills=file.needs.skills, has_past=True, by=by, at=at
    )
    with telling(roster, by=by, at=at, key=f"import:{roster.pk}:0"):
        work = Import(roster, by, at)
        _put_lists(work, file, placed)
    return Imported(roster, is_new=True, is_changed=True, left=work.left)


def _changed(
    file: RosterFile, roster: Roster, fields: dict[str, Any], by: User | None, at: datetime
) -> Imported:
    before, skills = rosters.told(roster), tuple(skill.rule() for skill in roster.required_skills.all())
    asked = file.needs.skills if "require" in file.head.given else skills
    is_other = asked != skills or any(getattr(roster, name) != value for name, value in fields.items())
    work, everybody = Import(roster, by, at, since=at), {it.person for it in file.rota.time_off}
    with telling(roster, by=by, at=at, key=f"import:{roster.pk}:{roster.version}"):
        _put_lists(work, file, everybody)
        if is_other or work.changes:
            rosters.put(roster, asked, fields)
    if is_other:
        action, after = AuditAction.ROSTER_CHANGED, rosters.told(roster)
        audit.record(action=action, by=by, at=at, about=roster, before=before, after=after)
    return Imported(roster, is_new=False, is_changed=is_other or work.changes > 0, left=work.left)


def _put_lists(work: Import, file: RosterFile, placed: set[Person]) -> None:
    file_parts.put_layers(work, file.rota.layers)
    if "overrides" in file.head.given:
        file_parts.put_overrides(work, file.rota.overrides)
    if "swaps" in file.head.given:
        file_swaps.put_accepted(work, [it.swap for it in file.offers if it.accepted])
        file_swaps.put_offers(work, [it for it in file.offers if not it.accepted])
    file_parts.put_time_off(work, file.rota.time_off, placed)


def _people(file: RosterFile) -> People:
    """Everybody the file names."""
    named = list(file.named())
    found: People = {
        person.email.lower(): person
        for person in User.objects.alias(small=Lower("email")).filter(
            small__in={name.lower() for _path, name in named}
        )
    }
    if missing := [(path, name) for path, name in named if name.lower() not in found]:
        names = ", ".join(dict.fromkeys(name for _path, name in missing))
        raise RotaError(missing[0][0], _("Nobody here has this address: %(names)s.") % {"names": names})
    return found


def _first(file: RosterFile) -> User:
    """Who owns a new roster of which the file does not say so: whoever stands first in it, since somebody has to hear
    of its holes."""
    for layer in file.rota.layers:
        return User.objects.get(pk=layer.groups[0][0])
    raise RotaError("owner", _("Say by e-mail address who owns it, and hears of its holes."))


def _fields(file: RosterFile, people: People, slug: str) -> dict[str, Any]:
    """The roster's own fields that the file names."""
    head, core = file.head, file.rota
    known: dict[str, dict[str, Any]] = {
        "zone": {"zone": core.zone},
        "depth": {"depth": core.depth},
        "is_paged": {"is_paged": head.is_paged},
        "is_manager_on_duty": {"is_manager_on_duty": head.is_manager_on_duty},
        "fallback": {"fallback": _fallback(head.fallback, slug)},
        "holidays": {"holiday_site": head.holiday_site or "", "holiday_depth": head.holiday_depth},
        "begins_at": {"begins_at": core.begins_at},
        "ends_at": {"ends_at": core.ends_at},
    }
    found = {name: value for field in head.given for name, value in known.get(field, {}).items()}
    if head.name is not None:
        found["name"] = head.name
    if head.owner is not None:
        found["owner"] = people[head.owner.lower()]
    return found


def _fallback(slug: str | None, own: str) -> Roster | None:
    if slug is None:
        return None
    if slug == own:
        raise RotaError("fallback", _("A roster falls back on another."))
    if (roster := Roster.objects.filter(slug=slug).first()) is None:
        raise RotaError("fallback", _("There is no roster %(slug)s here.") % {"slug": slug})
    return roster


@contextmanager
def _naming_the_field() -> Iterator[None]:
    try:
        yield
    except rosters.RosterNameError as refusal:
        raise RotaError("name", str(refusal)) from None
    except rosters.OneManagerRosterError as refusal:
        raise RotaError("is_manager_on_duty", str(refusal)) from None
