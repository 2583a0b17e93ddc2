"""The audit: what is kept of a change, that nobody can change it, and what signing in leaves behind."""

from contextlib import closing

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from accounts import clock
from accounts.actions import audit
from accounts.models import AuditAction, AuditEvent
from tests.services import database_url


@pytest.fixture
def event(cast) -> AuditEvent:
    return audit.record(
        action=AuditAction.PERSON_EDITED,
        by=cast.manager,
        at=clock.now(),
        about=cast.on_duty,
        before={"name": "Old", "region": "EMEA"},
        after={"name": "New", "region": "EMEA"},
    )


def test_an_event_keeps_what_changed_and_nothing_else(event, cast):
    event.refresh_from_db()
    assert (event.before, event.after) == ({"name": "Old"}, {"name": "New"})
    assert (event.object_type, event.object_id, event.object_name) == ("user", cast.on_duty.pk, "On-Duty")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE accounts_auditevent SET reason = 'x'",
        "DELETE FROM accounts_auditevent",
        "TRUNCATE accounts_auditevent",
    ],
)
def test_the_applications_role_may_not_change_an_event(event, change):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(change)


@pytest.mark.parametrize(
    "change", ["UPDATE accounts_auditevent SET reason = 'x'", "DELETE FROM accounts_auditevent"]
)
def test_the_owner_is_refused_by_the_trigger(committed_db, change):
    audit.record(action=AuditAction.SIGN_IN_FAILED, by=None, at=clock.now(), about=None)
    url = database_url(connection.settings_dict["NAME"], "watchfloor_owner")
    with closing(psycopg2.connect(url)) as owner, owner.cursor() as cursor:
        with pytest.raises(psycopg2.errors.RestrictViolation, match="append-only"):
            cursor.execute(change)


def test_signing_in_and_out_leaves_events(cast):
    client = Client()
    client.post("/account/login/", {"login": cast.on_duty.email, "password": cast.password})
    client.post("/account/logout/")
    kept = AuditEvent.objects.order_by("pk").values_list("action", "actor", "object_id")
    assert list(kept) == [
        ("signed_in", cast.on_duty.pk, cast.on_duty.pk),
        ("signed_out", cast.on_duty.pk, cast.on_duty.pk),
    ]


def test_a_failed_sign_in_names_a_known_person_and_keeps_nothing_that_was_typed(cast):
    for address in (cast.on_duty.email.upper(), "stranger@elsewhere.example"):
        Client().post("/account/login/", {"login": address, "password": "typed-in-secret"})
    known, unknown = AuditEvent.objects.order_by("pk")
    assert (known.actor, known.object_id) == (None, cast.on_duty.pk)
    assert (unknown.actor, unknown.object_id, unknown.object_name) == (None, None, "")
    told = repr(list(AuditEvent.objects.values()))
    assert "typed-in-secret" not in told
    assert "stranger" not in told
