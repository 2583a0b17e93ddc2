"""Paging by hand from the room: a person or a function, at either urgency; taking back and handing on."""

import re

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from accounts import clock, links
from accounts.models import ContactMethod, Delivery, RoleAssignment
from escalations.actions import by_hand, desks, escalations, pages
from escalations.models import Page
from incidents.actions import grants, lifecycle
from incidents.models import Incident
from tests.cast import START
from tests.oncall.rows import roster


@pytest.fixture
def incident(cast):
    return lifecycle.accept(incident=cast.report(at=START), manager=cast.manager, by=cast.manager, at=START)


def ask(incident, person, by, **more):
    return by_hand.ask(incident=incident, responder=person, by=by, at=START, **more)


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
    with pytest.raises(by_hand.CannotBeAskedError, match="Partner"):
        ask(incident, cast.partner, cast.manager)


def test_from_the_room_by_form(cast, incident, signed_in):
    client = signed_in(cast.manager)
    path = reverse("page_by_hand", args=[incident.code])
    told = client.post(path, {"who": f"person:{cast.second.pk}"}, follow=True).content.decode()
    assert f"{cast.second.name} is being paged." in told
    assert "Asked by Manager" in told
    assert "Choose a function or a person" in client.post(path, {"who": "x"}, follow=True).content.decode()
    assert signed_in(cast.outsider).post(path, {"who": f"person:{cast.second.pk}"}).status_code == 404


# -- A function ------------------------------------------------------------------------------------


@pytest.fixture
def legal(cast, incident):
    """The specialist is on call for Legal."""
    desk = roster("legal", [cast.specialist])
    desks.assign(desks={"legal": desk}, by=None, at=START)
    return desk


def page_legal(incident, by):
    return by_hand.ask_function(incident=incident, function="legal", by=by, at=START)


def test_a_function_is_whoever_is_on_its_desk_now(cast, incident, legal):
    [page] = page_legal(incident, cast.manager)
    assert (page.responder, page.function, page.asked_by) == (cast.specialist, "legal", cast.manager)
    entry = incident.timeline.get(kind="paged_by_hand")
    assert (entry.data["because"], entry.data["function"]) == ("function", "legal")
    assert page_legal(incident, cast.manager) == [page]


@pytest.mark.parametrize(
    ("why", "told"),
    [
        ("no desk", "No roster is set up for Legal lead"),
        ("unreachable", "Nobody on call for Legal lead"),
        ("not cleared", "Nobody on call for Legal lead"),
        ("no role that responds", "Nobody on call for Legal lead"),
        ("oneself", "Nobody on call for Legal lead"),
    ],
)
def test_with_nobody_there_a_sentence_says_so_and_nothing_is_stored(cast, incident, legal, why, told):
    by = cast.manager
    if why == "no desk":
        desks.assign(desks={"legal": None}, by=None, at=START)
    elif why == "unreachable":
        cast.specialist.contact_methods.update(verified_at=None)
    elif why == "not cleared":
        incident = cast.report(harm_type="DL1", at=START)
    elif why == "no role that responds":
        RoleAssignment.objects.filter(person=cast.specialist).update(role="analyst")
    else:
        by = cast.specialist
    before = Page.objects.count(), incident.timeline.count()
    with pytest.raises(by_hand.NobodyOnCallError, match=told):
        page_legal(incident, by)
    assert (Page.objects.count(), incident.timeline.count()) == before


def test_a_function_from_the_room_by_form(cast, incident, legal, signed_in):
    client = signed_in(cast.manager)
    path = reverse("page_by_hand", args=[incident.code])
    told = client.post(path, {"who": "function:legal", "urgency": "low"}, follow=True).content.decode()
    assert "Specialist is being paged." in told
    assert "Asked by Manager, on call as Legal lead" in told
    assert "low urgency" in told
    assert "Manager asked for whoever is on call as Legal lead: Specialist." in told
    nobody = client.post(path, {"who": "function:comms"}, follow=True).content.decode()
    assert "No roster is set up for Communications lead" in nobody


