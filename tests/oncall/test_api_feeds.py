"""`/api/feeds/`: one's own secret addresses, shown once, listed without their secrets, revoked."""

import pytest
from django.test import Client

from oncall.models import Feed


def path_of(made):
    return "/calendars/" + made.json()["address"].partition("/calendars/")[2]


def test_a_feed_is_made_opens_and_is_revoked(call, cast):
    made = call("post", "feeds/", {"label": "Phone"}, by=cast.on_duty)
    assert (made.status_code, made.json()["roster"]) == (201, None)
    assert Client().get(path_of(made))["Content-Type"].startswith("text/calendar")
    [row] = call("get", "feeds/", by=cast.on_duty).json()["results"]
    assert (row["label"], row["id"], "address" in row) == ("Phone", made.json()["id"], False)
    assert call("post", f"feeds/{row['id']}/revoke/", by=cast.on_duty).status_code == 204
    assert Client().get(path_of(made)).status_code == 404
    assert call("get", "feeds/", by=cast.on_duty).json()["results"] == []


def test_nobody_sees_or_revokes_anothers(call, cast, chief):
    made = call("post", "feeds/", {"label": "Phone", "roster": "duty"}, by=cast.on_duty).json()
    assert call("get", "feeds/", by=chief).json()["results"] == []
    assert call("post", f"feeds/{made['id']}/revoke/", by=chief).status_code == 404
    assert Feed.objects.get().revoked_at is None


def test_a_rosters_feed_takes_a_role_that_sees_who_is_on_duty(call, cast):
    assert call("post", "feeds/", {"label": "Phone"}, by=cast.outsider).status_code == 201
    refused = call("post", "feeds/", {"label": "Wall", "roster": "duty"}, by=cast.outsider)
    assert (refused.status_code, Feed.objects.count()) == (403, 1)


def test_two_of_one_name_are_a_conflict(call, cast):
    call("post", "feeds/", {"label": "Phone"})
    assert call("post", "feeds/", {"label": "phone"}).status_code == 409


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "label"), ({"label": " "}, "label"), ({"label": "x", "days": 0}, "days"),
     ({"label": "x", "days": 9999}, "days"), ({"label": "x", "roster": "nowhere"}, "roster"),
     ({"label": "x", "token": "mine"}, "token")],
)  # fmt: skip
def test_a_feed_that_cannot_be_names_the_field_and_is_not_kept(call, body, field):
    answer = call("post", "feeds/", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Feed.objects.exists()


def test_the_list_costs_the_same_however_long_it_is(call, cast, chief, django_assert_num_queries):
    cast.token(chief)
    for number in range(3):
        with django_assert_num_queries(7):
            call("get", "feeds/")
        call("post", "feeds/", {"label": f"Calendar {number}", "roster": "duty"})
