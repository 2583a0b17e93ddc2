"""Adding people, and what they choose for themselves. Nobody signs themselves up."""

from datetime import datetime

from django.db import transaction

from accounts.models import ContactMethod, RoleAssignment, User


@transaction.atomic
def add(*, email: str, name: str, password: str, roles: list[str], at: datetime) -> User:
    """A person with roles, reachable at the address they sign in with (whoever adds them vouches for it).
    Clearances are given apart, each with its evidence."""
    person = User(email=email, name=name)
    person.set_password(password)
    person.full_clean(exclude=["groups"])
    person.save()
    for role in roles:
        RoleAssignment.objects.create(person=person, role=role)
    ContactMethod.objects.create(person=person, kind=ContactMethod.Kind.EMAIL, address=email, verified_at=at)
    return person


@transaction.atomic
def choose_language(*, person: User, language: str) -> None:
    """Screens and messages to this person are in `language` from now on."""
    person.language = language
    person.save(update_fields=["language"])
