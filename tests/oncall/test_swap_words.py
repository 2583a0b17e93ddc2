"""What is said of swaps and changed shifts, on cards and in mails: which duty, from when to when, in whose zone."""

from datetime import timedelta

import pytest

from accounts import clock
from accounts.models import Message, User
from oncall.actions import overrides, swaps, time_off
from oncall.actions.duty_notices import telling
from oncall.actions.swaps import Part
from oncall.models import Override, TimeOff
from tests.cast import START
from tests.oncall.rosters import utc
from tests.oncall.stage import layered, told
from tests.oncall.test_screens import fragment, words

HOUR = timedelta(hours=1)
THURSDAY = utc("2026-03-05"), utc("2026-03-06")
FRIDAY = utc("2026-03-06"), utc("2026-03-07")
SATURDAY = utc("2026-03-07"), utc("2026-03-08")


@pytest.fixture
def desk(cast, pass_time):
    """Manager, specialist, reporter, day by day, as primary and the other way round as secondary."""
    pass_time(START - clock.now())
    people = [cast.manager, cast.specialist, cast.reporter]
    told = {"zone": "UTC", "handoff_time": "00:00", "anchor_on": "2026-03-02"}
    desk = layered("desk", people, name="one", **told)
    return layered(
        "desk", [people[1], people[2], people[0]], roster=desk, name="two", duty="secondary", **told
    )


@pytest.fixture
def offer(desk):
    def offer(giver, taker, *, by=None, back=None, span=THURSDAY):
        parts = [Part(desk, giver, taker, *span)]
        if back:
            parts.append(Part(desk, taker, giver, *back))
        return swaps.offer(parts=parts, by=by or giver, at=START)[0].bundle

    return offer


def mail(person, key=""):
    return Message.objects.filter(to=person, dedupe_key__contains=key).latest("pk").text


@pytest.fixture
def seen(signed_in):
    def seen(person, path="/shifts/"):
        return words(signed_in(person).get(path).content.decode())

    return seen


@pytest.mark.parametrize(
    ("by", "back", "asks", "asked", "subject", "text"),
    [
        ("manager", None, "Manager offers you a shift", "You offered Specialist a shift",
         "A shift is offered to you", "Manager offers you a shift. Take it or decline."),
        ("manager", FRIDAY, "Manager asks you to swap", "You asked Specialist to swap",
         "You are asked to swap", "Manager asks you to swap. Accept or decline."),
    ],
)  # fmt: skip
def test_a_card_says_what_is_asked_and_of_which_duty(cast, offer, seen, by, back, asks, asked, subject, text):
    bundle = offer(cast.manager, cast.specialist, back=back)
    part = "You take Desk · Primary, Thu 5 Mar, 00:00 – Fri 6 Mar, 00:00"
    for page in (seen(cast.specialist), seen(cast.specialist, f"/swaps/{bundle}/")):
        assert asks in page
        assert part in page
    assert asked in seen(cast.manager)
    assert asked in seen(cast.manager, f"/swaps/{bundle}/")
    assert f"{asks} Desk · Primary, Thu 5 Mar" in fragment("swaps_for_me", cast.specialist)
    message = Message.objects.get(to=cast.specialist)
    assert message.subject == subject
    assert message.text.startswith(text)


def test_whoever_asks_for_a_shift_gets_other_words(cast, offer, seen):
    bundle = offer(cast.manager, cast.reporter, by=cast.reporter)
    for page in (seen(cast.manager), seen(cast.manager, f"/swaps/{bundle}/")):
        assert "Reporter asks for your shift" in page
        assert "You give Desk · Primary, Thu" in page
    assert "You asked Manager for their shift" in seen(cast.reporter)
    assert mail(cast.manager).startswith("Reporter asks for your shift. Give it or decline.\nYou give: Desk")


def test_a_secondary_shift_is_called_so_before_and_after_it_is_agreed(cast, offer, seen):
    bundle = offer(cast.manager, cast.specialist, span=SATURDAY)
    assert "You take Desk · Secondary, Sat 7 Mar" in seen(cast.specialist)
    swaps.accept(bundle=bundle, acknowledged=True, by=cast.specialist, at=START)
    assert "With Manager agreed You take Desk · Secondary, Sat 7 Mar" in seen(cast.specialist)


def test_the_mail_says_which_shift_in_the_readers_zone(cast, offer):
    cast.specialist.time_zone = "America/Los_Angeles"
    cast.specialist.save()
    bundle = offer(cast.manager, cast.specialist, back=FRIDAY)
    there = "Wed 4 Mar, 16:00 – Thu 5 Mar, 16:00 (America/Los_Angeles)"
    assert f"You take: Desk · Primary, {there}" in mail(cast.specialist)
    assert "You give: Desk · Primary, Thu 5 Mar, 16:00 –" in mail(cast.specialist)
    swaps.accept(bundle=bundle, acknowledged=True, by=cast.specialist, at=START)
    assert "Specialist accepts what you offered." in mail(cast.manager, "shifts:")
    assert "You give: Desk · Primary, Thu 5 Mar, 00:00 – Fri 6 Mar, 00:00 (UTC)" in mail(
        cast.manager, "shifts:"
    )


