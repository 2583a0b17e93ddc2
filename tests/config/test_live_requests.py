"""What a page asks for by itself (`X-Live`): an answer, and no sign that anybody is there."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

LIVE = {"X-Live": "1"}


@pytest.fixture
def client(cast, signed_in):
    client = signed_in(cast.manager)
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=5))
    return client


def minutes_left() -> int:
    return round((Session.objects.get().expire_date - timezone.now()).total_seconds() / 60)


def test_a_page_that_asks_for_itself_does_not_keep_its_person_signed_in(client):
    assert client.get("/incidents/", headers=LIVE).status_code == 200
    assert minutes_left() == 5
    client.get("/incidents/")
    assert minutes_left() == 30


def test_it_takes_nothing_that_was_to_be_said_on_the_next_page(client, cast):
    incident = cast.report()
    client.post(f"{incident.get_absolute_url()}acknowledge/")
    assert b"Acknowledged. Nobody else" not in client.get("/incidents/", headers=LIVE).content
    assert b"Acknowledged. Nobody else" in client.get("/incidents/").content


def test_who_else_is_here_is_for_those_who_may_know_of_the_incident(cast, signed_in):
    address = f"{cast.report().get_absolute_url()}presence/"
    assert signed_in(cast.manager).get(address).status_code == 200
    assert signed_in(cast.outsider).get(address).status_code == 404
