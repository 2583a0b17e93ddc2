"""The room's screens: what each tab shows, what each form refuses, at what cost in queries."""

import pytest
from django.urls import reverse

from incidents.actions import entries, functions, lifecycle, rating, tasks, timeline
from incidents.choices import EntryKind
from tests.cast import START

TABS = ["tasks", "updates", "decisions", "people", "reports"]


@pytest.fixture
def at_desk(cast, signed_in):
    return signed_in(cast.manager)


@pytest.fixture
def incident(cast):
    return lifecycle.accept(incident=cast.report(at=START), manager=cast.manager, by=cast.manager, at=START)


def address(route, incident, *more):
    return reverse(route, args=[incident.code, *more])


def test_a_note_is_kept_as_written_and_shown_as_markdown(incident, at_desk):
    at_desk.post(address("note", incident), {"text": "**Two** copies"})
    assert incident.timeline.get(kind="note").text == "**Two** copies"
    assert "<strong>Two</strong> copies" in at_desk.get(incident.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("text", "kept_out"),
    [
        ("![x](https://elsewhere.example/a.png)", "<img"),
        ("[look](https://elsewhere.example/)", 'href="https://elsewhere'),
        ("<script>alert(1)</script>", "<script>alert"),
        ("<b onclick=x>", "<b onclick"),
    ],
)
def test_a_note_opens_nothing(incident, at_desk, text, kept_out):
    at_desk.post(address("note", incident), {"text": text})
    page = at_desk.get(incident.get_absolute_url()).content.decode()
    assert kept_out not in page[page.index('id="room-timeline"') :]


