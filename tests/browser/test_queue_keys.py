"""The queue by keyboard: running down the list, acting on the current row, and what the keys mean on a fresh page."""

import pytest

from incidents.models import Incident
from tests.browser.test_queue import FOCUSED, WIDE, into_list, wait_for_preview, wait_for_row
from tests.browser.test_screens import found_by_axe, tab_to

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(three, opened, committed_cast):
    page = opened(committed_cast.manager, **WIDE)
    page.goto("/incidents/")
    return page


def test_running_down_the_list_shows_each_and_the_address_says_which(desk, three):
    into_list(desk)
    wait_for_row(desk, three[0])
    desk.keyboard.press("j")
    wait_for_row(desk, three[1])
    wait_for_preview(desk, three[1])
    assert desk.url.endswith(f"/incidents/?selected={three[1].code}")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("j")
    wait_for_row(desk, three[2])
    desk.keyboard.press("k")
    wait_for_row(desk, three[1])
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**/incidents/{three[1].code}/")


def test_on_a_fresh_page_the_keys_mean_the_marked_row(desk, three, committed_cast):
    assert desk.evaluate("document.activeElement === document.body")
    desk.keyboard.press("d")
    desk.wait_for_selector("dialog.asking[open]")
    desk.keyboard.press("Escape")
    desk.reload()
    desk.keyboard.press("a")
    desk.wait_for_url(f"**/incidents/?selected={three[1].code}")
    three[0].refresh_from_db()
    assert (three[0].stage, three[0].incident_manager) == ("active", committed_cast.manager)
    desk.goto("/incidents/")
    desk.keyboard.press("j")
    wait_for_row(desk, three[2])
    desk.goto("/incidents/")
    desk.keyboard.press("/")
    assert desk.evaluate("document.activeElement.name") == "q"
    desk.goto("/incidents/")
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**/incidents/{three[1].code}/")


def test_on_a_fresh_page_the_keys_are_off_where_somebody_said_so_and_arrows_are_the_browsers(desk, three):
    desk.keyboard.press("ArrowDown")
    assert desk.evaluate(f"{FOCUSED} === undefined")
    desk.evaluate("document.cookie = 'keys=off; path=/'")
    desk.reload()
    for key in ("j", "d", "a", "m", "/", "Enter"):
        desk.keyboard.press(key)
    desk.wait_for_timeout(300)
    assert desk.evaluate("document.activeElement === document.body")
    assert desk.url.endswith("/incidents/")
    assert desk.locator("dialog[open]").count() == 0
    three[0].refresh_from_db()
    assert three[0].stage == "triage"


def test_where_no_row_is_marked_a_key_leads_to_the_first_and_does_nothing_to_it(
    three, opened, committed_cast
):
    page = opened(committed_cast.manager, viewport={"width": 1100, "height": 700})
    page.goto("/incidents/")
    for key in ("a", "d", "Enter"):
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert page.url.endswith("/incidents/")
    assert page.locator("dialog[open]").count() == 0
    three[0].refresh_from_db()
    assert three[0].stage == "triage"
    page.keyboard.press("j")
    wait_for_row(page, three[0])


def test_a_key_acts_on_the_row_that_has_the_focus_however_it_came_there(desk, three):
    desk.focus(f".row[data-code='{three[2].code}'] [data-row]")
    wait_for_preview(desk, three[2])
    desk.keyboard.press("a")
    desk.wait_for_url(f"**/incidents/?selected={three[1].code}")
    assert [Incident.objects.get(pk=one.pk).stage for one in three] == ["triage", "triage", "active"]


def test_tab_comes_to_one_row_only(desk, three):
    assert desk.locator(".row a[tabindex='0']").count() == 1
    into_list(desk)
    desk.keyboard.press("j")
    assert desk.locator(".row a[tabindex='0']").count() == 1
    desk.keyboard.press("Tab")
    assert desk.evaluate(f"{FOCUSED} === undefined")