# -- Urgency ---------------------------------------------------------------------------------------


def test_at_either_urgency(cast, incident):
    page = ask(incident, cast.partner, cast.manager, urgency="low")
    assert (page.urgency, page.message.urgency) == ("low", "low")
    assert ask(incident, cast.second, cast.manager).urgency == "high"


def test_asked_again_more_urgently_a_new_page_takes_the_place_of_the_first(cast, incident):
    calm = ask(incident, cast.partner, cast.manager, urgency="low")
    urgent = ask(incident, cast.partner, cast.manager)
    calm.refresh_from_db()
    assert (calm.ended_because, urgent.urgency, urgent.is_waiting) == ("asked_again", "high", True)
    assert ask(incident, cast.partner, cast.manager, urgency="low") == urgent


def test_when_everything_was_sent_asking_again_sends_again(cast, incident):
    first = ask(incident, cast.partner, cast.manager)
    Delivery.objects.filter(message=first.message).update(state="sent", ended_at=START)
    again = ask(incident, cast.partner, cast.manager)
    first.refresh_from_db()
    assert (again != first, first.ended_because) == (True, "asked_again")


def test_in_place_of_a_page_of_the_policy_stands_one_of_the_policy(cast):
    mild = cast.report(at=START)
    mild.severity = 3
    mild.save()
    escalations.advance(at=START)
    by_policy = mild.pages.get()
    assert by_policy.urgency == "low"
    urgent = ask(mild, by_policy.responder, cast.manager)
    assert (urgent.urgency, urgent.escalation, urgent.step) == ("high", by_policy.escalation, by_policy.step)
    pages.acknowledge(page=urgent, by=urgent.responder, at=START, via="link")
    mild.refresh_from_db()
    assert mild.acknowledged_by == urgent.responder


def asked_of_the_policy(cast, signed_in, **who):
    """What the room tells after the manager asked by hand for somebody the policy asks."""
    incident = cast.report(at=START)
    escalations.advance(at=START)
    Delivery.objects.update(state="sent", ended_at=START)
    path = reverse("page_by_hand", args=[incident.code])
    return incident, signed_in(cast.manager).post(path, who, follow=True).content.decode()


def test_a_page_of_the_policy_that_is_asked_for_again_by_hand_says_by_whom(cast, signed_in):
    who = f"person:{cast.on_duty.pk}"
    incident, room = asked_of_the_policy(cast, signed_in, who=who)
    assert "Step 1, asked for by Manager as well," in room
    page = incident.pages.waiting().get()
    assert (page.reminded_by, page.asked_by, page.step) == (cast.manager, None, 0)
    assert "Manager asks for you." in signed_in(cast.on_duty).get(page.get_absolute_url()).content.decode()
    bearer = {"Authorization": f"Bearer {cast.token(cast.manager)}"}
    told = Client().get(reverse("api_incident_pages", args=[incident.code]), headers=bearer).json()["results"]
    assert [one["reminded_by"] for one in told] == [cast.manager.email, None]


def test_and_for_which_function(cast, signed_in):
    desks.assign(desks={"legal": cast.duty}, by=None, at=START)
    _incident, room = asked_of_the_policy(cast, signed_in, who="function:legal")
    assert "Step 1, asked for by Manager as well, on call as Legal lead" in room


def test_only_a_page_of_the_policy_can_be_asked_for_again(cast, incident):
    page = ask(incident, cast.partner, cast.manager)
    with pytest.raises(IntegrityError):
        Page.objects.filter(pk=page.pk).update(reminded_by=cast.manager)


# -- Taking back -----------------------------------------------------------------------------------


def test_a_page_taken_back_before_it_left_is_silent(cast, incident):
    page = by_hand.take_back(page=ask(incident, cast.partner, cast.manager), by=cast.second, at=START)
    assert (page.state, page.ended_because, page.notice) == ("ended", "taken_back", None)
    assert not Delivery.objects.open().filter(message=page.message).exists()
    entry = incident.timeline.get(kind="page_taken_back")
    assert (entry.actor, entry.data["responder"]) == (cast.second, cast.partner.pk)