def test_a_change_lists_what_is_gone_and_what_is_new(cast, desk):
    cast.specialist.time_zone = "Asia/Singapore"
    cast.specialist.save()
    overrides.make(
        roster=desk, kind="replace", person=cast.manager, stand_in=cast.specialist, duty="primary",
        starts_at=THURSDAY[0] + HOUR, ends_at=THURSDAY[0] + 3 * HOUR, acknowledged=True, by=cast.admin, at=START,
    )  # fmt: skip
    assert mail(cast.manager) == (
        "Your shifts on Desk are not as they were.\nGone: Desk · Primary, Thu 5 Mar, 01:00 – 03:00 (UTC)"
    )
    assert "New: Desk · Primary, Thu 5 Mar, 09:00 – 11:00 (Asia/Singapore)" in mail(cast.specialist)


def test_more_than_six_lines_are_counted_and_what_has_no_end_in_sight_says_so(cast, desk):
    with telling(desk, by=None, at=START, key="x"):
        desk.layers.filter(name="one").delete()
    lines = mail(cast.manager).split("\n")
    assert len(lines) == 8
    assert lines[-1].startswith("and 6 more")
    with telling(desk, by=None, at=START, key="y"):
        layered("desk", [cast.second], roster=desk, name="always", zone="UTC", handoff_time="00:00")
    assert "New: Desk · Primary, from Mon 2 Mar, 09:00 (UTC)" in mail(cast.second)


def test_one_change_pressed_twice_is_told_once(cast, desk):
    told_of = {"roster": desk, "kind": "remove", "made_by": cast.admin, "made_at": START}
    span = {"starts_at": THURSDAY[0], "ends_at": THURSDAY[1]}
    for key in ("x", "y"):
        with telling(desk, by=None, at=START, key=key):
            made = Override.objects.create(person=cast.manager, **told_of, **span)
        made.delete()
    assert told() == [("Manager", "Your shifts changed")]


def test_an_offer_to_all_is_told_to_those_whom_it_suits_and_says_how_many(cast, desk, offer, signed_in):
    away = {"person": cast.reporter, "made_by": cast.reporter, "made_at": START}
    TimeOff.objects.create(starts_at=SATURDAY[0], ends_at=SATURDAY[1], **away)
    shift = {"lane": "secondary", "at": "2026-03-07T12:00:00Z"}
    desk.layers.filter(name="one").delete()  # or else everybody is on duty here already
    # Where midnight in UTC is no night: a day more is a night more, and within what rest allows.
    User.objects.filter(pk=cast.specialist.pk).update(time_zone="America/Los_Angeles")
    client = signed_in(cast.manager)
    assert "Anybody on the roster 1 person is told" in words(
        client.get("/on-duty/desk/shift/", shift).content.decode()
    )
    answer = client.post("/swaps/desk/offer/", shift | {"to": "anybody"}, follow=True)
    assert "Until somebody takes it, it is yours. 1 person is told." in words(answer.content.decode())
    assert told("swap:") == [("Specialist", "A shift is offered to all")]
    assert "You take: Desk · Secondary, Fri 6 Mar, 16:00" in mail(cast.specialist)


@pytest.mark.parametrize(
    ("field", "value"),
    [("starts_at", "2026-03-04T23:00"), ("ends_at", "2026-03-06T03:00"), ("starts_at", "2026-03-09T00:00")],
)
def test_what_is_offered_lies_within_the_shift(cast, desk, signed_in, field, value):
    shift = {"lane": "primary", "at": "2026-03-05T12:00:00Z", "to": "anybody"}
    refused = signed_in(cast.manager).post("/swaps/desk/offer/", shift | {field: value})
    assert refused.status_code == 422
    said = "That is outside this shift, which lasts from Thu 5 Mar, 00:00 until Fri 6 Mar, 00:00."
    assert said in words(refused.content.decode())
    assert not desk.swaps.exists()


def test_of_a_shift_that_has_begun_its_whole_time_may_be_entered(cast, desk, signed_in):
    shift = {"lane": "primary", "at": START.isoformat(), "to": "anybody", "starts_at": "2026-03-02T08:00"}
    assert signed_in(cast.manager).post("/swaps/desk/offer/", shift).status_code == 302
    assert desk.swaps.get().starts_at >= START


def test_time_off_entered_for_somebody_says_which_shifts_are_gone(cast, desk):
    time_off.enter(person=cast.manager, starts_at=THURSDAY[0], ends_at=THURSDAY[1], by=cast.admin, at=START)
    assert "Gone: Desk · Primary, Thu 5 Mar, 00:00" in mail(cast.manager)
