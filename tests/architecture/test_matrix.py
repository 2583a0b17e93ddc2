"""Subjects × routes × classes of incident, against a truth table that knows nothing of the product. Hidden and
absent must answer alike, to the byte."""

import re
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts import clock
from accounts.models import Clearance, User
from escalations.actions import by_hand
from incidents.actions import functions, grants, tasks
from incidents.models import Incident
from postmortems.actions import factors, remarks, reviews
from tests.cast import Cast, person
from tests.oracle.access import API, CHILDREN, CLASSES, EDITS, PAGES, SEES, expected

HARM = {"open": "VT3", "drill": "VT3", "csea": "CS2", "terror": "VT1", "insider": "DL1"}


@dataclass
class World:
    cast: Cast
    people: dict
    incidents: dict
    children: dict
    clients: dict = field(default_factory=dict)

    def address(self, route: str, kind: str) -> str:
        """A route's address for one class of incident; what belongs to an incident is asked for on it."""
        code = self.incidents[kind].code if kind in self.incidents else "WF-000000"
        child = CHILDREN.get(route, "")
        return reverse(route, args=[code, *([self.children[kind][child]] if child else [])])

    def ask(self, subject: str, route: str, kind: str):
        """One request, undone afterwards."""
        method = (PAGES | API)[route][0]
        person, headers = self.people[subject], {}
        if person is not None and route in API:
            headers = {"Authorization": f"Bearer {self.cast.token(person)}"}
        client = self.client(subject)
        with transaction.atomic():
            answer = client.generic(
                method, self.address(route, kind), "{}", content_type="application/json", headers=headers
            )
            transaction.set_rollback(True)
        return answer

    def client(self, subject: str) -> Client:
        if subject not in self.clients:
            self.clients[subject] = Client()
            if self.people[subject] is not None:
                self.clients[subject].force_login(
                    self.people[subject], backend="allauth.account.auth_backends.AuthenticationBackend"
                )
        return self.clients[subject]


@pytest.fixture
def world(cast) -> World:
    at = clock.now()
    incidents = {
        kind: cast.report(at=at, harm_type=harm, mode="drill" if kind == "drill" else "live")
        for kind, harm in HARM.items()
    }
    people = subjects(cast, at)
    give_grants(incidents, people, at)
    # Of a person none of the cells is about: having a function brings need to know.
    scribe = person("scribe", "incident_manager", cast.manager.password, "csea", "terror", "insider")
    children = {kind: belongings(incident, scribe, at) for kind, incident in incidents.items()}
    children["absent"] = children["csea"]  # so that hidden and absent differ in nothing else
    return World(cast, people, incidents, children)


def subjects(cast: Cast, at) -> dict:
    hashed, day = cast.manager.password, timedelta(days=1)
    lapsed = person("lapsed", "responder", hashed)
    Clearance.objects.create(
        person=lapsed, kind="csea", evidence="x", valid_from=at - 2 * day, valid_until=at - day
    )
    gone = person("gone", "incident_manager", hashed, "csea")
    gone.is_active = False
    gone.save()
    return {
        "anonymous": None,
        "outsider": cast.outsider,
        "reporter": cast.reporter,
        "partner": cast.partner,
        "granted partner": person("granted-partner", "partner", hashed),
        "expired partner": person("expired-partner", "partner", hashed),
        "granted outsider without clearance": person("granted-outsider", "", hashed),
        "paged partner": person("paged-partner", "partner", hashed),
        "responder": cast.on_duty,
        "cleared responder": cast.specialist,
        "lapsed responder": lapsed,
        "manager": cast.manager,
        "granted manager": person("granted-manager", "incident_manager", hashed, "csea", "terror", "insider"),
        "review lead": person("review-lead", "review_lead", hashed),
        "analyst": person("analyst", "analyst", hashed),
        "security officer": cast.security,
        "roster admin": person("roster-admin", "roster_admin", hashed),
        "deactivated manager": gone,
    }


def give_grants(incidents: dict, people: dict, at) -> None:
    def grant(name, kind, permission, **more):
        told = {"source": "manual", "reason": "test", "at": at}
        grants.give(incident=incidents[kind], person=people[name], permission=permission, **told, **more)

    grant("granted partner", "open", "view")
    grant("expired partner", "open", "view", expires_at=at - timedelta(seconds=1))
    grant("granted outsider without clearance", "open", "view")
    grant("granted outsider without clearance", "csea", "reveal")
    by_hand.ask(incident=incidents["open"], responder=people["paged partner"], by=people["manager"], at=at)
    grant("granted manager", "insider", "edit")


def belongings(incident: Incident, scribe: User, at) -> dict:
    """One of everything that hangs on an incident."""
    task = tasks.add(incident=incident, title="Look", by=scribe, at=at)
    assignment = functions.assign(incident=incident, function="scribe", person=scribe, by=scribe, at=at)
    entry = incident.timeline.first()
    page = by_hand.ask(incident=incident, responder=scribe, by=scribe, at=at)
    review, by = reviews.draft(incident=incident, by=None, at=at), {"by": scribe, "at": at}
    factor = factors.add(review=review, category="policy", text="No clause.", **by)
    remark = remarks.add(review=review, text="Say more.", **by)
    return {
        "tab": "tasks",
        "task": task.pk,
        "entry": entry.ref,
        "assignment": assignment.pk,
        "page": page.pk,
        "section": "summary",
        "factor": factor.pk,
        "remark": remark.pk,
    }


@pytest.mark.parametrize("subject", SEES)
def test_every_cell_is_as_the_truth_table_says(world, subject):
    wrong = [
        f"{route} of {kind}: {answer.status_code}, not {expected(subject, route, kind)}"
        for route in PAGES | API
        for kind in CLASSES
        if (answer := world.ask(subject, route, kind)).status_code != expected(subject, route, kind)
    ]
    assert not wrong, f"{subject}: " + "; ".join(wrong)


@pytest.mark.parametrize("route", sorted(PAGES | API))
def test_hidden_and_absent_answer_alike_to_the_byte(world, route):
    def told(answer):
        body = answer.content.replace(world.incidents["csea"].code.encode(), b"WF-000000")
        for own_to_each_answer in (rb'data-now="[^"]+"', rb'name="csrfmiddlewaretoken" value="\w+"'):
            body = re.sub(own_to_each_answer, b"", body)
        return answer.status_code, body, sorted(answer.headers.items())

    hidden = world.ask("responder", route, "csea")
    assert told(hidden) == told(world.ask("responder", route, "absent"))
    assert hidden.status_code == 404


def test_the_table_is_wide_enough_and_has_every_answer_in_it():
    assert len(SEES) * len(PAGES | API) * len(CLASSES) >= 1000
    answers = {expected(s, r, k) for s in SEES for r in PAGES | API for k in CLASSES}
    assert {200, 302, 401, 404} <= answers
    assert set(SEES) > EDITS
