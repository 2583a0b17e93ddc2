"""What changes on an open screen without a reload, and what it says when the stream is away."""

import time

import pytest

from accounts import clock
from accounts.poke import ACCESS, poke_on_commit
from accounts.presence import people_in
from escalations.actions import pages
from escalations.models import Page
from escalations.tasks import sweep
from incidents.actions import lifecycle

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


@pytest.fixture
def room(streamed_server, committed_cast):
    """An incident in triage, on a console whose stream is there."""
    return committed_cast.report()


def test_what_one_person_does_the_other_sees_within_two_seconds(room, opened, committed_cast):
    watching, acting = opened(committed_cast.manager), opened(committed_cast.on_duty)
    for page in (watching, acting):
        page.goto(room.get_absolute_url())
    heard(watching)
    watching.evaluate("window.sameDocument = true")
    acting.click("button:text-is('Acknowledge')")
    began = time.monotonic()
    watching.wait_for_selector(".incident-head:has-text('On-Duty')", timeout=2_000)
    watching.wait_for_selector("#room-timeline:has-text('Acknowledged by On-Duty')", timeout=2_000)
    assert time.monotonic() - began < 2
    assert watching.locator("button:text-is('Acknowledge')").count() == 0
    assert watching.evaluate("window.sameDocument"), "nothing was reloaded"


def test_who_else_is_here_comes_and_goes(room, opened, committed_cast):
    first, second = opened(committed_cast.manager), opened(committed_cast.on_duty)
    first.goto(room.get_absolute_url())
    heard(first)
    assert first.inner_text("#presence").strip() == ""
    second.goto(room.get_absolute_url())
    first.wait_for_selector("#presence:has-text('Also here: On-Duty')")
    second.reload()
    second.wait_for_selector("#presence:has-text('Manager')")
    assert "On-Duty" in first.inner_text("#presence"), "going on in a room is not leaving it"
    second.goto("/")
    first.wait_for_selector("#presence:not(:has-text('On-Duty'))", state="attached")


def test_with_the_stream_open_nothing_leaves_in_thirty_idle_seconds(room, opened, committed_cast):
    page, other = opened(committed_cast.manager), opened(committed_cast.on_duty)
    asked = []
    page.goto(room.get_absolute_url())
    other.goto(room.get_absolute_url())
    page.wait_for_selector("#presence:has-text('On-Duty')")
    heard(page)
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(30_000)
    assert asked == []
    assert page.locator("[data-stream-state]").is_hidden()


def test_the_tabs_of_one_browser_hold_one_stream_and_hand_it_on(room, opened, committed_cast):
    first = opened(committed_cast.manager)
    streams = []
    context = first.context
    context.on("request", lambda request: streams.append(request) if "/stream/" in request.url else None)
    first.goto("/incidents/")
    heard(first)
    second = context.new_page()
    second.goto(room.get_absolute_url())
    expect_present(second, committed_cast.manager, room)
    assert [request.frame.page for request in streams] == [first, first], "opened again for the room"
    lifecycle.acknowledge(incident=room, by=committed_cast.on_duty, at=clock.now())
    second.wait_for_selector(".incident-head:has-text('On-Duty')", timeout=2_000)
    first.close()
    second.wait_for_timeout(1_000)
    assert streams[-1].frame.page == second
    lifecycle.accept(incident=room, manager=committed_cast.manager, by=committed_cast.manager, at=clock.now())
    second.wait_for_selector(".stage:has-text('Active')", timeout=10_000)  # it may only now be signed in
    expect_present(second, committed_cast.manager, room)


def test_somebody_writing_keeps_their_words_and_is_told(room, opened, committed_cast):
    page = opened(committed_cast.manager)
    page.goto(room.get_absolute_url())
    heard(page)
    page.click("summary:text-is('Merge')")
    page.fill("[name=into]", "WF-ABC")
    lifecycle.acknowledge(incident=room, by=committed_cast.on_duty, at=clock.now())
    page.wait_for_selector("#room-timeline:has-text('Acknowledged by')", timeout=2_000)
    assert page.input_value("[name=into]") == "WF-ABC"
    assert page.evaluate("document.activeElement.name") == "into"
    assert page.locator("[data-notice]").count() == 0, "nothing about that form changed"
    lifecycle.accept(incident=room, manager=committed_cast.second, by=committed_cast.second, at=clock.now())
    page.wait_for_selector("[data-stale] [data-notice]", timeout=2_000)
    assert page.input_value("[name=into]") == "WF-ABC"
    page.click("[data-notice] button")
    page.wait_for_selector("[name=into]", state="detached")


