"""Writing a review in a real browser: saved while one types, alone and together, with the connection lost and the
session ended; by keyboard; without JavaScript."""

import pytest
from django.contrib.sessions.models import Session

from postmortems.actions import sections
from postmortems.models import Review, Section
from tests.browser.test_screens import tab_to

pytestmark = pytest.mark.browser
SUMMARY = "#summary .part-form [name=text]"
STATE = "#summary [data-save-state]"
# Also what a page sends as it is left, which no route of Playwright's sees.
NOTHING_LEAVES = """() => {
  const fetch = window.fetch;
  const stays = (how) => how?.method === "POST" && !window.mayLeave;
  window.fetch = (address, how) => (stays(how) ? Promise.reject(new TypeError()) : fetch(address, how));
}"""
SLOWLY = """() => {
  const fetch = window.fetch;
  window.fetch = async (...asked) => (await new Promise((done) => setTimeout(done, 2_000)), fetch(...asked));
}"""


@pytest.fixture
def desk(reviewed, opened, committed_cast):
    """The manager in front of the review they owe."""
    page = opened(committed_cast.manager)
    page.goto(reviewed.get_absolute_url() + "review/")
    return page


def says(page, words: str, where: str = STATE) -> None:
    page.wait_for_function(
        "([selector, words]) => document.querySelector(selector).textContent.includes(words)",
        arg=[where, words],
    )


def written(kind: str = "summary") -> str:
    return Section.objects.get(kind=kind).text


def test_words_are_saved_when_typing_stops_and_are_there_again_after_a_reload(desk):
    desk.fill(SUMMARY, "Copies spread for two hours.")
    says(desk, "Saved")
    assert written() == "Copies spread for two hours."
    desk.reload()
    assert desk.input_value(SUMMARY) == "Copies spread for two hours."
    assert desk.evaluate("sessionStorage.length") == 0, "what the server has is not kept here"


def test_leaving_a_section_saves_it_at_once(desk):
    desk.fill(SUMMARY, "Short.")
    with desk.expect_response(lambda answer: answer.request.method == "POST"):
        desk.press(SUMMARY, "Tab")
    says(desk, "Saved")
    assert written() == "Short."


def test_two_people_in_one_section_see_both_wordings_and_keep_both(desk, committed_cast):
    section = Section.objects.get(kind="summary")
    told = {"version": 1, "by": committed_cast.on_duty, "at": section.updated_at}
    sections.write(section=section, text="Theirs: it began at nine.", **told)
    desk.fill(SUMMARY, "Mine: it began at ten.")
    desk.wait_for_selector("#summary .conflict")
    conflict = desk.inner_text("#summary .conflict")
    assert "On-Duty saved it" in conflict
    both = desk.input_value("#both-summary")
    assert (both.count("Theirs: it began at nine."), both.count("Mine: it began at ten.")) == (1, 1)
    desk.click("#summary .conflict-form button")
    says(desk, "Saved")
    assert written() == both
    assert list(section.revisions.values_list("text", flat=True)) == ["", "Theirs: it began at nine.", both]


def test_mine_is_kept_by_one_press_and_theirs_stays_in_the_history(desk, committed_cast):
    section = Section.objects.get(kind="summary")
    told = {"version": 1, "by": committed_cast.on_duty, "at": section.updated_at}
    sections.write(section=section, text="Theirs.", **told)
    desk.fill(SUMMARY, "Mine.")
    desk.click("#summary .conflict button:text-is('Keep mine')")
    says(desk, "Saved")
    assert written() == "Mine."
    desk.click("#summary .part-history")
    assert "Theirs." in desk.inner_text(".difference del")


def test_what_is_typed_while_a_conflict_comes_is_part_of_ours_and_nothing_is_typed_after(
    desk, committed_cast
):
    section = Section.objects.get(kind="summary")
    told = {"version": 1, "by": committed_cast.on_duty, "at": section.updated_at}
    sections.write(section=section, text="Theirs.", **told)
    desk.evaluate(SLOWLY)
    desk.fill(SUMMARY, "Mine.")
    desk.locator(SUMMARY).press("End")
    desk.wait_for_timeout(2_000)
    desk.keyboard.type(" And more.")
    desk.wait_for_selector("#summary .conflict")
    desk.locator(SUMMARY).press("End")
    desk.keyboard.type(" Lost?")
    assert desk.input_value(SUMMARY) == "Mine. And more."
    desk.click("#summary .conflict button:text-is('Keep mine')")
    says(desk, "Saved")
    assert written() == "Mine. And more."
    desk.locator(SUMMARY).press("End")
    desk.keyboard.type(" Again.")
    says(desk, "Saved")
    assert desk.input_value(SUMMARY) == "Mine. And more. Again."


def test_a_conflict_is_no_error_on_the_console(desk, committed_cast):
    section = Section.objects.get(kind="summary")
    told = {"version": 1, "by": committed_cast.on_duty, "at": section.updated_at}
    sections.write(section=section, text="Theirs.", **told)
    said = []
    desk.on("console", lambda message: said.append(message.text))
    desk.fill(SUMMARY, "Mine.")
    desk.wait_for_selector("#summary .conflict")
    assert said == []