@pytest.mark.parametrize("state", ["sent", "sending"])
def test_whoever_it_had_reached_hears_that_it_was_taken_back(cast, incident, state):
    page = ask(incident, cast.partner, cast.manager)
    ended = {"ended_at": START} if state == "sent" else {"lease_until": START}
    Delivery.objects.filter(message=page.message).update(state=state, **ended)
    page = by_hand.take_back(page=page, by=cast.manager, at=START)
    assert (page.notice.urgency, page.notice.to) == ("notice", cast.partner)
    assert (
        page.notice.text
        == f"SEV1, incident {incident.code}. Manager took the page back. You need not answer it."
    )
    link = Client().get(f"/p/{links.token_for(page.notice_id)}/")
    assert (link.status_code, "Manager took this page back." in link.content.decode()) == (410, True)


def test_a_page_of_the_policy_is_not_taken_back(cast):
    cast.report(at=START)
    escalations.advance(at=START)
    with pytest.raises(by_hand.PolicyPageError, match="The policy asks On-Duty"):
        by_hand.take_back(page=Page.objects.get(), by=cast.manager, at=START)
    assert Page.objects.get().is_waiting
    pages.acknowledge(page=Page.objects.get(), by=cast.on_duty, at=START, via="link")
    with pytest.raises(by_hand.PageEndedError, match="had ended before: it was acknowledged"):
        by_hand.take_back(page=Page.objects.get(), by=cast.manager, at=START)


def test_what_was_answered_meanwhile_is_not_taken_back(cast, incident):
    page = ask(incident, cast.partner, cast.manager)
    pages.acknowledge(page=page, by=cast.partner, at=START, via="link")
    with pytest.raises(by_hand.PageEndedError, match="had ended before: it was acknowledged"):
        by_hand.take_back(page=page, by=cast.manager, at=START)
    assert not incident.timeline.filter(kind="page_taken_back").exists()


def test_taking_back_from_the_room(cast, incident, signed_in):
    page = ask(incident, cast.partner, cast.manager)
    path = reverse("take_back_page", args=[incident.code, page.pk])
    room = signed_in(cast.manager).get(incident.get_absolute_url()).content.decode()
    assert f'action="{path}"' in room
    assert signed_in(cast.partner).post(path).status_code == 404
    assert "Taken back." in signed_in(cast.manager).post(path, follow=True).content.decode()
    other = cast.report(at=START)
    elsewhere = reverse("take_back_page", args=[other.code, page.pk])
    assert signed_in(cast.manager).post(elsewhere).status_code == 404


# -- Handing on ------------------------------------------------------------------------------------


def hand_on(page, to):
    return by_hand.hand_on(page=page, to=to, by=page.responder, at=START)


def test_a_page_handed_on_ends_and_somebody_else_is_paged(cast, incident):
    mine = ask(incident, cast.partner, cast.manager, urgency="low")
    theirs = hand_on(mine, cast.second)
    mine.refresh_from_db()
    assert (mine.state, mine.ended_because) == ("ended", "handed_on")
    assert (theirs.responder, theirs.handed_on, theirs.asked_by, theirs.urgency) == (
        cast.second, mine, cast.partner, "low",
    )  # fmt: skip
    assert not Delivery.objects.open().filter(message=mine.message).exists()
    assert theirs.message.subject == f"SEV1 {incident.code}: Partner hands this on to you"
    entry = incident.timeline.get(kind="page_handed_on")
    assert (entry.actor, entry.data["responder"]) == (cast.partner, cast.second.pk)


def test_a_page_of_the_policy_stays_one_when_it_is_handed_on(cast):
    incident = cast.report(at=START)
    escalations.advance(at=START)
    due = incident.escalations.get().due_at
    theirs = hand_on(Page.objects.get(), cast.specialist)
    assert (theirs.step, incident.escalations.get().due_at) == (0, due)
    pages.acknowledge(page=theirs, by=cast.specialist, at=START, via="link")
    incident.refresh_from_db()
    assert incident.acknowledged_by == cast.specialist


