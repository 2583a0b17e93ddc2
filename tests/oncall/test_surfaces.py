"""One computation behind every surface: the engine, the API, the page, the feed, a roster file's preview, the editor's
preview and paging tell the same turns; and when the engine goes a minute wrong, every one of them goes with it."""

import json
import re
from datetime import datetime, timedelta
from html import unescape
from io import StringIO
from itertools import pairwise

import icalendar
import pytest
from django.core.management import call_command
from django.test import Client

from accounts import clock
from accounts.models import User
from escalations.actions.responders import Responders
from escalations.ladder import Step, Target
from oncall import rota
from oncall.actions import feeds
from oncall.models import Roster
from tests.oncall.rosters import utc
from tests.oncall.stage import layered

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
MONDAY = utc("2026-03-02T12:00")
WEEK = utc("2026-03-08T00:00"), utc("2026-03-15T00:00")  # Los Angeles puts its clocks forward on the 8th
SURFACES = ["api", "page", "feed", "file", "editor", "paging"]


def within(turns):
    """The turns that begin within the week."""
    return {at: name for at, name in turns if WEEK[0] < at < WEEK[1]}


@pytest.fixture
def desk(cast, set_clock):
    """A day each, round and round, handed over at 09:00 in Los Angeles; whoever looks does so from UTC."""
    set_clock(MONDAY)
    return layered("desk", [cast.on_duty, cast.second, cast.manager])


@pytest.fixture
def told(desk, cast, chief, call, signed_in, tmp_path):
    """What a surface says on who comes on when within the week: instant -> name."""
    by_address = dict(User.objects.values_list("email", "name"))
    by_id = dict(User.objects.values_list("pk", "name"))
    _feed, secret = feeds.make(
        person=cast.on_duty, roster=desk, label="Desk", expires_at=clock.now() + 90 * DAY, at=clock.now()
    )

    def engine():
        rules = Roster.objects.filter(pk=desk.pk).rules(WEEK)[desk.pk]
        return [(it.starts_at, by_id[it.people[0]]) for it in rota.final_schedule(rules, *WEEK)]

    def api():
        start, end = map(datetime.isoformat, WEEK)
        return of_json(call("get", "rosters/desk/schedule/", starts_at=start, ends_at=end).json())

    def page():
        shown = signed_in(cast.on_duty).get("/on-duty/?view=week&on=2026-03-11&roster=desk").content.decode()
        bars = re.findall(r'class="bar-words" data-shift href="([^"]*)" aria-label="([^"]*)"', shown)
        return [(_moment(href), words.split(",")[0]) for href, words in bars]

    def feed():
        calendar = icalendar.Calendar.from_ical(Client().get(f"/calendars/{secret}.ics").content)
        events = [it for it in calendar.walk("VEVENT") if it["STATUS"] == "CONFIRMED"]
        return [(it["DTSTART"].dt, it["SUMMARY"].split(" · ")[0]) for it in events]

    def file():
        path, start, end = tmp_path / "desk.json", *map(datetime.isoformat, WEEK)
        path.write_text(_printed("roster_export", "desk"))
        return of_json(json.loads(_printed("roster_preview", str(path), "--from", start, "--to", end)))

    def of_json(schedule):
        turns = schedule["shifts"]
        return [(datetime.fromisoformat(it["starts_at"]), by_address[it["people"][0]]) for it in turns]

    def editor():
        layer = desk.layers.get()
        shown = signed_in(chief).get(f"/rosters/{desk.pk}/layers/{layer.pk}/").content.decode()
        stints = re.findall(r'class="stint-who">([^<]*)<.*?<time datetime="([^"]*)"', shown)
        return [(datetime.fromisoformat(at), name) for name, at in stints]

    def paging():
        minutes = [at + step * MINUTE for at, _ in engine() for step in (-2, -1, 0, 1, 2)]
        step = Step(0, (Target(roster=desk.pk, duty="primary"),))
        incident = cast.report()
        paged = [(at, Responders(incident.profile, "VT3", at).at_step(step)[0].name) for at in minutes]
        return [now for before, now in pairwise(paged) if before[1] != now[1]]

    surfaces = {made.__name__: made for made in (engine, api, page, feed, file, editor, paging)}
    return lambda surface: within(surfaces[surface]())


@pytest.mark.parametrize("surface", SURFACES)
def test_every_surface_tells_what_the_engine_tells(told, surface):
    assert len(told("engine")) == 7
    assert told(surface) == told("engine")


@pytest.mark.parametrize("surface", SURFACES)
def test_a_minute_wrong_in_the_engine_is_a_minute_wrong_on_every_surface(told, surface, monkeypatch):
    right, slots = told(surface), rota.slots

    def late(layer, zone, span):
        for slot in slots(layer, zone, (span[0] - MINUTE, span[1] - MINUTE)):
            yield slot._replace(starts_at=slot.starts_at + MINUTE, ends_at=slot.ends_at + MINUTE)

    monkeypatch.setattr(rota, "slots", late)
    assert told(surface) == {at + MINUTE: name for at, name in right.items()} == told("engine")


def _moment(address):
    return datetime.fromisoformat(unescape(address).replace("%3A", ":").replace("%2B", "+").split("at=")[1])


def _printed(*command):
    out = StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()
