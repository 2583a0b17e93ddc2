"""What happens by itself: notices of turns, late starts, offers that end. Time travels by passing `at`."""

from datetime import timedelta

import pytest

from accounts.models import ContactMethod, Message
from oncall.actions import ledger, overrides, rounds, swaps, turn_notices
from oncall.models import HandledPage, Roster, Swap
from tests.oncall.rosters import utc
from tests.oncall.rows import roster

AT = utc("2026-03-02T09:00")
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
NINE = {"handoff_time": "09:00"}


def heard(kind):
    """Who heard what, in the order of the handoffs."""
    sent = [
        (it.dedupe_key.rpartition(":")[2], it) for it in Message.objects.filter(dedupe_key__startswith=kind)
    ]
    return [it.to.name for _at, it in sorted(sent, key=lambda pair: (pair[0], pair[1].to.name))]


@pytest.fixture
def daily(cast):
    """Specialist from 9 on the 2nd of March, then manager, then admin, a day each."""
    return roster("r", [cast.manager, cast.admin, cast.specialist], layer=NINE)


def test_an_hour_ahead_both_hear_of_the_handoff_once(daily):
    turn_notices.tell_turns(at=AT - HOUR - SECOND)
    assert heard("on:") + heard("off:") == []
    assert turn_notices.tell_turns(at=AT - HOUR) == 2
    assert turn_notices.tell_turns(at=AT - HOUR) == 0
    assert turn_notices.tell_turns(at=AT + HOUR) == 0, "nothing is said twice"
    assert (len(heard("on:")), len(heard("off:"))) == (1, 1)


def test_a_sweep_that_was_late_still_tells_and_one_too_late_does_not(daily):
    turn_notices.tell_turns(at=AT + 2 * HOUR - SECOND)
    assert len(heard("on:")) == 1
    turn_notices.tell_turns(at=AT + DAY + 2 * HOUR)
    assert len(heard("on:")) == 1


def test_the_words_say_when_in_the_persons_own_zone_and_language(cast, daily):
    for person in (cast.specialist, cast.admin, cast.manager):
        person.time_zone, person.language = "Asia/Singapore", "ru"
        person.save()
    turn_notices.tell_turns(at=AT - HOUR)
    texts = " ".join(Message.objects.values_list("text", flat=True))
    assert "17:00 (Asia/Singapore)" in texts
    assert "on duty" not in texts


def test_somebody_who_stays_on_through_layers_and_overrides_hears_nothing(cast):
    alone = roster("r", [cast.specialist], layer=NINE | {"effective_until": AT})
    roster("", [cast.specialist], of=alone, name="M", layer=NINE | {"effective_from": AT})
    assert turn_notices.tell_turns(at=AT) == 0


def test_presence_alone_is_no_duty_to_be_told_of(cast):
    roster("week", [cast.specialist, cast.manager], is_paged=False, layer=NINE)
    assert turn_notices.tell_turns(at=AT) == 0


def test_an_override_counts_as_coming_on_and_who_cannot_be_reached_hears_nothing(cast, daily):
    ContactMethod.objects.filter(person=cast.reporter).update(disabled_at=AT)
    for person in (cast.second, cast.reporter):
        overrides.make(
            roster=daily, kind="add", stand_in=person, starts_at=AT + 5 * HOUR, ends_at=AT + 6 * HOUR,
            acknowledged=True, by=cast.manager, at=AT,
        )  # fmt: skip
    turn_notices.tell_turns(at=AT + 4 * HOUR)
    assert heard("on:") == ["Second"]


def test_a_sweep_tells_so_many_and_comes_again(cast):
    for number in range(4):
        roster(f"r{number}", [cast.specialist, cast.manager], layer=NINE)
    assert [turn_notices.tell_turns(at=AT, most=3) for _ in range(4)] == [3, 3, 2, 0]


@pytest.mark.parametrize("count", [1, 5])
def test_looking_for_turns_costs_the_same_however_many_rosters(cast, django_assert_num_queries, count):
    for number in range(count):
        roster(f"r{number}", [cast.specialist, cast.manager], layer=NINE)
    turn_notices.tell_turns(at=AT)
    with django_assert_num_queries(6):
        assert turn_notices.tell_turns(at=AT) == 0