def test_without_a_connection_words_are_kept_through_a_reload_and_saved_when_it_is_back(desk):
    desk.context.set_offline(True)
    desk.fill(SUMMARY, "Written on a train.")
    says(desk, "Not saved: no connection. Your words are kept here.")
    assert written() == ""
    desk.context.set_offline(False)
    says(desk, "Saved")
    assert written() == "Written on a train."

    desk.context.set_offline(True)
    desk.fill(SUMMARY, "Written on a train, and more.")
    says(desk, "no connection")
    desk.evaluate(NOTHING_LEAVES)
    desk.context.set_offline(False)
    desk.reload()
    assert desk.input_value(SUMMARY) == "Written on a train, and more."
    says(desk, "Not saved yet: words of yours from before are back.")
    desk.evaluate("dispatchEvent(new Event('online'))")
    desk.locator(SUMMARY).focus()
    desk.locator(SUMMARY).blur()
    desk.wait_for_timeout(300)
    assert written() == "Written on a train.", "they wait until their writer goes on"
    desk.click("#summary .part-foot button")
    says(desk, "Saved")
    assert written() == "Written on a train, and more."


def test_words_left_behind_in_a_tab_are_never_the_next_persons(desk, signed_in, committed_cast, server):
    committed_cast.second.role_assignments.create(role="incident_manager")
    address = desk.url
    Session.objects.all().delete()
    desk.fill(SUMMARY, "The manager's own words.")
    says(desk, "Sign in again in another tab")
    cookie = signed_in(committed_cast.second).cookies["session"]
    desk.context.add_cookies([{"name": "session", "value": cookie.value, "url": server}])
    desk.context.clear_cookies(name="csrf")

    desk.evaluate("dispatchEvent(new Event('online'))")
    says(desk, "somebody else is signed in now")
    desk.goto("/on-duty/")
    desk.goto(address)
    assert desk.input_value(SUMMARY) == ""
    desk.fill("#impact [name=text]", "Two schools.")
    desk.press("#impact [name=text]", "Tab")
    says(desk, "Saved", "#impact [data-save-state]")
    assert (written(), written("impact")) == ("", "Two schools.")
    assert desk.evaluate("sessionStorage.length") == 0


def test_what_was_put_back_is_saved_once_its_writer_types_on(desk):
    desk.evaluate(NOTHING_LEAVES)
    desk.fill(SUMMARY, "Half a thought")
    says(desk, "no connection")
    desk.reload()
    says(desk, "Not saved yet")
    desk.wait_for_timeout(2_000)
    assert written() == ""
    desk.locator(SUMMARY).press("End")
    desk.keyboard.type(", and the other half.")
    says(desk, "Saved")
    assert written() == "Half a thought, and the other half."


def test_an_ended_session_asks_to_sign_in_elsewhere_and_goes_on_saving(
    desk, signed_in, committed_cast, settings
):
    Session.objects.all().delete()
    desk.fill(SUMMARY, "Written after the session ended.")
    says(desk, "Sign in again in another tab")
    other = desk.context.new_page()
    other.goto("/account/login/")
    other.fill("[name=login]", committed_cast.manager.email)
    other.fill("[name=password]", committed_cast.password)
    other.press("[name=password]", "Enter")
    other.wait_for_url("**/")
    says(desk, "Saved")
    assert written() == "Written after the session ended."


def test_a_review_is_written_and_submitted_by_keyboard(desk):
    tab_to(desk, SUMMARY)
    desk.keyboard.type("Copies spread for two hours.")
    tab_to(desk, "#factor_category")
    desk.keyboard.press("ArrowDown")
    tab_to(desk, "#factor_text")
    desk.keyboard.type("Nobody watched that tag.")
    tab_to(desk, "#factors .add-form button")
    with desk.expect_navigation():
        desk.keyboard.press("Enter")
    assert written() == "Copies spread for two hours."
    tab_to(desk, ".review-head form button")
    with desk.expect_navigation():
        desk.keyboard.press("Enter")
    assert Review.objects.get().state == "in_review"


def test_without_javascript_a_section_has_a_button_and_a_conflict_has_a_page(
    reviewed, opened, committed_cast
):
    page = opened(committed_cast.manager, java_script_enabled=False)
    page.goto(reviewed.get_absolute_url() + "review/")
    section = Section.objects.get(kind="summary")
    told = {"version": 1, "by": committed_cast.on_duty, "at": section.updated_at}
    sections.write(section=section, text="Theirs.", **told)
    page.fill(SUMMARY, "Mine.")
    page.click("#summary .part-foot button")
    assert "On-Duty saved it" in page.inner_text(".conflict")
    page.click(".conflict button:text-is('Keep mine')")
    assert page.input_value(SUMMARY) == "Mine."
    assert written() == "Mine."


def test_evidence_is_narrowed_without_asking_the_server(desk):
    assert "Contained." in desk.inner_text("[data-evidence]")
    desk.on("request", lambda request: pytest.fail(request.url))
    desk.click("[data-show=paging]")
    told = desk.inner_text("[data-evidence]")
    assert "Escalation started" in told
    assert "Contained." not in told
    desk.click("[data-show=notes]")
    assert "nothing of this kind" in desk.inner_text("[data-evidence]")
