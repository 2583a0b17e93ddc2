"""An edit that is not saved yet: the rules it leaves are those that saving it leaves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts import clock
from oncall import cautions, edits, outlook, rota
from oncall.actions import layers
from oncall.actions.layers import NoSuchLayerError
from oncall.layers import RotaError
from oncall.models import Layer, Participant, Roster
from oncall.rota import final_schedule
from tests.oncall.rosters import layer, utc
from tests.oncall.rosters import rota as rules

AT = utc("2026-03-04T12:00")
SPAN = AT, AT + timedelta(days=28)
DAY = timedelta(days=1)


def shifts(core, since=AT):
    return [(it.people, it.starts_at, it.ends_at, it.duty) for it in final_schedule(core, since, SPAN[1])]


@pytest.mark.parametrize("days", [0, 5])
@pytest.mark.parametrize("replaces", ["", "primary"])
def test_what_is_shown_before_saving_is_what_saving_leaves(cast, days, replaces):
    roster, since = cast.duty, AT + days * DAY
    people = f"{cast.manager.pk} {cast.specialist.pk}".split()
    new = layer("AB", "2026-03-02", "07:30", 2, "day", name="Nights", rank=2, window="20:00-08:00")
    new = replace(new, groups=tuple((int(one),) for one in people))
    before = Roster.objects.filter(pk=roster.pk).rules(SPAN)[roster.pk]
    shown = edits.with_layer(before, new, replaces=replaces, since=since, at=AT)
    layers.put(roster=roster, version=1, layer=new, replaces=replaces, since=since, by=cast.admin, at=AT)
    saved = Roster.objects.filter(pk=roster.pk).rules(SPAN)[roster.pk]
    assert shifts(shown) == shifts(saved) != shifts(before)
    assert shown.asked(SPAN) == saved.asked(SPAN)


@pytest.mark.parametrize("days", [0, 5])
def test_what_is_shown_before_ending_is_what_ending_leaves(cast, days):
    since = AT + days * DAY
    before = Roster.objects.filter(pk=cast.duty.pk).rules(SPAN)[cast.duty.pk]
    shown = edits.without_layer(before, "primary", since=since, at=AT)
    layers.end(roster=cast.duty, version=1, name="primary", since=since, by=cast.admin, at=AT)
    saved = Roster.objects.filter(pk=cast.duty.pk).rules(SPAN)[cast.duty.pk]
    assert shifts(shown) == shifts(saved) != shifts(before)


def test_the_only_primary_layer_gone_is_a_gap_and_not_silence(cast):
    shown = outlook.without_layer(cast.duty, "primary", since=None, at=AT)
    assert [(it.kind, it.duty) for it in shown.holes] == [("gap", "primary")]
    assert [(it.kind, it.duty) for it in shown.cautions] == [("bare", "primary")]
    layers.end(roster=cast.duty, version=1, name="primary", by=cast.admin, at=AT)
    later = outlook.as_saved(cast.duty, at=AT + timedelta(seconds=1))
    assert [(it.kind, it.duty) for it in later.holes] == [("gap", "primary")], "nor once it is saved"


def test_a_version_planned_for_later_is_dropped_and_said(cast):
    people = ((cast.manager.pk,),)
    new = replace(layer("A", "2026-03-02", name="primary"), groups=people)
    layers.put(
        roster=cast.duty, version=1, layer=new, replaces="primary", since=AT + 9 * DAY, by=cast.admin, at=AT
    )
    shown = outlook.with_layer(cast.duty, new, replaces="primary", since=None, at=AT)
    assert [(it.kind, it.at) for it in shown.cautions] == [("dropped", AT + 9 * DAY)]


def test_a_name_that_is_taken_is_refused_before_saving_too(cast):
    before = Roster.objects.filter(pk=cast.duty.pk).rules(SPAN)[cast.duty.pk]
    with pytest.raises(RotaError):
        edits.with_layer(before, layer("A", "2026-03-02", name="secondary"), since=None, at=AT)
    with pytest.raises(NoSuchLayerError):
        layers.end(roster=cast.duty, version=1, name="nothing", by=cast.admin, at=AT)


def told(it, span=SPAN, others=()):
    core = rules(it, *others)
    found = cautions.of_layer(it, core.tz, span, rota.schedule(core, *span))
    return [(caution.kind, caution.at) for caution in found]


def test_a_handoff_within_the_window_is_told_and_one_at_its_edge_is_not():
    nine_to_five = {"window": "09:00-17:00"}
    assert told(layer("A B", "2026-03-02", "12:00", **nine_to_five)) == [("cut", utc("2026-03-05T12:00"))]
    assert told(layer("A B", "2026-03-02", "09:00", **nine_to_five)) == []
    assert told(layer("A B", "2026-03-02", "18:00", **nine_to_five)) == []
    assert told(layer("A", "2026-03-02", "12:00", **nine_to_five)) == [], "the same person goes on"
    assert told(layer("A B", "2026-03-02", "23:00", window="20:00-08:00"))[0][0] == "cut"
    assert told(layer("A B", "2026-03-02", "09:00", window="09:00-09:00")) == []


def test_when_a_layer_begins_ends_and_is_never_seen_is_told():
    nights = told(layer("A", "2026-03-09", "09:00", window="22:00-06:00"))
    assert nights == [("later", utc("2026-03-09T22:00"))], "when somebody is first on, not the handoff before"
    assert told(layer("A", "2026-03-09", "09:00")) == [("later", utc("2026-03-09T09:00"))]
    assert told(layer("A", "2026-03-04", "09:00", days="MO")) == [
        ("moved", utc("2026-03-09T09:00")),
        ("later", utc("2026-03-09T09:00")),
    ]
    ends = {"ends_on": utc("2026-03-10T00:00").date()}
    assert told(layer("A", "2026-03-02", "09:00", **ends)) == [("ending", utc("2026-03-10T09:00"))]
    over = {"ends_on": utc("2026-03-03T00:00").date()}
    assert told(layer("A", "2026-03-02", "09:00", **over)) == [("over", utc("2026-03-03T09:00"))]
    above = layer("B", "2026-03-01", name="M", rank=2)
    assert told(layer("A", "2026-03-02"), others=[above]) == [("covered", AT)]


def test_whoever_is_new_and_away_is_not_shown_as_if_they_were_there(cast):
    at = clock.now()
    cast.specialist.time_off.create(starts_at=at, ends_at=at + 40 * DAY, made_at=at - DAY, made_by=cast.admin)
    new = replace(layer("A", "2026-03-02", name="Above", rank=5), groups=((cast.specialist.pk,),))
    shown = outlook.with_layer(cast.duty, new, replaces="", since=None, at=at)
    assert {(it.kind, it.person, it.layer) for it in shown.lines} >= {("empty", cast.specialist, "Above")}
    assert not shown.concerned, "and hides nobody below"


def test_the_people_whose_shifts_change_are_named_and_where_is_marked(cast):
    new = replace(
        layer("A", "2026-03-02", name="Above", rank=5, window="10:00-12:00"), groups=((cast.specialist.pk,),)
    )
    shown = outlook.with_layer(cast.duty, new, replaces="", since=None, at=AT)
    assert {person.name for person in shown.concerned} == {cast.specialist.name, cast.on_duty.name}
    changed = {row.lane.duty: row.changed for row in shown.rows}
    assert changed["secondary"] == []
    assert {it.ends_at - it.starts_at for it in changed["primary"]} == {timedelta(hours=2)}


def test_a_look_saves_nothing(cast):
    before = Layer.objects.count(), Participant.objects.count()
    outlook.without_layer(cast.duty, "primary", since=None, at=AT)
    assert (Layer.objects.count(), Participant.objects.count()) == before