@pytest.mark.parametrize(
    ("route", "sent", "words"),
    [
        ("note", {"text": ""}, "Write something first."),
        ("note", {"text": "data:image/png;base64,AAAA"}, "cannot be stored"),
        ("note", {"text": "kept words", "occurred_at": "2099-01-01T00:00"}, "has not happened yet"),
        ("note", {"text": "kept words", "occurred_at": "0001-01-01T00:00"}, "from 2000 to 2100"),
        ("add_task", {"title": "kept words", "due_at": "9999-12-31T23:59"}, "from 2000 to 2100"),
        (
            "edit_incident",
            {"version": "1", "title": "kept words", "deadline_at": "9999-12-31T23:59"},
            "from 2000 to 2100",
        ),
        ("update", {"text": "", "next_in": "60", "tlp": "TLP:AMBER"}, "Say where things stand."),
        ("update", {"text": "kept words", "next_in": "7", "tlp": "TLP:AMBER"}, "valid choice"),
        ("update", {"text": "kept words", "next_in": "60", "tlp": "secret"}, "valid choice"),
        ("decision", {"text": "kept words", "reason": ""}, "Say why; a review will ask."),
        ("severity", {"severity": "9", "reason": "kept words"}, "valid choice"),
        ("severity", {"severity": "1", "reason": "kept words"}, "nothing to change"),
        ("resolve", {"reason": ""}, "Say in a line how it ended."),
        ("add_task", {"title": ""}, "Say what has to be done."),
        ("add_task", {"title": "kept words", "due_at": "soon"}, "valid date"),
        ("add_task", {"title": "kept words", "assignee": "999999"}, "valid choice"),
        ("assign", {"function": "", "person": ""}, "Choose a function."),
        ("manager", {"manager": "", "reason": "kept words"}, "Choose somebody."),
        ("edit_incident", {"version": "1", "title": "kept words", "language": "!!"}, "two or three letters"),
    ],
)
def test_bad_input_is_said_at_the_field_and_nothing_typed_is_lost(incident, at_desk, route, sent, words):
    before = incident.timeline.count()
    answer = at_desk.post(address(route, incident), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "kept words" in page or "kept words" not in sent.values()
    assert incident.timeline.count() == before


def test_an_update_sets_the_clock_for_the_next(incident, at_desk):
    at_desk.post(address("update", incident), {"text": "Calm", "next_in": "60", "tlp": "TLP:GREEN"})
    entry = incident.timeline.get(kind="update")
    incident.refresh_from_db()
    assert (incident.next_update_at - entry.occurred_at).total_seconds() == 3600
    assert "TLP:GREEN" in at_desk.get(address("room_tab", incident, "updates")).content.decode()


def test_tlp_labels_are_never_translated(cast, incident, at_desk):
    at_desk.post(address("update", incident), {"text": "Calm", "next_in": "", "tlp": "TLP:AMBER+STRICT"})
    cast.manager.language = "ru"
    cast.manager.save()
    page = at_desk.get(address("room_tab", incident, "updates")).content.decode()
    assert '<html lang="ru"' in page
    assert '<span class="tag tlp" translate="no">TLP:AMBER+STRICT</span>' in page


def test_a_second_person_lowers_the_severity_from_the_room(cast, incident, at_desk, signed_in):
    asked = at_desk.post(address("severity", incident), {"severity": "3", "reason": "Calm"}, follow=True)
    assert "A second person" in asked.content.decode()
    waiting = incident.downgrades.get()
    assert 'name="word"' not in asked.content.decode(), "whoever asked is offered no decision"
    signed_in(cast.on_duty).post(address("downgrade", incident), {"downgrade": waiting.pk, "word": "approve"})
    incident.refresh_from_db()
    assert incident.severity == 3


def test_deciding_what_was_decided_meanwhile_is_told(cast, incident, at_desk):
    told = at_desk.post(address("downgrade", incident), {"downgrade": "x", "word": "approve"}, follow=True)
    assert "decided meanwhile" in told.content.decode()


@pytest.mark.parametrize("word", [None, "", "aprove"])
def test_a_word_that_is_none_decides_nothing_and_is_asked_for_again(cast, incident, at_desk, signed_in, word):
    at_desk.post(address("severity", incident), {"severity": "3", "reason": "Calm"})
    waiting = incident.downgrades.get()
    sent = {"downgrade": waiting.pk} | ({} if word is None else {"word": word})
    told = signed_in(cast.on_duty).post(address("downgrade", incident), sent, follow=True).content.decode()
    assert ("Nothing was decided" in told, 'name="word" value="approve"' in told) == (True, True)
    waiting.refresh_from_db()
    assert waiting.state == "waiting"


def test_two_people_changing_the_properties_lose_nothing(cast, incident, at_desk, signed_in):
    form = {"version": "1", "title": "First", "region": "", "language": ""}
    at_desk.post(address("edit_incident", incident), form)
    second = signed_in(cast.on_duty)
    refused = second.post(address("edit_incident", incident), form | {"title": "Second"})
    page = refused.content.decode()
    assert (refused.status_code, "Somebody else changed" in page, 'value="Second"' in page, "First" in page) == (
        422, True, True, True,
    )  # fmt: skip
    assert 'name="version" value="2"' in page, "saving again goes through"


def test_what_is_folded_away_is_one_press_from_view(cast, incident, at_desk):
    entry = entries.add_note(incident=incident, text="Off the point", by=cast.manager, at=START)
    at_desk.post(address("curate", incident, entry.ref), {"hidden": "on", "title": "Aside"})
    page = at_desk.get(incident.get_absolute_url()).content.decode()
    assert ("Folded away: Aside" in page, "Off the point" in page) == (True, True)


def test_pinned_entries_stand_on_top_and_can_be_filtered(cast, incident, at_desk):
    entry = entries.add_note(incident=incident, text="Remember this", by=cast.manager, at=START)
    at_desk.post(address("curate", incident, entry.ref), {"pinned": "on", "title": "The turning point"})
    page = at_desk.get(incident.get_absolute_url()).content.decode()
    assert page.index("The turning point") < page.index("Remember this")
    assert "Accepted." not in at_desk.get(incident.get_absolute_url() + "?show=pinned").content.decode()


def test_an_entry_of_another_incident_cannot_be_curated_through_this_one(cast, incident, at_desk):
    other = cast.report().timeline.first()
    assert at_desk.post(address("curate", incident, other.ref), {"hidden": "on"}).status_code == 404
    task = tasks.add(incident=cast.report(), title="Theirs", by=cast.manager, at=START)
    assert at_desk.post(address("take_task", incident, task.pk), {"assignee": ""}).status_code == 404


def test_event_time_and_record_time_are_both_shown(cast, incident, at_desk):
    at_desk.post(address("note", incident), {"text": "Seen earlier", "occurred_at": "2026-03-02T08:00"})
    assert "recorded" in at_desk.get(incident.get_absolute_url()).content.decode()


def test_a_reader_without_edit_gets_no_form(cast, incident, signed_in):
    from tests.cast import person

    reader = signed_in(person("reader", "analyst", cast.manager.password))
    for path in [incident.get_absolute_url(), *(address("room_tab", incident, tab) for tab in TABS)]:
        page = reader.get(path).content.decode()
        assert f'action="{incident.get_absolute_url()}' not in page


def furnish(cast, incident, times):
    for number in range(times):
        entries.add_note(incident=incident, text="A note", by=cast.manager, at=START)
        tasks.add(incident=incident, title=f"Task {number}", assignee=cast.manager, by=cast.manager, at=START)
        entries.record_decision(incident=incident, text="Yes", reason="Why", by=cast.manager, at=START)
    functions.assign(incident=incident, function="scribe", person=cast.on_duty, by=cast.manager, at=START)
    rating.change(incident=incident, severity=3, reason="Calm", by=cast.manager, at=START)


QUERIES = {"tasks": 33, "updates": 28, "decisions": 28, "people": 33, "reports": 32}


@pytest.mark.parametrize("times", [1, 6])
@pytest.mark.parametrize("tab", TABS)
def test_every_tab_costs_the_same_however_much_is_in_it(
    cast, incident, at_desk, django_assert_num_queries, tab, times
):
    furnish(cast, incident, times)
    with django_assert_num_queries(QUERIES[tab]):
        at_desk.get(address("room_tab", incident, tab))


def test_the_browser_is_told_which_words_are_safe_now(incident, at_desk):
    for route in ("contain", "resolve", "reopen"):
        screen = at_desk.get(incident.get_absolute_url()).content.decode()
        said = at_desk.post(address(route, incident), {"reason": "Account frozen"}, follow=True)
        draft = f"{route}-{incident.code}"
        assert f'data-draft="{draft}"' in screen
        assert f'data-clears="{draft}"' in said.content.decode()


@pytest.mark.parametrize("times", [1, 500])
def test_the_room_costs_the_same_with_five_hundred_entries(
    cast, incident, at_desk, django_assert_max_num_queries, times
):
    furnish(cast, incident, 1)
    for number in range(times):
        timeline.record(
            incident=incident, kind=EntryKind.NOTE, at=START, by=cast.manager, text=f"Note {number}"
        )
    with django_assert_max_num_queries(31):
        page = at_desk.get(incident.get_absolute_url()).content.decode()
    assert page.count('class="entry"') <= 60


def test_older_entries_are_a_press_away_and_none_is_skipped(cast, incident, at_desk):
    for number in range(70):
        timeline.record(
            incident=incident, kind=EntryKind.NOTE, at=START, by=cast.manager, text=f"Note {number};"
        )
    first = at_desk.get(incident.get_absolute_url()).content.decode()
    older = first.partition('href="?before=')[2].partition('"')[0]
    seen = first + at_desk.get(f"{incident.get_absolute_url()}?before={older}").content.decode()
    assert 'href="?before=' not in seen.removeprefix(first)
    assert all(f"Note {number};" in seen for number in range(70))


@pytest.mark.parametrize("query", ["?before=x", "?before=00000000-0000-4000-8000-000000000000", "?show=zzz"])
def test_an_address_that_means_nothing_shows_the_whole_timeline(incident, at_desk, query):
    assert "Accepted." in at_desk.get(incident.get_absolute_url() + query).content.decode()
