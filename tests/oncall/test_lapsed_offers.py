"""Offers of what the giver does not have any more are over, and whoever made them hears of it."""

from datetime import timedelta

import pytest

from accounts.models import Message
from oncall.actions import lapsing, overrides, rounds, swaps
from oncall.actions.swaps import GoneError, Part, SettledError
from oncall.models import Layer, Swap
from tests.cast import START
from tests.oncall.rosters import utc
from tests.oncall.stage import layered, told

HOUR = timedelta(hours=1)
THURSDAY = utc("2026-03-05"), utc("2026-03-06")
FRIDAY = utc("2026-03-06"), utc("2026-03-07")


@pytest.fixture
def desk(cast):
    """Manager, specialist, reporter, day by day; the manager has Thursday."""
    people = [cast.manager, cast.specialist, cast.reporter]
    return layered("desk", people, zone="UTC", handoff_time="00:00", anchor_on="2026-03-02")


@pytest.fixture
def offer(desk):
    def offer(giver, taker, *more, by=None):
        parts = [Part(desk, giver, taker, *THURSDAY), *more]
        return swaps.offer(parts=parts, by=by or giver, at=START)[0].bundle

    return offer


@pytest.fixture
def override(cast, desk):
    def override(person, span=THURSDAY):
        return overrides.make(
            roster=desk, kind="replace", person=person, stand_in=cast.second, acknowledged=True,
            starts_at=span[0], ends_at=span[1], by=cast.admin, at=START,
        )  # fmt: skip

    return override


def states(bundle):
    return set(Swap.objects.filter(bundle=bundle).values_list("state", flat=True))


def test_an_override_of_the_giver_ends_what_they_offered_and_they_are_told(cast, offer, override):
    bundle = offer(cast.manager, cast.specialist)
    override(cast.manager)
    assert states(bundle) == {"lapsed"}
    assert told("lapsed") == [("Manager", "Your offer lapsed")]
    assert "Desk, Thu 5 Mar, 00:00" in Message.objects.get(dedupe_key__contains="lapsed").text
    assert Swap.objects.get().settled_at == START


def test_a_part_that_is_left_keeps_the_offer(cast, offer, override):
    bundle = offer(cast.manager, cast.specialist)
    override(cast.manager, (THURSDAY[0], THURSDAY[1] - HOUR))
    assert states(bundle) == {"offered"}


def test_another_swap_of_the_same_shift_ends_it_whoever_had_asked(cast, offer):
    asked = offer(cast.manager, cast.reporter, by=cast.reporter)
    given = offer(cast.manager, cast.specialist)
    swaps.accept(bundle=given, acknowledged=True, by=cast.specialist, at=START)
    assert (states(given), states(asked)) == ({"accepted"}, {"lapsed"})
    assert told("lapsed") == [("Reporter", "Your offer lapsed")]


def test_what_is_offered_together_lapses_together(cast, desk, offer, override):
    back = Part(desk, cast.specialist, cast.manager, *FRIDAY)
    bundle = offer(cast.manager, cast.specialist, back)
    override(cast.specialist, FRIDAY)
    assert states(bundle) == {"lapsed"}
    with pytest.raises(SettledError):
        swaps.accept(bundle=bundle, by=cast.specialist, at=START)


@pytest.mark.parametrize("sweep", [rounds.keep_watch, lapsing.lapse])
def test_what_an_edit_of_a_layer_took_is_found_by_the_next_sweep(cast, offer, sweep):
    bundle = offer(cast.manager, cast.specialist)
    sweep(at=START)
    assert states(bundle) == {"offered"}
    Layer.objects.filter(roster__slug="desk").delete()
    assert sweep(at=START) >= 1
    assert states(bundle) == {"lapsed"}
    sweep(at=START)
    assert len(told("lapsed")) == 1


def test_refusing_to_accept_what_is_gone_settles_it(cast, offer):
    bundle = offer(cast.manager, cast.specialist)
    Layer.objects.filter(roster__slug="desk").delete()
    with pytest.raises(GoneError, match="Manager does not have that shift any more"):
        swaps.accept(bundle=bundle, by=cast.specialist, at=START)
    assert states(bundle) == {"lapsed"}
    assert told("lapsed") == [("Manager", "Your offer lapsed")]


def test_rosters_that_did_not_change_are_left_alone(cast, desk, offer, django_assert_num_queries):
    offer(cast.manager, cast.specialist)
    with django_assert_num_queries(3):  # a savepoint, its end, and the offers
        assert lapsing.lapse(rosters=[cast.duty], at=START) == 0
