"""Setting up paging as an administrator does it, with nothing but forms."""

import pytest

from escalations.models import EscalationPolicy

pytestmark = pytest.mark.browser


def test_a_policy_is_written_without_javascript(server, opened, committed_cast):
    page = opened(committed_cast.admin, java_script_enabled=False)
    page.goto("/admin/policies/add/")
    page.fill("[name=name]", "Night")
    page.select_option("[name=who-0]", label="Duty (primary)")
    page.click("text=Add a step")
    assert page.input_value("[name=name]") == "Night"
    page.select_option("[name=who-1]", label="Manager")
    page.click("#step-1 >> text=And somebody else")
    page.locator("[name=who-1]").nth(1).select_option(label="Duty (secondary)")
    page.click("#step-1 >> text=Up")
    assert "First, Manager and Duty (secondary)." in page.inner_text(".policy-side")
    page.press("[name=name]", "Enter")  # the first button of the form is the one that saves
    page.wait_for_selector("text=Saved. What begins from now on follows it.")
    ladder = EscalationPolicy.objects.get(name="Night").ladder()
    assert [len(step.targets) for step in ladder] == [2, 1]


def test_a_new_key_is_copied_with_one_press(server, opened, committed_cast):
    page = opened(committed_cast.admin, permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"/admin/integrations/{committed_cast.integration.pk}/")
    page.click("summary:text-is('Rotate the key')")
    page.click("button:text-is('Make a new key')")
    page.click("[data-copy]")
    page.wait_for_selector("text=Copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.input_value("#secret")