@pytest.fixture
def work(cast):
    """The specialist works from 9 to 17, in UTC."""
    hours = {"window_start": "09:00", "window_end": "17:00", "handoff_time": "00:00"}
    return roster("week", [cast.specialist], is_paged=False, layer=hours)


def test_a_late_start_is_offered_once_after_a_page_at_night(cast, work):
    paged = utc("2026-03-03T02:00")
    ledger.pages_handled(answers=[ledger.Answer(cast.specialist, paged, 4, "page:1")])
    assert turn_notices.tell_late_starts(at=paged + SECOND) == 1
    assert turn_notices.tell_late_starts(at=paged + HOUR) == 0
    assert "13:00" in Message.objects.get(dedupe_key__startswith="late-start:").text


def test_a_page_by_day_or_long_ago_offers_nothing(cast, work):
    ledger.pages_handled(answers=[ledger.Answer(cast.specialist, utc("2026-03-03T15:00"), 4, "page:1")])
    assert turn_notices.tell_late_starts(at=utc("2026-03-03T16:00")) == 0
    ledger.pages_handled(answers=[ledger.Answer(cast.specialist, utc("2026-03-04T02:00"), 4, "page:2")])
    assert turn_notices.tell_late_starts(at=utc("2026-03-04T14:01")) == 0


def test_a_page_is_written_down_once_for_its_key(cast):
    for minutes in (4, 9):
        ledger.pages_handled(answers=[ledger.Answer(cast.specialist, AT, minutes, "page:1")])
    assert HandledPage.objects.get().minutes == 4


@pytest.fixture
def offer(cast, daily):
    part = swaps.Part(daily, cast.manager, cast.specialist, AT + DAY, AT + 2 * DAY)
    [swap] = swaps.offer(parts=[part], by=cast.manager, at=AT)
    return swap


def test_an_offer_nobody_took_is_over_when_its_time_is(offer):
    assert swaps.expire(at=offer.ends_at - SECOND) == 0
    assert [swaps.expire(at=offer.ends_at) for _ in range(2)] == [1, 0]
    offer.refresh_from_db()
    assert (offer.state, offer.settled_at) == (Swap.State.EXPIRED, offer.ends_at)


def test_what_was_offered_together_ends_together(offer):
    Swap.objects.create(
        bundle=offer.bundle, roster=offer.roster, giver=offer.taker, taker=offer.giver, offered_at=AT,
        offered_by=offer.giver, starts_at=offer.starts_at + DAY, ends_at=offer.ends_at + DAY,
    )  # fmt: skip
    assert swaps.expire(at=offer.ends_at) == 2


def test_an_accepted_swap_does_not_expire(cast, offer):
    swaps.accept(bundle=offer.bundle, acknowledged=True, by=cast.specialist, at=AT)
    assert swaps.expire(at=offer.ends_at + DAY) == 0


def test_a_round_does_all_of_it_and_a_second_finds_nothing(cast, daily, offer):
    at = offer.ends_at
    assert rounds.keep_watch(at=at) > 0
    messages = Message.objects.count()
    assert (rounds.keep_watch(at=at), Message.objects.count()) == (0, messages)


def test_the_ledger_is_swept_a_bounded_number_of_rosters_at_a_time(cast, daily):
    roster("s", [cast.admin, cast.specialist], layer=NINE)
    assert ledger.record_due(at=AT, most=2) > 0
    assert Roster.objects.filter(recorded_until=AT).count() == 2
    ledger.record_due(at=AT, most=2)
    assert Roster.objects.filter(recorded_until=AT).count() == 3
    assert ledger.record_due(at=AT) == 0


def test_a_shift_longer_than_usual_is_written_down_from_where_it_began(cast):
    every_four_months = {"turn_unit": "month", "turn_n": 4, "anchor_on": "2025-08-01"}
    slow = roster("slow", [cast.admin, cast.specialist], layer=every_four_months)
    ledger.record_ended(roster=slow, at=utc("2025-12-02"))
    [shift] = slow.worked_shifts.all()
    assert (shift.starts_at, shift.ends_at) == (utc("2025-08-01"), utc("2025-12-01"))
