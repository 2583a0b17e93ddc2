"""The queue as somebody works through it: by keyboard, while it changes under their eyes, and without scripts."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from accounts.models import Clearance
from incidents.actions import lifecycle, triage
from incidents.models import Incident
from tests.browser.test_screens import found_by_axe, tab_to

pytestmark = pytest.mark.browser

WIDE = {"viewport": {"width": 1366, "height": 768}}
FOCUSED = "document.activeElement.closest('.row')?.dataset.code"


@pytest.fixture
def desk(three, opened, committed_cast):
    page = opened(committed_cast.manager, **WIDE)
    page.goto("/incidents/")
    return page


def into_list(page) -> None:
    """To the current row as a keyboard gets there: by the link that skips to the list."""
    tab_to(page, ".queue .skip")
    page.keyboard.press("Enter")
    page.wait_for_function(f"{FOCUSED} !== undefined")


def wait_for_row(page, incident: Incident) -> None:
    page.wait_for_function(f"code => {FOCUSED} === code", arg=incident.code)


def wait_for_preview(page, incident: Incident) -> None:
    page.wait_for_selector(f".queue-pane article[data-code='{incident.code}']")


def poke(page, kind: str = "incident") -> bool:
    """What the stream would say; True when the queue left it to somebody else."""
    return page.evaluate(
        "kind => document.dispatchEvent(new CustomEvent('live:poke', {detail: {kind, code: ''}, cancelable: true}))",
        kind,
    )


# -- By pointer ------------------------------------------------------------------------------------


def test_a_press_chooses_where_there_is_room_and_opens_elsewhere(desk, three, opened, committed_cast):
    desk.click(f".row[data-code='{three[2].code}'] [data-row]")
    wait_for_preview(desk, three[2])
    phone = opened(committed_cast.manager, viewport={"width": 390, "height": 844}, has_touch=True)
    phone.goto("/incidents/")
    phone.tap(f".row[data-code='{three[2].code}'] [data-row]")
    phone.wait_for_url(f"**/incidents/{three[2].code}/")


def test_somebody_else_is_named_incident_manager_from_a_menu(desk, three, committed_cast):
    wait_for_preview(desk, three[0])
    assert desk.locator(".accept .menu").count() == 0, "nobody else may manage it"
    committed_cast.second.role_assignments.create(role="incident_manager")
    desk.reload()
    desk.click(".accept .menu summary")
    assert found_by_axe(desk) == []
    desk.click(".accept .menu button")
    desk.wait_for_url(f"**/incidents/?selected={three[1].code}")
    three[0].refresh_from_db()
    assert three[0].incident_manager == committed_cast.second


def test_a_preview_that_does_not_come_says_so_and_can_be_asked_for_again(desk, three):
    desk.route("**/preview/", lambda route: route.fulfill(status=500, body="no"))
    desk.click(f".row[data-code='{three[1].code}']")
    desk.wait_for_selector(".queue-pane [data-retry]")
    assert "could not be loaded" in desk.inner_text(".queue-pane")
    assert found_by_axe(desk) == []
    desk.unroute_all()
    desk.click("[data-retry]")
    wait_for_preview(desk, three[1])


# -- While it changes ------------------------------------------------------------------------------


def test_new_rows_wait_behind_a_pill_until_somebody_wants_them(desk, three, committed_cast):
    into_list(desk)
    desk.keyboard.press("j")
    wait_for_row(desk, three[1])
    before = desk.locator(".row").nth(1).bounding_box()
    worse = committed_cast.report(title="Worse than the others", harm_type="SH1")
    assert poke(desk) is False, "the queue looks after itself"
    desk.wait_for_selector("[data-bring]:has-text('1 new')")
    committed_cast.report(title="One more")
    poke(desk)
    desk.wait_for_selector("[data-bring]:has-text('2 new')")
    assert (desk.locator(".row").count(), desk.locator(".row").nth(1).bounding_box()) == (3, before)
    wait_for_row(desk, three[1])
    assert found_by_axe(desk) == []

    desk.keyboard.press("Shift+Tab")
    assert desk.evaluate("document.activeElement.matches('[data-bring]')")
    desk.keyboard.press("Enter")
    wait_for_row(desk, worse)
    assert desk.locator(".row").count() == 5
    assert desk.locator("[data-bring]").is_hidden()
    assert desk.inner_text("#triage [data-total]") == "5"


def test_a_hidden_incident_is_not_counted_as_new(three, opened, committed_cast):
    page = opened(committed_cast.on_duty, **WIDE)
    page.goto("/incidents/")
    committed_cast.report(title="Not for everyone", harm_type="CS2")
    with page.expect_response(lambda answer: answer.request.headers.get("x-rows") == "1"):
        poke(page)
    page.wait_for_timeout(200)
    assert page.locator("[data-bring]").is_hidden()


def test_rows_change_where_they_stand_and_those_that_left_fade(desk, three, committed_cast):
    at = datetime.now(UTC)
    lifecycle.acknowledge(incident=three[1], by=committed_cast.on_duty, at=at)
    triage.decline(incident=three[0], reason="spam", by=committed_cast.manager, at=at)
    into_list(desk)
    poke(desk)
    desk.wait_for_selector(f".row[data-code='{three[1].code}'] .c-ack:has-text('On-Duty')")
    desk.wait_for_selector(f".row[data-code='{three[0].code}'][data-left]")
    assert "First of three" in desk.inner_text(f".row[data-code='{three[0].code}']")
    wait_for_row(desk, three[0])
    assert desk.locator(".row").count() == 3
    assert found_by_axe(desk) == []
    desk.wait_for_selector(".queue-pane :text('Put back in triage')")


def test_what_one_may_no_longer_know_goes_words_and_all(server, opened, committed_cast):
    hidden = committed_cast.report(title="Only for the cleared", harm_type="CS2")
    page = opened(committed_cast.specialist, **WIDE)
    page.goto("/incidents/")
    wait_for_preview(page, hidden)
    Clearance.objects.filter(person=committed_cast.specialist).update(valid_until=datetime.now(UTC))
    poke(page, "access")
    page.wait_for_selector(".row:has-text('No longer in your queue')")
    page.wait_for_selector(".queue-pane:has-text('not for you')")
    assert "Only for the cleared" not in page.content()


def test_other_news_is_left_to_others(desk):
    assert poke(desk, "pages") is True


def test_the_next_rows_come_below_and_the_focus_with_them(three, opened, committed_cast, monkeypatch):
    monkeypatch.setattr("incidents.board.PAGE", 2)
    page = opened(committed_cast.manager, **WIDE)
    page.goto("/incidents/")
    assert page.locator(".row").count() == 2
    page.click("[data-onward]")
    wait_for_row(page, three[2])
    assert page.locator(".row").count() == 3
    assert page.locator("[data-onward]").count() == 0


# -- Without scripts, and on a phone ---------------------------------------------------------------


def test_everything_works_without_javascript(three, opened, committed_cast):
    page = opened(committed_cast.manager, java_script_enabled=False, **WIDE)
    page.goto("/incidents/")
    page.click(f".row[data-code='{three[1].code}'] .c-code a")
    expect(page.locator(".queue-pane article")).to_have_attribute("data-code", three[1].code)
    page.click(".preview-acts summary:has-text('Decline')")
    page.check("[name=reason][value=spam]")
    page.click(".act[open] .act-form button")
    expect(page).to_have_url(re.compile(rf"selected={three[2].code}$"))
    page.click("button:text-is('Undo')")
    expect(page.locator(".row")).to_have_count(3)

    page.click(".filter-menu > summary")
    page.select_option("[name=mode]", "drill")
    page.click(".filter-form button")
    expect(page.locator("main")).to_contain_text("Nothing fits these filters.")
    page.click("text=Save as a view")
    page.fill("[name=name]", "Drills")
    page.click(".save-view button")
    expect(page.locator(".saved-views .chip[aria-current]")).to_have_text("Drills")
    page.click("text=Clear filters")
    expect(page.locator(".row")).to_have_count(3)


def test_on_a_phone_the_filters_fold_into_one_and_count(three, opened, committed_cast):
    page = opened(committed_cast.manager, viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto("/incidents/?severity=1&mode=live")
    assert page.inner_text(".filter-menu summary").split() == ["Filters", "(2)"]
    page.tap(".filter-menu > summary")
    assert page.is_checked(".filter-form [name=severity][value='1']")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert found_by_axe(page) == []
    page.uncheck(".filter-form [name=severity][value='1']")
    page.tap(".filter-form button")
    page.wait_for_url(lambda address: "mode=live" in address and "severity" not in address)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_is_chosen_fits_a_phone_in_either_language(three, opened, committed_cast, language):
    committed_cast.manager.language = language
    committed_cast.manager.save(update_fields=["language"])
    page = opened(committed_cast.manager, viewport={"width": 390, "height": 844}, has_touch=True)
    for query in ("harm_type=VT3", "harm_type=IN3", "harm_type=CS1", f"q={'W' * 90}"):
        page.goto(f"/incidents/?{query}")
        assert page.locator(".filters > .chip").count() == 1, query
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), query
    page.goto(f"/incidents/?q={'W' * 90}")
    page.click(".saved-views summary")
    page.fill("[name=name]", "W" * 60)
    page.click(".save-view button")
    page.wait_for_selector(".saved-views .chip")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [1366, 1920])
def test_axe_finds_nothing_beside_the_list_either(three, opened, committed_cast, width):
    page = opened(committed_cast.manager, viewport={"width": width, "height": 900})
    for query in ("", "view=ended", "severity=1&severity=9&manager=me", "selected=WF-000000"):
        page.goto(f"/incidents/?{query}")
        assert found_by_axe(page) == [], query
