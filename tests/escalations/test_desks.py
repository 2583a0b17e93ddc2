"""Where functions are on call: the sheet, the audit, and who may."""

import pytest

from accounts.models import AuditEvent
from escalations.models import FunctionDesk

PATH = "/admin/functions/"


@pytest.fixture
def admin(cast, signed_in):
    return signed_in(cast.admin)


def desks() -> dict:
    return dict(FunctionDesk.objects.values_list("function", "roster__slug"))


def test_a_function_gets_its_roster_and_loses_it_and_the_audit_says_so(admin, cast):
    assert admin.post(PATH, {"legal": cast.duty.pk, "comms": cast.duty.pk}).status_code == 302
    assert desks() == {"legal": "duty", "comms": "duty"}
    admin.post(PATH, {"legal": "", "comms": cast.duty.pk})
    assert desks() == {"comms": "duty"}
    events = AuditEvent.objects.filter(action="desk_changed").order_by("pk")
    assert [(it.before, it.after) for it in events] == [
        ({"roster": ""}, {"roster": "Duty"}),
        ({"roster": ""}, {"roster": "Duty"}),
        ({"roster": "Duty"}, {"roster": ""}),
    ]


def test_what_is_not_on_the_sheet_stays(admin, cast):
    admin.post(PATH, {"legal": cast.duty.pk})
    admin.post(PATH, {"comms": cast.duty.pk})
    assert set(desks()) == {"legal", "comms"}


@pytest.mark.parametrize("wrong", ["999999", "x", "-1"])
def test_a_roster_that_is_none_is_refused_at_its_function(admin, wrong):
    answer = admin.post(PATH, {"legal": wrong})
    assert (answer.status_code, "valid choice" in answer.content.decode()) == (422, True)
    assert desks() == {}


def test_the_sheet_shows_what_there_is(admin, cast):
    FunctionDesk.objects.create(function="legal", roster=cast.duty)
    cast.duty.is_paged = False
    cast.duty.save()
    text = admin.get(PATH).content.decode()
    assert f'<option value="{cast.duty.pk}" selected>Duty</option>' in text


@pytest.mark.parametrize("path", [PATH, "/admin/simulator/"])
def test_only_administrators(cast, signed_in, path):
    for person in (cast.outsider, cast.manager, cast.security):
        assert signed_in(person).get(path).status_code == 403
