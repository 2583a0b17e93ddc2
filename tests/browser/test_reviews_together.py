"""One review open in front of two people: what one saves the other has by itself, and nothing that somebody is
writing is touched."""

import pytest
from django.db import transaction

from accounts import clock
from incidents.actions import entries
from postmortems.actions import factors, improvements, remarks, reviews, sections
from postmortems.actions.improvements import Plan
from postmortems.models import Review, Section
from tests.browser.test_live import heard
from tests.browser.test_reviews import NOTHING_LEAVES, STATE, SUMMARY, says, written

pytestmark = pytest.mark.browser
# How long a busy machine may take. With its stream open a screen asks for nothing by itself, so what comes was told.
SOON = 8_000


@pytest.fixture
def both(streamed_server, reviewed, opened, committed_cast):
    """The manager, and somebody else who may write the review too, each in front of it."""
    committed_cast.second.role_assignments.create(role="incident_manager")
    pages = [opened(person) for person in (committed_cast.manager, committed_cast.second)]
    for page in pages:
        page.goto(reviewed.get_absolute_url() + "review/")
        heard(page)
    return pages


def has(page, selector: str, text: str) -> None:
    page.wait_for_function(
        "([selector, text]) => document.querySelector(selector).value === text",
        arg=[selector, text],
        timeout=SOON,
    )


def save(page, text: str) -> None:
    page.fill(SUMMARY, text)
    page.press(SUMMARY, "Tab")
    says(page, "Saved")


def test_a_section_nobody_else_writes_says_what_was_saved_and_goes_on_from_there(both):
    first, second = both
    save(first, "It began at nine.")
    has(second, SUMMARY, "It began at nine.")
    assert "Manager" in second.inner_text(STATE)
    second.locator(SUMMARY).press("End")
    second.keyboard.type(" It ended at ten.")
    second.keyboard.press("Tab")
    has(first, SUMMARY, "It began at nine. It ended at ten.")
    assert written() == "It began at nine. It ended at ten."
    assert [page.locator(".conflict").count() for page in both] == [0, 0]


def test_the_caret_stays_where_it_was_among_the_words(both):
    first, second = both
    save(first, "One three.")
    has(second, SUMMARY, "One three.")
    second.locator(SUMMARY).focus()
    second.eval_on_selector(SUMMARY, "field => field.setSelectionRange(9, 9)")
    save(first, "One two three.")
    has(second, SUMMARY, "One two three.")
    assert second.eval_on_selector(
        SUMMARY, "field => [document.activeElement === field, field.selectionStart]"
    ) == [
        True,
        13,
    ]


def test_a_section_being_written_is_left_alone_and_says_that_somebody_saved_it(both):
    first, second = both
    second.evaluate(NOTHING_LEAVES)
    second.fill(SUMMARY, "Mine, still being written.")
    save(first, "Theirs.")
    second.wait_for_selector(f"{STATE}:has-text('Somebody else has saved this section')", timeout=SOON)
    assert second.input_value(SUMMARY) == "Mine, still being written."
    assert second.locator("[data-notice]").count() == 0, "it says so in its own words"
    second.fill(SUMMARY, "")
    has(second, SUMMARY, "Theirs.")


def test_saving_takes_no_space_from_under_somebody_who_goes_on_writing(both):
    first, _ = both
    first.locator(SUMMARY).press("End")
    first.keyboard.type("One word ")
    says(first, "Saved")
    first.wait_for_timeout(2_000)
    first.keyboard.type("and another.")
    says(first, "Saved")
    assert first.input_value(SUMMARY) == "One word and another."


def test_a_conflict_being_looked_at_outlives_what_else_is_saved(both, committed_cast):
    first, second = both
    second.evaluate(NOTHING_LEAVES)
    second.fill(SUMMARY, "Mine.")
    save(first, "Theirs.")
    second.evaluate("window.mayLeave = true")
    second.locator(SUMMARY).focus()
    second.press(SUMMARY, "Tab")
    second.wait_for_selector("#summary .conflict")
    first.fill("#impact [name=text]", "Two schools.")
    first.press("#impact [name=text]", "Tab")
    has(second, "#impact [name=text]", "Two schools.")
    assert second.locator("#summary .conflict").count() == 1
    second.click("#summary .conflict button:text-is('Keep mine')")
    has(first, SUMMARY, "Mine.")


def test_factors_improvements_remarks_evidence_and_state_come_by_themselves(both, reviewed, committed_cast):
    first, second = both
    review, at = Review.objects.get(), clock.now()
    told = {"by": committed_cast.second, "at": at}
    second.click("[data-show=notes]")
    second.fill("#remark_text", "A remark not sent yet")
    with transaction.atomic():
        factors.add(review=review, category="detection", text="Nobody watched that tag.", **told)
        plan = Plan(
            title="Watch it by day too",
            detail="",
            kind="detect",
            priority=1,
            owner=committed_cast.manager,
            due_on=review.due_on,
        )
        improvements.add(review=review, plan=plan, **told)
        remarks.add(review=review, text="Was it only one tag?", **told)
        entries.add_note(incident=reviewed, text="Found one more copy", **told)
        section = Section.objects.get(kind="summary")
        sections.write(section=section, text="Two hours.", version=1, **told)
    for words in ("Nobody watched that tag.", "Watch it by day too", "Was it only one tag?"):
        second.wait_for_selector(f"#review-text :text('{words}')", timeout=SOON)
    second.wait_for_selector(".evidence-entry:visible:has-text('Found one more copy')", timeout=SOON)
    assert second.locator(".evidence-entry:visible").count() == 1, "it is narrowed as it was"
    assert second.input_value("#remark_text") == "A remark not sent yet"

    reviews.submit(review=review, by=committed_cast.manager, at=clock.now())
    first.wait_for_selector(".review-head .badge:text-is('In review')", timeout=SOON)
    first.wait_for_selector("#summary .written:has-text('Two hours.')", timeout=SOON)
    assert first.locator("form[data-autosave]").count() == 0
    reviews.send_back(review=review, reason="One more thing", by=committed_cast.second, at=clock.now())
    first.wait_for_selector(SUMMARY, timeout=SOON)
    save(first, "Two hours and a half.")
    assert written() == "Two hours and a half."


def test_words_that_were_refused_stay_while_others_save(both):
    first, second = both
    second.select_option("#remark_section", "impact")
    second.click("#remarks .add-form button")
    second.wait_for_selector("#remarks [aria-invalid=true]")
    heard(second)
    save(first, "Something else.")
    has(second, SUMMARY, "Something else.")
    assert second.input_value("#remark_section") == "impact"
    assert second.locator("#remarks [aria-invalid=true]").count() == 1


def test_whoever_may_not_know_of_the_incident_hears_of_no_review(
    streamed_server, reviewed, opened, committed_cast
):
    page = opened(committed_cast.outsider)
    told = page.context.new_cdp_session(page)
    told.send("Network.enable")
    chunks = []
    for event in ("Network.eventSourceMessageReceived", "Network.dataReceived"):
        told.on(event, lambda chunk: chunks.append(chunk))
    page.goto("/incidents/")
    heard(page)
    page.wait_for_timeout(500)
    chunks.clear()
    section = Section.objects.get(kind="summary")
    sections.write(section=section, text="x", version=1, by=committed_cast.manager, at=clock.now())
    page.wait_for_timeout(1_500)
    assert [chunk for chunk in chunks if chunk.get("dataLength") != len(": ping\n\n")] == []
