"""How much is covered: each hour counts once, however many ways it is short."""

from datetime import timedelta

import pytest

from oncall.coverage import Hole, Needs, Requirement, holes
from oncall.rota import Rota, schedule
from oncall.score import shares
from tests.oncall.rosters import layer, utc

SPAN = utc("2026-03-02T00:00"), utc("2026-03-12T00:00")
HOUR = timedelta(hours=1)


def told(*layers, depth=1, skills=(), is_paged=True, span=SPAN):
    core = Rota(zone="UTC", depth=depth, layers=layers)
    known = schedule(core, *span)
    found = holes(core, known, span, Needs(depth, skills=skills), skills={})
    [share] = shares(core, span, known, found, is_paged=is_paged)
    return share


def test_an_hour_that_is_short_in_two_ways_is_short_once():
    share = told(layer("A", "2026-03-01"), depth=2, skills=(Requirement("language:ru"),))
    assert (share.thin, share.unskilled, share.short, share.covered) == (
        240 * HOUR,
        240 * HOUR,
        240 * HOUR,
        0,
    )


def test_a_gap_a_day_is_told_to_the_hour_and_never_rounded_up():
    share = told(layer("A", "2026-03-01", window="01:00-00:00"))
    assert (share.asked, share.gap, share.covered) == (240 * HOUR, 10 * HOUR, 958)
    assert told(layer("A", "2026-03-01")).covered == 1000


def test_presence_is_asked_for_only_while_a_layer_is_on():
    share = told(layer("A", "2026-03-01", window="09:00-17:00"), depth=2, is_paged=False)
    assert (share.asked, share.thin) == (80 * HOUR, 80 * HOUR)


def test_where_nothing_is_asked_no_share_is_made_up():
    core = Rota(zone="UTC", depth=1, layers=(), ends_at=SPAN[0])
    assert shares(core, SPAN, schedule(core, *SPAN), [], is_paged=True) == []


@pytest.mark.parametrize("kind", ["gap", "thin", "unskilled"])
def test_overlapping_holes_hide_nothing(kind):
    core = Rota(zone="UTC", depth=1, layers=(layer("A", "2026-03-01"),))
    found = [Hole(kind, "primary", SPAN[0], SPAN[0] + n * HOUR) for n in (3, 5)]
    [share] = shares(core, SPAN, schedule(core, *SPAN), found, is_paged=True)
    assert share.short == 5 * HOUR
