"""The shell around every screen: where signing in leads after a session has ended, messages that wait for a person
to read them, places in the navigation, the style guide."""

import pytest
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from config import colours
from config.templatetags import shell

LOGIN = "/account/login/?next="


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        ("http://testserver/on-duty/?week=3", "/on-duty/%3Fweek%3D3"),
        ("https://elsewhere.example/on-duty/", "/"),
        ("http://testserver.elsewhere.example/on-duty/", "/"),
        (
            "http://testserver/incidents/WF-ABC123/decline/",
            "/",
        ),  # refused forms stand at an address nobody can open
        ("http://testserver/nothing/", "/"),
        ("", "/"),
    ],
)
def test_what_is_sent_after_the_session_ended_leads_back_to_its_page(db, came_from, back):
    answer = Client().post("/incidents/WF-ABC123/acknowledge/", headers={"Referer": came_from})
    assert answer["Location"] == LOGIN + back


def test_what_is_opened_after_the_session_ended_leads_back_to_itself(db):
    answer = Client().get("/on-duty/?week=3", headers={"Referer": "http://testserver/incidents/"})
    assert answer["Location"] == LOGIN + "/on-duty/%3Fweek%3D3"


def test_a_background_refresh_leaves_messages_for_the_next_page(cast, signed_in):
    client, incident = signed_in(cast.manager), cast.report()
    client.post(f"/incidents/{incident.code}/acknowledge/")
    client.post(f"/incidents/{incident.code}/acknowledge/")
    for _ in range(2):
        background = client.get("/on-duty/", headers={"X-Live": "1"}).content.decode()
        assert "data-notices" not in background
    assert "data-notices" in client.get("/on-duty/").content.decode()
    assert "data-notices" not in client.get("/on-duty/").content.decode()


def test_a_message_carries_its_undo_and_the_draft_it_makes_needless():
    message = Message(messages.SUCCESS, "Merged.", "clears:note-7 undo:/incidents/WF-ABC123/unmerge/")
    assert shell.undo(message) == "/incidents/WF-ABC123/unmerge/"
    assert shell.clears(message) == "note-7"
    assert (shell.undo(Message(messages.INFO, "Plain.")), shell.clears("")) == ("", "")


def test_the_place_one_stands_in_is_marked_below_it_too(cast, signed_in):
    client, incident = signed_in(cast.manager), cast.report()
    queue = client.get("/incidents/").content.decode()
    assert '<a href="/incidents/" aria-current="page">' in queue
    assert '<a href="/" aria-current' not in queue
    room = client.get(incident.get_absolute_url()).content.decode()
    assert '<a href="/incidents/" aria-current="true">' in room


def test_places_nobody_has_built_are_left_out():
    assert shell.place({}, "no_such_route", "home", "Nowhere") == {"address": None}


@pytest.mark.parametrize(("part", "there"), [("manager", True), ("reporter", False), ("outsider", False)])
def test_a_place_that_is_not_open_to_ones_roles_is_not_offered(cast, signed_in, part, there):
    page = signed_in(getattr(cast, part)).get("/").content.decode()
    assert ('href="/on-duty/"' in page) == there


def test_density_is_there_in_the_first_paint(cast, signed_in):
    client = signed_in(cast.manager)
    assert "data-density" not in client.get("/").content.decode()
    client.cookies["density"] = "compact"
    assert '<html lang="en" data-density="compact">' in client.get("/").content.decode()
    client.cookies["density"] = '"><script>'
    assert "data-density" not in client.get("/").content.decode()


def test_the_style_guide_is_for_work_on_the_console_only(cast, signed_in, settings):
    client = signed_in(cast.manager)
    assert client.get("/styleguide/").status_code == 404
    settings.DEBUG = True
    assert client.get("/styleguide/").status_code == 200


def test_production_does_not_start_with_debug(monkeypatch):
    surroundings = {"WATCHFLOOR_ENV": "production", "SECRET_KEY": "x" * 50, "BASE_URL": "https://x.example"}
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)
    source = colours.settings.BASE_DIR / "config" / "settings.py"
    code = compile(source.read_text(), source, "exec")
    exec(code, {"__file__": str(source)})
    monkeypatch.setenv("DEBUG", "1")
    with pytest.raises(ImproperlyConfigured, match="DEBUG"):
        exec(code, {"__file__": str(source)})


def test_whatever_is_written_in_colour_can_be_read_in_both_themes():
    judged = [colour for colour in colours.every() if colour.contrast]
    assert {colour.name for colour in judged} == set(colours.INKS)
    assert [colour.name for colour in judged if min(colour.contrast) < 4.5] == []
    assert colours.contrast("#000000", "#ffffff") == 21
