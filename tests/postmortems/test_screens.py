"""The screens of reviews: what each shows, to whom, at what cost in queries, and that no word is lost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from incidents.actions import grants
from postmortems.actions import improvements, remarks, reviews
from postmortems.models import ContributingFactor, Improvement, Review, SectionRevision
from tests.cast import person
from tests.postmortems.conftest import MINUTE, lived_through

FRAGMENT = {"X-Fragment": "1"}


@pytest.fixture
def desk(past, signed_in):
    return signed_in(past.manager)


def at(past, route, *more):
    return reverse(route, args=[past.incident.code, *more])


def planned(past, **told):
    plan = {
        "title": "Watch the tag",
        "detail": "",
        "kind": "detect",
        "priority": 1,
        "owner": past.manager,
        "due_on": past.review.due_on,
    }
    return improvements.add(review=past.review, plan=plan | told, by=past.manager, at=past.at)


def test_whoever_may_not_know_of_the_incident_finds_no_review(past, signed_in):
    improvement, outsider = planned(past), signed_in(past.cast.outsider)
    for address in (at(past, "review"), at(past, "review_print"), improvement.get_absolute_url()):
        assert outsider.get(address).status_code == 404
    for address in (reverse("reviews"), reverse("improvements")):
        assert past.incident.code not in outsider.get(address).content.decode()
    move = reverse("improvement_move", args=[improvement.pk])
    assert outsider.post(move, {"to": "in_progress"}).status_code == 404


def test_the_way_marks_reviews_and_not_the_queue(past, desk):
    page = desk.get(at(past, "review")).content.decode()
    links = [link for link in page.split('href="')[1:] if 'aria-current="true"' in link.split(">")[0]]
    marked = {link.split('"')[0] for link in links}
    assert reverse("reviews") in marked
    assert reverse("incidents") not in marked


def test_a_responder_reads_but_does_not_write(past, signed_in):
    responder = signed_in(past.cast.on_duty)
    page = responder.get(at(past, "review")).content.decode()
    assert "data-autosave" not in page
    assert responder.post(at(past, "review_section", "summary"), {"text": "x"}).status_code == 404
    assert responder.post(at(past, "review_submit")).status_code == 404


def let_in(past, someone):
    grants.give(
        incident=past.incident, person=someone, permission="edit", source="manual", reason="test", at=past.at
    )


def test_a_grant_on_the_incident_writes_no_review_not_even_ones_own(past, signed_in):
    let_in(past, past.cast.partner)
    Review.objects.update(owner=past.cast.partner)
    partner = signed_in(past.cast.partner)
    page = partner.get(at(past, "review")).content.decode()
    assert ("data-autosave" in page, f'action="{at(past, "review")}' in page) == (False, False)
    told = {"text": "Two schools.", "version": 1}
    assert partner.post(at(past, "review_section", "impact"), told).status_code == 404
    assert partner.post(at(past, "review_remarks"), {"text": "Hm."}).status_code == 404
    assert partner.post(at(past, "review_submit")).status_code == 404


def test_a_review_is_handed_to_nobody_who_could_not_write_it(past, desk):
    let_in(past, past.cast.partner)
    told = {"owner": past.cast.partner.pk, "due_on": "2026-12-01"}
    refused = desk.post(at(past, "review_owner"), told)
    assert (refused.status_code, "whose role writes reviews" in refused.content.decode()) == (422, True)


def test_whoever_owns_an_improvement_by_a_grant_sees_it_through_and_rewords_nothing(past, signed_in):
    let_in(past, past.cast.partner)
    improvement = planned(past, owner=past.cast.partner)
    partner = signed_in(past.cast.partner)
    move = reverse("improvement_move", args=[improvement.pk])
    page = partner.get(improvement.get_absolute_url()).content.decode()
    assert (move in page, "Change it" in page) == (True, False)
    assert partner.post(improvement.get_absolute_url(), {"title": "Less"}).status_code == 404
    assert partner.post(move, {"to": "in_progress"}).status_code == 302


def test_its_owner_writes_without_the_right_to_write_every_review(past, signed_in):
    reviews.hand_over(
        review=past.review, owner=past.cast.on_duty, due_on=past.review.due_on, by=past.manager, at=past.at
    )
    owner = signed_in(past.cast.on_duty)
    answer = owner.post(at(past, "review_section", "impact"), {"text": "Two schools.", "version": 1})
    assert answer.status_code == 302
    assert past.review.sections.get(kind="impact").text == "Two schools."


def test_a_section_saves_for_a_script_and_says_when(past, desk):
    told = {"text": "Ours.\r\n\r\nMore.", "version": 1}
    answer = desk.post(at(past, "review_section", "summary"), told, headers=FRAGMENT)
    assert answer.status_code == 200
    assert 'data-version="2"' in answer.content.decode()
    assert past.review.sections.get(kind="summary").text == "Ours.\n\nMore."


def test_a_wording_saved_meanwhile_is_shown_beside_ours(past, desk):
    past.write("summary", "Theirs, word for word.", by=past.lead)
    mine = {"text": "Mine, word for word.", "version": 1}
    for headers in ({}, FRAGMENT):
        answer = desk.post(at(past, "review_section", "summary"), mine, headers=headers)
        page = answer.content.decode()
        # A script is answered; an error would stand on the browser's console for what is none.
        assert answer.status_code == (200 if headers else 409)
        assert ("data-version" in page, "data-dirty" in page) == (False, True)
        assert "Mine, word for word." in page
        assert "Theirs, word for word." in page
    assert past.review.sections.get(kind="summary").text == "Theirs, word for word."
    assert desk.post(at(past, "review_section", "summary"), mine | {"version": 2}).status_code == 302
    kept = SectionRevision.objects.filter(section__kind="summary").values_list("text", flat=True)
    assert list(kept) == ["", "Theirs, word for word.", "Mine, word for word."]


def test_saving_the_same_words_twice_is_no_conflict_and_no_wording(past, desk):
    told = {"text": "Ours.", "version": 1}
    for _ in range(2):
        assert desk.post(at(past, "review_section", "summary"), told).status_code == 302
    assert SectionRevision.objects.filter(section__kind="summary").count() == 2


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"text": "data:image/png;base64,iVBORw0KGgo=", "version": 1}, "cannot be stored here"),
        ({"text": "x" * 40_001, "version": 1}, "at most 40000"),
        ({"text": "a\x00b", "version": 1}, "Null characters"),
    ],
)
def test_what_a_section_cannot_hold_is_said_and_the_words_stay(past, desk, told, words):
    for headers in ({}, FRAGMENT):
        answer = desk.post(at(past, "review_section", "summary"), told, headers=headers)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert escape(told["text"])[:20].replace("\x00", "") in desk.post(
        at(past, "review_section", "summary"), told
    ).content.decode().replace("\x00", "")


def test_words_for_a_review_submitted_meanwhile_are_given_back(past, desk):
    past.submitted()
    told = {"text": "One more thing.", "version": 2}
    answer = desk.post(at(past, "review_section", "summary"), told)
    assert answer.status_code == 422
    assert "One more thing." in answer.content.decode()


def test_history_shows_sittings_and_what_changed(past, desk):
    for minute, text in enumerate(["One", "One two", "One two three"]):
        past.write("summary", text, at=past.at + minute * MINUTE)
    past.write("summary", "One four", by=past.lead, at=past.at + 5 * MINUTE)
    page = desk.get(at(past, "review_section", "summary")).content.decode()
    assert page.count("?version=") == 3, "what one person wrote in one sitting is one step"
    assert "two three" in page.partition("<del>")[2]
    assert "four" in page.partition("<ins>")[2]


def test_an_earlier_wording_is_restored_as_a_new_one(past, desk):
    past.write("summary", "One.")
    past.write("summary", "Two.", by=past.lead)
    answer = desk.post(at(past, "review_restore", "summary"), {"version": 2})
    section = past.review.sections.get(kind="summary")
    assert (answer.status_code, section.text, section.version) == (302, "One.", 4)


def test_submitting_too_early_says_which_parts_are_missing(past, desk):
    answer = desk.post(at(past, "review_submit"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Write the summary." in page
    assert "Add at least one contributing factor." in page
    assert "Write what happened." not in page, "the timeline has told that"


def test_from_draft_to_approved_in_the_browser(past, desk, signed_in):
    desk.post(at(past, "review_section", "summary"), {"text": "Ours.", "version": 1})
    desk.post(at(past, "review_factors"), {"category": "detection", "text": "Nobody watched it."})
    desk.post(at(past, "review_submit"))
    lead = signed_in(past.lead)
    assert "Approve" in lead.get(at(past, "review")).content.decode()
    lead.post(at(past, "review_remarks"), {"text": "Say since when.", "section": "summary"})
    lead.post(at(past, "review_approve"))
    assert Review.objects.get().state == "in_review", "a remark is open"
    remark = past.review.remarks.get()
    lead.post(at(past, "review_remark_settle", remark.pk))
    lead.post(at(past, "review_approve"))
    assert Review.objects.get().approved_by == past.lead
    assert desk.post(at(past, "review_send_back"), {"reason": ""}).status_code == 422
    desk.post(at(past, "review_send_back"), {"reason": "New facts."})
    assert Review.objects.get().state == "draft"


def test_a_factor_is_reworded_and_taken_out(past, desk):
    desk.post(at(past, "review_factors"), {"category": "policy", "text": "No clause."})
    factor = ContributingFactor.objects.get()
    refused = desk.post(at(past, "review_factor", factor.pk), {"category": "", "text": "Kept words."})
    assert refused.status_code == 422
    assert "Kept words." in refused.content.decode()
    desk.post(at(past, "review_factor", factor.pk), {"category": "tooling", "text": "No tool."})
    factor.refresh_from_db()
    assert (factor.category, factor.text) == ("tooling", "No tool.")
    desk.post(at(past, "review_factor", factor.pk), {"remove": "1"})
    assert not ContributingFactor.objects.exists()


@pytest.mark.parametrize("wrong", ["title", "kind", "owner", "due_on"])
def test_an_improvement_says_at_the_field_what_is_missing(past, desk, wrong):
    told = {
        "title": "Watch the tag",
        "detail": "Every night.",
        "kind": "detect",
        "priority": "1",
        "owner": past.manager.pk,
        "due_on": "2026-12-01",
    }
    refused = desk.post(at(past, "review_improvements"), told | {wrong: ""})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert f'id="improvement_{wrong}_error"' in page
    assert "Every night." in page
    assert desk.post(at(past, "review_improvements"), told).status_code == 302
    assert Improvement.objects.get().owner == past.manager


def test_an_improvement_is_given_only_to_somebody_who_may_know(past, desk):
    told = {"title": "x", "kind": "detect", "priority": "1", "due_on": "2026-12-01"}
    refused = desk.post(at(past, "review_improvements"), told | {"owner": past.cast.outsider.pk})
    assert refused.status_code == 422
    assert "somebody who may know" in refused.content.decode()
    assert past.cast.outsider.name not in refused.content.decode()


def test_two_people_changing_one_improvement_lose_nothing(past, desk):
    improvement = planned(past)
    told = {
        "title": "Mine",
        "detail": "",
        "kind": "detect",
        "priority": "1",
        "owner": past.manager.pk,
        "due_on": "2026-12-01",
    }
    address = improvement.get_absolute_url()
    assert desk.post(address, told | {"title": "Theirs", "version": 1}).status_code == 302
    answer = desk.post(address, told | {"version": 1})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Theirs" in page
    assert 'value="Mine"' in page


def test_done_says_what_was_done_and_dropped_says_why(past, desk):
    improvement = planned(past)
    move = reverse("improvement_move", args=[improvement.pk])
    assert desk.post(move, {"to": "in_progress", "board": "due=overdue"})["Location"].endswith("?due=overdue")
    for to, words in (("done", "what was done"), ("dropped", "why it is dropped")):
        refused = desk.post(move, {"to": to, "outcome": " "})
        assert refused.status_code == 422
        assert words in refused.content.decode()
    desk.post(move, {"to": "done", "outcome": "The list is watched."})
    improvement.refresh_from_db()
    assert (improvement.state, improvement.settled_by) == ("done", past.manager)
    desk.post(move, {"to": "open"})
    improvement.refresh_from_db()
    assert (improvement.state, improvement.settled_at) == ("open", None)


def test_its_owner_moves_an_improvement_without_writing_the_review(past, signed_in):
    improvement = planned(past, owner=past.cast.on_duty)
    owner = signed_in(past.cast.on_duty)
    move = reverse("improvement_move", args=[improvement.pk])
    assert owner.post(move, {"to": "in_progress"}).status_code == 302
    other = signed_in(past.cast.second)
    assert other.post(move, {"to": "open"}).status_code == 404


def test_the_board_is_narrowed_from_its_address(past, desk):
    planned(past, title="Late one", due_on=(past.at - timedelta(days=3)).date())
    planned(past, title="Other one", kind="prevent", priority=3, owner=past.cast.on_duty)
    board = reverse("improvements")
    for asked, shown, hidden in (
        ("due=overdue", "Late one", "Other one"),
        ("owner=me", "Late one", "Other one"),
        ("kind=prevent", "Other one", "Late one"),
        ("priority=3", "Other one", "Late one"),
    ):
        page = desk.get(f"{board}?{asked}").content.decode()
        assert (shown in page, hidden in page) == (True, False), asked
    assert "Other one" in desk.get(f"{board}?owner=999999&kind=nonsense").content.decode()


def test_the_list_is_narrowed_from_its_address(past, desk):
    listed = reverse("reviews")
    assert past.incident.code in desk.get(listed).content.decode()
    assert past.incident.code in desk.get(listed + "?show=mine").content.decode()
    assert past.incident.code not in desk.get(listed + "?show=approved").content.decode()
    assert past.incident.code not in desk.get(listed + "?show=overdue").content.decode()
    Review.objects.update(due_on=(past.at - timedelta(days=2)).date())
    assert "2 days overdue" in desk.get(listed + "?show=overdue").content.decode()
    assert desk.get(listed + "?show=nonsense&page=x").status_code == 200


def test_the_document_says_it_all_and_can_be_read_by_whoever_sees_the_incident(past, signed_in):
    past.complete()
    planned(past)
    page = signed_in(past.cast.on_duty).get(at(past, "review_print")).content.decode()
    for words in ("Copies of a threat", "Nobody watched that hashtag.", "Watch the tag", "12 min", "Draft"):
        assert words in page


def test_what_people_write_is_never_markup(past, desk):
    past.write("summary", "<script>alert(1)</script> **bold**")
    page = desk.get(at(past, "review_print")).content.decode()
    assert "<script>alert" not in page
    assert "<strong>bold</strong>" in page


def more_reviews(past, count):
    """Reviews with everything in them, by and for several people."""
    for number in range(count):
        incident = lived_through(past.cast, began=past.at - timedelta(hours=5 + number))
        review = Review.objects.get(incident=incident)
        owner = person(f"extra-{number}-{incident.pk}", "responder", past.manager.password)
        plan = {
            "title": "Again",
            "detail": "",
            "kind": "detect",
            "priority": 2,
            "owner": owner,
            "due_on": review.due_on,
        }
        improvements.add(review=review, plan=plan, by=past.manager, at=past.at)


@pytest.mark.parametrize(("route", "most"), [("reviews", 15), ("improvements", 18)])
def test_lists_cost_the_same_however_long(past, desk, route, most):
    counts = []
    for _ in range(2):
        more_reviews(past, 3)
        with CaptureQueriesContext(connection) as ran:
            assert desk.get(reverse(route)).status_code == 200
        counts.append(len(ran))
    assert counts[0] == counts[1] <= most, counts


def test_the_editor_costs_the_same_however_much_is_in_it(past, desk):
    counts = []
    for _ in range(2):
        for number in range(3):
            planned(past, title=f"One more {number}", owner=past.cast.on_duty)
            remarks.add(review=past.review, text="Say more.", by=past.lead, at=past.at)
        with CaptureQueriesContext(connection) as ran:
            assert desk.get(at(past, "review")).status_code == 200
        counts.append(len(ran))
    assert counts[0] == counts[1] <= 32, counts
