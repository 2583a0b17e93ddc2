"""Whom an edit of a schedule concerns: those whose own hours are others than before, and nobody else."""

from datetime import timedelta

import pytest

from accounts.models import ContactMethod, Message
from oncall.actions import overrides
from oncall.actions.duty_notices import OUTLOOK, notify, telling
from oncall.models import Participant
from tests.cast import START
from tests.oncall.stage import layered, told

HOUR = timedelta(hours=1)


@pytest.fixture
def pair(cast):
    """Manager and specialist together, always."""
    return layered("pair", [[cast.manager, cast.specialist]], zone="UTC", handoff_time="00:00")


def replace(cast, roster, starts=HOUR, **more):
    told = {"roster": roster, "kind": "replace", "person": cast.manager, "stand_in": cast.reporter}
    told |= {"starts_at": START + starts, "ends_at": START + starts + HOUR, "by": cast.admin, "at": START}
    return overrides.make(**told | more)


def test_whoever_stays_beside_somebody_else_hears_nothing(cast, pair):
    replace(cast, pair)
    assert [name for name, _ in told()] == ["Manager", "Reporter"]


def test_a_swapped_layer_with_the_same_hours_is_no_news(cast, pair):
    with telling(pair, by=None, at=START, key="x"):
        pair.layers.update(name="Another name")
    assert told() == []


def test_what_lies_beyond_the_outlook_is_not_told(cast, pair):
    replace(cast, pair, starts=OUTLOOK + HOUR)
    assert told() == []


def test_somebody_who_cannot_be_reached_stops_no_edit(cast, pair):
    ContactMethod.objects.filter(person=cast.manager).delete()
    replace(cast, pair)
    assert [name for name, _ in told()] == ["Reporter"]


def test_somebody_deactivated_is_not_written_to(cast, pair):
    cast.specialist.is_active = False
    cast.specialist.save()
    with telling(pair, by=None, at=START, key="x"):
        Participant.objects.filter(person=cast.specialist).delete()
    assert told() == []


def test_the_mail_names_the_roster_in_the_readers_language_and_leads_to_their_shifts(cast, pair):
    cast.manager.language = "ru"
    cast.manager.save()
    replace(cast, pair)
    message = Message.objects.get(to=cast.manager)
    assert (message.subject, message.link_to, message.urgency) == (
        "Ваши смены изменились",
        "shifts_link",
        "notice",
    )
    assert "Pair" in message.text


def test_the_same_key_says_it_once(cast):
    for _ in range(2):
        notify(to=cast.manager, subject=lambda: "S", text=lambda: "T", key="once", at=START)
    assert Message.objects.count() == 1
