"""No hole is silent: its roster's owner hears of it at 30 and 7 days, 72 and 24 hours, once at each."""

import re
from datetime import time, timedelta

import pytest

from accounts import links
from accounts.models import ContactMethod, Message
from oncall.actions import coverage_notices, overrides, rosters, rounds
from oncall.models import CoverageNotice, Layer, Roster
from tests.oncall.rosters import utc
from tests.oncall.rows import roster

AT = utc("2026-03-02T09:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEKLY = {"turn_unit": "week", "handoff_time": "09:00", "anchor_on": "2026-02-23"}


def look(at):
    """Everything due is looked at."""
    while coverage_notices.check_next(at=at):
        pass


def told():
    """Who heard what is to be mended, oldest first."""
    sent = Message.objects.filter(dedupe_key__startswith="coverage:").order_by("created_at")
    return [(it.to.name, it.subject) for it in sent]


@pytest.fixture
def owned(cast):
    """Three people by the week; the reporter owns it. Nothing else is there to be told of."""
    Roster.objects.update(watched_at=AT + 100 * DAY)
    return roster("r", [cast.admin, cast.manager, cast.specialist], owner=cast.reporter, layer=WEEKLY)


def leave_a_gap(cast, owned, starts_at, ends_at, at=AT):
    return overrides.make(
        roster=owned, kind="remove", starts_at=starts_at, ends_at=ends_at, by=cast.manager, at=at
    )


def test_a_roster_in_order_is_nothing_to_tell(owned):
    look(AT)
    assert (told(), CoverageNotice.objects.count()) == ([], 0)


def test_a_hole_is_told_at_each_horizon_once(cast, owned):
    hole = AT + 40 * DAY
    leave_a_gap(cast, owned, hole, hole + HOUR)
    for ahead in (40, 31, 30, 29, 8, 7, 6, 4, 3, 2, 1):
        look(hole - ahead * DAY)
    look(hole)
    look(hole + HOUR / 2)
    look(hole + DAY)
    assert told() == [
        ("Reporter", "R: one thing to mend within a month"),
        ("Reporter", "R: one thing to mend within a week"),
        ("Reporter", "R: one thing to mend within three days"),
        ("Reporter", "R: one thing to mend within a day"),
    ]


def test_one_found_late_is_told_at_once(cast, owned):
    look(AT)
    leave_a_gap(cast, owned, AT + 5 * DAY, AT + 6 * DAY)
    look(AT + HOUR)
    assert told() == [("Reporter", "R: one thing to mend within a week")]


def test_looking_again_within_the_quarter_hour_is_not_looking(cast, owned):
    assert coverage_notices.check_next(at=AT) == owned
    leave_a_gap(cast, owned, AT + HOUR, AT + 2 * HOUR)
    assert coverage_notices.check_next(at=AT + 14 * HOUR / 60) is None
    assert coverage_notices.check_next(at=AT + 15 * HOUR / 60) == owned


def test_what_is_mended_is_forgotten_and_told_afresh_should_it_come_back(cast, owned):
    gap = leave_a_gap(cast, owned, AT + 5 * DAY, AT + 6 * DAY)
    look(AT)
    overrides.end(override=gap, by=cast.manager, at=AT + HOUR)
    look(AT + HOUR)
    assert CoverageNotice.objects.count() == 0
    leave_a_gap(cast, owned, AT + 5 * DAY, AT + 6 * DAY, at=AT + 2 * HOUR)
    look(AT + 2 * HOUR)
    assert len(told()) == 2


def test_a_hole_without_an_end_is_not_news_at_every_look(owned):
    """The layer ends in ten days; how far the gap reaches is only how far one looks."""
    Layer.objects.filter(roster=owned).update(effective_until=AT + 10 * DAY)
    for hours in range(0, 20 * 24, 6):
        look(AT + hours * HOUR)
    assert len(told()) == 4


def test_somebody_who_cannot_be_reached_any_more_is_told_once_though_it_begins_later_at_every_look(
    cast, owned
):
    ContactMethod.objects.filter(person=cast.manager).update(disabled_at=AT)
    for hours in range(4):
        look(AT + hours * HOUR)
    assert told() == [("Reporter", "R: 4 things to mend within a day")]
    assert set(CoverageNotice.objects.values_list("kind", flat=True)) == {"gap", "unreachable"}


def test_rest_and_double_bookings_are_told_too_by_name(cast, owned):
    roster("s", [cast.specialist], owner=cast.reporter, layer=WEEKLY)
    look(AT)
    assert {"nights", "double"} <= set(CoverageNotice.objects.values_list("kind", flat=True))
    texts = " ".join(
        Message.objects.filter(dedupe_key__startswith="coverage:").values_list("text", flat=True)
    )
    assert "Specialist: 14 nights on call within two weeks, 7 at most" in texts
    assert "Specialist: R (primary) and S (primary)" in texts


def test_many_are_one_message_that_does_not_grow_without_end(cast, owned):
    for day in range(1, 25):
        leave_a_gap(cast, owned, AT + day * DAY, AT + day * DAY + HOUR)
    look(AT)
    [(_, subject)] = told()
    assert subject == "R: 24 things to mend within a day"
    text = Message.objects.get(dedupe_key__startswith="coverage:").text
    assert text.count("Primary: nobody") == 24, "what is missing is never cut off"


def test_what_is_missing_comes_before_what_is_hard_on_people_and_those_are_cut_off(cast, owned, monkeypatch):
    monkeypatch.setattr(coverage_notices, "MOST_LINES", 2)
    roster("s", [cast.specialist], owner=cast.reporter, layer=WEEKLY)
    for day in (20, 25):
        leave_a_gap(cast, owned, AT + day * DAY, AT + day * DAY + HOUR)
    Roster.objects.exclude(slug="r").update(watched_at=AT + DAY)
    look(AT)
    [_zone, first, second, more] = Message.objects.get(dedupe_key__startswith="coverage:").text.splitlines()
    assert [line.partition(": ")[2] for line in (first, second)] == ["Primary: nobody"] * 2
    assert re.match(r"and \d more", more)


def test_a_rest_rule_broken_before_now_makes_nothing_urgent(cast, owned):
    """Seven days at work in a row began last week; the hole is twenty days ahead."""
    nights = {**WEEKLY, "anchor_on": "2026-02-01", "window_start": time(9), "window_end": time(17)}
    roster("w", [cast.manager], owner=cast.admin, is_paged=False, layer=nights)
    Roster.objects.exclude(slug="r").update(watched_at=AT + DAY)
    leave_a_gap(cast, owned, AT + 20 * DAY, AT + 21 * DAY)
    look(AT)
    assert CoverageNotice.objects.filter(kind="run", starts_at__lt=AT).exists()
    [(_, subject)] = told()
    assert subject.endswith("within a month")


def test_an_edge_that_is_only_where_the_look_ends_is_not_told_as_one(cast, owned):
    Layer.objects.filter(roster=owned).update(effective_until=AT + 10 * DAY)
    look(AT)
    text = Message.objects.get(dedupe_key__startswith="coverage:").text
    assert "from Thu 12 Mar, 09:00 on: Primary: nobody" in text
    Layer.objects.filter(roster=owned).update(effective_until=AT)
    look(AT + HOUR)
    assert "from now on: Primary: nobody" in Message.objects.latest("created_at").text


def test_when_the_owner_cannot_be_reached_the_manager_on_duty_hears_it(cast, owned):
    ContactMethod.objects.filter(person=cast.reporter).update(disabled_at=AT)
    managers = roster("m", [cast.partner], owner=cast.admin, is_manager_on_duty=True, layer=WEEKLY)
    Roster.objects.filter(pk=managers.pk).update(watched_at=AT + DAY)
    leave_a_gap(cast, owned, AT + HOUR, AT + 2 * HOUR)
    look(AT)
    assert told() == [("Partner", "R: one thing to mend within a day")]


def test_a_round_looks_at_so_many_rosters_and_the_next_at_the_others(cast, owned):
    for number in range(4):
        roster(f"s{number}", [cast.admin], owner=cast.reporter)
    assert [rounds.look_ahead(at=AT, most=3) for _ in range(3)] == [3, 2, 0]


def test_the_words_are_in_the_owners_language_and_zone(cast, owned):
    cast.reporter.language, cast.reporter.time_zone = "ru", "Asia/Singapore"
    cast.reporter.save()
    leave_a_gap(cast, owned, AT + HOUR, AT + 2 * HOUR)
    look(AT)
    message = Message.objects.get(dedupe_key__startswith="coverage:")
    assert "Asia/Singapore" in message.text
    assert "18:00" in message.text
    assert "Nobody" not in message.text


def test_the_link_in_it_leads_to_that_roster_for_nobody_else(cast, owned, signed_in):
    leave_a_gap(cast, owned, AT + HOUR, AT + 2 * HOUR)
    look(AT)
    message = Message.objects.get(dedupe_key__startswith="coverage:")
    address = f"/c/{links.token_for(message.pk)}/"
    assert "roster=r" in signed_in(cast.reporter).get(address)["Location"]
    assert signed_in(cast.manager).get(address).status_code == 404
    assert signed_in(cast.reporter).get("/c/made-up/").status_code == 404


def test_a_roster_that_is_being_set_up_is_no_hole_yet(cast, owned):
    def made(name):
        told = {"zone": "UTC", "owner": cast.reporter, "by": cast.admin, "at": AT}
        return rosters.create(name=name, **told)

    made("New")
    layered = made("Layered")
    roster("", [cast.partner], of=layered, layer=WEEKLY | {"effective_from": AT + 2 * DAY})
    look(AT + HOUR)
    assert [subject.partition(":")[0] for _, subject in told()] == ["Layered"]
    look(AT + DAY + HOUR)
    assert ("Reporter", "New: one thing to mend within a day") in told()
