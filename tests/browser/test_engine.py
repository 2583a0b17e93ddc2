"""The engine's page on a bad day: wide and on a phone, and the alarm taken without scripts."""

from datetime import timedelta

import pytest

from accounts import clock
from accounts.actions import sweeps
from accounts.models import Delivery, Heartbeat
from escalations.actions import alarms, escalations
from escalations.models import Alarm

pytestmark = pytest.mark.browser
REFUSAL = (
    "SMTPRecipientsRefused: 550 5.1.1 <somebody.with.a.very.long.address@"
    + "mail." * 12
    + "example>: unknown"
)


@pytest.fixture
def bad_day(server, committed_cast):
    """The scheduler is dead, e-mail is behind and was refused, a step keeps failing."""
    cast, at = committed_cast, clock.now()
    for process, seconds in (("worker", 50), ("scheduler", 300), ("watchdog", 1)):
        Heartbeat.objects.beat(process, at=at - timedelta(seconds=seconds))
    for minutes in (9, 6):
        cast.report(at=at - timedelta(minutes=minutes))
        escalations.advance(at=at - timedelta(minutes=minutes))
    failed = Delivery.objects.order_by("pk")[:1]
    Delivery.objects.filter(pk__in=failed).update(state="failed", ended_at=at, outcome=REFUSAL)
    sweeps.failed(sweep="steps", at=at - timedelta(seconds=20))
    sweeps.failed(sweep="steps", at=at)
    alarms.judge(at=at)
    return cast


@pytest.mark.parametrize("width", [390, 1366])
def test_a_bad_day_fits_the_screen(bad_day, opened, width):
    page = opened(bad_day.admin, viewport={"width": width, "height": 844})
    page.goto("/admin/engine/")
    assert page.locator(".engine-alarm").count() == 3
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_an_alarm_is_taken_without_javascript(bad_day, opened):
    page = opened(bad_day.admin, java_script_enabled=False)
    page.goto("/admin/engine/")
    page.locator(".engine-alarm button").first.click()
    page.wait_for_selector("text=You have it. Nobody else is called about it.")
    assert Alarm.objects.exclude(acknowledged_by=None).count() == 1
