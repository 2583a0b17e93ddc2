"""What changes on an open screen without a reload, and what it says when the stream is away."""

import pytest

from escalations.actions import pages
from escalations.models import Page
from escalations.tasks import sweep

pytestmark = pytest.mark.browser


def test_away_from_the_stream_a_screen_says_so_and_asks_every_ten_seconds(
    server, settings, opened, committed_cast
):
    settings.STREAM_URL = "/stream/"  # nobody answers there
    page = opened(committed_cast.on_duty)
    page.clock.install()
    page.goto("/incidents/")
    page.wait_for_selector("[data-stream-state]:not([hidden])")
    assert page.locator(".waiting-page").count() == 0

    committed_cast.report()
    sweep()
    page.clock.fast_forward(10_000)
    page.wait_for_selector(".waiting-page")
    assert page.inner_text("[data-announce=assertive]") == "You are being paged."

    sent = Page.objects.get()
    pages.acknowledge(page=sent, by=sent.responder, at=sent.created_at, via="link")
    page.clock.fast_forward(10_000)
    page.wait_for_selector(".waiting-page", state="detached")


def test_spans_of_time_go_on_and_keep_the_absolute_time(paged, opened, committed_cast):
    page = opened(committed_cast.manager)
    page.clock.install()
    page.goto("/incidents/")
    age = page.locator(".row .c-age time").first
    assert age.inner_text() == "under 1 min"
    page.clock.fast_forward("05:20")
    assert age.inner_text() == "5 min"
    assert "UTC" in age.get_attribute("title")
