"""Time off out of somebody's own calendar: whole or not at all, and what is wrong is told by its line and field."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import clock
from accounts.models import Message
from oncall.absences import absences
from oncall.actions import time_off
from oncall.calendar_lines import CalendarError
from oncall.models import Roster, TimeOff
from oncall.rota import on_duty
from tests.oncall.rosters import utc
from tests.oncall.stage import layered

AT = utc("2026-03-02T12:00")
DAY = timedelta(days=1)
LOS_ANGELES = ZoneInfo("America/Los_Angeles")


def event(*lines, uid="1"):
    return [f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z", *lines, "END:VEVENT"]


def calendar(*events):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//EN", *(line for it in events for line in it)]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def days(first, last, **more):
    return event(f"DTSTART;VALUE=DATE:{first}", f"DTEND;VALUE=DATE:{last}", **more)


def read(*events, at=AT, zone=LOS_ANGELES):
    return [
        f"{it.starts_at:%m-%d %H:%M}-{it.ends_at:%m-%d %H:%M}"
        for it in absences(calendar(*events), zone=zone, at=at)
    ]


def test_whole_days_are_those_of_the_person():
    assert read(days("20260306", "20260310")) == ["03-06 08:00-03-10 07:00"]
    assert read(days("20260306", "20260310"), zone=ZoneInfo("Asia/Singapore")) == ["03-05 16:00-03-09 16:00"]
    assert read(event("DTSTART;VALUE=DATE:20260306")) == ["03-06 08:00-03-07 08:00"]


def test_a_day_that_begins_with_a_jump_begins_after_it():
    assert read(days("20260425", "20260426"), zone=ZoneInfo("Asia/Beirut")) == ["04-24 21:00-04-25 21:00"]
    assert read(days("20260329", "20260330"), zone=ZoneInfo("Asia/Beirut")) == ["03-28 22:00-03-29 21:00"]


def test_times_are_read_with_their_zone_or_the_persons():
    assert read(event("DTSTART:20260306T100000Z", "DTEND:20260306T110000Z")) == ["03-06 10:00-03-06 11:00"]
    dublin = "TZID=Europe/Dublin"
    assert read(event(f"DTSTART;{dublin}:20260406T100000", "DURATION:PT2H")) == ["04-06 09:00-04-06 11:00"]
    assert read(event("DTSTART:20260306T100000", "DTEND:20260306T110000")) == ["03-06 18:00-03-06 19:00"]
    windows = "TZID=W. Europe Standard Time"
    assert read(event(f"DTSTART;{windows}:20260306T100000", f"DTEND;{windows}:20260306T110000")) == [
        "03-06 09:00-03-06 10:00"
    ]


def test_a_zone_that_the_file_describes_itself_is_known():
    zone = [
        "BEGIN:VTIMEZONE", "TZID:Office", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0300",
        "TZOFFSETTO:+0300", "TZNAME:X", "END:STANDARD", "END:VTIMEZONE",
    ]  # fmt: skip
    assert read(zone, event("DTSTART;TZID=Office:20260306T100000", "DURATION:PT1H")) == [
        "03-06 07:00-03-06 08:00"
    ]


def test_what_recurs_is_taken_for_a_year_through_changes_of_the_clocks():
    found = read(
        event(
            "DTSTART;TZID=America/Los_Angeles:20250103T090000",
            "DTEND;TZID=America/Los_Angeles:20250103T170000",
            "RRULE:FREQ=WEEKLY;BYDAY=FR",
            "EXDATE;TZID=America/Los_Angeles:20260313T090000",
        )
    )
    assert found[:2] == ["03-06 17:00-03-07 01:00", "03-20 16:00-03-21 00:00"]
    assert (len(found), found[-1]) == (51, "02-26 17:00-02-27 01:00")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=DAILY;COUNT=3", 3),
        ("FREQ=DAILY;COUNT=3000", 363),
        ("FREQ=DAILY;UNTIL=20260310", 5),
        ("FREQ=DAILY;UNTIL=20360310", 363),
        ("FREQ=YEARLY", 1),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", 13),
        ("FREQ=DAILY;INTERVAL=7;COUNT=2", 2),
    ],
)
def test_a_rule_ends_where_it_says_or_after_a_year(rule, expected):
    day = "DTSTART;VALUE=DATE:20260306", "DTEND;VALUE=DATE:20260307"
    assert len(read(event(*day, f"RRULE:{rule}"))) == expected


def test_one_occurrence_may_be_moved_or_called_off():
    weekly = event("DTSTART:20260306T090000Z", "DTEND:20260306T170000Z", "RRULE:FREQ=WEEKLY;COUNT=3")
    moved = event("RECURRENCE-ID:20260313T090000Z", "DTSTART:20260314T090000Z", "DTEND:20260314T100000Z")
    off = event(
        "RECURRENCE-ID:20260320T090000Z",
        "DTSTART:20260320T090000Z",
        "DTEND:20260320T170000Z",
        "STATUS:CANCELLED",
    )
    assert read(weekly, moved, off) == ["03-06 09:00-03-06 17:00", "03-14 09:00-03-14 10:00"]


def test_what_is_over_called_off_further_away_or_only_a_moment_is_not_taken():
    past, later = days("20260206", "20260207"), days("20270401", "20270402", uid="2")
    reminder = event("DTSTART:20260306T100000Z", uid="3")
    off = event("DTSTART;VALUE=DATE:20260306", "STATUS:CANCELLED", uid="4")
    going_on = days("20260220", "20260320", uid="5")
    assert read(past, later, reminder, off, going_on) == ["02-20 08:00-03-20 07:00"]


def test_folded_lines_and_bare_line_feeds_are_read():
    text = calendar(event("SUMMARY:A very", "  long word", "DTSTART;VALUE=DATE:20260306"))
    assert len(absences(text.replace(b"\r\n", b"\n"), zone=LOS_ANGELES, at=AT)) == 1


ONE = "DTSTART:20260306T100000Z"
# (the file, or the lines of its only event; where, as it is told)
BAD = [
    (b"", "line 1"),
    (b"\xff\xfe", ""),
    (b"\x89PNG\r\n\x1a\n", ""),
    (b"hello\r\n", "line 1"),
    (b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", "line 1"),
    (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "line 2"),
    (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n", "line 3"),
    (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\nEND:VCALENDAR\r\n", "line 3"),
    (
        b"BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VTODO\r\nEND:VCALENDAR\r\n",
        "line 3",
    ),
    (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", ""),
    (b" " * 1_000_001, ""),
    (["garbage"], "line 7"),
    (["DTSTART"], "line 7"),
    ([], "line 4, DTSTART"),
    (["UID:2", ONE], "line 5, UID"),
    (["DTSTART:2026"], "line 7, DTSTART"),
    (["DTSTART:20261341T100000Z"], "line 7, DTSTART"),
    (["DTSTART:10660306T100000Z"], "line 7, DTSTART"),
    ([ONE, ONE], "line 7, DTSTART"),
    (["DTSTART;TZID=Mars/Olympus:20260306T100000"], "line 7, DTSTART"),
    ([ONE, "DTEND:20260306T090000Z"], "line 8, DTEND"),
    ([ONE, "DTEND:20260306T100000Z"], "line 8, DTEND"),
    ([ONE, "DTEND;VALUE=DATE:20260307"], "line 8, DTEND"),
    ([ONE, "DTEND:x"], "line 8, DTEND"),
    ([ONE, "DTEND:20260307T100000Z", "DTEND:20260308T100000Z"], "line 8, DTEND"),
    ([ONE, "DURATION:-PT1H"], "line 8, DURATION"),
    ([ONE, "DURATION:soon"], "line 8, DURATION"),
    ([ONE, "RRULE:FREQ=WEEKY"], "line 8, RRULE"),
    ([ONE, "RRULE:COUNT=3"], "line 8, RRULE"),
    ([ONE, "RRULE:FREQ=SECONDLY"], "line 8, RRULE"),
    ([ONE, "RRULE:FREQ=HOURLY"], "line 8, RRULE"),
    ([ONE, "RRULE:FREQ=DAILY;BYSECOND=1,2,3"], "line 8, RRULE"),
    ([ONE, "RRULE:FREQ=DAILY;INTERVAL=0"], "line 8, RRULE"),
    ([ONE, "RRULE:FREQ=DAILY;COUNT=0"], "line 8, RRULE"),
    ([ONE, "RRULE:FREQ=DAILY;UNTIL=soon"], "line 8, RRULE"),
    ([ONE, "RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"], "line 8, RRULE"),
    ([ONE, "EXDATE:x"], "line 8, EXDATE"),
    ([ONE, "RECURRENCE-ID:x"], "line 8, RECURRENCE-ID"),
]


@pytest.mark.parametrize(("lines", "where"), BAD, ids=lambda it: str(it)[:40])
def test_a_calendar_that_cannot_be_meant_is_told_by_its_line_and_field(lines, where):
    raw = lines if isinstance(lines, bytes) else calendar(event(*lines))
    with pytest.raises(CalendarError) as refused:
        absences(raw, zone=LOS_ANGELES, at=AT)
    assert refused.value.where == where
    assert refused.value.message.endswith(".")


def test_an_event_without_identity_is_refused():
    raw = calendar(event(ONE)).replace(b"UID:1\r\n", b"")
    with pytest.raises(CalendarError, match="line 4, UID"):
        absences(raw, zone=LOS_ANGELES, at=AT)


def test_more_than_a_person_can_be_away_is_refused():
    with pytest.raises(CalendarError, match="1000 events"):
        read(*(days("20260306", "20260307", uid=str(number)) for number in range(1001)))
    daily = [
        event("DTSTART:20260306T100000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY", uid=str(number))
        for number in range(9)
    ]
    with pytest.raises(CalendarError, match="1000 times away"):
        read(*daily)


@pytest.mark.parametrize("more", ["", ";COUNT=5"])
def test_a_file_of_rules_that_hardly_come_true_is_refused_in_time(monkeypatch, more):
    monkeypatch.setattr("oncall.absences.PATIENCE", 0.02)
    rule = f"RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30{more}"
    with pytest.raises(CalendarError, match="too long to read"):
        read(*(event("DTSTART;VALUE=DATE:20260306", rule, uid=str(number)) for number in range(9)))


# As rows


@pytest.fixture
def brought(cast):
    def bring(*events, at=AT):
        found = absences(calendar(*events), zone=LOS_ANGELES, at=at)
        return time_off.bring(person=cast.second, absences=found, by=cast.second, at=at)

    return bring


def rows():
    return list(TimeOff.objects.order_by("pk").values())


def test_the_same_calendar_again_changes_nothing(cast, brought):
    weekly = event("DTSTART;VALUE=DATE:20260306", "RRULE:FREQ=WEEKLY")
    vacation = days("20260710", "20260720", uid="2")
    done = brought(weekly, vacation)
    assert (done.new, done.known, done.ended) == (53, 0, 0)
    before = rows()
    assert brought(vacation, weekly).new == 0
    assert rows() == before
    # A day later the year reaches no further Friday, and no occurrence is taken for another.
    later = brought(weekly, vacation, at=AT + DAY)
    assert (later.new, later.known, later.ended) == (0, 53, 0)


def test_what_is_not_in_the_calendar_any_more_ends(cast, brought):
    going_on, later = days("20260301", "20260310"), days("20260710", "20260720", uid="2")
    brought(going_on, later)
    by_hand = time_off.enter(
        person=cast.second, starts_at=AT + DAY, ends_at=AT + 2 * DAY, by=cast.second, at=AT
    )
    done = brought(days("20260711", "20260720", uid="2"), at=AT + DAY)
    assert (done.new, done.ended) == (1, 2)
    ended = {it.uid: it.ended_at for it in TimeOff.objects.exclude(ended_at=None)}
    assert ended == {"1": AT + DAY, "2": AT + DAY}
    by_hand.refresh_from_db()
    assert by_hand.ended_at is None
    assert TimeOff.objects.get(ended_at=None, uid="2").starts_at == utc("2026-07-11T07:00")


@pytest.mark.parametrize("events", [(), (days("20200301", "20200310"),)])
def test_a_calendar_without_time_off_from_now_on_ends_nothing(cast, brought, signed_in, events):
    brought(days("20990710", "20990720"), at=utc("2099-01-01T00:00"))
    before = rows()
    file = SimpleUploadedFile("away.ics", calendar(*events))
    answer = signed_in(cast.second).post(reverse("time_off_import"), {"calendar": file})
    assert answer.status_code == 422
    assert "This calendar has no time off from now on. Nothing was changed." in answer.content.decode()
    assert rows() == before != []


def test_what_it_brings_empties_the_persons_slots(cast, brought):
    roster = layered("desk", [cast.second])
    brought(days("20260306", "20260307"))
    at = utc("2026-03-06T12:00")
    core = Roster.objects.filter(pk=roster.pk).rules((at, at + DAY))[roster.pk]
    assert on_duty(core, at) == {"primary": ()}
    assert not Message.objects.filter(to=cast.second).exists()


def test_only_the_times_are_kept(cast, brought):
    long = "u" * 500
    brought([*days("20260306", "20260307", uid=long)[:-1], "SUMMARY:Surgery", "END:VEVENT"])
    assert "Surgery" not in str(rows())
    assert brought(days("20260306", "20260307", uid=long)).new == 0


def upload(client, raw, name="off.ics"):
    return client.post(
        "/shifts/time-off/import/", {"calendar": SimpleUploadedFile(name, raw, "text/calendar")}
    )


def test_a_file_is_brought_by_the_page(cast, signed_in, pass_time):
    pass_time(AT - clock.now())
    cast.second.time_zone = "America/Los_Angeles"
    cast.second.save()
    client = signed_in(cast.second)
    assert upload(client, calendar(days("20260306", "20260307"))).status_code == 302
    assert TimeOff.objects.get().starts_at == utc("2026-03-06T08:00")
    page = client.get("/shifts/time-off/import/").content.decode()
    assert "New: 1. Known already: 0. Ended: 0." in page


def test_a_file_that_is_wrong_is_refused_at_its_field_and_nothing_is_stored(cast, signed_in):
    client = signed_in(cast.second)
    good, bad = days("20990306", "20990307"), event(ONE, "DTEND:20260306T090000Z", uid="2")
    answer = upload(client, calendar(good, bad))
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"calendar": ["line 14, DTEND: The end must be after the start."]}
    assert not TimeOff.objects.exists()
    for raw in (b"", b"\x00" * 10, b"x" * 1_100_000):
        answer = upload(client, raw)
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["calendar"])
    assert client.post("/shifts/time-off/import/").status_code == 422