def test_whoever_may_no_longer_see_it_keeps_nothing_on_the_screen(streamed_server, opened, committed_cast):
    room = committed_cast.report(harm_type="CS2", title="Kept from most")
    page = opened(committed_cast.specialist)
    page.goto(room.get_absolute_url())
    heard(page)
    assert "Kept from most" in page.inner_text("main")
    committed_cast.specialist.clearances.all().update(valid_until=clock.now())
    poke_on_commit(committed_cast.specialist.pk, ACCESS)
    page.wait_for_selector("main:has-text('This is no longer open to you')")
    assert "Kept from most" not in page.content()


def test_with_the_stream_blocked_the_page_says_so_and_asks_by_itself(room, server, opened, committed_cast):
    page = opened(committed_cast.manager)
    allowed = {"Access-Control-Allow-Origin": server, "Access-Control-Allow-Credentials": "true"}
    page.route("**/stream/**", lambda route: route.fulfill(status=502, headers=allowed))
    page.clock.install()
    page.goto(room.get_absolute_url())
    page.wait_for_selector("[data-stream-state]:not([hidden])")
    lifecycle.acknowledge(incident=room, by=committed_cast.on_duty, at=clock.now())
    page.clock.fast_forward(10_000)
    page.clock.fast_forward(1_000)
    page.wait_for_selector(".incident-head:has-text('On-Duty')")
    page.unroute_all()
    page.clock.fast_forward(10_000)
    page.wait_for_selector("[data-stream-state]", state="hidden")


def test_an_outsiders_browser_hears_nothing_of_what_is_not_theirs(streamed_server, opened, committed_cast):
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
    room = committed_cast.report()
    lifecycle.acknowledge(incident=room, by=committed_cast.on_duty, at=clock.now())
    sweep()
    page.wait_for_timeout(2_000)
    assert [chunk for chunk in chunks if chunk.get("dataLength") != len(": ping\n\n")] == []


def heard(page) -> None:
    """Wait until this page's stream is open and all that followed from opening it has been asked for."""
    page.wait_for_load_state("networkidle")


def expect_present(page, person, room) -> None:
    until = time.monotonic() + 10
    while people_in(room.code) != [person]:
        assert time.monotonic() < until, people_in(room.code)
        page.wait_for_timeout(50)


def test_a_form_that_catches_up_again_says_nothing_any_more(room, opened, committed_cast):
    """Also where a script added something to it, as the drafts do."""
    page = opened(committed_cast.manager)
    page.goto(room.get_absolute_url())
    heard(page)
    page.evaluate(REGIONS)
    assert page.evaluate("tryRegion('<form action=/a><input name=x value=1></form>')") == 0
    page.fill("#tried [name=x]", "mine")
    page.eval_on_selector("#tried form", "form => form.dataset.dirty = ''")
    assert page.evaluate("tryRegion('<p>New</p><form action=/a><input name=x value=1></form>')") == 0
    assert page.evaluate("tryRegion('')") == 1, "it stays, and says so"
    assert page.evaluate("tryRegion('<p>New</p><form action=/a><input name=x value=1></form>')") == 0
    assert page.input_value("#tried [name=x]") == "mine"


def test_what_was_written_goes_along_unless_somebody_changed_the_same_field(room, opened, committed_cast):
    page = opened(committed_cast.manager)
    page.goto(room.get_absolute_url())
    heard(page)
    page.evaluate(REGIONS)
    fields = '<input type=hidden name=v value={v}><input name=x value="{x}"><input name=y value="{y}">'
    form = f"<form action=/a>{fields}</form>"
    page.evaluate("html => tryRegion(html)", form.format(v=1, x="", y=""))
    page.fill("#tried [name=x]", "mine")
    assert page.evaluate("html => tryRegion(html)", form.format(v=2, x="", y="theirs")) == 1
    page.click("#tried [data-notice] button")
    assert [page.input_value(f"#tried [name={name}]") for name in "vxy"] == ["2", "mine", "theirs"]
    page.evaluate("html => tryRegion(html)", form.format(v=3, x="other", y="theirs"))
    page.click("#tried [data-notice] button")
    assert page.input_value("#tried [name=v]") == "2", "the server will show both"
    assert page.input_value("#tried [name=x]") == "mine"
    assert "Save, and you will see both" in page.inner_text("#tried")


REGIONS = """async () => {
  const { remember, renew } = await import(document.querySelector('script[src*=live]').src.replace('live', 'region'));
  const region = document.createElement('div');
  region.id = 'tried';
  document.querySelector('main').prepend(region);
  remember(region);
  window.tryRegion = (html) => {
    const next = document.createElement('div');
    next.id = 'tried';
    next.innerHTML = html;
    renew(region, next);
    return region.querySelectorAll('[data-notice]').length;
  };
}"""
