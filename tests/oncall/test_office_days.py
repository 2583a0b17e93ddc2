"""Days at the office: exactly those chosen, from today on, and whoever did not choose them hears of it."""

from datetime import date, timedelta

import pytest

from oncall.actions import office_days
from oncall.layers import RotaError
from oncall.models import OfficeDay
from tests.cast import START
from tests.oncall.stage import told

TODAY = date(2026, 3, 2)


def day(number):
    return TODAY + timedelta(days=number)


def choose(cast, days, *, first=-1, last=13, by=None, at=START):
    return office_days.choose(
        person=cast.second, first=day(first), last=day(last), days=days, by=by or cast.second, at=at
    )


def chosen():
    return [((it.on - TODAY).days, it.site) for it in OfficeDay.objects.all()]


def test_what_is_chosen_stands_in_place_of_what_was(cast):
    choose(cast, {day(1): "dublin", day(2): "dublin"})
    choose(cast, {day(2): "san_jose"})
    assert chosen() == [(2, "san_jose")]


def test_days_outside_of_what_was_shown_stay(cast):
    choose(cast, {day(10): "dublin"})
    choose(cast, {day(1): "dublin"}, last=6)
    assert chosen() == [(1, "dublin"), (10, "dublin")]


def test_the_past_stays_by_the_persons_own_calendar(cast):
    cast.second.time_zone = "Asia/Singapore"
    cast.second.save()
    OfficeDay.objects.create(person=cast.second, on=TODAY, site="singapore")
    evening = START + timedelta(hours=8)  # Tuesday there
    choose(cast, {day(0): "dublin", day(1): "singapore"}, at=evening)
    assert chosen() == [(0, "singapore"), (1, "singapore")]
    choose(cast, {}, at=evening)
    assert chosen() == [(0, "singapore")]


@pytest.mark.parametrize(
    ("days", "span", "field"),
    [
        ({1: "mars"}, {}, "days"),
        ({40: "dublin"}, {}, "days"),
        ({}, {"first": 5, "last": 4}, "last"),
    ],
)
def test_what_cannot_be_names_the_field_and_nothing_is_stored(cast, days, span, field):
    with pytest.raises(RotaError) as refused:
        choose(cast, {day(number): site for number, site in days.items()}, **span)
    assert refused.value.field == field
    assert chosen() == []


def test_somebody_whose_days_another_chose_is_told(cast):
    choose(cast, {day(1): "dublin"})
    assert told() == []
    choose(cast, {day(1): "dublin"}, by=cast.manager)
    assert told() == [("Second", "Your office days changed")]
