"""The page in the console and behind the mail's link."""

import re

import pytest
from django.test import Client

from accounts import links
from escalations.actions import escalations
from escalations.models import Page
from tests.cast import START


@pytest.fixture
def page(cast) -> Page:
    cast.report(title="Words that must not leave", at=START)
    escalations.advance(at=START)
    return Page.objects.get()


def link(page: Page) -> str:
    return f"/p/{links.token_for(page.message_id)}/"


def test_home_shows_the_pages_awaiting_me_and_nobody_elses(page, cast, signed_in):
    assert page.incident.code in signed_in(cast.on_duty).get("/").content.decode()
    assert page.incident.code not in signed_in(cast.outsider).get("/").content.decode()


@pytest.mark.parametrize("waiting", [1, 5])
def test_home_costs_the_same_however_much_waits(cast, signed_in, django_assert_num_queries, waiting):
    for _ in range(waiting):
        cast.report(at=START)
        escalations.advance(at=START)
    client = signed_in(cast.on_duty)
    with django_assert_num_queries(34):
        client.get("/")


def test_a_page_is_acknowledged_from_the_console(page, cast, signed_in):
    client = signed_in(cast.on_duty)
    assert client.get(page.get_absolute_url()).status_code == 200
    client.post(f"{page.get_absolute_url()}acknowledge/")
    page.incident.refresh_from_db()
    assert page.incident.acknowledged_by == cast.on_duty


@pytest.mark.parametrize("who", ["outsider", "second", "manager"])
def test_somebody_elses_page_is_not_found(page, cast, signed_in, who):
    client = signed_in(getattr(cast, who))
    assert client.get(page.get_absolute_url()).status_code == 404
    assert client.post(f"{page.get_absolute_url()}acknowledge/").status_code == 404


def test_the_link_shows_only_what_the_mail_shows(page):
    shown = Client().get(link(page)).content.decode()
    assert page.incident.code in shown
    assert "Words that must not leave" not in shown
    assert "Credible threat" not in shown


def test_the_link_ends_with_its_page(page, cast):
    escalations.stop(incident=page.incident, at=START, because="declined")
    ended = Client().get(link(page))
    assert (
        ended.status_code,
        "<form" in re.sub(r"<form[^>]*language.*?</form>", "", ended.content.decode(), flags=re.S),
    ) == (410, False)
    Client().post(link(page))
    page.incident.refresh_from_db()
    assert page.incident.acknowledged_at is None


def test_a_link_of_somebody_deactivated_is_dead(page, cast):
    cast.on_duty.is_active = False
    cast.on_duty.save()
    assert Client().get(link(page)).status_code == 404


@pytest.mark.parametrize("token", ["x", "x:y", "0" * 32 + ":forged"])
def test_a_forged_link_is_not_found(cast, token):
    assert Client().get(f"/p/{token}/").status_code == 404


def test_the_panel_names_whom_it_asked_and_what_comes_next(page, cast, signed_in):
    panel = signed_in(cast.manager).get(f"/incidents/{page.incident.code}/escalation/").content.decode()
    assert cast.on_duty.name in panel
    assert signed_in(cast.outsider).get(f"/incidents/{page.incident.code}/escalation/").status_code == 404


def test_a_page_by_token_over_the_api(page, cast):
    headers = {"Authorization": f"Bearer {cast.token(cast.on_duty)}"}
    [mine] = Client().get("/api/pages/", headers=headers).json()["results"]
    address = f"/api/pages/{mine['page']}/acknowledge/"
    refused = Client().post(address, {"by": "x"}, content_type="application/json", headers=headers)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["by"])
    answer = Client().post(address, {}, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["won"]) == (200, True)
    again = Client().post(address, {}, content_type="application/json", headers=headers)
    assert (again.status_code, again.json()["won"]) == (200, False)
