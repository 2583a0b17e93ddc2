"""Raising is one person's word; lowering SEV0 or SEV1 takes two."""

import pytest

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
