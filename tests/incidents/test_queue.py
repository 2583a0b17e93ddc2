"""The queue: what it shows to whom in which order, its filters and views, and what follows from an act in it."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from incidents.actions import lifecycle, triage
from incidents.choices import DeclineReason
from incidents.forms.triage import DeclineForm
from incidents.models import Incident
from tests.cast import person

ROWS = {"headers": {"X-Rows": "1"}}
QUEUE_QUERIES, ROWS_QUERIES, PREVIEW_QUERIES = 32, 15, 24


@pytest.fixture
def at_desk(cast, signed_in):
    return signed_in(cast.manager)


@pytest.fixture
def few_rows(monkeypatch):
    monkeypatch.setattr("incidents.board.PAGE", 2)


def shown(client, query: str = "", **more) -> list[str]:
    """The codes of the rows, in the order of the screen."""
    page = client.get(f"/incidents/?{query}", **more).content.decode()
    return [part[:9] for part in page.split('<tr class="row" data-code="')[1:]]


def accepted(cast, **told) -> Incident:
    incident = cast.report(**told)
    return lifecycle.accept(incident=incident, manager=cast.manager, by=cast.manager, at=timezone.now())


# -- What is shown ---------------------------------------------------------------------------------


def test_triage_first_then_worst_then_oldest(cast, at_desk):
    at = datetime.now(UTC)
    working = accepted(cast)
    younger, older = cast.report(at=at), cast.report(at=at - timedelta(hours=1))
    milder = cast.report(harm_type="VT4", at=at - timedelta(hours=2))
    assert shown(at_desk) == [older.code, younger.code, milder.code, working.code]


def test_a_row_says_what_is_due_and_who_has_it(cast, at_desk):
    accepted(cast, at=datetime.now(UTC) - timedelta(hours=2))
    page = at_desk.get("/incidents/", **ROWS).content.decode()
    assert "data-late" in page
    assert "First containment" in page or "Status update" in page
    assert page.count(cast.manager.name) == 2, "acknowledged by and incident manager"


def test_what_ended_stands_on_a_page_of_its_own(cast, at_desk):
    waiting, declined = cast.report(), cast.report()
    triage.decline(incident=declined, reason="routine", by=cast.manager, at=timezone.now())
    assert shown(at_desk) == [waiting.code]
    assert shown(at_desk, "view=ended") == [declined.code]


def test_hidden_incidents_count_nowhere(cast, signed_in):
    cast.report()
    hidden = cast.report(harm_type="CS2", title="Not for everyone")
    client = signed_in(cast.on_duty)
    for query in ("", "severity=1", f"selected={hidden.code}", f"q={hidden.code}"):
        page = client.get(f"/incidents/?{query}").content.decode()
        assert "Not for everyone" not in page
        assert page.count('data-chip="severity-1"') == 1
        assert '<span class="count">2</span>' not in page
    assert client.get(f"/incidents/{hidden.code}/preview/").status_code == 404


def test_a_hidden_selection_answers_like_one_that_does_not_exist(cast, signed_in):
    hidden, client = cast.report(harm_type="CS2"), signed_in(cast.on_duty)
    for code in (hidden.code, "WF-000000", "nonsense", "%00"):
        answer = client.get(f"/incidents/?selected={code}")
        assert (answer.status_code, b"It does not exist, or it is not for you" in answer.content) == (
            200,
            True,
        )


def test_the_outsider_sees_no_row_and_is_told_why(cast, signed_in):
    cast.report()
    client = signed_in(cast.outsider)
    assert shown(client) == []
    assert "not open to your roles" in client.get("/incidents/").content.decode()


@pytest.mark.parametrize("incidents", [1, 6, 60])
def test_the_queue_costs_the_same_however_long(cast, at_desk, django_assert_num_queries, incidents):
    for _ in range(incidents):
        cast.report()
    at_desk.get("/incidents/")
    with django_assert_num_queries(QUEUE_QUERIES):
        at_desk.get("/incidents/")
    with django_assert_num_queries(ROWS_QUERIES):
        at_desk.get("/incidents/", **ROWS)


@pytest.mark.parametrize("reports", [1, 6])
def test_the_preview_costs_the_same_however_much_there_is(cast, at_desk, django_assert_num_queries, reports):
    for _ in range(reports):
        incident = cast.report(dedup_key="k")
        cast.report()
    with django_assert_num_queries(PREVIEW_QUERIES):
        at_desk.get(f"/incidents/{incident.code}/preview/")


# -- Pages of it -----------------------------------------------------------------------------------


def test_the_next_page_of_a_group_begins_after_the_last_row(cast, at_desk, few_rows):
    at = datetime.now(UTC)
    codes = [cast.report(at=at - timedelta(minutes=minutes)).code for minutes in (50, 40, 40, 20, 10)]
    seen, address = shown(at_desk), "/incidents/"
    while b"data-onward" in (answer := at_desk.get(address)).content:
        address = answer.context["board"].groups[0].onward
        seen += shown(at_desk, address.partition("?")[2])
    assert sorted(seen) == sorted(codes)
    assert len(seen) == len(codes)
    assert [seen[0], *seen[3:]] == [codes[0], *codes[3:]]


def test_older_ones_of_what_ended(cast, at_desk, few_rows):
    at = timezone.now()
    codes = []
    for minutes in (3, 2, 1):
        codes.append(cast.report().code)
        ended = Incident.objects.locked(
            Incident.objects.visible_to(cast.manager.subject(at=at)).latest("pk").pk
        )
        triage.decline(incident=ended, reason="spam", by=cast.manager, at=at - timedelta(minutes=minutes))
    first = at_desk.get("/incidents/?view=ended")
    assert "Older" in first.content.decode()
    onward = first.context["board"].groups[0].onward
    assert shown(at_desk, "view=ended") + shown(at_desk, onward.partition("?")[2]) == codes[::-1]


@pytest.mark.parametrize(
    "after", ["", "x", "%00", "W10", "WzEsMiwzXQ", "e30", "a" * 500, "WzEsIjIwMjYiLCJhIl0"]
)
def test_a_cursor_nobody_made_begins_at_the_top_and_says_so(cast, at_desk, after):
    incident = cast.report()
    answer = at_desk.get(f"/incidents/?group=triage&after={after}")
    assert (answer.status_code, "this is the first" in answer.content.decode()) == (200, True)
    assert shown(at_desk, f"group=triage&after={after}") == [incident.code]


def test_no_cursor_tells_how_many_incidents_there_are(cast, at_desk, few_rows):
    for _ in range(3):
        cast.report()
    from incidents import cursors

    onward = at_desk.get("/incidents/").context["board"].groups[0]
    key = cursors.unpacked(onward.more, (int, datetime, str))
    assert key[2] == onward.incidents[-1].code


# -- Filters ---------------------------------------------------------------------------------------


@pytest.fixture
def mixed(cast) -> dict[str, Incident]:
    return {
        "threat": cast.report(region="EMEA", language="en"),
        "insult": cast.report(harm_type="VT4", region="APAC", title="Surge of slurs"),
        "drill": cast.report(mode="drill", title="An exercise"),
        "managed": accepted(cast, title="Somebody leads this"),
    }


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("severity=2", {"insult"}),
        ("severity=1&severity=2", {"threat", "insult", "drill", "managed"}),
        ("stage=active", {"managed"}),
        ("harm_type=VT4", {"insult"}),
        ("region=EMEA", {"threat"}),
        ("language=en", {"threat"}),
        ("mode=drill", {"drill"}),
        ("manager=me", {"managed"}),
        ("manager=nobody", {"threat", "insult", "drill"}),
        ("acknowledged=yes", {"managed"}),
        ("acknowledged=no&mode=live", {"threat", "insult"}),
        ("q=slurs+surge", {"insult"}),
        ("q=100%25", set()),
        ("utm=1", {"threat", "insult", "drill", "managed"}),
    ],
)
def test_filters_in_the_address(at_desk, mixed, query, left):
    assert set(shown(at_desk, query)) == {mixed[name].code for name in left}


def test_a_code_as_people_type_it_finds_its_incident(at_desk, mixed):
    code = mixed["threat"].code
    assert shown(at_desk, f"q=+{code.lower()}+") == [code]


def test_filtering_by_a_person(cast, signed_in, mixed):
    assert shown(signed_in(cast.on_duty), f"manager={cast.manager.pk}") == [mixed["managed"].code]


@pytest.mark.parametrize(
    "query",
    [
        "severity=9", "severity=x", "stage=resolved", "harm_type=ZZ9", "region=%00", "language=!!", "mode=",
        "manager=999999999999999999999", "manager=0", "acknowledged=maybe", f"q={'x' * 101}", "q=a%00b", "view=new",
        "severity=" + "9&severity=" * 300,
    ],
)  # fmt: skip
def test_a_filter_that_cannot_be_read_is_said_and_the_rest_counts(at_desk, mixed, query):
    answer = at_desk.get(
        f"/incidents/?harm_type=VT4&{query}" if "harm" not in query else f"/incidents/?{query}"
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert ("left out" in page) == (query not in {"mode=", "view=new"})
    if "harm" not in query:
        assert shown(at_desk, f"harm_type=VT4&{query}") == [mixed["insult"].code]


def test_of_several_values_the_good_ones_count(at_desk, mixed):
    assert shown(at_desk, "severity=9&severity=2") == [mixed["insult"].code]


def test_a_chip_counts_what_pressing_it_would_show(at_desk, mixed):
    def counts(query: str, name: str) -> dict:
        chips = at_desk.get(f"/incidents/?{query}").context["board"].chips[name]
        return {chip.value: chip.count for chip in chips if chip.count}

    assert counts("", "severity") == {1: 3, 2: 1}
    assert counts("severity=2", "severity") == {1: 3, 2: 1}, "severities do not narrow one another"
    assert counts("severity=2", "stage") == {"triage": 1}
    assert counts("mode=drill", "severity") == {1: 1}


def test_the_address_keeps_what_was_read_and_nothing_else(at_desk, mixed):
    board = at_desk.get("/incidents/?utm=1&severity=3&severity=9&q=surge&selected=WF-000000").context["board"]
    assert board.query == "severity=3&q=surge"
    assert board.address(q=[]) == "/incidents/?severity=3"


# -- Acts from the queue ---------------------------------------------------------------------------


def test_the_preview_offers_what_its_reader_may_do(cast, signed_in):
    incident = cast.report()
    page = signed_in(cast.manager).get(f"/incidents/{incident.code}/preview/").content.decode()
    assert all(f"/{verb}/" in page for verb in ("acknowledge", "accept", "merge", "decline"))
    page = signed_in(cast.on_duty).get(f"/incidents/{incident.code}/preview/").content.decode()
    assert "/acknowledge/" in page
    assert not any(f"/{verb}/" in page for verb in ("accept", "merge", "decline"))


def test_whoever_acts_stays_in_the_queue_at_the_next_row(cast, at_desk):
    first, second = cast.report(), cast.report()
    page = at_desk.get("/incidents/?mode=live").content.decode()
    onward = f"/incidents/?mode=live&selected={second.code}"
    assert f'value="{onward}"'.replace("&", "&amp;") in page
    answer = at_desk.post(f"/incidents/{first.code}/accept/", {"next": onward})
    assert answer["Location"] == onward


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "", "x"],
)
def test_an_act_leads_nowhere_but_into_this_site(cast, at_desk, elsewhere):
    incident = cast.report()
    answer = at_desk.post(f"/incidents/{incident.code}/acknowledge/", {"next": elsewhere})
    assert answer["Location"] == f"/incidents/{incident.code}/"


def test_accepting_names_me_or_another_incident_manager(cast, at_desk):
    another = person("zelda", "incident_manager", cast.manager.password)
    mine, theirs = cast.report(), cast.report()
    at_desk.post(f"/incidents/{mine.code}/accept/")
    at_desk.post(f"/incidents/{theirs.code}/accept/", {"manager": another.pk})
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.incident_manager, theirs.incident_manager) == (cast.manager, another)


def test_only_who_may_know_and_triage_is_offered_as_manager(cast, at_desk):
    uncleared = person("zelda", "incident_manager", cast.manager.password)
    incident = cast.report(harm_type="CS2")
    assert uncleared.name not in at_desk.get(f"/incidents/{incident.code}/preview/").content.decode()
    for other in (uncleared.pk, cast.on_duty.pk, "x", 0):
        answer = at_desk.post(f"/incidents/{incident.code}/accept/", {"manager": other}, follow=True)
        assert "cannot manage this incident" in answer.content.decode()
    incident.refresh_from_db()
    assert incident.stage == "triage"


def undo_of(answer) -> str:
    said = [message for message in answer.wsgi_request._messages if message.extra_tags]
    assert said[0].extra_tags.startswith("undo:")
    return said[0].extra_tags.removeprefix("undo:")


def test_what_was_declined_can_be_undone_from_the_toast(cast, at_desk):
    incident, here = cast.report(), "/incidents/?mode=live"
    answer = at_desk.post(f"/incidents/{incident.code}/decline/", {"reason": "spam", "next": here})
    assert undo_of(answer) == f"/incidents/{incident.code}/restore/?next={quote(here, safe='')}"
    assert at_desk.post(undo_of(answer))["Location"] == here
    incident.refresh_from_db()
    assert (incident.stage, incident.decline_reason) == ("triage", "")


def test_what_was_merged_can_be_undone_and_its_reports_come_home(cast, at_desk):
    incident, survivor = cast.report(), cast.report()
    answer = at_desk.post(f"/incidents/{incident.code}/merge/", {"pick": survivor.code})
    assert answer["Location"] == survivor.get_absolute_url()
    at_desk.post(undo_of(answer))
    incident.refresh_from_db()
    assert (incident.stage, incident.reports.count(), survivor.reports.count()) == ("triage", 1, 1)


def test_undoing_what_nobody_did_says_so(cast, at_desk):
    incident = cast.report()
    answer = at_desk.post(f"/incidents/{incident.code}/restore/", follow=True)
    assert "is already triage" in answer.content.decode()


def test_likely_survivors_are_alike_near_and_known_to_the_reader(cast, at_desk, signed_in):
    at = datetime.now(UTC)
    incident = cast.report(at=at, region="EMEA")
    other_harm = cast.report(at=at, harm_type="HA3", region="EMEA")
    far = cast.report(at=at - timedelta(days=2), region="EMEA")
    near = cast.report(at=at - timedelta(hours=1), region="EMEA")
    elsewhere = cast.report(at=at, region="APAC")
    cast.report(at=at, mode="drill")
    cast.report(at=at, harm_type="CS2")
    ended = cast.report(at=at)
    triage.decline(incident=ended, reason="spam", by=cast.manager, at=at)
    form = at_desk.get(f"/incidents/{incident.code}/preview/").context["merge_form"]
    assert [one.code for one in form.likely] == [near.code, far.code, elsewhere.code, other_harm.code]
    in_room = at_desk.get(incident.get_absolute_url()).context["merge_form"]
    assert [one.code for one in in_room.likely] == [one.code for one in form.likely]


def test_a_merge_without_any_code_says_so_at_the_field(cast, at_desk):
    incident = cast.report()
    answer = at_desk.post(f"/incidents/{incident.code}/merge/", {"next": "/incidents/"})
    page = answer.content.decode()
    assert (answer.status_code, "Give the code of the incident" in page) == (422, True)
    assert 'name="next" value="/incidents/"' in page, "where one came from is not lost"


def test_what_was_picked_is_still_picked_after_a_refusal(cast, at_desk):
    incident, other = cast.report(), cast.report()
    answer = at_desk.post(f"/incidents/{incident.code}/merge/", {"pick": other.code, "into": "WF-000000"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{other.code}" checked' in page
    assert 'value="WF-000000"' in page


def test_every_reason_says_what_it_means_and_has_a_digit():
    reasons = DeclineForm().reasons()
    assert [radio.data["value"] for radio, _, _ in reasons] == DeclineReason.values
    assert "".join(key for _, _, key in reasons) == "1234567890"
    assert all(str(means).endswith(".") for _, means, _ in reasons)
