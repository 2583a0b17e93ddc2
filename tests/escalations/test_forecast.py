"""The simulator: what it says is what the engine does; its screen, its API, and the room's next steps."""

import re
from datetime import time, timedelta

import pytest
from django.test import Client

from accounts.models import ContactMethod, NotificationRule
from escalations import forecast
from escalations.actions import escalations
from escalations.coverage import Case
from escalations.models import EscalationPolicy, FunctionDesk, Page, PolicyStep, Route, StepTarget
from tests.cast import START
from tests.escalations.test_engine import climb, roster

CASE = Case(severity=1, harm_type="VT3", source="form")


@pytest.fixture
def policy(cast) -> EscalationPolicy:
    """One with everything: hours, a function, everyone, a person twice, a repeat and last resorts."""
    policy = EscalationPolicy.objects.get(slug="others")
    policy.repeats, policy.repeat_from = 2, 1
    policy.save()
    roster("managers", cast.admin, cast.specialist, is_manager_on_duty=True)
    FunctionDesk.objects.create(function="legal", roster=roster("counsel", cast.admin, cast.partner))
    for position, (asks, target) in enumerate(
        [
            ({"weekdays": [6]}, {"person": cast.manager}),
            ({"window_start": time(9), "window_end": time(17), "zone": "UTC"}, {"function": "legal"}),
            ({"clearance": "csea"}, {"roster": cast.duty, "everyone": True}),
        ],
        start=3,
    ):
        step = PolicyStep.objects.create(policy=policy, position=position, delay=90, **asks)
        StepTarget.objects.create(step=step, **target)
    return policy


def told(moments):
    return [(it.at, it.number, [one.person.pk for one in it.asked]) for it in moments if it.step]


def done(incident):
    pages = Page.objects.filter(incident=incident).order_by("created_at", "pk")
    firings: dict = {}
    for page in pages:
        firings.setdefault((page.created_at, page.step + 1), []).append(page.responder_id)
    return [(at, step, people) for (at, step), people in firings.items()]


@pytest.mark.parametrize("hour", [0, 7])
def test_what_it_says_is_what_the_engine_does(cast, policy, hour):
    at = START + timedelta(hours=hour, minutes=50)
    said = forecast.of_report(CASE, at=at)
    incident = cast.report(at=at)
    escalations.advance(at=at)
    run = incident.escalations.get()
    assert told(forecast.of_run(run)) == told(said.moments)[1:], "a run tells what is left of it"
    while run.state == "running":
        climb(run.due_at)
        run.refresh_from_db()
    assert done(incident) == told(said.moments)
    assert said.moments[-1].step is None
    assert len(told(said.moments)) >= 8


def test_it_names_the_route_or_says_that_none_fits(cast):
    assert forecast.of_report(CASE, at=START).route.policy.slug == "others"
    Route.objects.filter(severities=[]).update(sources=["events"])
    assert forecast.of_report(CASE, at=START).route is None


def test_it_says_by_which_method_when_with_rules_and_quiet_hours(cast):
    sms = ContactMethod.objects.create(
        person=cast.on_duty, kind="sms", address="+15550100", verified_at=START, position=1
    )
    NotificationRule.objects.create(person=cast.on_duty, urgency="high", method=sms, delay=180)
    [first, *_] = forecast.of_report(CASE, at=START).moments
    [attempt] = first.asked[0].attempts
    assert (attempt.method, attempt.due_at) == ("sms", START + timedelta(minutes=3))
    cast.on_duty.quiet_from, cast.on_duty.quiet_until = time(8), time(12)
    cast.on_duty.save()
    [first, *_] = forecast.of_report(Case(severity=3, harm_type="VT3", source="form"), at=START).moments
    assert {one.due_at.hour for one in first.asked[0].attempts} == {12}


