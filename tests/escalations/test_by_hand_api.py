"""Paging by hand over the API."""

import pytest
from django.test import Client

from escalations.actions import by_hand, desks, escalations
from incidents.actions import lifecycle
from tests.cast import START
from tests.oncall.rows import roster


@pytest.fixture
def incident(cast):
    desks.assign(desks={"legal": roster("legal", [cast.specialist])}, by=None, at=START)
    return lifecycle.accept(incident=cast.report(at=START), manager=cast.manager, by=cast.manager, at=START)


def call(cast, person, address, body=None):
    headers = {"Authorization": f"Bearer {cast.token(person)}"}
    if body is None:
        return Client().get(address, headers=headers)
    return Client().post(address, body, content_type="application/json", headers=headers)


def pages_of(incident) -> str:
    return f"/api/incidents/{incident.code}/pages/"


def test_asking_for_a_function_and_reading_what_became_of_it(cast, incident):
    answer = call(cast, cast.manager, pages_of(incident), {"function": "legal", "urgency": "low"})
    assert answer.status_code == 201
    [page] = answer.json()["results"]
    told = {name: page[name] for name in ("responder", "function", "asked_by", "urgency", "state", "step")}
    assert told == {
        "responder": cast.specialist.email, "function": "legal", "asked_by": cast.manager.email, "urgency": "low",
        "state": "waiting", "step": None,
    }  # fmt: skip
    [attempt] = page["deliveries"]
    assert (attempt["by"], attempt["state"], attempt["handed_at"]) == ("email", "queued", None)
    assert call(cast, cast.second, pages_of(incident)).json()["results"] == [page]


def test_asking_for_a_person_is_high_unless_said(cast, incident):
    answer = call(cast, cast.manager, pages_of(incident), {"person": cast.partner.email})
    assert [(it["responder"], it["urgency"]) for it in answer.json()["results"]] == [
        (cast.partner.email, "high")
    ]


@pytest.mark.parametrize(
    ("body", "status", "where"),
    [
        ({}, 400, "non_field_errors"),
        ({"person": "partner@cast.example", "function": "legal"}, 400, "non_field_errors"),
        ({"person": "nobody@cast.example"}, 400, "person"),
        ({"person": ["partner@cast.example"]}, 400, "person"),
        ({"function": "magic"}, 400, "function"),
        ({"function": "legal", "urgency": "check"}, 400, "urgency"),
        ({"function": "legal", "loud": True}, 400, "loud"),
        ({"person": "outsider@cast.example"}, 409, None),
        ({"function": "comms"}, 409, None),
    ],
)
def test_what_cannot_be_asked_is_refused_and_nothing_is_stored(cast, incident, body, status, where):
    answer = call(cast, cast.manager, pages_of(incident), body)
    assert answer.status_code == status
    assert where is None or where in answer.json()["errors"]
    assert not incident.pages.exists()


def test_taking_back(cast, incident):
    page = by_hand.ask(incident=incident, responder=cast.partner, by=cast.manager, at=START)
    address = f"{pages_of(incident)}{page.pk}/take-back/"
    assert call(cast, cast.partner, address, {}).status_code == 404
    answer = call(cast, cast.second, address, {})
    assert (answer.status_code, answer.json()["ended_because"]) == (200, "taken_back")
    again = call(cast, cast.second, address, {})
    assert (again.status_code, "it was taken back" in again.json()["detail"]) == (409, True)


def test_handing_on_ones_own_page_and_nobody_elses(cast):
    incident = cast.report(at=START)
    escalations.advance(at=START)
    address = f"/api/pages/{incident.pages.get().pk}/hand-on/"
    body = {"to": cast.specialist.email}
    assert call(cast, cast.manager, address, body).status_code == 404
    assert call(cast, cast.on_duty, address, {"to": cast.outsider.email}).status_code == 409
    assert call(cast, cast.on_duty, address, body).json()["state"] == "ended"
    assert call(cast, cast.on_duty, address, body).status_code == 409
    [newer, _older] = call(cast, cast.on_duty, pages_of(incident)).json()["results"]
    assert (newer["responder"], newer["handed_on_by"], newer["step"]) == (
        cast.specialist.email, cast.on_duty.email, 1,
    )  # fmt: skip


@pytest.mark.parametrize("paged", [1, 4])
def test_reading_costs_the_same_however_many_are_paged(cast, incident, django_assert_num_queries, paged):
    for person in (cast.partner, cast.second, cast.specialist, cast.on_duty)[:paged]:
        by_hand.ask(incident=incident, responder=person, by=cast.manager, at=START)
    cast.token(cast.manager)
    with django_assert_num_queries(10):
        call(cast, cast.manager, pages_of(incident))
