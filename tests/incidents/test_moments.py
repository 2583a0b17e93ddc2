"""A moment near the ends of the calendar comes in by no door, and the database holds the same bound."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.moments_in import EARLIEST, LATEST
from incidents.actions import tasks, timeline
from incidents.models import Incident, Report
from tests.cast import START

TOO_LATE = datetime(9999, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["9999-12-31T23:59", "0001-01-01T00:00", "2101-01-02T00:00"])
def test_the_report_form_says_at_the_field_what_to_write(cast, signed_in, typed):
    told = {"title": "Order", "harm_type": "GV1", "deadline_at": typed}
    answer = signed_in(cast.reporter).post(reverse("report"), told)
    assert answer.status_code == 422
    assert "Check the year: give a moment from 2000 to 2100." in answer.content.decode()
    assert not Report.objects.exists()


@pytest.mark.parametrize("moment", [EARLIEST, LATEST])
def test_the_ends_of_the_bound_can_be_shown_in_any_zone(cast, signed_in, moment):
    incident = cast.report(deadline_at=moment)
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        cast.manager.time_zone = zone
        cast.manager.save()
        assert signed_in(cast.manager).get(incident.get_absolute_url()).status_code == 200


def test_the_database_holds_the_bound(cast):
    incident = cast.report(at=START)
    told = {"incident": incident, "by": cast.manager, "at": START}
    for write in (
        lambda: Incident._base_manager.update(deadline_at=TOO_LATE),
        lambda: Incident._base_manager.update(next_update_at=TOO_LATE),
        lambda: Report.objects.update(deadline_at=TOO_LATE),
        lambda: tasks.add(title="Look", due_at=TOO_LATE, **told),
        lambda: timeline.record(kind="note", occurred_at=TOO_LATE, **told),
    ):
        with pytest.raises(IntegrityError, match="within_bound"), transaction.atomic():
            write()
