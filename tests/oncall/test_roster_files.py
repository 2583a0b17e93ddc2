"""Rosters out to files and back: the same bytes, the same duty, and nothing at all where a file cannot be meant."""

import json
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import AuditEvent, Clearance, Message, User
from oncall.actions import layers, overrides, swaps
from oncall.actions.swaps import Part
from oncall.models import Override, Roster, Swap, TimeOff
from oncall.preview import preview
from oncall.rota import Turn, on_duty, schedule
from tests.oncall.roster_files import (
    DAY,
    HOUR,
    A,
    B,
    C,
    everything,
    exported,
    forgotten,
    plain,
    span,
    whole_file,
)
from tests.oncall.rosters import utc
from tests.oncall.stage import layered


@pytest.fixture
def now(cast):
    return timezone.now().replace(microsecond=0)


@pytest.fixture
def whole(now):
    return whole_file(now)


@pytest.fixture
def brought(tmp_path):
    """Import a file as the command does; what it says."""

    def bring(data, name="roster.json"):
        path, out = tmp_path / name, StringIO()
        path.write_text(data if isinstance(data, str) else json.dumps(data))
        call_command("roster_import", str(path), stdout=out)
        return out.getvalue()

    return bring


def test_a_file_comes_back_as_it_was(brought, whole):
    brought(whole)
    told = json.loads(exported())
    assert list(told.pop("people")) == [B, A, C]
    for entry in whole["overrides"] + whole["swaps"] + whole["time_off"]:
        entry |= {
            edge: utc(entry[edge]).isoformat().replace("+00:00", "Z") for edge in ("starts_at", "ends_at")
        }
    assert told == whole


def test_out_and_in_and_out_again_is_the_same_to_the_byte(brought, whole, now):
    brought(whole)
    first = exported()
    before = everything()
    assert "as the file says already" in brought(first)
    assert everything() == before
    assert exported() == first
    forgotten()
    brought(first)
    assert exported() == first


@pytest.fixture
def lived_in(cast, now):
    """A roster that people have changed in every way there is."""
    people = [(person.pk,) for person in (cast.reporter, cast.partner, cast.specialist)]
    roster = layered("desk", [cast.reporter, cast.partner, cast.specialist], zone="Europe/Dublin")
    rotation = Roster.objects.filter(pk=roster.pk).rules((now, now + DAY))[roster.pk].layers[0]
    told = {"roster": roster, "by": cast.admin}
    for version, turn, start, said in ((1, Turn(2, "day"), -9, -9), (2, Turn(1, "week"), 9, -8)):
        edit = replace(rotation, turn=turn, groups=tuple(people[::-1]))
        since, at = now + start * DAY, now + said * DAY
        layers.put(layer=edit, replaces="L", since=since, version=version, at=at, **told)
    told["at"] = now - 6 * DAY
    cut = overrides.make(
        kind="add",
        stand_in=cast.specialist,
        acknowledged=True,
        starts_at=now - 5 * DAY,
        ends_at=now + DAY,
        **told,
    )
    never = overrides.make(kind="remove", person=None, starts_at=now + DAY, ends_at=now + 2 * DAY, **told)
    for override in (cut, never):
        overrides.end(override=override, by=cast.admin, at=now - DAY)
    TimeOff.objects.create(
        person=cast.partner, starts_at=now - 20 * DAY, ends_at=now + 20 * DAY, made_at=now - 2 * DAY,
        made_by=cast.partner, ended_at=now - DAY,
    )  # fmt: skip
    # Two, since an offer lapses once its giver has nothing of it any more.
    spans = (now + 20 * DAY, now + 60 * DAY), (now, now + 20 * DAY)
    parts = [Part(roster, cast.reporter, None, *span) for span in spans]
    _open, taken = (swaps.offer(parts=[part], by=cast.reporter, at=now - 3 * DAY)[0] for part in parts)
    swaps.accept(bundle=taken.bundle, acknowledged=True, by=cast.specialist, at=now - DAY)
    return roster


def test_a_roster_that_people_changed_goes_out_and_in_and_out_the_same(lived_in, brought):
    out = exported()
    file = json.loads(out)
    assert [it.get("effective_until") is None for it in file["layers"]] == [False, False, True]
    assert [len(file[section]) for section in ("overrides", "swaps", "time_off")] == [1, 2, 1]
    before = everything()
    brought(out)
    assert everything() == before
    forgotten()
    brought(out)
    assert exported() == out


def test_its_file_previews_as_the_engine_has_it_the_past_too(lived_in, now):
    window = now - 40 * DAY, now + 40 * DAY
    rules = Roster.objects.filter(pk=lived_in.pk).rules(window)[lived_in.pk]
    emails = dict(User.objects.values_list("pk", "email"))
    engine = [
        (sorted(emails[one] for one in it.people), it.starts_at, it.ends_at, it.layer)
        for it in schedule(rules, *window).shifts
        if it.people
    ]
    previewed = preview(json.loads(exported()), *window)["shifts"]
    assert [(it["people"], *plain(it).values(), it["layer"]) for it in previewed] == engine


