"""A review from the incident's end to its approval."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from incidents.actions import entries, lifecycle
from incidents.models import Incident
from postmortems.actions import factors, reviews
from postmortems.choices import SectionKind
from postmortems.models import Review, ReviewStep
from tests.postmortems.conftest import lived_through

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOTHING, EVERYTHING = dict.fromkeys("GIRVUX", 0), dict.fromkeys("GIRVUX", 4)


def test_resolving_a_sev1_drafts_its_review_for_the_incident_manager(cast):
    incident = lived_through(cast, began=MONDAY)
    review = incident.review
    assert (review.owner, review.state, review.due_on) == (cast.manager, "draft", date(2026, 3, 12))
    assert list(review.sections.values_list("kind", flat=True)) == SectionKind.values


def test_a_sev0_is_due_in_five_working_days(cast):
    incident = lived_through(cast, began=MONDAY, severity_inputs=EVERYTHING)
    assert (incident.severity, incident.review.due_on) == (0, date(2026, 3, 9))


def test_the_due_day_counts_from_the_day_it_is_where_the_owner_lives(cast):
    cast.manager.time_zone = "Asia/Singapore"
    cast.manager.save()
    incident = lived_through(cast, began=MONDAY + timedelta(hours=9))  # resolved at 20:00 UTC, Tuesday there
    assert incident.review.due_on == date(2026, 3, 13)


@pytest.mark.parametrize("told", [{"harm_type": "SH3", "severity_inputs": NOTHING}, {"mode": "drill"}])
def test_neither_a_mild_incident_nor_a_drill_owes_one(cast, told):
    lived_through(cast, began=MONDAY, **told)
    assert not Review.objects.exists()


def test_one_that_is_not_owed_can_be_started_once(cast):
    incident = lived_through(cast, began=MONDAY, mode="drill")
    first = reviews.start(incident=incident, by=cast.manager, at=MONDAY)
    assert reviews.start(incident=incident, by=cast.manager, at=MONDAY) == first


def test_an_incident_under_way_or_declined_has_no_review(cast):
    incident = cast.report(at=MONDAY)
    with pytest.raises(reviews.NotEndedError, match="once the incident is resolved"):
        reviews.start(incident=incident, by=cast.manager, at=MONDAY)


def test_one_the_source_resolved_in_triage_belongs_to_nobody_yet(cast):
    incident = cast.report(at=MONDAY)
    lifecycle.resolve(incident=incident, by=None, by_name="Detector", at=MONDAY + timedelta(hours=1))
    assert Review.objects.get().owner is None


def test_resolving_again_keeps_the_review_and_what_was_written(past):
    past.write("summary", "Ours.")
    due = past.review.due_on
    lifecycle.reopen(incident=past.incident, by=past.manager, at=past.at, reason="Copies are back.")
    assert Review.objects.get().state == "draft"
    lifecycle.resolve(incident=past.incident, by=past.manager, at=past.at + timedelta(days=2))
    again = Review.objects.get()
    assert again.sections.get(kind="summary").text == "Ours."
    assert again.due_on == due + timedelta(days=2)


def test_what_happened_is_drafted_from_the_entries_that_matter(past):
    text = past.review.sections.get(kind="happened").text
    assert "Accepted. Incident manager: Manager." in text
    assert "Contained." in text
    assert "Escalation started" not in text, "what was sent to whom is not the story"
    assert all(line.startswith("- **") for line in text.splitlines())
    assert past.incident.title not in text
    report = past.incident.reports.get()
    assert report.number in past.review.sections.get(kind="found").text


def test_a_pinned_note_is_told_and_a_folded_decision_is_not(cast):
    incident = cast.report(at=MONDAY)
    written = {"incident": incident, "by": cast.manager, "at": MONDAY}
    note = entries.add_note(text="Two\nlines.", **written)
    decision = entries.record_decision(text="Hold it.", reason="Too soon.", **written)
    told = {"by": cast.manager, "at": MONDAY, "title": ""}
    entries.curate(entry=note, pinned=True, hidden=False, **told)
    entries.curate(entry=decision, pinned=False, hidden=True, **told)
    text = reviews.draft(incident=incident, by=cast.manager, at=MONDAY).sections.get(kind="happened").text
    assert "Manager wrote: Two lines." in text
    assert "Hold it." not in text


def test_the_draft_speaks_the_owners_language_and_names_the_zone(cast):
    cast.manager.time_zone = "America/Los_Angeles"
    cast.manager.language = "ru"
    cast.manager.save()
    incident = lived_through(cast, began=MONDAY)
    assert "01:12 PST" in incident.review.sections.get(kind="happened").text
    assert "мар" in incident.review.sections.get(kind="happened").text.lower()


def test_submitting_says_what_is_missing(past):
    past.write("happened", "")
    with pytest.raises(reviews.IncompleteError) as refusal:
        reviews.submit(review=past.review, by=past.manager, at=past.at)
    assert refusal.value.missing == [
        "Write the summary.",
        "Write what happened.",
        "Add at least one contributing factor.",
    ]


def test_it_is_approved_by_somebody_who_neither_owns_nor_submitted_it(past):
    review = past.submitted()
    with pytest.raises(reviews.NotYoursToApproveError):
        reviews.approve(review=review, by=past.manager, at=past.at)
    approved = reviews.approve(review=review, by=past.lead, at=past.at)
    assert (approved.state, approved.approved_by) == ("approved", past.lead)
    kinds = list(ReviewStep.objects.values_list("kind", flat=True))
    assert kinds == ["drafted", "submitted", "approved"]


def test_who_submitted_it_for_another_owner_cannot_approve_it(past):
    review = past.complete()
    reviews.submit(review=review, by=past.lead, at=past.at)
    with pytest.raises(reviews.NotYoursToApproveError):
        reviews.approve(review=review, by=past.lead, at=past.at)


def test_the_measures_are_kept_as_they_were_approved(past):
    approved = reviews.approve(review=past.submitted(), by=past.lead, at=past.at)
    assert [one["seconds"] for one in approved.measures] == [720, 720, 3000, 7200]
    Incident._base_manager.update(contained_at=None)
    assert Review.objects.get().measures == approved.measures


def test_what_is_in_review_or_approved_is_not_written(past):
    review = past.submitted()
    with pytest.raises(reviews.NotADraftError):
        past.write("summary", "Other words.")
    with pytest.raises(reviews.NotADraftError):
        factors.add(review=review, category="policy", text="x", by=past.manager, at=past.at)


def test_reopened_for_changes_it_is_a_draft_again_and_says_why(past):
    approved = reviews.approve(review=past.submitted(), by=past.lead, at=past.at)
    back = reviews.send_back(review=approved, reason="The impact is wrong.", by=past.lead, at=past.at)
    assert (back.state, back.approved_by, back.measures) == ("draft", None, None)
    assert back.steps.last().reason == "The impact is wrong."


def test_approving_what_went_back_meanwhile_is_refused(past):
    review = past.submitted()
    reviews.send_back(review=review, reason="Later.", by=past.manager, at=past.at)
    with pytest.raises(reviews.WrongStateError, match="draft by now"):
        reviews.approve(review=review, by=past.lead, at=past.at)


@pytest.mark.parametrize("table", ["postmortems_sectionrevision", "postmortems_reviewstep"])
def test_wordings_and_steps_cannot_be_changed(past, table):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET at = now()")
