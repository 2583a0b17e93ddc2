"""The screens of the incident app: what each shows, to whom, at what cost in queries."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from incidents.actions import lifecycle
from incidents.models import Report

FORM = {"title": "Threat against a school", "harm_type": "VT3", "key": "11111111-1111-4111-8111-111111111111"}


@pytest.fixture
def at_desk(cast, signed_in):
    return signed_in(cast.manager)


def test_title_and_harm_type_are_enough_to_report(cast, signed_in):
    answer = signed_in(cast.reporter).post("/report/", FORM)
    report = Report.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/reports/{report.number}/")
    assert (report.source, report.reporter, report.incident.severity) == ("form", cast.reporter, 1)


def test_sending_the_form_twice_is_one_report(cast, signed_in):
    client = signed_in(cast.reporter)
    first, second = client.post("/report/", FORM), client.post("/report/", FORM)
    assert first["Location"] == second["Location"]
    assert Report.objects.count() == 1


def test_the_form_sent_again_with_other_words_can_go_on(cast, signed_in):
    client = signed_in(cast.reporter)
    client.post("/report/", FORM)
    refused = client.post("/report/", FORM | {"title": "It is two schools"}).content.decode()
    assert Report.objects.get().number in refused
    assert 'value="It is two schools"' in refused, "what was typed is put back as it was typed"
    key = re.search(r'name="key" value="([^"]+)"', refused).group(1)
    assert client.post("/report/", FORM | {"title": "It is two schools", "key": key}).status_code == 302


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "required"),
        ({"title": "x" * 201}, "at most 200"),
        ({"title": "a\x00b"}, "Null characters"),
        ({"harm_type": "ZZ9"}, "valid choice"),
        ({"content": "javascript://alert(1)"}, "http"),
        ({"content": "data:image/png;base64,iVBORw0KGgo="}, "cannot be stored"),
        ({"description": "look: data:video/mp4;base64,AAAA"}, "cannot be stored"),
        ({"content": "x\n" * 201}, "at most 200"),
        ({"deadline_at": "soon"}, "valid date"),
        ({"input_G": "9"}, "valid choice"),
        ({"region": "EMEAA"}, "valid choice"),
        ({"language": "!!"}, "two or three letters"),
    ],
)
def test_bad_input_is_said_at_the_form_and_nothing_typed_is_lost(cast, signed_in, changes, words):
    answer = signed_in(cast.reporter).post("/report/", FORM | {"deadline_words": "kept as typed"} | changes)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert 'value="kept as typed"' in page
    assert not Report.objects.exists()


def test_the_receipt_is_the_reporters_and_links_no_incident_they_may_not_see(cast, signed_in):
    incident = cast.report()
    number = incident.reports.get().number
    page = signed_in(cast.reporter).get(f"/reports/{number}/")
    assert (page.status_code, number in page.content.decode()) == (200, True)
    assert incident.code not in page.content.decode()
    assert signed_in(cast.outsider).get(f"/reports/{number}/").status_code == 404
    assert incident.code in signed_in(cast.manager).get(f"/reports/{number}/").content.decode()


def test_the_queue_shows_what_waits_first_and_nothing_hidden(cast, signed_in):
    seen, hidden = cast.report(), cast.report(harm_type="CS2", title="Not for everyone")
    page = signed_in(cast.on_duty).get("/incidents/").content.decode()
    assert (seen.code in page, hidden.code in page, "Not for everyone" in page) == (True, False, False)
    outsider = signed_in(cast.outsider).get("/incidents/").content.decode()
    assert seen.code not in outsider


def test_the_incident_page_explains_its_severity_and_tells_its_story(cast, at_desk):
    incident = cast.report(content=[{"url": "https://example.com/v/1"}])
    page = at_desk.get(f"/incidents/{incident.code}/").content.decode()
    assert "assumed" in page
    assert "Reported as" in page
    assert 'href="https://example.com/v/1"' not in page, "a link to content is text, never to be followed"
    assert incident.title not in re.search(r"<title>(.*?)</title>", page).group(1)


@pytest.mark.parametrize("reports", [1, 6])
def test_the_incident_page_costs_the_same_however_long(cast, at_desk, django_assert_num_queries, reports):
    for _ in range(reports):
        incident = cast.report(dedup_key="k", content=[{"platform_id": "v"}])
    with django_assert_num_queries(48):
        at_desk.get(f"/incidents/{incident.code}/")


def test_declining_needs_a_reason_and_says_so_at_the_field(cast, at_desk):
    incident = cast.report()
    refused = at_desk.post(f"/incidents/{incident.code}/decline/", {"reason": ""})
    assert (refused.status_code, "Choose a reason." in refused.content.decode()) == (422, True)
    assert at_desk.post(f"/incidents/{incident.code}/decline/", {"reason": "routine"}).status_code == 302
    incident.refresh_from_db()
    assert (incident.stage, incident.decline_reason) == ("declined", "routine")


def test_merging_by_code(cast, at_desk):
    incident, survivor = cast.report(), cast.report()
    refused = at_desk.post(f"/incidents/{incident.code}/merge/", {"into": "WF-000000"})
    assert (refused.status_code, "Check it in the queue" in refused.content.decode()) == (422, True)
    at_desk.post(f"/incidents/{incident.code}/merge/", {"into": survivor.code.lower()})
    incident.refresh_from_db()
    assert incident.merged_into == survivor


def test_acknowledge_then_accept_from_the_page(cast, at_desk):
    incident = cast.report()
    at_desk.post(f"/incidents/{incident.code}/acknowledge/")
    at_desk.post(f"/incidents/{incident.code}/accept/")
    incident.refresh_from_db()
    assert (incident.acknowledged_by, incident.incident_manager, incident.stage) == (
        cast.manager, cast.manager, "active",
    )  # fmt: skip


def test_losing_the_race_is_an_answer(cast, signed_in, at_desk):
    incident = cast.report()
    signed_in(cast.on_duty).post(f"/incidents/{incident.code}/acknowledge/")
    page = at_desk.post(f"/incidents/{incident.code}/acknowledge/", follow=True).content.decode()
    assert "On-Duty already acknowledged this" in page


def test_a_form_without_its_token_changes_nothing(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    incident = cast.report()
    answer = client.post(reverse("acknowledge", args=[incident.code]))
    assert (answer.status_code, "Nothing was sent" in answer.content.decode()) == (403, True)
    incident.refresh_from_db()
    assert incident.acknowledged_at is None


@pytest.mark.parametrize(
    "path", ["/incidents/WF-abc123/", "/incidents/WF-ABC12%00/", "/reports/R-1/", "/%00", "/p/%00/"]
)
def test_addresses_that_cannot_be_are_not_found(cast, at_desk, path):
    assert at_desk.get(path).status_code == 404


def test_what_the_source_acknowledged_does_not_look_forgotten(cast, at_desk):
    incident = cast.report()
    lifecycle.acknowledge(
        incident=incident, by=None, by_name="Detector", at=incident.declared_at, via="events"
    )
    for path in ("/incidents/", f"/incidents/{incident.code}/"):
        assert "The source" in at_desk.get(path).content.decode()
