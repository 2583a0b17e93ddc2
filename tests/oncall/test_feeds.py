"""Calendar feeds, read as calendar apps read them: what they tell is what the rota says, to the second; the address is
a secret that can be taken back."""

import threading
from datetime import timedelta

import icalendar
import pytest
import recurring_ical_events
from django.db import connection
from django.test import Client

from accounts import clock
from accounts.models import AuditEvent, ContactMethod, RoleAssignment
from oncall.actions import feeds, overrides, swaps
from oncall.actions.swaps import Part
from oncall.models import Feed, PublishedShift, Roster
from oncall.rota import on_duty
from tests.cast import START
from tests.oncall.rosters import utc
from tests.oncall.stage import layered

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def set_clock(pass_time):
    """Make it this moment, for the database and so for every request."""
    return lambda at: pass_time(at - clock.now())


@pytest.fixture
def subscribed(cast):
    """The address of a new feed."""

    def subscribe(person=None, roster=None, label="Phone", days=90):
        at = clock.now()
        _feed, secret = feeds.make(
            person=person or cast.on_duty, roster=roster, label=label, expires_at=at + days * DAY, at=at
        )
        return f"/calendars/{secret}.ics"

    return subscribe


def got(address, **headers):
    response = Client().get(address, headers=headers)
    assert response.status_code == 200
    return icalendar.Calendar.from_ical(response.content.decode())


def events(calendar, status="CONFIRMED"):
    return [it for it in calendar.walk("VEVENT") if it["STATUS"] == status]


def shown(calendar, start, end):
    """What an app that knows recurrence shows of a span."""
    found = recurring_ical_events.of(calendar).between(start, end)
    return [it for it in found if it["STATUS"] == "CONFIRMED"]


def on_at(found, at):
    """The summaries of what of it goes on at an instant."""
    return sorted(str(it["SUMMARY"]) for it in found if it["DTSTART"].dt <= at < it["DTEND"].dt)


def on_the_day_after(calendar, at):
    return on_at(shown(calendar, at, at + 2 * DAY), at + DAY)


@pytest.mark.parametrize("around", ["2026-03-08", "2026-11-01"])
def test_feed_and_engine_agree_through_a_change_of_the_clocks(cast, subscribed, set_clock, around):
    start = utc(around) - 3 * DAY
    set_clock(start)
    people = [cast.on_duty, cast.second, cast.manager]
    roster = layered("desk", people, handoff_time="02:30")
    layered(
        "desk",
        people[::-1],
        roster=roster,
        name="S",
        duty="secondary",
        handoff_time="01:30",
        turn_unit="week",
    )
    layered("desk", people[:1], roster=roster, name="W", rank=2, window_start="22:00", window_end="02:15")
    mine, whole = got(subscribed()), got(subscribed(roster=roster, label="Desk"))
    names = {person.pk: person.name for person in people}
    rules = Roster.objects.filter(pk=roster.pk).rules((start, start + 8 * DAY))[roster.pk]
    mine, whole = shown(mine, start, start + 8 * DAY), shown(whole, start, start + 8 * DAY)
    for half in range(7 * 24 * 2):
        at = start + half * HOUR / 2 + timedelta(minutes=7)
        duties = on_duty(rules, at)
        told = {duty: ", ".join(names[one] for one in on) or "Nobody" for duty, on in duties.items()}
        assert on_at(whole, at) == sorted(f"{on} · {duty.title()}" for duty, on in told.items())
        own = [f"Desk · {duty.title()}" for duty, on in duties.items() if cast.on_duty.pk in on]
        assert on_at(mine, at) == sorted([*own, "Duty · Primary"])


def test_a_calendar_app_finds_what_it_needs(cast, subscribed, set_clock):
    set_clock(START)
    layered("desk", [cast.second, cast.on_duty])
    calendar = got(subscribed(cast.second))
    assert (calendar["X-WR-CALNAME"], calendar["VERSION"], calendar["METHOD"]) == (
        "My shifts",
        "2.0",
        "PUBLISH",
    )
    event = next(it for it in events(calendar) if it["SUMMARY"].startswith("Desk"))
    assert event["DTEND"].dt - event["DTSTART"].dt == DAY
    assert event["DTSTART"].to_ical().endswith(b"Z")
    assert (event["SEQUENCE"], event["TRANSP"]) == (0, "TRANSPARENT")
    assert event["URL"].endswith("/on-duty/")
    assert len({it["UID"] for it in events(calendar)}) == len(events(calendar)) > 100


