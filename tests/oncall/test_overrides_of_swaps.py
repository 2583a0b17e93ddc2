"""An override of somebody who has a shift by a swap reaches it, and one that would change nothing is refused."""

from datetime import timedelta
from itertools import count

import pytest

from accounts.models import AuditEvent
from oncall.actions import overrides, swaps
from oncall.actions.overrides import NothingChangesError
from oncall.actions.swaps import Part
from oncall.models import Override
from tests.cast import START, person
from tests.oncall.rosters import utc
from tests.oncall.stage import layered, plan, told
from tests.oncall.test_screens import words

HOUR = timedelta(hours=1)
NIGHT = utc("2026-03-02T00:00")
THURSDAY = utc("2026-03-05"), utc("2026-03-06")
FRIDAY = utc("2026-03-06"), utc("2026-03-07")


@pytest.fixture
def desk(cast):
    """Manager, specialist, reporter, day by day; the manager has Thursday."""
    people = [cast.manager, cast.specialist, cast.reporter]
    return layered("desk", people, zone="UTC", handoff_time="00:00", anchor_on="2026-03-02")


@pytest.fixture
def swap(desk):
    """A shift given and taken, each a second after the one before: they act in the order they were accepted."""
    moments = (START - HOUR + number * timedelta(seconds=1) for number in count())

    def swap(giver, taker, span=THURSDAY, roster=desk):
        at = next(moments)
        [made] = swaps.offer(parts=[Part(roster, giver, taker, *span)], by=giver, at=at)
        swaps.accept(bundle=made.bundle, acknowledged=True, by=taker, at=at)

    return swap


@pytest.fixture
def make(cast, desk):
    def make(kind="replace", *, span=THURSDAY, at=START, **told):
        told = {"roster": desk, "by": cast.admin, "at": at, "acknowledged": True} | told
        return overrides.make(kind=kind, starts_at=span[0], ends_at=span[1], **told)

    return make


def rows():
    return [
        f"{it.person and it.person.name} {it.starts_at:%d %H}-{it.ends_at:%d %H} {it.duty}".strip()
        for it in Override.objects.order_by("pk")
    ]


def test_whoever_took_a_shift_is_replaced_like_anybody(cast, desk, swap, make):
    swap(cast.manager, cast.specialist)
    first = make(person=cast.specialist, stand_in=cast.second)
    assert plan(desk, *THURSDAY) == ["Second 05 00:00-06 00:00"]
    assert rows() == ["Manager 05 00-06 00"]
    assert first == Override.objects.get()
    overrides.end(override=first, by=cast.admin, at=START)
    assert plan(desk, *THURSDAY) == ["Specialist 05 00:00-06 00:00"]


def test_through_however_many_hands_it_went(cast, desk, swap, make):
    swap(cast.manager, cast.specialist)
    swap(cast.specialist, cast.reporter)
    make(person=cast.reporter, stand_in=cast.second)
    assert plan(desk, *THURSDAY) == ["Second 05 00:00-06 00:00"]
    make("remove", person=cast.second)
    assert plan(desk, *THURSDAY) == []


def test_what_came_by_a_swap_and_what_is_their_own_are_told_apart_and_told_once(cast, desk, swap, make):
    swap(cast.manager, cast.specialist, (THURSDAY[0] + 12 * HOUR, THURSDAY[1]))
    make(person=cast.specialist, stand_in=cast.second, span=(THURSDAY[0] + 6 * HOUR, FRIDAY[0] + 6 * HOUR))
    assert plan(desk, THURSDAY[0], FRIDAY[1]) == [
        "Manager 05 00:00-05 12:00",
        "Second 05 12:00-06 06:00",
        "Specialist 06 06:00-07 00:00",
    ]
    assert rows() == ["Manager 05 12-06 00", "Specialist 06 00-06 06"]
    assert told("override:") == [("Second", "Your shifts changed"), ("Specialist", "Your shifts changed")]
    assert AuditEvent.objects.filter(action="override_made").count() == 2


def test_a_span_wider_than_the_shift_is_no_second_row(cast, desk, swap, make):
    swap(cast.manager, cast.specialist)
    make("remove", person=cast.specialist, span=(THURSDAY[0] - 6 * HOUR, THURSDAY[1]))
    assert rows() == ["Manager 05 00-06 00"]


