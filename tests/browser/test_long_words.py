"""Words that nobody can break, everywhere people may write some: no screen scrolls sideways for them."""

import pytest

from accounts import clock
from accounts.models import User
from incidents.actions import tasks
from incidents.models import Incident, Report, Task
from oncall.models import Roster
from postmortems.actions import factors, remarks
from postmortems.models import ContributingFactor, Improvement, Review, ReviewRemark, Section
from tests.browser.test_screens import BY_PART

pytestmark = pytest.mark.browser
LONG = "W" * 180
# What reaches out of the screen where the page scrolls for it, innermost first, to say where to look.
TOO_WIDE = """() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const isOut = (one) => one.getBoundingClientRect().right > clientWidth + 1;
  const out = [...document.querySelectorAll("body *")].filter(isOut);
  return out.reverse().slice(0, 4).map((one) => `${one.localName}.${one.className}`);
}"""
NAME = "W" * 120


@pytest.fixture
def long_words(server, paged, parts, under_way, committed_cast):
    told = {"by": committed_cast.manager, "at": clock.now()}
    tasks.add(incident=under_way, title="x", **told)
    review = Review.objects.get()
    factors.add(review=review, category="detection", text="x", **told)
    remarks.add(review=review, text="x", **told)
    for model in (Incident, Report, Improvement):
        model.objects.update(title=LONG)
    Task.objects.filter(step=None).update(own_title=LONG)
    for model in (ContributingFactor, ReviewRemark, Section):
        model.objects.update(text=LONG)
    Improvement.objects.update(detail=LONG)
    Report.objects.update(description=LONG, deadline_words=LONG)
    Roster.objects.update(name=NAME[:80])
    User.objects.update(name=NAME)


@pytest.mark.parametrize(("who", "screens"), BY_PART, ids=[who or "nobody" for who, _ in BY_PART])
def test_long_words_break_no_screen(server, long_words, opened, parts, who, screens):
    page = opened(parts[who])
    wide = []
    for screen in screens:
        page.set_viewport_size({"width": 1366, "height": 768})
        screen.open(page, server)
        for width in (1366, 390):
            page.set_viewport_size({"width": width, "height": 800})
            if found := page.evaluate(TOO_WIDE):
                wide.append((screen.name, width, found))
    assert not wide, "\n".join(map(str, wide))
