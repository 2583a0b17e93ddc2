"""The machines that report, and changing over to a new key without losing a report."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import AuditEvent
from accounts.querysets import digest
from incidents.models import Integration, Report
from tests.cast import ROUTING_KEY

NEW = {
    "name": "Hash matcher",
    "harm_type": "CS1",
    "mode": "test",
    "region": "EMEA",
    "language": "ru",
    "triggers_per_minute": "60",
}


@pytest.fixture
def admin(cast, signed_in):
    return signed_in(cast.admin)


def key_in(answer) -> str:
    return re.search(r'id="secret" value="([0-9a-f]{32})"', answer.content.decode())[1]


def reports_with(key: str) -> int:
    event = {
        "routing_key": key,
        "event_action": "trigger",
        "payload": {"summary": "Seen again", "source": "matcher", "severity": "error"},
    }
    return Client().post("/v2/enqueue", event, content_type="application/json").status_code


def rotate(admin, one: Integration, **told) -> object:
    seen = admin.get(f"/admin/integrations/{one.pk}/").context["rotate_form"]["seen"].value()
    return admin.post(f"/admin/integrations/{one.pk}/rotate/", {"hours": "24", "seen": seen} | told)


def test_an_integration_gets_a_key_that_is_shown_once_and_works(admin):
    made = admin.post("/admin/integrations/add/", NEW)
    key, one = key_in(made), Integration.objects.get(name="Hash matcher")
    assert (one.key_hash, reports_with(key)) == (digest(key), 202)
    page = admin.get(f"/admin/integrations/{one.pk}/").content.decode()
    assert (key in page, "/events/v2/enqueue" in page) == (False, True)
    assert Report.objects.get().mode == "test"
    kept = AuditEvent.objects.latest("pk")
    assert (kept.action, kept.after["harm_type"]) == ("integration_created", "CS1")
    assert key not in repr(list(AuditEvent.objects.values()))
    assert admin.post("/admin/integrations/add/", NEW).status_code == 422, (
        "the same form again makes no second one"
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Name what sends"),
        ({"name": "DETECTOR"}, "is in use"),
        ({"harm_type": "ZZ9"}, "valid choice"),
        ({"language": "!!"}, "two or three letters"),
        ({"triggers_per_minute": "0"}, "greater than or equal to 1"),
        ({"triggers_per_minute": "many"}, "whole number"),
        ({"mode": "x"}, "valid choice"),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_typed_is_lost(admin, changes, words):
    answer = admin.post("/admin/integrations/add/", NEW | changes)
    text = answer.content.decode()
    assert (answer.status_code, words in text) == (422, True)
    assert 'value="ru"' in text or "language" in changes
    assert Integration.objects.count() == 1


def test_both_keys_work_until_the_overlap_ends(admin, cast, pass_time):
    new = key_in(rotate(admin, cast.integration))
    assert (reports_with(ROUTING_KEY), reports_with(new)) == (202, 202)
    pass_time(timedelta(hours=23))
    assert reports_with(ROUTING_KEY) == 202
    pass_time(timedelta(hours=2))
    assert (reports_with(ROUTING_KEY), reports_with(new)) == (400, 202)


def test_a_second_rotation_ends_the_oldest_key_and_the_old_one_can_be_ended_at_once(admin, cast):
    second = key_in(rotate(admin, cast.integration))
    third = key_in(rotate(admin, cast.integration))
    assert (reports_with(ROUTING_KEY), reports_with(second), reports_with(third)) == (400, 202, 202)
    admin.post(f"/admin/integrations/{cast.integration.pk}/old-key/end/")
    assert (reports_with(second), reports_with(third)) == (400, 202)


def test_a_key_can_be_replaced_at_once(admin, cast):
    new = key_in(rotate(admin, cast.integration, hours="0"))
    assert (reports_with(ROUTING_KEY), reports_with(new)) == (400, 202)


def test_the_same_press_twice_changes_the_key_once(admin, cast):
    seen = admin.get(f"/admin/integrations/{cast.integration.pk}/").context["rotate_form"]["seen"].value()
    told = {"hours": "24", "seen": seen}
    new = key_in(admin.post(f"/admin/integrations/{cast.integration.pk}/rotate/", told))
    again = admin.post(f"/admin/integrations/{cast.integration.pk}/rotate/", told, follow=True)
    assert "changed a moment ago" in again.content.decode()
    assert reports_with(new) == 202


def test_a_revoked_integration_is_shut_out_for_good(admin, cast):
    shut = f"/admin/integrations/{cast.integration.pk}/revoke/"
    assert admin.post(shut, {"reason": ""}).status_code == 422
    admin.post(shut, {"reason": "Taken out of service"})
    assert reports_with(ROUTING_KEY) == 400
    assert AuditEvent.objects.latest("pk").reason == "Taken out of service"
    refused = rotate(admin, cast.integration)
    assert refused.status_code == 302
    assert reports_with(ROUTING_KEY) == 400
    assert admin.get(f"/admin/integrations/{cast.integration.pk}/edit/").status_code == 404


def test_settings_change_for_what_comes_in_from_now_on(admin, cast):
    answer = admin.post(f"/admin/integrations/{cast.integration.pk}/edit/", NEW)
    assert answer.status_code == 302
    assert reports_with(ROUTING_KEY) == 202
    assert Report.objects.get().harm_type == "CS1"
    event = AuditEvent.objects.latest("pk")
    assert (event.before["name"], event.after["name"]) == ("Detector", "Hash matcher")


@pytest.mark.parametrize("path", ["", "add/", "1/"])
def test_only_administrators_set_up_integrations(cast, signed_in, path):
    for person in (cast.outsider, cast.manager, cast.security):
        assert signed_in(person).get(f"/admin/integrations/{path}").status_code == 403
