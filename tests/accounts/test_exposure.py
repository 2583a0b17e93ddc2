"""Opting out: the person's own word, how long it holds, and that no record tells of it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.actions import exposure
from accounts.models import AuditEvent, Message, OptOut, User
from tests.cast import START

SECOND = timedelta(seconds=1)


def opt_out(person, *kinds, at=START, **more):
    exposure.opt_out(person=person, harm_types=kinds, at=at, **more)


def standing(person, at=START):
    return set(OptOut.objects.standing(at=at).filter(person=person).values_list("harm_type", flat=True))


def test_it_holds_until_they_say_otherwise(cast):
    opt_out(cast.on_duty, "CS1", "VT4")
    far = START + timedelta(days=3650)
    assert [cast.on_duty.has_opted_out(kind, at=far) for kind in ("CS1", "VT4", "VT3")] == [True, True, False]
    assert not cast.second.has_opted_out("CS1", at=START)
    exposure.ask_again(person=cast.on_duty, harm_type="CS1")
    exposure.ask_again(person=cast.on_duty, harm_type="CS1")
    exposure.ask_again(person=cast.second, harm_type="VT4")
    assert standing(cast.on_duty) == {"VT4"}


@pytest.mark.parametrize(
    ("zone", "at", "ends"),
    [
        ("UTC", "2026-03-02T09:00", "2026-03-03T00:00"),
        ("UTC", "2026-03-02T00:00", "2026-03-03T00:00"),
        ("UTC", "2026-03-02T23:59", "2026-03-03T00:00"),
        ("Asia/Singapore", "2026-03-02T15:59", "2026-03-02T16:00"),
        ("Asia/Singapore", "2026-03-02T16:00", "2026-03-03T16:00"),
        # Days of 23 and of 25 hours.
        ("America/Los_Angeles", "2026-03-08T08:00", "2026-03-09T07:00"),
        ("America/Los_Angeles", "2026-11-01T07:00", "2026-11-02T08:00"),
        ("Europe/Dublin", "2026-03-29T00:00", "2026-03-29T23:00"),
        # Where midnight is leapt over, and where it comes twice.
        ("Africa/Cairo", "2026-04-23T12:00", "2026-04-23T22:00"),
        ("America/Havana", "2026-10-31T12:00", "2026-11-01T04:00"),
    ],
)
def test_not_today_ends_with_the_day_by_their_own_clock(cast, zone, at, ends):
    User.objects.filter(pk=cast.on_duty.pk).update(time_zone=zone)
    person = User.objects.get(pk=cast.on_duty.pk)
    now, end = (datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in (at, ends))
    opt_out(person, "VT4", at=now, today=True)
    assert OptOut.objects.get().until == end
    assert [person.has_opted_out("VT4", at=moment) for moment in (now, end - SECOND, end)] == [
        True,
        True,
        False,
    ]
    assert standing(person, end) == set()


def test_the_end_of_a_day_is_the_first_instant_of_the_next():
    for zone in ("UTC", "Africa/Cairo", "America/Havana", "Pacific/Apia", "Asia/Kathmandu"):
        here = ZoneInfo(zone)
        for hours in range(0, 366 * 24, 5):
            at = START + timedelta(hours=hours)
            end = exposure.end_of_day(at, here)
            before, after = ((end - SECOND).astimezone(here), end.astimezone(here))
            assert at < end
            assert at.astimezone(here).date() == before.date() < after.date()


def test_a_day_does_not_cut_short_what_holds_and_the_lasting_word_takes_over_a_day(cast):
    opt_out(cast.on_duty, "CS1")
    opt_out(cast.on_duty, "CS1", "VT4", today=True)
    tomorrow = START + timedelta(days=1)
    assert standing(cast.on_duty, tomorrow) == {"CS1"}
    opt_out(cast.on_duty, "VT4")
    assert standing(cast.on_duty, tomorrow) == {"CS1", "VT4"}


def test_what_is_over_is_not_kept(cast):
    opt_out(cast.on_duty, "VT4", today=True)
    opt_out(cast.on_duty, "CS1", at=START + timedelta(days=2), today=True)
    assert list(OptOut.objects.values_list("harm_type", flat=True)) == ["CS1"]


def test_no_audit_and_no_message_tells_of_it(cast):
    before = AuditEvent.objects.count(), Message.objects.count()
    opt_out(cast.on_duty, "CS1", "VT4")
    opt_out(cast.on_duty, "SH1", today=True)
    exposure.ask_again(person=cast.on_duty, harm_type="CS1")
    assert (AuditEvent.objects.count(), Message.objects.count()) == before
    assert {str(one) for one in OptOut.objects.all()} == {
        f"opt-out #{one.pk}" for one in OptOut.objects.all()
    }