def test_accept_by_key_leads_on_to_the_next_row(desk, three, committed_cast):
    into_list(desk)
    desk.keyboard.press("a")
    desk.wait_for_url(f"**/incidents/?selected={three[1].code}")
    wait_for_row(desk, three[1])
    three[0].refresh_from_db()
    assert (three[0].stage, three[0].incident_manager) == ("active", committed_cast.manager)
    assert f"{three[0].code} accepted" in desk.inner_text("[data-toasts]")


def test_decline_by_keys_then_undo(desk, three):
    into_list(desk)
    desk.keyboard.press("j")
    desk.keyboard.press("d")
    desk.wait_for_selector("dialog.asking[open]")
    assert desk.evaluate("document.activeElement.name") == "reason"
    desk.keyboard.press("8")
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**/incidents/?selected={three[2].code}")
    three[1].refresh_from_db()
    assert (three[1].stage, three[1].decline_reason) == ("declined", "spam")

    for _ in range(40):
        desk.keyboard.press("Shift+Tab")
        if desk.evaluate("document.activeElement.textContent.trim()") == "Undo":
            break
    desk.keyboard.press("Enter")
    desk.wait_for_selector(f".row[data-code='{three[1].code}']")
    three[1].refresh_from_db()
    assert three[1].stage == "triage"


def test_a_merge_that_is_refused_says_so_in_its_dialog_and_keeps_what_was_typed(desk, three):
    into_list(desk)
    desk.keyboard.press("m")
    desk.wait_for_selector("dialog.asking[open]")
    tab_to(desk, "dialog [name=into]")
    desk.keyboard.type("wf-000000")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("dialog.asking .refusal")
    assert desk.evaluate("[document.activeElement.name, document.activeElement.value]") == [
        "into",
        "wf-000000",
    ]
    assert found_by_axe(desk) == []
    desk.keyboard.press("Control+A")
    desk.keyboard.type(three[2].code.lower())
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**/incidents/?selected={three[1].code}")
    three[0].refresh_from_db()
    assert three[0].merged_into == three[2]


def test_escape_leaves_everything_as_it_was(desk, three):
    into_list(desk)
    desk.keyboard.press("d")
    desk.wait_for_selector("dialog.asking[open]")
    desk.keyboard.press("Escape")
    wait_for_row(desk, three[0])
    # The browser gives the focus back first and tells of the closing a task later.
    desk.wait_for_function("document.querySelectorAll('details.act form').length === 2")
    desk.keyboard.press("d")
    desk.wait_for_selector("dialog.asking[open]")


def test_slash_leads_to_the_search_and_letters_stay_letters_there(desk, three):
    into_list(desk)
    desk.keyboard.press("/")
    desk.keyboard.type("adm/ third")
    assert desk.input_value("[type=search]") == "adm/ third"
    assert desk.locator("dialog[open]").count() == 0
    desk.keyboard.press("Control+A")
    desk.keyboard.type("third")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/incidents/?q=third")
    assert desk.locator(".row").count() == 1


def test_single_keys_can_be_switched_off_and_the_arrows_still_move(desk, three):
    desk.evaluate("document.cookie = 'keys=off; path=/'")
    desk.reload()
    into_list(desk)
    for key in "djma":
        desk.keyboard.press(key)
    desk.wait_for_timeout(300)
    wait_for_row(desk, three[0])
    assert desk.locator("dialog[open]").count() == 0
    desk.keyboard.press("ArrowDown")
    wait_for_row(desk, three[1])


def test_a_key_for_what_cannot_be_done_says_so(three, opened, committed_cast):
    page = opened(committed_cast.on_duty, **WIDE)
    page.goto("/incidents/")
    into_list(page)
    page.keyboard.press("a")
    page.wait_for_selector(f"[data-toasts] :text('{three[0].code}')")
    three[0].refresh_from_db()
    assert three[0].stage == "triage"


def test_where_there_is_no_room_beside_the_list_the_keys_work_all_the_same(three, opened, committed_cast):
    page = opened(committed_cast.manager, viewport={"width": 1100, "height": 700})
    page.goto("/incidents/")
    into_list(page)
    page.keyboard.press("d")
    page.wait_for_selector("dialog.asking[open]")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    wait_for_row(page, three[1])
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/incidents/{three[1].code}/")
