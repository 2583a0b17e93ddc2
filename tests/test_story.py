"""The first half of the main job, end to end in one process: a report becomes a page, a mail, a second page,
an acknowledgement. Time moves by the database's clock alone."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from accounts.tasks import send_email
from escalations.tasks import sweep
from incidents.models import Incident
from tests.cast import ROUTING_KEY, STEP_SECONDS

EVENT = {
    "routing_key": ROUTING_KEY,
    "event_action": "trigger",
    "dedup_key": "school-threat",
    "payload": {"summary": "Threat against a school", "source": "detector", "severity": "critical"},
}


def run_what_is_due():
    sweep()
    send_email()


@pytest.fixture
def link_in():
    def link(mail) -> str:
        return re.search(r"http://127\.0\.0\.1:8000(/p/\S+)", mail.text).group(1)

    return link


def test_a_report_becomes_a_page_a_mail_and_an_acknowledgement(cast, mailbox, pass_time, link_in):
    answer = Client().post("/v2/enqueue", EVENT, content_type="application/json")
    assert (answer.status_code, answer.json()["dedup_key"]) == (202, "school-threat")
    incident = Incident.objects.get()

    run_what_is_due()
    first = mailbox.take_one()
    assert first.to == [cast.on_duty.email]
    assert (incident.code in first.subject, "SEV1" in first.subject) == (True, True)
    assert "school" not in (first.subject + first.text + first.html).lower()

    pass_time(timedelta(seconds=STEP_SECONDS))
    run_what_is_due()
    second = mailbox.take_one()
    assert second.to == [cast.second.email]

    phone = Client(enforce_csrf_checks=True)
    shown = phone.get(link_in(second))
    assert shown.status_code == 200
    assert "school" not in shown.content.decode().lower()
    incident.refresh_from_db()
    assert incident.acknowledged_at is None, "looking at the link must acknowledge nothing"

    assert phone.post(link_in(second)).status_code == 403, "a scanner that posts has no form"
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', shown.content.decode()).group(1)
    assert phone.post(link_in(second), {"csrfmiddlewaretoken": token}).status_code == 302
    incident.refresh_from_db()
    assert incident.acknowledged_by == cast.second

    assert phone.get(link_in(first)).status_code == 410, "the other page ended with it"
    pass_time(timedelta(minutes=9))
    run_what_is_due()
    assert mailbox.take() == []

    pass_time(timedelta(hours=5))
    run_what_is_due()
    again = mailbox.take_one()
    assert (again.to, "not picked up" in again.text) == ([cast.on_duty.email], True)
