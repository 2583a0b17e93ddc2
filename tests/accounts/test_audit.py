"""The audit: what is kept of a change, that nobody can change it, and what signing in leaves behind."""

import csv
import html
import io
import re
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
    refused = pytest.raises(psycopg2.errors.RestrictViolation, match="append-only")
    with closing(psycopg2.connect(url)) as owner, owner.cursor() as cursor, refused:
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


def test_the_list_pages_by_key_and_narrows_from_the_address(cast, signed_in, django_assert_num_queries):
    for number in range(120):
        audit.record(
            action=AuditAction.ROLE_GIVEN,
            by=cast.admin,
            at=clock.now(),
            about=cast.on_duty if number % 2 else cast.second,
            after={"role": f"role-{number}"},
        )
    client = signed_in(cast.admin)
    newest = client.get("/admin/audit/?action=role_given").content.decode()
    assert (newest.count("<tr>"), "role-119" in newest, "role-69" in newest) == (51, True, False)
    older = html.unescape(re.search(r'rel="next" href="([^"]+)"', newest)[1])
    with django_assert_num_queries(14):
        text = client.get("/admin/audit/" + older).content.decode()
    assert ("role-69" in text, "role-19" in text) == (True, False)
    about = f"/admin/audit/?object_type=user&object_id={cast.second.pk}"
    assert "role-119" not in client.get(about).content.decode()
    assert client.get("/admin/audit/?before=x&action=nonsense&since=soon&object_id=1e9").status_code == 200


def test_what_changed_is_read_field_by_field(event, cast, signed_in):
    text = signed_in(cast.security).get("/admin/audit/?action=person_edited").content.decode()
    assert ("<del>Old</del>" in text, "<ins>New</ins>" in text, "EMEA" in text) == (True, True, False)


def test_the_file_is_no_formula(cast, signed_in):
    cast.on_duty.name = '=HYPERLINK("http://evil")'
    cast.on_duty.save()
    audit.record(
        action=AuditAction.PERSON_DEACTIVATED,
        by=cast.admin,
        at=clock.now(),
        about=cast.on_duty,
        reason="@SUM(1)",
    )
    answer = signed_in(cast.admin).get("/admin/audit/export/?action=person_deactivated")
    assert answer["Content-Disposition"].startswith("attachment")
    [_head, row] = csv.reader(io.StringIO(answer.content.decode()))
    assert (row[5][:2], row[8]) == ("'=", "'@SUM(1)")
    assert signed_in(cast.outsider).get("/admin/audit/export/").status_code == 403
