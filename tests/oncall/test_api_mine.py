"""Handovers, days at the office and the import of time off by API: the same actions as on the screens."""

from datetime import timedelta

import pytest

from accounts import clock
from oncall.models import Handover, OfficeDay, TimeOff
from tests.oncall.rosters import utc
from tests.oncall.rows import roster

HANDOFF = utc("2026-03-02T09:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def ics(*days):
    """A calendar with a whole day for each."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//EN"]
    for number, day in enumerate(days):
        lines += [
            "BEGIN:VEVENT",
            f"UID:{number}",
            "DTSTAMP:20260101T000000Z",
            f"DTSTART;VALUE=DATE:{day}",
            "END:VEVENT",
        ]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


@pytest.fixture
def daily(cast, set_clock):
    """Specialist until the handoff, an hour from now; then second."""
    set_clock(HANDOFF - HOUR)
    people = [cast.manager, cast.specialist, cast.second]
    return roster("r", people, owner=cast.admin, layer={"handoff_time": "09:00"})


@pytest.fixture
def give(cast, call, daily):
    def giver(by=cast.specialist, **more):
        told = {"roster": "r", "duty": "primary", "taker": cast.second.email, "text": "Nothing is open."}
        return call("post", "handovers/", told | {"handoff_at": HANDOFF.isoformat()} | more, by=by)

    return giver


def test_a_handover_is_given_listed_and_accepted_once(cast, call, give):
    made = give()
    assert made.status_code == 201
    told = made.json()
    assert (told["giver"], told["taker"], told["handoff_at"]) == (
        cast.specialist.email, cast.second.email, "2026-03-02T09:00:00Z",
    )  # fmt: skip
    for who in (cast.specialist, cast.second):
        assert call("get", "handovers/", by=who).json()["results"] == [told]
    assert call("get", "handovers/", by=cast.manager).json()["results"] == []
    path = f"handovers/{told['id']}/accept/"
    assert call("post", path, by=cast.outsider).status_code == 404
    assert call("post", path, by=cast.specialist).status_code == 409, "the giver"
    done = call("post", path, by=cast.second)
    assert (done.status_code, done.json()["accepted_by"]) == (200, cast.second.email)
    assert call("post", path, by=cast.second).json() == done.json()
    assert give(text="And this.").status_code == 409


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"handoff_at": "2026-03-02T10:00:00Z"}, 409),
        ({"taker": "manager@cast.example"}, 409),
        ({"text": ""}, 400),
        ({"roster": "nowhere"}, 400),
        ({"handoff_at": "2026-03-02T09:00:00"}, 400),
        ({"extra": 1}, 400),
    ],
)
def test_what_is_no_handover_is_refused_and_not_kept(give, more, status):
    assert give(**more).status_code == status
    assert not Handover.objects.exists()


def test_days_at_the_office_are_chosen_for_oneself_and_seen_by_colleagues(cast, call):
    today = clock.now().astimezone(cast.second.zone).date()
    days = [{"on": str(today + n * DAY), "site": "dublin"} for n in (1, 2)]
    span = {"first": str(today), "last": str(today + 6 * DAY)}
    chosen = call("post", "office-days/", span | {"days": days}, by=cast.second)
    told = [{"person": cast.second.email} | day for day in days]
    assert (chosen.status_code, chosen.json()) == (200, told)
    assert call("get", "office-days/", person=cast.second.email).json()["results"] == told
    assert call("get", "office-days/", last=str(today + DAY)).json()["results"] == told[:1]
    assert call("get", "office-days/", by=cast.reporter).json()["results"] == [], "their own alone"
    call("post", "office-days/", span | {"days": days[1:]}, by=cast.second)
    assert [it.on for it in OfficeDay.objects.all()] == [today + 2 * DAY]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"first": "2030-01-02", "last": "2030-01-01", "days": []}, "last"),
        ({"first": "2030-01-02", "last": "2040-01-01", "days": []}, "last"),
        ({"first": "0001-01-01", "last": "2030-01-01", "days": []}, "first"),
        (
            {"first": "2030-01-01", "last": "2030-01-02", "days": [{"on": "2030-01-03", "site": "dublin"}]},
            "days",
        ),
        (
            {"first": "2030-01-01", "last": "2030-01-02", "days": [{"on": "2030-01-01", "site": "moon"}]},
            "days",
        ),
        (
            {
                "first": "2030-01-01",
                "last": "2030-01-02",
                "days": [{"on": "2030-01-01", "site": "dublin"}] * 2,
            },
            "days",
        ),
    ],
)
def test_days_that_cannot_be_name_the_field_and_are_not_kept(call, body, field):
    answer = call("post", "office-days/", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not OfficeDay.objects.exists()


def test_a_calendar_brings_time_off_by_api_and_an_empty_one_ends_nothing(cast, call, set_clock):
    set_clock(HANDOFF)
    done = call("post", "time-off/import/", {"calendar": ics("20260306", "20260307")}, by=cast.second)
    assert (done.status_code, done.json()) == (200, {"new": 2, "known": 0, "ended": 0})
    done = call("post", "time-off/import/", {"calendar": ics("20260306")}, by=cast.second)
    assert done.json() == {"new": 0, "known": 1, "ended": 1}
    empty = call("post", "time-off/import/", {"calendar": ics()}, by=cast.second)
    assert (empty.status_code, "Nothing was changed." in empty.json()["detail"]) == (409, True)
    for wrong in ("no calendar", ics("20261399")):
        refused = call("post", "time-off/import/", {"calendar": wrong}, by=cast.second)
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["calendar"])
    assert TimeOff.objects.filter(person=cast.second, ended_at=None).count() == 1