def test_engine_and_preview_agree_on_an_imported_file(brought, whole, now):
    whole["layers"][0]["duty"] = "secondary"
    brought(whole)
    file = json.loads(exported())
    emails = dict(User.objects.values_list("pk", "email"))
    for at in [
        utc("2026-03-02T12:00"),
        utc("2026-03-04T12:00"),
        *(now + hours * HOUR for hours in range(0, 600, 7)),
    ]:
        rules = Roster.objects.filter(slug="desk").rules((at, at + HOUR))
        [core] = rules.values()
        duties = on_duty(core, at).values()
        told = preview(file, at, at + HOUR, at=at)["on_duty"]["people"]
        assert sorted(emails[one] for one in {one for people in duties for one in people}) == told


def test_an_existing_roster_becomes_what_the_file_says_from_now_on(cast, brought, whole, now):
    brought(whole)
    roster = Roster.objects.get(slug="desk")
    window = now - 40 * DAY, now - HOUR
    past = schedule(Roster.objects.filter(pk=roster.pk).rules(window)[roster.pk], *window)
    changed = json.loads(exported())
    changed["layers"] = [changed["layers"][1] | {"turn": {"n": 3, "unit": "day"}}]
    coming = {"kind": "replace", "person": None, "by": A, **span(now + 30 * DAY)}
    changed["overrides"] = [changed["overrides"][2], coming]
    changed["swaps"], changed["depth"], changed["require"] = [], 1, []
    said = brought(changed)
    assert "is changed" in said
    roster.refresh_from_db()
    assert (roster.depth, roster.version, roster.required_skills.count()) == (1, 2, 0)
    assert schedule(Roster.objects.filter(pk=roster.pk).rules(window)[roster.pk], *window) == past
    told = json.loads(exported())
    assert [it["name"] for it in told["layers"] if not it.get("effective_until")] == ["Day"]
    for section in ("overrides", "swaps"):
        mine = [it for it in told[section] if plain(it)["ends_at"] > timezone.now()]
        assert [(it.get("by"), it["starts_at"]) for it in mine] == [
            (it.get("by"), it["starts_at"].replace("+00:00", "Z")) for it in changed[section]
        ]
    # The past is there still, and going round once more changes nothing.
    out = exported()
    before = everything()
    brought(out)
    assert (everything(), exported()) == (before, out)


def test_what_the_file_does_not_name_stays(brought, whole):
    brought(whole)
    before = exported()
    said = brought({"slug": "desk", "zone": whole["zone"], "layers": whole["layers"]})
    assert "as the file says already" in said
    assert exported() == before


def test_overrides_keep_the_order_of_the_file(cast, brought, whole, now):
    whole["overrides"] = [
        {"kind": "replace", "person": None, "by": by, **span(now + DAY, 3)} for by in (A, B)
    ]
    brought(whole)
    kept = Override.objects.get(by=cast.partner)
    whole["overrides"].insert(1, {"kind": "replace", "person": None, "by": C, **span(now + DAY, 3)})
    brought(whole)
    assert [it["by"] for it in json.loads(exported())["overrides"]] == [A, C, B]
    kept.refresh_from_db()
    assert kept.ended_at is not None
    whole["overrides"] = whole["overrides"][1:]
    brought(whole)
    assert [it["by"] for it in json.loads(exported())["overrides"]] == [C, B]
    assert Override.objects.filter(ended_at=None).count() == 2


def test_a_swap_that_is_not_listed_any_more_is_undone_for_what_is_to_come(cast, brought, whole, now):
    whole["swaps"] = [{"from": A, "to": B, **span(now - DAY, 20), "accepted": True}]
    brought(whole)
    brought(whole | {"swaps": []})
    undone = Swap.objects.get(state="accepted")
    assert now <= undone.ends_at <= timezone.now()


def test_time_off_belongs_to_the_person_and_is_never_ended(cast, brought, whole, now):
    brought(whole)
    brought(whole | {"time_off": []})
    assert TimeOff.objects.filter(ended_at=None).count() == 2


def test_time_off_of_somebody_with_a_past_counts_from_now_on(cast, brought, whole, now):
    placed = cast.on_duty.email
    whole["layers"][1]["participants"].append([placed])
    whole["time_off"] = [{"person": placed, **span(now - 9 * DAY)}, {"person": placed, **span(now - DAY, 9)}]
    whole["time_off"] += [{"person": A, **span(now - DAY, 9)}]
    assert "Left as they were: 1 " in brought(whole)
    found = list(TimeOff.objects.order_by("pk"))
    assert [it.person for it in found] == [cast.on_duty, cast.reporter]
    assert found[0].made_at > now - HOUR
    assert found[1].made_at == found[1].starts_at


