"""Paging somebody by hand from the room."""

import pytest
from django.urls import reverse

from accounts.models import Delivery
from escalations.actions import by_hand, pages
from escalations.models import Page
from incidents.actions import grants, lifecycle
from incidents.models import Incident
from tests.cast import START


@pytest.fixture
def incident(cast):
    return lifecycle.accept(incident=cast.report(at=START), manager=cast.manager, by=cast.manager, at=START)


def ask(incident, person, by):
    return by_hand.ask(incident=incident, responder=person, by=by, at=START)


def test_whoever_is_asked_is_paged_and_may_open_the_room(cast, incident):
    page = ask(incident, cast.partner, cast.manager)
    assert (page.asked_by, page.is_waiting) == (cast.manager, True)
    assert Delivery.objects.open().filter(message=page.message).count() == 1
    assert Incident.objects.visible_to(cast.partner.subject(at=START), "edit").filter(pk=incident.pk).exists()


def test_their_answer_ends_that_page_alone(cast, incident):
    one, other = ask(incident, cast.partner, cast.manager), ask(incident, cast.second, cast.manager)
    pages.acknowledge(page=one, by=cast.partner, at=START, via="console")
    other.refresh_from_db()
    assert other.is_waiting
    assert incident.timeline.filter(kind="page_answered", actor=cast.partner).count() == 1


def test_asking_twice_is_asking_once(cast, incident):
    assert ask(incident, cast.partner, cast.manager) == ask(incident, cast.partner, cast.manager)
    assert Page.objects.filter(responder=cast.partner).count() == 1


def test_nobody_is_paged_about_what_they_may_not_know(cast):
    restricted = cast.report(harm_type="CS2", at=START)
    with pytest.raises(grants.NotClearedError):
        ask(restricted, cast.partner, cast.manager)
    assert not Page.objects.filter(responder=cast.partner).exists()


def test_somebody_unreachable_is_refused_with_a_reason(cast, incident):
    cast.partner.contact_methods.update(verified_at=None)
    with pytest.raises(by_hand.NoWayToReachError, match="Partner"):
        ask(incident, cast.partner, cast.manager)


def test_from_the_room_by_form(cast, incident, signed_in):
    client = signed_in(cast.manager)
    path = reverse("page_by_hand", args=[incident.code])
    told = client.post(path, {"who": f"person:{cast.second.pk}"}, follow=True).content.decode()
    assert f"{cast.second.name} is being paged." in told
    assert "Asked by Manager" in told
    assert "Choose a function or a person" in client.post(path, {"who": "x"}, follow=True).content.decode()
    assert signed_in(cast.outsider).post(path, {"who": f"person:{cast.second.pk}"}).status_code == 404