def test_a_shift_without_an_end_is_told_the_same_for_a_month(cast, subscribed, set_clock):
    set_clock(START)
    address = subscribed()
    first = Client().get(address)
    assert len(events(icalendar.Calendar.from_ical(first.content.decode()))) == 1
    set_clock(START + 20 * DAY)
    assert Client().get(address).content == first.content
    set_clock(START + 31 * DAY)
    [event] = events(got(address))
    assert event["SEQUENCE"] == 1


def test_who_has_it_already_gets_nothing_again(cast, subscribed):
    address = subscribed()
    first = Client().get(address)
    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert first["Cache-Control"] == "private, max-age=300"
    again = Client().get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert Client().head(address)["ETag"] == first["ETag"]
    layered("desk", [cast.on_duty])
    changed = Client().get(address, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_uids_stay_and_what_is_off_is_cancelled(cast, subscribed, set_clock):
    set_clock(START)
    roster = layered("desk", [cast.second, cast.manager])
    address = subscribed(cast.second, days=365)
    before = {it["DTSTART"].dt: it for it in events(got(address)) if it["SUMMARY"].startswith("Desk")}
    starts = sorted(start for start in before if start > START)
    overrides.make(
        roster=roster, kind="replace", person=cast.second, stand_in=cast.manager, starts_at=starts[0],
        ends_at=starts[0] + HOUR, acknowledged=True, by=cast.admin, at=START,
    )  # fmt: skip
    part = Part(roster, cast.second, cast.manager, starts[1], starts[1] + DAY)
    [swap] = swaps.offer(parts=[part], by=cast.second, at=START)
    assert not events(got(address), "CANCELLED")
    swaps.accept(bundle=swap.bundle, acknowledged=True, by=cast.manager, at=START)
    calendar = got(address)
    now = {it["UID"]: it for it in events(calendar)}
    cut, whole = now[before[starts[0]]["UID"]], before[starts[0]]
    assert (cut["DTSTART"].dt, cut["DTEND"].dt) == (starts[0] + HOUR, whole["DTEND"].dt)
    assert (cut["SEQUENCE"], whole["SEQUENCE"]) == (1, 0)
    [cancelled] = events(calendar, "CANCELLED")
    assert (cancelled["UID"], cancelled["SEQUENCE"]) == (before[starts[1]]["UID"], 1)
    untouched = [it for start, it in before.items() if start not in starts[:2]]
    assert all(now[it["UID"]].to_ical() == it.to_ical() for it in untouched)
    set_clock(START + 80 * DAY)
    assert [it["UID"] for it in events(got(address), "CANCELLED")] == [cancelled["UID"]]
    set_clock(START + 91 * DAY)
    assert not events(got(address), "CANCELLED")


def test_somebody_who_cannot_be_reached_is_not_told_to_be_on(cast, subscribed, set_clock):
    set_clock(START)
    whole = subscribed(roster=cast.duty)
    assert on_the_day_after(got(whole), START) == ["On-Duty · Primary", "Second · Secondary"]
    ContactMethod.objects.filter(person=cast.on_duty).update(verified_at=None)
    assert on_the_day_after(got(whole), START) == ["Nobody · Primary", "Second · Secondary"]


def test_the_feed_speaks_the_readers_language_and_remembers_none(cast, subscribed, set_clock):
    set_clock(START)
    address = subscribed(roster=cast.duty)
    before = Client().get(address).content
    cast.second.language = "ru"
    cast.second.save()
    russian = got(subscribed(cast.second, cast.duty))
    assert on_the_day_after(russian, START) == ["On-Duty · Основной", "Second · Резервный"]
    assert Client().get(address).content == before


def test_the_address_opens_nothing_once_it_is_taken_back(cast, subscribed, set_clock):
    addresses = [subscribed(label=name) for name in "abc"]
    feeds.revoke(feed=Feed.objects.get(label="a"), by=cast.on_duty, at=clock.now())
    Feed.objects.filter(label="b").update(expires_at=clock.now())
    assert [Client().get(it).status_code for it in addresses] == [404, 404, 200]
    cast.on_duty.is_active = False
    cast.on_duty.save()
    assert Client().get(addresses[2]).status_code == 404
    assert Client().get("/calendars/no-such-secret.ics").status_code == 404


def test_a_rosters_feed_closes_with_the_role_that_shows_rosters(cast, subscribed):
    mine, whole = subscribed(), subscribed(roster=cast.duty, label="Duty")
    RoleAssignment.objects.filter(person=cast.on_duty).delete()
    assert [Client().get(it).status_code for it in (mine, whole)] == [200, 404]


def test_only_a_hash_is_kept_and_the_audit_knows_no_secret(cast, subscribed):
    secret = subscribed().removeprefix("/calendars/").removesuffix(".ics")
    assert len(secret) >= 43
    feed = Feed.objects.get()
    assert secret not in str(vars(feed))
    event = AuditEvent.objects.get(action="feed_made")
    assert event.after["feed"] == "Phone"
    assert secret not in str(vars(event))


def test_reading_is_noticed_once_an_hour(cast, subscribed, set_clock):
    set_clock(START)
    address = subscribed()
    seen = []
    for minutes in (0, 30, 70):
        set_clock(START + timedelta(minutes=minutes))
        got(address)
        seen.append(round((Feed.objects.get().read_at - START) / timedelta(minutes=1)))
    assert seen == [0, 0, 70]


def test_the_cost_of_a_feed_does_not_grow_and_an_unchanged_one_writes_nothing(
    cast, subscribed, django_assert_num_queries
):
    address = subscribed()
    Client().get(address)
    with django_assert_num_queries(8):
        Client().get(address)
    for number in range(4):
        layered(f"r{number}", [cast.on_duty, cast.second])
    Client().get(address)
    with django_assert_num_queries(8):
        Client().get(address)


def test_two_apps_that_ask_at_once_remember_each_shift_once(committed_cast, subscribed_committed):
    address, answers = subscribed_committed, []

    def ask():
        try:
            answers.append(Client().get(address))
        finally:
            connection.close()

    together = [threading.Thread(target=ask) for _ in range(4)]
    for one in together:
        one.start()
    for one in together:
        one.join()
    assert len({answer.content for answer in answers}) == 1
    spans = list(PublishedShift.objects.values_list("lane", "starts_at"))
    assert len(spans) == len(set(spans)) > 100


@pytest.fixture
def subscribed_committed(committed_cast):
    at = clock.now()
    layered("desk", [committed_cast.on_duty, committed_cast.second])
    _feed, secret = feeds.make(person=committed_cast.on_duty, label="x", expires_at=at + DAY, at=at)
    return f"/calendars/{secret}.ics"


# The page on which they are made


def test_a_feed_is_made_shown_once_and_revoked(cast, signed_in):
    client = signed_in(cast.on_duty)
    told = {"label": "Phone", "roster": cast.duty.pk, "days": "90"}
    answer = client.post("/shifts/feeds/", told)
    address = answer.context["address"]
    assert address in answer.content.decode()
    path = "/calendars/" + address.rpartition("/")[2]
    assert Client().get(path).status_code == 200
    again = client.get("/shifts/feeds/").content.decode()
    assert "Phone" in again
    assert address not in again
    refused = client.post("/shifts/feeds/", told)
    assert (refused.status_code, Feed.objects.count()) == (422, 1)
    feed = Feed.objects.get()
    assert client.post(f"/shifts/feeds/{feed.pk}/revoke/").status_code == 302
    assert "You have none." in client.get("/shifts/feeds/").content.decode()
    assert Client().get(path).status_code == 404


def test_nobody_revokes_anothers_feed_and_the_outsider_is_offered_no_roster(cast, signed_in, subscribed):
    subscribed()
    feed = Feed.objects.get()
    outsider = signed_in(cast.outsider)
    assert outsider.post(f"/shifts/feeds/{feed.pk}/revoke/").status_code == 404
    page = outsider.get("/shifts/feeds/")
    assert "Duty" not in page.content.decode().partition("<main")[2]
    told = {"label": "x", "roster": cast.duty.pk, "days": "90"}
    assert outsider.post("/shifts/feeds/", told).status_code == 422
    assert Feed.objects.count() == 1


@pytest.mark.parametrize(
    "wrong", [{"label": ""}, {"label": "x" * 81}, {"days": "0"}, {"days": ""}, {"roster": "x"}]
)
def test_what_cannot_be_a_feed_is_said_at_its_field(cast, signed_in, wrong):
    answer = signed_in(cast.on_duty).post(
        "/shifts/feeds/", {"label": "x", "days": "90", "roster": ""} | wrong
    )
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, list(wrong))
    assert not Feed.objects.exists()


def test_twenty_feeds_are_enough(cast, subscribed):
    for number in range(feeds.MOST_FEEDS):
        subscribed(label=str(number))
    with pytest.raises(feeds.TooManyFeedsError):
        subscribed(label="one more")
