"""What of a title can be read, and that every door judges by it."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from incidents import titles
from incidents.actions import lifecycle
from incidents.models import Incident, Report
from tests.cast import ROUTING_KEY, START

UNREADABLE = "\u200b\u200e\ufeff\u2060"


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("Plain words", "Plain words"),
        (UNREADABLE, ""),
        ("\u200d\u200c", ""),
        ("\u0301\ufe0f", ""),
        (f"{UNREADABLE} Threat \u202eagainst\u202c a school ", "Threat against a school"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("\u200dEnds\u200c", "Ends"),
        ("soft\u00adhyphen", "softhyphen"),
        ("🔥", "🔥"),
        ("?", "?"),
    ],
)
def test_only_what_can_be_seen_is_kept(told, kept):
    assert titles.readable(told) == kept


def test_the_report_form_asks_for_words(cast, signed_in):
    answer = signed_in(cast.reporter).post(reverse("report"), {"title": UNREADABLE, "harm_type": "VT3"})
    assert (answer.status_code, "Say in one line" in answer.content.decode()) == (422, True)


def test_so_does_the_room(cast, signed_in):
    incident = lifecycle.accept(
        incident=cast.report(at=START), manager=cast.manager, by=cast.manager, at=START
    )
    at_desk = signed_in(cast.manager)
    for route, told in (("edit_incident", {"version": 1}), ("add_task", {})):
        answer = at_desk.post(reverse(route, args=[incident.code]), {"title": UNREADABLE} | told)
        assert answer.status_code == 422


def test_so_does_the_api(cast):
    headers = {"Authorization": f"Bearer {cast.token(cast.manager)}"}
    told = {"title": UNREADABLE, "harm_type": "VT3"}
    answer = Client().post("/api/reports/", told, content_type="application/json", headers=headers)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["title"])
    assert not Report.objects.exists()


def test_an_event_without_a_readable_summary_is_taken_under_words_of_ours(cast):
    payload = {"summary": UNREADABLE, "source": "s", "severity": "info"}
    told = {"routing_key": ROUTING_KEY, "event_action": "trigger", "payload": payload}
    assert Client().post("/v2/enqueue", json.dumps(told), content_type="application/json").status_code == 202
    assert Incident.objects.get().title == "Detector sent an event without a readable summary"
