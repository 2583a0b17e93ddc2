"""Stale links and two at once: the page behind a link says what became of it, and never acts."""

import re

import pytest
from django.test import Client

from accounts import links
from escalations.actions import by_hand, escalations, pages
from escalations.models import Page
from incidents.actions import lifecycle, triage
from tests.cast import START


@pytest.fixture
def page(cast) -> Page:
    cast.report(at=START)
    escalations.advance(at=START)
    return Page.objects.get()


def link(page: Page) -> str:
    return f"/p/{links.token_for(page.message_id)}/"


def read(answer) -> str:
    main = answer.content.decode().partition("<main")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def somebody_else_acknowledges(cast, page):
    lifecycle.acknowledge(incident=page.incident, by=cast.second, at=START)


def the_responder_acknowledges_in_the_room(cast, page):
    lifecycle.acknowledge(incident=page.incident, by=page.responder, at=START)


def it_is_handed_on(cast, page):
    by_hand.hand_on(page=page, to=cast.specialist, by=page.responder, at=START)


def it_is_declined(cast, page):
    triage.decline(incident=page.incident, reason="routine", by=cast.manager, at=START)


def it_gets_worse(cast, page):
    escalations.stop(incident=page.incident, at=START, because="superseded")


def nobody_could_be_reached(cast, page):
    pages.give_up(message=page.message, at=START, because="unreachable")


STORIES = [
    (somebody_else_acknowledges, "Second was faster and has acknowledged this."),
    (the_responder_acknowledges_in_the_room, "You acknowledged this at"),
    (it_is_handed_on, "You handed this on to Specialist, who is paged now."),
    (it_is_declined, "The incident has ended: it was declined."),
    (it_gets_worse, "The incident got worse, and another policy asks in place of this page."),
    (nobody_could_be_reached, "No way to reach you was left, so the page ended."),
]


@pytest.mark.parametrize(("happens", "told"), STORIES, ids=[story.__name__ for story, _ in STORIES])
def test_a_link_too_late_says_what_became_of_the_page_and_does_nothing(cast, page, signed_in, happens, told):
    happens(cast, page)
    before = list(page.incident.timeline.values_list("kind", flat=True))
    shown = Client().get(link(page))
    pressed = Client().post(link(page), follow=True)
    assert (shown.status_code, told in read(shown), told in read(pressed)) == (410, True, True)
    assert "Acknowledge" not in read(shown)
    assert list(page.incident.timeline.values_list("kind", flat=True)) == before
    console = signed_in(page.responder)
    assert told in read(console.get(page.get_absolute_url()))
    assert told in read(console.post(f"{page.get_absolute_url()}acknowledge/", follow=True))
    assert list(page.incident.timeline.values_list("kind", flat=True)) == before


def test_a_page_by_hand_ends_with_its_incident_and_says_so(cast, page):
    incident = lifecycle.accept(incident=page.incident, manager=cast.manager, by=cast.manager, at=START)
    asked = by_hand.ask(incident=incident, responder=cast.partner, by=cast.manager, at=START)
    assert "Manager asks for you." in read(Client().get(link(asked)))
    lifecycle.resolve(incident=incident, by=cast.manager, at=START)
    assert "The incident has ended: it is resolved." in read(Client().get(link(asked)))


def test_asked_again_the_first_link_points_to_the_newer(cast, page):
    calm = by_hand.ask(
        incident=page.incident, responder=cast.partner, by=cast.manager, at=START, urgency="low"
    )
    by_hand.ask(incident=page.incident, responder=cast.partner, by=cast.manager, at=START)
    assert "You were asked again. The newer page is the one to answer." in read(Client().get(link(calm)))


def test_the_link_of_a_page_handed_on_says_who_hands_it_on(cast, page):
    theirs = by_hand.hand_on(page=page, to=cast.specialist, by=page.responder, at=START)
    assert "On-Duty was paged and hands it on to you." in read(Client().get(link(theirs)))
    Client().post(link(theirs))
    page.incident.refresh_from_db()
    assert page.incident.acknowledged_by == cast.specialist


def test_a_stale_link_names_nothing_of_the_incident(cast, page):
    somebody_else_acknowledges(cast, page)
    shown = read(Client().get(link(page)))
    assert page.incident.title not in shown


def test_the_answer_of_the_api_says_who_was_faster(cast, page):
    somebody_else_acknowledges(cast, page)
    headers = {"Authorization": f"Bearer {cast.token(cast.on_duty)}"}
    answer = (
        Client()
        .post(f"/api/pages/{page.pk}/acknowledge/", {}, content_type="application/json", headers=headers)
        .json()
    )
    assert (answer["won"], answer["told"]) == (False, "Second was faster and has acknowledged this.")
