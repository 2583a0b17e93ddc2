"""A roster admin at work: the schedule beside the sheet follows what is typed and saves nothing, scripts or not."""

import pytest
from django.urls import reverse

from oncall.models import Layer
from tests.cast import HASHED, person
from tests.oncall.rosters import utc

pytestmark = pytest.mark.browser


@pytest.fixture
def chief(committed_cast):
    return person("chief", "roster_admin", HASHED)


@pytest.fixture
def sheet(committed_cast) -> str:
    primary = Layer.objects.get(name="primary")
    return reverse("layer_edit", args=[committed_cast.duty.pk, primary.pk])


def test_the_schedule_follows_what_is_typed_and_nothing_is_saved(
    server, opened, committed_cast, chief, sheet
):
    page = opened(chief)
    page.goto(sheet)
    assert "Covered" in page.inner_text(".preview-state")
    assert page.is_hidden("[data-spare]"), "it comes by itself"
    page.fill("[name=window_start]", "08:00")
    page.wait_for_selector(".preview-faults:has-text('Give both times')")
    page.fill("[name=window_end]", "20:00")
    page.wait_for_selector(".preview-state .badge[data-tone=urgent]")
    assert "Nobody" in page.inner_text(".board")
    assert page.inner_text("[data-announce=polite]") == page.inner_text(".preview-state").strip()
    page.select_option("[name=who-0]", label="Manager")
    page.wait_for_selector(".concerned:has-text('Manager')")
    assert Layer.objects.filter(name="primary").count() == 1
    page.click("button:text-is('Save layer')")
    page.wait_for_selector(".layer-turns:has-text('Manager')")
    assert Layer.objects.filter(name="primary").count() == 2


def test_on_a_phone_what_it_comes_to_stays_in_sight_and_leads_to_the_preview(server, opened, chief, sheet):
    page = opened(chief, viewport={"width": 390, "height": 844})
    page.goto(sheet)
    glance = page.locator(".rehearsal-glance")
    assert "Covered" in glance.inner_text()
    page.fill("[name=window_start]", "08:00")
    page.fill("[name=window_end]", "20:00")
    page.wait_for_selector("[data-glance] .badge[data-tone=urgent]")
    page.evaluate("scrollTo(0, 0)")
    box = glance.bounding_box()
    assert 0 < box["y"] < 844 - 56
    page.click(".rehearsal-glance a")
    assert page.evaluate("document.activeElement.id") == "preview"


def test_fields_side_by_side_stand_on_one_line_with_their_labels(server, opened, chief, sheet):
    page = opened(chief)
    page.goto(sheet)
    for one, other in (("duty", "rank"), ("anchor_on", "handoff_time")):
        for what in ("[name={}]", "label[for=id_{}]"):
            tops = {page.locator(what.format(name)).bounding_box()["y"] for name in (one, other)}
            assert len(tops) == 1, what


def test_when_the_schedule_does_not_come_the_button_does(server, opened, chief, sheet):
    page = opened(chief)
    page.goto(sheet)
    page.route(
        "**" + sheet,
        lambda route: route.fulfill(status=503) if route.request.method == "POST" else route.continue_(),
    )
    page.fill("[name=rank]", "2")
    page.wait_for_selector(".rehearsal-side .notice")
    page.unroute("**" + sheet)
    page.click("[data-spare]")
    page.wait_for_selector("[name=rank][value='2']")
    assert "if you save this" in page.inner_text("#preview-title")


def test_a_layer_is_previewed_and_saved_without_scripts_and_by_keyboard(
    server, opened, chief, sheet, committed_cast
):
    page = opened(chief, java_script_enabled=False)
    page.goto(sheet)
    page.fill("[name=handoff_time]", "11:00")
    with page.expect_navigation():
        page.press("[name=handoff_time]", "Enter")
    assert "if you save this" in page.inner_text("#preview-title")
    assert Layer.objects.filter(name="primary").count() == 1, "Enter looks, and saves nothing"
    page.click("button:text-is('Add a turn')")
    page.select_option("[name=who-1]", label="Specialist")
    page.focus("button:text-is('Save layer')")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    row = Layer.objects.get(name="primary", effective_until=None)
    assert (f"{row.handoff_time:%H:%M}", row.participants.count()) == ("11:00", 2)
    assert row.effective_from > utc("2026-01-01")