def test_a_page_handed_on_that_reaches_nobody_lets_the_next_step_come_at_once(cast):
    incident = cast.report(at=START)
    escalations.advance(at=START)
    theirs = hand_on(Page.objects.get(), cast.specialist)
    pages.give_up(message=theirs.message, at=START, because="unreachable")
    assert incident.escalations.get().due_at == START


@pytest.mark.parametrize(
    ("to", "refusal"),
    [
        ("outsider", grants.NoRespondingRoleError),
        ("second", by_hand.BeingPagedError),
        ("partner", by_hand.BeingPagedError),
        ("specialist", by_hand.CannotBeAskedError),
    ],
)
def test_who_cannot_be_handed_a_page_and_it_stays(cast, incident, to, refusal):
    cast.specialist.contact_methods.update(verified_at=None)
    ask(incident, cast.second, cast.manager)
    mine = ask(incident, cast.partner, cast.manager)
    with pytest.raises(refusal):
        hand_on(mine, getattr(cast, to))
    mine.refresh_from_db()
    assert (mine.is_waiting, Page.objects.count()) == (True, 2)


def test_nobody_is_handed_what_they_may_not_know(cast):
    incident = cast.report(harm_type="CS2", at=START)
    mine = ask(incident, cast.specialist, cast.manager)
    with pytest.raises(grants.NotClearedError):
        hand_on(mine, cast.second)


def test_whoever_is_paged_hands_it_on_without_any_other_right(cast, incident, signed_in):
    mine = by_hand.ask(incident=incident, responder=cast.partner, by=cast.manager, at=clock.now())
    client = signed_in(cast.partner)
    assert "Hand it on to somebody else" in client.get(mine.get_absolute_url()).content.decode()
    path = reverse("hand_on_page", args=[mine.pk])
    assert client.post(path, {"to": cast.outsider.pk}).status_code == 422
    assert signed_in(cast.manager).post(path, {"to": cast.second.pk}).status_code == 404
    after = client.post(path, {"to": cast.second.pk}, follow=True).content.decode()
    assert "You handed this on to Second, who is paged now." in after
    again = client.post(path, {"to": cast.specialist.pk}, follow=True).content.decode()
    assert "You handed this on to Second" in again
    assert not Page.objects.filter(responder=cast.specialist).exists()


# -- The room --------------------------------------------------------------------------------------


def test_the_panel_tells_what_was_sent_and_what_comes_next(cast, incident, signed_in):
    ContactMethod.objects.create(person=cast.partner, kind="sms", address="+15550100", verified_at=START)
    page = ask(incident, cast.partner, cast.manager)
    sent = page.message.deliveries.get(channel="email")
    Delivery.objects.filter(pk=sent.pk).update(
        state="sent", handed_at=START, ended_at=START, confirmed_at=START, provider_status="delivered"
    )
    client, path = signed_in(cast.manager), reverse("escalation_panel", args=[incident.code])
    panel = " ".join(re.sub(r"<[^>]+>", " ", client.get(path).content.decode()).split())
    assert re.search(r"E-mail Arrived .* delivered", panel)
    assert re.search(r"Next: Text message", panel)
    assert "high urgency" in panel


@pytest.mark.parametrize("paged", [1, 4])
def test_the_panel_costs_the_same_however_many_are_paged(
    cast, incident, signed_in, django_assert_num_queries, paged
):
    for person in (cast.partner, cast.second, cast.specialist, cast.on_duty)[:paged]:
        ask(incident, person, cast.manager)
    hand_on(Page.objects.waiting().get(responder=cast.partner), cast.manager)
    client, path = signed_in(cast.manager), reverse("escalation_panel", args=[incident.code])
    with django_assert_num_queries(18):
        client.get(path)
