"""Adding people, keeping what is known of them, letting them go; and what they choose for themselves. Nobody
signs themselves up."""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import audit
from accounts.models import ApiToken, AuditAction, Clearance, ContactMethod, RoleAssignment, User
from accounts.poke import ACCESS, poke_on_commit
from accounts.refusals import Refused

PROFILE = ("name", "email", "site", "time_zone", "language", "languages", "region")


class OneselfError(Refused):
    """Nobody changes what they themselves may do."""

    def __init__(self):
        super().__init__(_("Somebody else has to do this: it is about your own account."))


class NotOpenError(Refused):
    """Whoever asks lost the right to, a moment ago."""

    def __init__(self):
        super().__init__(_("Your own roles have just changed, and no longer open this."))


class ClearedAddressError(Refused):
    """An administrator gives no clearance, nor gets one by taking over an account that has it."""


class AlreadyError(Refused):
    """Somebody else did it first."""


@transaction.atomic
def add(
    *,
    email: str,
    name: str,
    roles: list[str],
    at: datetime,
    password: str | None = None,
    by: User | None = None,
    **profile: Any,
) -> User:
    """A person with roles, reachable at the address they sign in with (whoever adds them vouches for it).
    Without a password they choose one by the link of their invitation. `profile`: site, time_zone, language,
    languages, region. Clearances are given apart, each with its evidence."""
    person = User(email=email, name=name, **profile)
    person.set_password(password)
    person.full_clean(exclude=["groups", "password"])
    person.save()
    for role in roles:
        RoleAssignment.objects.create(person=person, role=role)
    ContactMethod.objects.create(person=person, kind=ContactMethod.Kind.EMAIL, address=email, verified_at=at)
    told = audit.state(person, PROFILE) | {"roles": sorted(roles)}
    audit.record(action=AuditAction.PERSON_ADDED, by=by, at=at, about=person, after=told)
    return person


@transaction.atomic
def invited(*, person: User, by: User, at: datetime) -> None:
    """A mail with a link to choose a password has left."""
    audit.record(action=AuditAction.PERSON_INVITED, by=by, at=at, about=person)


@transaction.atomic
def edit(*, person: User, by: User, at: datetime, **profile: str) -> User:
    """Change any of `PROFILE`. A new address is where they sign in from now on, and where the contact method
    at the old one leads. Raises `ClearedAddressError` for the address of somebody who holds a clearance."""
    locked = User.objects.locked_together(by, person)[person.pk]
    before = audit.state(locked, PROFILE)
    for field, value in profile.items():
        setattr(locked, field, value)
    if locked.email.lower() != before["email"].lower():
        _move_address(locked, before["email"], by, at)
    locked.full_clean(exclude=["groups", "password"])
    locked.save(update_fields=list(profile))
    after = audit.state(locked, PROFILE)
    if after != before:
        audit.record(action=AuditAction.PERSON_EDITED, by=by, at=at, about=locked, before=before, after=after)
    return locked


@transaction.atomic
def deactivate(*, person: User, reason: str, by: User, at: datetime) -> None:
    """They are signed out everywhere and nothing reaches them or acts as them any more. What they did stays.
    Raises `OneselfError`, `NotOpenError`, `AlreadyError`."""
    locked = _locked(person, by, at)
    if not locked.is_active:
        raise AlreadyError(_("%(name)s is already deactivated.") % {"name": locked.name})
    locked.is_active = False
    locked.save(update_fields=["is_active"])
    poke_on_commit(locked.pk, ACCESS)
    revoked = ApiToken.objects.standing().filter(person=locked).update(revoked_at=at)
    audit.record(
        action=AuditAction.PERSON_DEACTIVATED,
        by=by,
        at=at,
        about=locked,
        before={"tokens": revoked},
        after={"tokens": 0},
        reason=reason,
    )


@transaction.atomic
def reactivate(*, person: User, reason: str, by: User, at: datetime) -> None:
    """They may sign in again, with the roles and clearances they had; revoked tokens stay revoked."""
    locked = _locked(person, by, at)
    if locked.is_active:
        raise AlreadyError(_("%(name)s is already active.") % {"name": locked.name})
    locked.is_active = True
    locked.save(update_fields=["is_active"])
    audit.record(action=AuditAction.PERSON_REACTIVATED, by=by, at=at, about=locked, reason=reason)


@transaction.atomic
def choose_roles(*, person: User, roles: list[str], by: User, at: datetime) -> None:
    """They hold exactly these roles from now on. Raises `OneselfError`, `NotOpenError`."""
    locked = _locked(person, by, at)
    poke_on_commit(locked.pk, ACCESS)
    held = set(locked.role_assignments.values_list("role", flat=True))
    RoleAssignment.objects.filter(person=locked, role__in=held - set(roles)).delete()
    RoleAssignment.objects.bulk_create(
        RoleAssignment(person=locked, role=role) for role in sorted(set(roles) - held)
    )
    for role in sorted(held - set(roles)):
        audit.record(action=AuditAction.ROLE_TAKEN, by=by, at=at, about=locked, before={"role": role})
    for role in sorted(set(roles) - held):
        audit.record(action=AuditAction.ROLE_GIVEN, by=by, at=at, about=locked, after={"role": role})


@transaction.atomic
def choose_language(*, person: User, language: str) -> None:
    """Screens and messages to this person are in `language` from now on."""
    person.language = language
    person.save(update_fields=["language"])


def _locked(person: User, by: User, at: datetime) -> User:
    """The person under lock, together with whoever acts, who must still be allowed to."""
    if person.pk == by.pk:
        raise OneselfError
    rows = User.objects.locked_together(by, person)
    if not rows[by.pk].subject(at=at).may("people.manage"):
        raise NotOpenError
    return rows[person.pk]


def _move_address(person: User, old: str, by: User, at: datetime) -> None:
    holds = Clearance.objects.filter(person=person).valid(at=at).exists()
    if holds:
        raise ClearedAddressError(
            _(
                "%(name)s holds clearances, and whoever has the address can take over the account. "
                "A security officer has to end the clearances first."
            )
            % {"name": person.name}
        )
    EmailAddress.objects.filter(
        user=person
    ).delete()  # the sign-in library's own list would let the old one in
    methods = ContactMethod.objects.filter(person=person, kind=ContactMethod.Kind.EMAIL)
    if not methods.filter(address__iexact=person.email).exists():
        methods.filter(address__iexact=old).update(address=person.email, verified_at=at)
