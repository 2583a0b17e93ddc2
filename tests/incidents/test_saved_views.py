"""Views of the queue kept under a name."""

import pytest

from incidents.models import SavedView


@pytest.fixture
def at_desk(cast, signed_in):
    return signed_in(cast.manager)


def test_filters_saved_under_a_name_come_back_as_a_chip(cast, at_desk, signed_in):
    answer = at_desk.post("/incidents/views/", {"name": "Night", "query": "severity=0&utm=1&severity=x"})
    assert answer["Location"] == "/incidents/?severity=0"
    assert ">Night</a>" in at_desk.get("/incidents/").content.decode()
    assert "Night" not in signed_in(cast.on_duty).get("/incidents/").content.decode()
    at_desk.post("/incidents/views/delete/", {"name": "Night", "query": "severity=0"})
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "Give the view a name."),
        ("x" * 41, "at most 40"),
        ("a\x00b", "Null"),
        ("Night", "already have a view"),
    ],
)
def test_a_view_that_cannot_be_saved_says_why_at_the_field(cast, at_desk, name, words):
    SavedView.objects.create(person=cast.manager, name="Night", query="")
    answer = at_desk.post("/incidents/views/", {"name": name, "query": "severity=0"})
    page = answer.content.decode()
    assert (answer.status_code, words in page) == (422, True)
    assert 'value="severity=0"' in page, "the filters are still there to be saved"


def test_nobody_deletes_a_view_of_somebody_elses(cast, signed_in):
    SavedView.objects.create(person=cast.manager, name="Night", query="")
    signed_in(cast.on_duty).post("/incidents/views/delete/", {"name": "Night"})
    assert SavedView.objects.count() == 1


def test_there_is_an_end_to_saved_views(cast, at_desk):
    for number in range(20):
        at_desk.post("/incidents/views/", {"name": f"View {number}", "query": ""})
    refused = at_desk.post("/incidents/views/", {"name": "One more", "query": ""})
    assert (refused.status_code, SavedView.objects.count()) == (422, 20)
