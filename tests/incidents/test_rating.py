"""Raising is one person's word; lowering SEV0 or SEV1 takes two."""

import pytest
from django.test import Client
from django.urls import reverse

from incidents.actions import lifecycle, rating
from incidents.choices import EntryKind
from incidents.models import Downgrade
from tests.cast import START


@pytest.fixture
def severe(cast):
    incident = cast.report(at=START)
    return lifecycle.accept(incident=incident, manager=cast.manager, by=cast.manager, at=START)


def lower(incident, by, to=2):
    return rating.change(incident=incident, severity=to, reason="It has calmed", by=by, at=START)


def test_raising_happens_at_once_and_says_why(cast, severe):
    assert rating.change(incident=severe, severity=0, reason="It is live", by=cast.on_duty, at=START) is None
    severe.refresh_from_db()
    entry = severe.timeline.get(kind=EntryKind.SEVERITY_RAISED)
    assert (severe.severity, entry.reason, entry.actor) == (0, "It is live", cast.on_duty)
    assert severe.explanation[-1]["by"] == cast.on_duty.name


def test_lowering_sev1_only_asks(cast, severe):
    waiting = lower(severe, cast.manager)
    severe.refresh_from_db()
    assert (severe.severity, waiting.state, waiting.after) == (1, "waiting", 2)


def test_whoever_asked_cannot_decide(cast, severe):
    waiting = lower(severe, cast.manager)
    with pytest.raises(rating.SecondPersonError):
        rating.decide(downgrade=waiting, approve=True, by=cast.manager, at=START)


@pytest.mark.parametrize(
    ("approve", "severity", "kind"), [(True, 2, "severity_lowered"), (False, 1, "downgrade_refused")]
)
def test_the_second_person_decides_once(cast, severe, approve, severity, kind):
    waiting = lower(severe, cast.manager)
    rating.decide(downgrade=waiting, approve=approve, by=cast.on_duty, at=START)
    severe.refresh_from_db()
    assert (severe.severity, severe.timeline.filter(kind=kind).count()) == (severity, 1)
    with pytest.raises(rating.DecidedError):
        rating.decide(downgrade=waiting, approve=True, by=cast.second, at=START)


def test_a_severity_that_changed_meanwhile_makes_the_question_stale(cast, severe):
    waiting = lower(severe, cast.manager)
    rating.change(incident=severe, severity=0, reason="A second scene", by=cast.on_duty, at=START)
    waiting.refresh_from_db()
    assert waiting.state == Downgrade.State.STALE
    with pytest.raises(rating.DecidedError):
        rating.decide(downgrade=waiting, approve=True, by=cast.on_duty, at=START)


def test_one_question_at_a_time(cast, severe):
    lower(severe, cast.manager)
    with pytest.raises(rating.DowngradeWaitingError):
        lower(severe, cast.on_duty, to=3)


def test_what_is_milder_is_lowered_by_one(cast):
    mild = cast.report(harm_type="UN1", at=START)
    assert rating.change(incident=mild, severity=4, reason="Nothing in it", by=cast.manager, at=START) is None


def test_the_same_severity_is_no_change(cast, severe):
    with pytest.raises(rating.NothingToChangeError):
        lower(severe, cast.manager, to=1)


def test_a_worse_severity_brings_the_next_update_nearer(cast, severe):
    before = severe.next_update_at
    rating.change(incident=severe, severity=0, reason="It is live", by=cast.on_duty, at=START)
    severe.refresh_from_db()
    assert severe.next_update_at < before


def shown_everywhere(cast, signed_in, incident) -> list[str]:
    """What everybody who opens it reads, screen by screen."""
    reader = signed_in(cast.manager)
    screens = [
        incident.get_absolute_url(),
        reverse("room_tab", args=[incident.code, "people"]),
        reverse("incident_preview", args=[incident.code]),
        reverse("incidents"),
    ]
    answers = [reader.get(screen) for screen in screens]
    headers = {"Authorization": f"Bearer {cast.token(cast.manager)}"}
    answers += [
        Client().get(path, headers=headers)
        for path in ("/api/incidents/", f"/api/incidents/{incident.code}/")
    ]
    assert [answer.status_code for answer in answers] == [200] * 6
    return [answer.content.decode() for answer in answers]


@pytest.mark.parametrize("change", ["raised", "lowered", "lowered by two"])
def test_what_a_person_set_is_told_on_every_screen(cast, signed_in, change):
    severe = lifecycle.accept(
        incident=cast.report(at=START, harm_type="UN1" if change == "lowered" else "VT3"),
        manager=cast.manager,
        by=cast.manager,
        at=START,
    )
    to = {"raised": 0, "lowered": 4, "lowered by two": 3}[change]
    asked = rating.change(incident=severe, severity=to, reason="So it looks", by=cast.on_duty, at=START)
    if asked:
        rating.decide(downgrade=asked, approve=True, by=cast.second, at=START)
    by = cast.second if asked else cast.on_duty
    room, people, preview, _queue, listed, one = shown_everywhere(cast, signed_in, severe)
    said = f"Set to SEV{to} by {by.name}, whatever the points say"
    assert all(said in page for page in (room, people, preview, listed, one))


def test_a_reason_from_another_version_breaks_no_screen(cast, signed_in, severe):
    severe.explanation = [*severe.explanation, {"kind": "oracle", "said": 42}]
    severe.save()
    room, *_ = shown_everywhere(cast, signed_in, severe)
    assert "A reason that this version has no words for" in room