def test_a_long_policy_costs_a_few_questions_a_moment(cast, policy, django_assert_max_num_queries):
    with django_assert_max_num_queries(50):
        forecast.of_report(CASE, at=START)
    policy.repeats = 9
    policy.save()
    with django_assert_max_num_queries(250):
        forecast.of_report(CASE, at=START)


# -- The screen and the API -------------------------------------------------------------------------

ASKED = {"severity": "1", "harm_type": "VT3", "source": "form", "at": "2026-03-02T09:00"}


def test_the_screen_says_who_when_and_by_what_and_sends_nothing(cast, signed_in):
    ContactMethod.objects.filter(person=cast.on_duty).update(disabled_at=START)
    client = signed_in(cast.admin)
    assert "What would happen" not in client.get("/admin/simulator/").content.decode()
    text = client.get("/admin/simulator/", ASKED).content.decode()
    assert "Passed over: step 1, Duty (primary) (nobody there could be asked" in text
    assert "Second" in text
    assert "E-mail 09:00" in text
    assert "Nobody is left to ask" in text
    assert not Page.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"severity": "9"}, "valid choice"),
        ({"harm_type": ""}, "required"),
        ({"language": "russian"}, "two or three letters, as in ru"),
        ({"language": "zz zz"}, "two or three letters, as in ru"),
        ({"at": "soon"}, "Enter a valid date"),
        ({"source": "pigeon"}, "valid choice"),
    ],
)
def test_what_it_cannot_be_asked_is_said_at_its_field(cast, signed_in, changes, words):
    answer = signed_in(cast.admin).get("/admin/simulator/", ASKED | changes)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)


def test_no_browser_cuts_a_language_to_another(cast, signed_in):
    text = signed_in(cast.admin).get("/admin/simulator/").content.decode()
    [field] = re.findall(r'<input[^>]* name="language"[^>]*>', text)
    assert "maxlength" not in field


def test_what_comes_within_a_minute_is_told_to_the_second(cast, signed_in):
    PolicyStep.objects.filter(policy__slug="others").update(delay=90)
    text = signed_in(cast.admin).get("/admin/simulator/", ASKED).content.decode()
    assert "E-mail 09:00<" in text
    assert "E-mail 09:01:30<" in text
    assert ", 09:01:30</time>" in text
    assert "E-mail 09:03<" in text


def test_where_no_route_fits_it_says_so(cast, signed_in):
    Route.objects.update(sources=["events"])
    assert "No route fits" in signed_in(cast.admin).get("/admin/simulator/", ASKED).content.decode()


def test_the_api_says_the_same(cast):
    headers = {"Authorization": f"Bearer {cast.token(cast.admin)}"}
    query = ASKED | {"at": "2026-03-02T09:00:00Z"}
    body = Client().get("/api/simulator/", query, headers=headers).json()
    assert (body["policy"], body["route"]) == ("others", 2)
    first, *_, last = body["moments"]
    assert (first["step"], first["asked"][0]["person"]) == (1, cast.on_duty.email)
    assert first["asked"][0]["attempts"] == [{"by": "email", "due_at": "2026-03-02T09:00:00Z"}]
    assert (last["step"], last["asked"]) == (None, [])
    refused = Client().get("/api/simulator/", query | {"severty": "1"}, headers=headers)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["severty"])


def test_the_room_shows_the_next_steps_with_people_and_times(cast, signed_in):
    incident = cast.report(at=START)
    escalations.advance(at=START)
    panel = signed_in(cast.manager).get(f"/incidents/{incident.code}/escalation/").content.decode()
    assert "Step 2" in panel
    assert "Duty (secondary)" in panel
    assert "Second" in panel


def test_an_acknowledged_one_says_when_it_is_asked_about_again(cast, signed_in):
    from incidents.actions import lifecycle

    incident = cast.report(at=START)
    lifecycle.acknowledge(incident=incident, by=cast.second, at=START)
    panel = signed_in(cast.manager).get(f"/incidents/{incident.code}/escalation/").content.decode()
    assert "the policy begins again" in panel