def test_whoever_has_other_shifts_is_told_once(cast, brought, whole):
    brought(whole)
    told = Message.objects.filter(to=cast.partner).count()
    assert told == 1
    whole["layers"][1]["participants"] = [[B]]
    whole["swaps"] = []
    brought(whole)
    assert Message.objects.filter(to=cast.partner).count() == 2


def test_the_audit_says_what_an_import_did(brought, whole):
    brought(whole)
    brought(whole | {"depth": 1, "layers": whole["layers"][:1], "overrides": []})
    actions = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
    assert set(actions) == {
        "roster_created", "layer_added", "override_made", "swap_accepted", "swap_offered", "time_off_entered",
        "roster_changed", "layer_ended", "override_ended",
    }  # fmt: skip
    assert AuditEvent.objects.get(action="roster_changed").after["depth"] == 1


def test_a_bare_file_takes_its_name_from_where_it_lies(cast, brought, whole):
    said = brought({"zone": "UTC", "layers": whole["layers"]}, name="Night Desk.json")
    roster = Roster.objects.get(slug="night-desk")
    assert (roster.name, roster.owner) == ("night-desk", cast.reporter)
    assert "Its owner is reporter@cast.example." in said


def test_yaml_is_read_and_addresses_in_any_case(cast, brought):
    brought(
        "slug: desk\nzone: UTC\nlayers:\n- name: L\n  anchor_on: 2026-01-05\n  handoff_time: 09:00\n"
        "  turn: {n: 1, unit: week}\n  participants: [[Reporter@Cast.Example]]\n"
    )
    assert json.loads(exported())["layers"][0]["participants"] == [[A]]


def test_what_people_hold_is_told(cast, brought, whole, now):
    brought(whole)
    Clearance.objects.create(
        person=cast.partner, kind="csea", evidence="x", valid_from=now - 9 * DAY, valid_until=now - DAY
    )
    User.objects.filter(pk=cast.partner.pk).update(languages=["ru", "uk"], is_active=False)
    people = json.loads(exported())["people"]
    assert people[C]["clearances"] == ["csea", "terror"]
    assert people[B] == {"clearances": [], "languages": ["ru", "uk"], "reachable": False}


WRONG = [
    ({"owner": "nobody@cast.example"}, "owner: Nobody here has this address: nobody@cast.example."),
    ({"people": {"x@cast.example": {}}}, "people.x@cast.example: Nobody here"),
    ({"fallback": "nowhere"}, "fallback: There is no roster nowhere here."),
    ({"fallback": "desk"}, "fallback: A roster falls back on another."),
    ({"name": "Duty"}, "name: Another roster has this name."),
    ({"holidays": {"site": "paris"}}, "holidays.site: There are"),
    ({"zone": "Mars/Olympus"}, "zone: This is not a time zone"),
    ({"slug": "a b"}, "slug: "),
    ({"layers": [], "owner": None}, "owner: Say by e-mail address who owns it"),
]


@pytest.mark.parametrize(("wrong", "words"), WRONG, ids=str)
def test_what_cannot_be_here_is_refused_with_its_field_and_nothing_is_stored(brought, whole, wrong, words):
    before = everything()
    with pytest.raises(CommandError) as refused:
        brought(whole | wrong)
    assert str(refused.value).startswith(words)
    assert everything() == before


@pytest.mark.parametrize(
    ("place", "path"),
    [
        (lambda it: it["layers"][1]["participants"][2], "layers[1].participants[2]"),
        (lambda it: it["overrides"][0], "overrides[0].by"),
        (lambda it: it["swaps"][1], "swaps[1].to"),
        (lambda it: it["time_off"][1], "time_off[1].person"),
    ],
)
def test_unknown_people_are_named_with_their_place(brought, whole, place, path):
    brought(whole)
    before = everything()
    there = place(whole)
    if isinstance(there, list):
        there[0] = "who@cast.example"
    else:
        there[path.rpartition(".")[2]] = "who@cast.example"
    with pytest.raises(CommandError) as refused:
        brought(whole)
    assert str(refused.value) == f"{path}: Nobody here has this address: who@cast.example."
    assert everything() == before


def test_a_second_manager_on_duty_is_refused(brought, whole):
    brought(whole)
    with pytest.raises(CommandError, match=r"^is_manager_on_duty: Desk is the manager on duty"):
        brought(whole | {"slug": "other", "name": "Other"})


def test_an_unknown_roster_is_told_with_those_there_are(cast):
    with pytest.raises(CommandError, match=r"no roster nowhere\. There are: duty\."):
        exported("nowhere")


def test_the_cost_of_an_export_does_not_grow(cast, brought, whole, django_assert_num_queries):
    brought(whole)
    with django_assert_num_queries(11):
        exported()
