"""Swaps: nothing changes without the other's word, one winner, and whose word it takes."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import AuditEvent, User
from oncall.actions import overrides, swaps, time_off
from oncall.actions.overrides import ObjectedError, PastError
from oncall.actions.swaps import NotYoursError, Part, SameTimeError, SettledError
from oncall.models import Swap
from tests.cast import START
from tests.oncall.stage import layered, plan, told

HOUR = timedelta(hours=1)
DAY = 24 * HOUR
MIDNIGHT = START - 9 * HOUR


def day(number):
    """The whole of a day, counted from the one the tests begin on."""
    return MIDNIGHT + number * DAY, MIDNIGHT + (number + 1) * DAY


def set_up(cast):
    """Manager, specialist, reporter, day by day; the first has the day the tests begin on."""
    people = [cast.manager, cast.specialist, cast.reporter]
    # Where midnight in UTC is no night: one day on duty is one night, and everybody gets their rest.
    User.objects.update(time_zone="America/Los_Angeles")
    return layered("desk", people, zone="UTC", handoff_time="00:00", anchor_on="2026-03-02")


@pytest.fixture
def desk(cast):
    return set_up(cast)


@pytest.fixture
def offer(cast, desk):
    """Offer days: `offer((giver, taker, day), ...)`, by the first giver unless told."""

    def offer(*parts, by=None, at=START, **more):
        made = [Part(desk, giver, taker, *day(number)) for giver, taker, number in parts]
        return swaps.offer(parts=made, by=by or parts[0][0], at=at, **more)[0].bundle

    return offer


def accept(bundle, by, at=START, **more):
    return swaps.accept(bundle=bundle, by=by, at=at, **more)


def states():
    return sorted(Swap.objects.values_list("state", flat=True))


def test_until_it_is_accepted_the_giver_is_on_duty(cast, desk, offer):
    bundle = offer((cast.manager, cast.specialist, 3))
    assert plan(desk, *day(3)) == ["Manager 05 00:00-06 00:00"]
    accept(bundle, cast.specialist)
    assert plan(desk, *day(3)) == ["Specialist 05 00:00-06 00:00"]


def test_part_of_a_shift_changes_hands_and_what_is_asked_beyond_it_changes_nothing(cast, desk):
    part = Part(desk, cast.manager, cast.specialist, day(3)[0] + 13 * HOUR, day(3)[1] + 3 * HOUR)
    [swap] = swaps.offer(parts=[part], by=cast.manager, at=START)
    accept(swap.bundle, cast.specialist)
    assert plan(desk, day(3)[0] + 12 * HOUR, day(3)[1] + 6 * HOUR) == [
        "Manager 05 12:00-05 13:00",
        "Specialist 05 13:00-06 00:00",
        "Specialist 06 00:00-06 06:00",  # their own
    ]


def test_linked_shifts_change_hands_together_or_not_at_all(cast, desk, offer):
    bundle = offer((cast.manager, cast.specialist, 3), (cast.specialist, cast.manager, 7))
    overrides.make(
        roster=desk, kind="replace", person=cast.specialist, stand_in=cast.reporter,
        starts_at=day(7)[0], ends_at=day(7)[1], by=cast.manager, at=START,
    )  # fmt: skip
    with pytest.raises(SettledError):
        accept(bundle, cast.specialist)
    assert states() == ["lapsed", "lapsed"]
    assert plan(desk, *day(3)) == ["Manager 05 00:00-06 00:00"]
    fair = offer((cast.manager, cast.specialist, 3), (cast.specialist, cast.manager, 4))
    accept(fair, cast.specialist)
    assert plan(desk, day(3)[0], day(4)[1]) == ["Specialist 05 00:00-06 00:00", "Manager 06 00:00-07 00:00"]


def test_a_swap_within_one_time_would_give_back_what_was_given_and_is_refused(cast, offer):
    both = layered("pair", [cast.manager], zone="UTC", name="one")
    layered("pair", [cast.specialist], roster=both, name="two", duty="secondary")
    parts = [
        Part(both, cast.manager, cast.specialist, *day(1)),
        Part(both, cast.specialist, cast.manager, *day(1)),
    ]
    with pytest.raises(SameTimeError, match="at the same time"):
        swaps.offer(parts=parts, by=cast.manager, at=START)
    assert states() == []


def test_an_open_offer_is_for_the_people_of_the_roster(cast, desk, offer):
    bundle = offer((cast.manager, None, 3))
    for stranger in (cast.outsider, cast.second):
        with pytest.raises(NotYoursError, match="to the people of Desk"):
            accept(bundle, stranger)
    with pytest.raises(NotYoursError):
        accept(bundle, cast.manager)
    accept(bundle, cast.reporter)
    assert plan(desk, *day(3)) == ["Reporter 05 00:00-06 00:00"]


def test_somebody_may_ask_for_a_shift_and_whoever_has_it_decides(cast, desk, offer):
    bundle = offer((cast.manager, cast.specialist, 3), by=cast.specialist)
    with pytest.raises(NotYoursError):
        accept(bundle, cast.specialist)
    accept(bundle, cast.manager)
    assert plan(desk, *day(3)) == ["Specialist 05 00:00-06 00:00"]


@pytest.mark.parametrize(
    "parts",
    [
        [("manager", "specialist", 3)],  # by the reporter: nobody would ask the manager
        [("reporter", "manager", 2), ("specialist", "reporter", 4)],
        [("reporter", None, 2), ("specialist", "reporter", 4)],
        [("reporter", None, 2), ("reporter", None, 5)],
        [("reporter", "reporter", 2)],
        [],
    ],
    ids=["for two others", "between three", "open for another's", "two open", "with oneself", "nothing"],
)
def test_nobodys_shift_is_offered_without_them(cast, offer, desk, parts):
    named = [
        Part(desk, getattr(cast, giver), taker and getattr(cast, taker), *day(number))
        for giver, taker, number in parts
    ]
    with pytest.raises(NotYoursError):
        swaps.offer(parts=named, by=cast.reporter, at=START)
    assert states() == []


def test_only_what_one_has_can_be_offered(cast, offer):
    with pytest.raises(NotYoursError, match="Manager has no shift on Desk in that time"):
        offer((cast.manager, cast.specialist, 4))


def test_what_is_over_cannot_be_offered_and_not_taken_either(cast, offer):
    with pytest.raises(PastError):
        offer((cast.manager, cast.specialist, 0), at=START + DAY)
    bundle = offer((cast.manager, cast.specialist, 0))
    with pytest.raises(SettledError):
        accept(bundle, cast.specialist, at=day(0)[1])


def test_what_has_begun_changes_hands_from_then_on(cast, desk, offer):
    bundle = offer((cast.manager, cast.specialist, 0))
    accept(bundle, cast.specialist, at=START + HOUR)
    assert plan(desk, *day(0)) == ["Manager 02 00:00-02 10:00", "Specialist 02 10:00-03 00:00"]


def test_whoever_takes_time_off_may_find_somebody_for_their_shift(cast, desk, offer):
    starts_at, ends_at = day(3)
    time_off.enter(person=cast.manager, starts_at=starts_at, ends_at=ends_at, by=cast.manager, at=START)
    assert plan(desk, *day(3)) == []
    accept(offer((cast.manager, cast.specialist, 3)), cast.specialist)
    assert plan(desk, *day(3)) == ["Specialist 05 00:00-06 00:00"]


def test_what_speaks_against_the_taker_is_kept_once_they_take_it_anyway(cast, desk):
    pair = layered(
        "pair", [cast.reporter, cast.specialist], zone="UTC", handoff_time="00:00", anchor_on="2026-03-02"
    )
    [swap] = swaps.offer(
        parts=[Part(pair, cast.reporter, cast.specialist, *day(4))], by=cast.reporter, at=START
    )
    with pytest.raises(ObjectedError, match="Specialist is on another duty then: Desk, primary"):
        accept(swap.bundle, cast.specialist)
    assert states() == ["offered"]
    [taken] = accept(swap.bundle, cast.specialist, acknowledged=True)
    assert taken.acknowledged == ["elsewhere"]


def test_it_can_be_declined_or_taken_back_once(cast, offer):
    declined, withdrawn = (offer((cast.manager, cast.specialist, 3)) for _ in range(2))
    with pytest.raises(NotYoursError):
        swaps.settle(bundle=declined, by=cast.reporter, at=START)
    swaps.settle(bundle=declined, by=cast.specialist, at=START)
    swaps.settle(bundle=withdrawn, by=cast.manager, at=START)
    assert states() == ["declined", "withdrawn"]
    for bundle in (declined, withdrawn):
        with pytest.raises(SettledError):
            swaps.settle(bundle=bundle, by=cast.manager, at=START)
        with pytest.raises(SettledError):
            accept(bundle, cast.specialist)


def test_each_hears_what_they_have_to_once(cast, offer):
    bundle = offer((cast.manager, cast.specialist, 3))
    assert told() == [("Specialist", "A shift is offered to you")]
    accept(bundle, cast.specialist)
    assert told("shifts:") == [("Manager", "Your swap is accepted")]
    swaps.settle(bundle=offer((cast.manager, cast.reporter, 6)), by=cast.reporter, at=START)
    assert told("declined") == [("Manager", "Your swap is declined")]


def test_a_swap_far_ahead_is_told_of_too(cast, offer):
    accept(offer((cast.manager, cast.specialist, 60)), cast.specialist)
    assert ("Manager", "Your swap is accepted") in told()


def test_everybody_hears_in_their_own_language(cast, offer):
    cast.manager.language = "ru"
    cast.manager.save()
    swaps.settle(bundle=offer((cast.manager, cast.reporter, 6)), by=cast.reporter, at=START)
    assert told("declined") == [("Manager", "В обмене отказано")]


def test_both_sides_are_in_the_audit(cast, offer):
    accept(offer((cast.manager, cast.specialist, 3), (cast.specialist, cast.manager, 4)), cast.specialist)
    events = AuditEvent.objects.filter(action="swap_accepted").order_by("pk")
    assert [(it.actor.name, it.after["person"], it.after["stand_in"]) for it in events] == [
        ("Specialist", "Manager", "Specialist"),
        ("Specialist", "Specialist", "Manager"),
    ]


def test_giver_and_taker_are_two_people_in_the_table_itself(cast, desk):
    told = {"roster": desk, "starts_at": START, "ends_at": START + HOUR, "offered_at": START}
    with pytest.raises(IntegrityError), transaction.atomic():
        Swap.objects.create(giver=cast.manager, taker=cast.manager, offered_by=cast.manager, **told)


def at_once(*acts):
    """Do these at the same time, each over a connection of its own; what each came to."""
    ready, results = threading.Barrier(len(acts)), {}

    def do(number, act):
        ready.wait()
        try:
            act()
            results[number] = "done"
        except (SettledError, NotYoursError) as refusal:
            results[number] = type(refusal).__name__
        connection.close()

    threads = [threading.Thread(target=do, args=it) for it in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results[number] for number in range(len(acts))]


def test_two_people_taking_one_open_swap_at_once_have_one_winner(committed_cast):
    cast = committed_cast
    desk = set_up(cast)
    for number in (3, 18, 33):
        part = Part(desk, cast.manager, None, *day(number))
        [swap] = swaps.offer(parts=[part], by=cast.manager, at=START)
        results = at_once(
            lambda bundle=swap.bundle: accept(bundle, cast.specialist),
            lambda bundle=swap.bundle: accept(bundle, cast.reporter),
        )
        assert sorted(results) == ["SettledError", "done"]
        swap.refresh_from_db()
        winner = [cast.specialist, cast.reporter][results.index("done")]
        assert swap.taker == winner
        assert plan(desk, *day(number))[0].startswith(winner.name)
    assert AuditEvent.objects.filter(action="swap_accepted").count() == 3


def test_one_shift_offered_to_two_is_taken_by_one(committed_cast):
    cast = committed_cast
    desk = set_up(cast)
    for number in (3, 18, 33):
        offers = [
            swaps.offer(parts=[Part(desk, cast.manager, taker, *day(number))], by=cast.manager, at=START)
            for taker in (cast.specialist, cast.reporter)
        ]
        results = at_once(
            lambda bundle=offers[0][0].bundle: accept(bundle, cast.specialist),
            lambda bundle=offers[1][0].bundle: accept(bundle, cast.reporter),
        )
        assert results.count("done") == 1
        assert not Swap.objects.filter(state="offered").exists()


def test_taken_and_taken_back_at_once_is_one_of_them(committed_cast):
    cast = committed_cast
    desk = set_up(cast)
    [swap] = swaps.offer(parts=[Part(desk, cast.manager, None, *day(3))], by=cast.manager, at=START)
    results = at_once(
        lambda: accept(swap.bundle, cast.specialist),
        lambda: swaps.settle(bundle=swap.bundle, by=cast.manager, at=START),
    )
    assert sorted(results) == ["SettledError", "done"]
