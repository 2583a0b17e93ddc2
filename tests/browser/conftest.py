"""A real Chromium on a real server on a committed database. What a screen says on the browser's console is
collected, and fails the test: a refused style or script is a bug."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, BrowserContext, Page

from accounts import clock
from devstack.ports import free_port
from escalations.tasks import sweep
from incidents.actions import entries, functions, lifecycle, rating
from incidents.models import Incident
from oncall.actions import swaps, time_off
from oncall.actions.swaps import Part
from oncall.models import Swap
from postmortems.actions import improvements
from postmortems.actions.improvements import Plan
from postmortems.models import Review
from tests.browser import chrome
from tests.cast import HASHED, Cast, person
from tests.postmortems.conftest import lived_through


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread, which Django takes for a reason to refuse queries.
    with pytest.MonkeyPatch.context() as patch, chrome.running() as browser:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield browser


@pytest.fixture
def server(committed_db, settings) -> Iterator[str]:
    """The console's address. No stream runs here, and no screen is told of one."""
    settings.STREAM_URL = ""
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    thread = LiveServerThread("127.0.0.1", _no_second_static_handler)
    thread.start()
    thread.is_ready.wait()
    assert thread.error is None, thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


@pytest.fixture
def streamed_server(server, another_process, settings) -> str:
    """The console's address, with the real stream beside it; `streamed_server` comes before `opened`."""
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    settings.STREAM_URL = f"{origin}/stream/"
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy | {"connect-src": ["'self'", origin]}}
    command = ("-m", "uvicorn", "config.asgi:application", "--port", str(port), "--log-level", "warning")
    process = another_process(*command, BASE_URL=server, STREAM_URL=settings.STREAM_URL)
    until = time.monotonic() + 60
    while not _answers(settings.STREAM_URL):
        assert process.poll() is None, "the stream ended"
        assert time.monotonic() < until, "the stream did not start"
        time.sleep(0.1)
    return server


def _answers(url: str) -> bool:
    """Whether the stream listens, and hears Redis itself: it then sends a stranger off with a 401."""
    try:
        urllib.request.urlopen(url, timeout=5)
    except urllib.error.HTTPError as refused:
        return refused.code == 401
    except OSError:
        return False
    return False


def _no_second_static_handler(handler):
    """The console serves its own static files, headers and all."""
    return handler


@pytest.fixture
def paged(server, committed_cast) -> Incident:
    """An incident that the one on duty is being paged for."""
    incident = committed_cast.report(title="Threat against a school, copied by twelve accounts")
    sweep()
    return incident


@pytest.fixture
def three(server, committed_cast) -> list[Incident]:
    """Three in triage, oldest first, as the queue shows them."""
    at = datetime.now(UTC)
    return [
        committed_cast.report(title=title, at=at - timedelta(minutes=minutes))
        for title, minutes in (("First of three", 9), ("Second of three", 6), ("Third of three", 3))
    ]


@pytest.fixture
def under_way(server, committed_cast) -> Incident:
    """An attack being worked on, with something in every tab of its room."""
    cast, at = committed_cast, clock.now()
    incident = cast.report(title="Two streams from one place", harm_type="VT2")
    told = {"incident": incident, "by": cast.manager, "at": at}
    lifecycle.accept(manager=cast.manager, **told)
    entries.add_note(text="**Two** copies, one place", **told)
    entries.post_update(text="Calm for now", next_at=at + timedelta(hours=1), **told)
    entries.record_decision(text="Remove worldwide", reason="It breaks our own rules", **told)
    functions.assign(function="scribe", person=cast.specialist, **told)
    rating.change(incident=incident, severity=1, reason="The stream has ended", by=cast.specialist, at=at)
    return incident


@pytest.fixture
def reviewed(server, committed_cast) -> Incident:
    """An incident that has been lived through: the manager owes its review, with one improvement in it."""
    cast, at = committed_cast, clock.now()
    ended = lived_through(cast, began=at - timedelta(hours=3), title="Old footage shown as today's")
    plan = Plan(
        title="Watch the tag at night",
        detail="",
        kind="detect",
        priority=1,
        owner=cast.manager,
        due_on=at.date() - timedelta(days=2),
    )
    improvements.add(review=Review.objects.get(incident=ended), plan=plan, by=cast.manager, at=at)
    return ended


@pytest.fixture
def offered(server, committed_cast) -> Swap:
    """A few hours of a shift, which the one on duty asks the manager to take; and the manager is away next week."""
    cast, at = committed_cast, clock.now()
    day = timedelta(days=1)
    part = Part(cast.duty, cast.on_duty, cast.manager, at + day, at + day + timedelta(hours=4))
    time_off.enter(
        person=cast.manager, starts_at=at + 7 * day, ends_at=at + 9 * day, note="Away", by=cast.manager, at=at
    )
    return swaps.offer(parts=[part], note="A wedding", by=cast.on_duty, at=at)[0]


@pytest.fixture
def opened(chromium, server, signed_in) -> Iterator[Callable[..., Page]]:
    """A page of a fresh browser, signed in as somebody unless nobody is named; Playwright's own context
    options besides."""
    contexts: list[BrowserContext] = []
    said: list[str] = []

    def open_page(person=None, **options) -> Page:
        contexts.append(chromium.new_context(base_url=server, reduced_motion="reduce", **options))
        page = contexts[-1].new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda message: said.append(message.text) if _matters(message) else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        if person:
            cookie = signed_in(person).cookies[settings.SESSION_COOKIE_NAME]
            contexts[-1].add_cookies([{"name": cookie.key, "value": cookie.value, "url": server}])
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


def _matters(message) -> bool:
    """Everything but Chromium's own notes about a status or a lost connection, which the tests look at themselves."""
    expected = ("responded with a status of", "net::ERR_INTERNET_DISCONNECTED")
    return message.type in {"error", "warning"} and not any(note in message.text for note in expected)


@pytest.fixture
def parts(reviewed, under_way, offered, committed_cast: Cast) -> dict:
    return {
        "": None,
        "manager": committed_cast.manager,
        "responder": committed_cast.on_duty,
        "reporter": committed_cast.reporter,
        "administrator": committed_cast.admin,
        "security": committed_cast.security,
        "outsider": committed_cast.outsider,
        "roster_admin": person("roster-admin", "roster_admin", HASHED),
    }
