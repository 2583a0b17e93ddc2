"""The predicate against an oracle written independently of it, over random people, profiles and grants."""

from datetime import timedelta
from itertools import count

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import clock
from accounts.models import AccessProfile, Clearance, Compartment, CompartmentMembership, RoleAssignment, User
from incidents.actions import grants as granting
from incidents.models import Incident, IncidentGroupGrant
from incidents.querysets import PERMISSIONS
from tests.cast import START
from tests.oracle import visibility as oracle

KINDS = ["csea", "terror", "us-data", "insider"]
ROLES = ["incident_manager", "responder", "review_lead", "analyst", "partner", "reporter"]
PAST, FUTURE = START - timedelta(days=1), START + timedelta(days=1)
serial = count()

periods = st.sampled_from(
    [
        (PAST, None),
        (PAST, FUTURE),
        (PAST - timedelta(days=1), PAST),
        (FUTURE, None),
        (START, None),
        (PAST, START),
    ]
)
people = st.builds(
    oracle.Who,
    roles=st.sets(st.sampled_from(ROLES), max_size=2),
    clearances=st.dictionaries(st.sampled_from(KINDS), periods, max_size=3),
    compartments=st.sets(st.sampled_from(["north", "south"]), max_size=1),
    active=st.sampled_from([True, True, True, False]),
)
profiles = st.builds(
    oracle.Profile,
    clearances=st.sets(st.sampled_from(KINDS), max_size=2),
    compartment=st.sampled_from([None, None, "north"]),
    need_to_know=st.booleans(),
    roles=st.sets(st.sampled_from(ROLES), max_size=1),
)
grants = st.lists(
    st.builds(
        oracle.Grant,
        permission=st.sampled_from(PERMISSIONS),
        expires_at=st.sampled_from([None, PAST, START, FUTURE]),
    ),
    max_size=2,
    unique_by=lambda grant: grant.permission,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(who=people, profile=profiles, given_grants=grants, by_group=st.booleans())
def test_sql_and_oracle_agree(cast, monkeypatch, who, profile, given_grants, by_group):
    with transaction.atomic():
        person, incident = _make(who), cast.report(at=START)
        incident.profile = _profile(profile)
        incident.save()
        for grant in given_grants:
            _grant(incident, person, grant, by_group=by_group)
        subject = person.subject(at=START)
        monkeypatch.setattr(clock, "now", lambda: START)
        for permission in PERMISSIONS:
            expected = oracle.may(who, profile, given_grants, permission, START)
            assert (
                Incident.objects.visible_to(subject, permission).filter(pk=incident.pk).exists() is expected
            )
            assert person.has_perm(f"incidents.{permission}_incident", incident) is expected
        transaction.set_rollback(True)


def test_an_anonymous_subject_sees_nothing(cast):
    from accounts.subject import Subject

    cast.report(at=START)
    assert not Incident.objects.visible_to(Subject(at=START)).exists()


@pytest.mark.parametrize("permission", PERMISSIONS)
def test_the_predicate_costs_two_queries_however_many_incidents(cast, django_assert_num_queries, permission):
    for _ in range(3):
        cast.report(at=START)
    subject = cast.manager.subject(at=START)
    with django_assert_num_queries(2):
        assert len(Incident.objects.visible_to(subject, permission)) == 3


def _make(who: oracle.Who) -> User:
    person = User.objects.create(email=f"{next(serial)}@random.example", name="X", is_active=who.active)
    for role in who.roles:
        RoleAssignment.objects.create(person=person, role=role)
    for kind, (start, end) in who.clearances.items():
        Clearance.objects.create(person=person, kind=kind, evidence="x", valid_from=start, valid_until=end)
    for slug in who.compartments:
        CompartmentMembership.objects.create(person=person, compartment=_compartment(slug), valid_from=PAST)
    return person


def _profile(plain: oracle.Profile) -> AccessProfile:
    return AccessProfile.objects.create(
        slug=f"p{next(serial)}",
        name="x",
        required_clearances=sorted(plain.clearances),
        compartment=_compartment(plain.compartment) if plain.compartment else None,
        need_to_know=plain.need_to_know,
        allowed_roles=sorted(plain.roles),
    )


def _compartment(slug: str) -> Compartment:
    return Compartment.objects.get_or_create(slug=slug, defaults={"name": slug})[0]


def _grant(incident: Incident, person: User, grant: oracle.Grant, *, by_group: bool) -> None:
    given = granting.give(
        incident=incident,
        person=person,
        permission=grant.permission,
        source="manual",
        reason="test",
        at=PAST,
        expires_at=grant.expires_at,
    )
    given.expires_at = grant.expires_at
    given.save()
    if by_group:
        group = Group.objects.create(name=f"g{next(serial)}")
        person.groups.add(group)
        kept = ("permission_id", "source", "reason", "granted_at", "expires_at")
        IncidentGroupGrant.objects.create(
            group=group, content_object=incident, **{name: getattr(given, name) for name in kept}
        )
        given.delete()
