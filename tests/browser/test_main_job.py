"""The main job in a real browser: reported, paged, acknowledged, accepted, led, resolved, learned from. By the
keyboard alone; once more with JavaScript off; and acknowledged on a phone."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts import clock
from accounts.models import RoleAssignment
from escalations.tasks import sweep
from incidents.models import Incident
from postmortems.models import Review
from tests.browser.screens import sign_in

pytestmark = pytest.mark.browser

STORY = "Threat against a school, copied by twelve accounts"


def focus_on(page, selector: str) -> None:
    """Tab until the thing has the focus; nothing else may put it there."""
    for _ in range(90):
        if page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not reach {selector}")


def press(page, selector: str) -> None:
    focus_on(page, selector)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def write(page, selector: str, words: str) -> None:
    focus_on(page, selector)
    page.keyboard.type(words)


def go_to(page, words: str) -> None:
    """By the command palette."""
    page.keyboard.press("Control+k")
    page.wait_for_selector("dialog[open] [role=combobox]")
    page.keyboard.type(words)
    page.wait_for_selector(f"dialog[open] [role=option]:has-text('{words}')")
    page.keyboard.press("Enter")
    page.wait_for_load_state()


@pytest.fixture
def second_manager(committed_cast):
    RoleAssignment.objects.create(person=committed_cast.specialist, role="incident_manager")
    return committed_cast.specialist


def test_from_a_report_to_an_approved_review_by_keyboard(server, opened, committed_cast, second_manager):
    reporter = opened(committed_cast.reporter)
    reporter.goto("/report/")
    write(reporter, "[name=title]", STORY)
    write(reporter, "[name=harm_type]", "Credible")
    press(reporter, ".form-foot button")
    reporter.wait_for_selector(".receipt")
    incident = Incident.objects.get()

    sweep()
    on_duty = opened(committed_cast.on_duty)
    on_duty.goto("/")
    press(on_duty, ".waiting-page button")
    on_duty.wait_for_selector(".page-done")

    manager = opened(committed_cast.manager)
    manager.goto("/incidents/")
    focus_on(manager, ".row [data-row]")
    manager.keyboard.press("a")
    manager.wait_for_load_state()
    manager.wait_for_selector(".row:has-text('Active')")
    go_to(manager, incident.code)
    manager.wait_for_selector(".incident-head")
    manager.wait_for_load_state()
    manager.keyboard.press("n")
    manager.wait_for_selector("[data-draft^=note] textarea:focus")
    manager.keyboard.type("Police have the address")
    press(manager, "[data-draft^=note] button")
    manager.wait_for_selector(".entry[data-kind=note]")
    manager.keyboard.press("3")
    manager.wait_for_selector("[data-draft^=update]")
    manager.wait_for_load_state()
    manager.keyboard.press("n")
    manager.wait_for_selector("[data-draft^=update] textarea:focus")
    manager.keyboard.type("Known: the account. Open: who wrote it")
    press(manager, "[data-draft^=update] button.primary")
    manager.wait_for_selector(".written")
    for key, words, stage in (
        ("c", "Account frozen", "contained"),
        ("r", "Nothing new for a day", "resolved"),
    ):
        manager.keyboard.press(key)
        manager.keyboard.type(words)
        press(manager, ".act[open] .act-form button")
        manager.wait_for_selector(f"[data-stage={stage}]")

    assert Review.objects.get(incident=incident).owner == committed_cast.manager
    write_and_approve(manager, opened(second_manager), incident)
    assert Review.objects.get(incident=incident).state == "approved"


def write_and_approve(owner, approver, incident) -> None:
    owner.keyboard.press("7")
    owner.wait_for_selector("#summary textarea")
    write(owner, "#summary textarea", "A threat, stopped within a day.")
    owner.keyboard.press("Tab")
    owner.wait_for_selector("#summary [data-save-state]:has-text('Saved')")
    write(owner, "form[action$='/review/factors/'] select", "Detection")
    write(owner, "form[action$='/review/factors/'] [name=text]", "No list knew the second spelling")
    press(owner, "form[action$='/review/factors/'] button")
    owner.wait_for_selector(".factor")
    press(owner, "form[action$='/review/submit/'] button")
    owner.wait_for_selector("form[action$='/review/submit/']", state="detached")
    approver.goto(reverse("review", args=[incident.code]))
    press(approver, "form[action$='/review/approve/'] button")
    approver.wait_for_selector("form[action$='/review/approve/']", state="detached")


def test_the_main_job_with_javascript_off(server, opened, committed_cast, second_manager):
    reporter = opened(java_script_enabled=False)
    sign_in(reporter, server, committed_cast.reporter.email, committed_cast.password)
    reporter.goto("/report/")
    reporter.fill("[name=title]", STORY)
    reporter.select_option("[name=harm_type]", "VT3")
    reporter.click(".form-foot button")
    expect(reporter.locator(".receipt")).to_be_visible()
    incident = Incident.objects.get()
    sweep()

    on_duty = opened(committed_cast.on_duty, java_script_enabled=False)
    on_duty.goto("/")
    on_duty.click(".waiting-page button")
    expect(on_duty.locator("main")).to_contain_text("You acknowledged this at")

    manager = opened(committed_cast.manager, java_script_enabled=False)
    manager.goto(incident.get_absolute_url())
    manager.click(".actions form[action$='accept/'] button")
    manager.goto(incident.get_absolute_url())
    manager.fill("[data-draft^=note] textarea", "Police have the address")
    manager.click("[data-draft^=note] button:text-is('Add note')")
    expect(manager.locator(".timeline")).to_contain_text("Police have the address")
    manager.click("summary:text-is('Resolve')")
    manager.fill("form[action$='resolve/'] textarea", "Nothing new for a day")
    manager.click("form[action$='resolve/'] button")
    expect(manager.locator(".incident-head")).to_contain_text("Resolved")
    manager.goto(reverse("review", args=[incident.code]))
    assert manager.locator("form button").count() > 3


def test_a_page_is_acknowledged_on_a_phone_with_one_tap(paged, opened, committed_cast):
    phone = opened(committed_cast.on_duty, viewport={"width": 390, "height": 844}, has_touch=True)
    phone.goto("/")
    button = phone.locator(".waiting-page button").first
    box = button.bounding_box()
    assert (box["height"] >= 44, box["y"] + box["height"] < 844) == (True, True)
    button.tap()
    phone.wait_for_selector(".page-done")
    paged.refresh_from_db()
    assert paged.acknowledged_at < clock.now()