def test_of_another_duty_nothing_is_taken_that_is_not_meant(cast, swap, make):
    """The manager has primary, and secondary until somebody else was put there; only primary is swapped on."""
    both = layered("both", [cast.manager], zone="UTC", name="one", handoff_time="00:00")
    layered("both", [cast.manager], roster=both, name="two", duty="secondary", handoff_time="00:00")
    make(person=cast.manager, stand_in=cast.second, duty="secondary", roster=both)
    swap(cast.manager, cast.specialist, roster=both)
    make(person=cast.specialist, stand_in=cast.reporter, roster=both)
    assert plan(both, *THURSDAY) == ["Reporter 05 00:00-06 00:00"]
    assert rows()[1:] == ["Manager 05 00-06 00 primary"]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("replace", {"person": "reporter", "stand_in": "second"}),  # it is not their day
        ("remove", {"person": "second"}),
        ("replace", {"stand_in": "manager"}),
        ("add", {"stand_in": "manager"}),
        ("remove", {"duty": "secondary"}),
    ],
)
def test_what_would_change_nothing_is_refused_and_not_stored(cast, make, kind, names):
    people = {name: getattr(cast, value, value) for name, value in names.items()}
    with pytest.raises(NothingChangesError, match="would change nothing"):
        make(kind, **people)
    assert rows() == []
    assert told("override:") == []


def test_the_same_again_changes_nothing_any_more(cast, make):
    make(person=cast.manager, stand_in=cast.second)
    with pytest.raises(NothingChangesError):
        make(person=cast.manager, stand_in=cast.second)
    assert len(rows()) == 1


@pytest.mark.parametrize("kind", ["replace", "add"])
def test_whoever_gave_it_away_cannot_be_put_back_and_it_is_said_why(cast, desk, swap, make, kind):
    swap(cast.manager, cast.specialist)
    person = {"person": cast.specialist} if kind == "replace" else {}
    with pytest.raises(NothingChangesError, match=r"Manager gave away what they had then by a swap"):
        make(kind, stand_in=cast.manager, **person)
    assert plan(desk, *THURSDAY) == ["Specialist 05 00:00-06 00:00"]


def test_it_stands_on_the_shift_and_on_the_roster_and_is_ended_there(
    cast, desk, swap, make, signed_in, set_clock
):
    set_clock(START)
    swap(cast.manager, cast.specialist)
    admin = signed_in(person("chief", "roster_admin", "x"))
    shift = {"lane": "primary", "at": "2026-03-05T12:00:00Z"}
    told = shift | {"stand_in": cast.on_duty.pk, "instead": cast.specialist.pk, "anyway": "on"}
    assert admin.post("/overrides/desk/", told).status_code == 302
    shown = words(admin.get("/on-duty/desk/shift/", shift).content.decode())
    assert "Changed by hand On-Duty instead of Manager" in shown
    assert "End it" in shown
    page = f"/rosters/{desk.pk}/"
    assert "decided by Chief · despite objections End it On-Duty" in words(admin.get(page).content.decode())
    # What came by the swap and the day after it, their own, are one shift.
    assert rows() == ["Manager 05 00-06 00 primary", "Specialist 06 00-07 00 primary"]
    ended = admin.post(f"/overrides/{Override.objects.earliest('pk').pk}/end/", {"next": page})
    assert ended["Location"] == page
    assert plan(desk, *THURSDAY) == ["Specialist 05 00:00-06 00:00"]


def test_the_api_refuses_what_changes_nothing_and_makes_what_does(cast, desk, swap, call, set_clock):
    set_clock(START)
    swap(cast.manager, cast.specialist)
    asked = {"roster": "desk", "kind": "replace", "by": cast.second.email, "acknowledge": True}
    asked |= {"starts_at": THURSDAY[0].isoformat(), "ends_at": THURSDAY[1].isoformat()}
    refused = call("post", "overrides/", asked | {"person": cast.reporter.email})
    assert refused.status_code == 409
    assert "would change nothing" in refused.content.decode()
    made = call("post", "overrides/", asked | {"person": cast.specialist.email})
    assert (made.status_code, made.json()["person"]) == (201, cast.manager.email)
    assert plan(desk, *THURSDAY) == ["Second 05 00:00-06 00:00"]
