"""Where functions are on call: the sheet, the audit, and who may."""

from datetime import timedelta

import pytest

from accounts import clock
from accounts.models import AuditEvent
from escalations import off_call
from escalations.models import EscalationPolicy, FunctionDesk, PolicyStep, StepTarget
from oncall.models import Layer, Roster

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


@pytest.fixture
def counsel(cast) -> EscalationPolicy:
    """A policy that asks for Legal's on-call."""
    policy = EscalationPolicy.objects.create(slug="counsel", name="Counsel")
    step = PolicyStep.objects.create(policy=policy, position=0, delay=300)
    StepTarget.objects.create(step=step, function="legal")
    return policy


def missing() -> bool:
    return "legal" in off_call.functions(at=clock.now())


def test_a_function_is_on_call_while_somebody_has_a_place_as_primary_on_its_roster(cast):
    assert missing(), "it has no desk"
    FunctionDesk.objects.create(function="legal", roster=cast.duty)
    assert not missing()
    Layer.objects.filter(roster=cast.duty, duty="primary").update(
        effective_until=clock.now() - timedelta(days=1)
    )
    assert missing(), "a second alone is not asked"
    cast.duty.fallback = Roster.objects.create(slug="spare", name="Spare", zone="UTC", owner=cast.manager)
    cast.duty.save()
    assert not missing(), "another roster stands in"


def test_whoever_left_is_not_on_call(cast):
    FunctionDesk.objects.create(function="legal", roster=cast.duty)
    cast.on_duty.is_active = False
    cast.on_duty.save()
    assert missing()


def test_a_policy_that_asks_for_a_function_nobody_is_on_call_for_says_so_as_long_as_it_is_so(
    admin, cast, counsel
):
    paths = ["/admin/policies/", f"/admin/policies/{counsel.pk}/", f"/admin/policies/{counsel.pk}/edit/"]
    for path in paths:
        text = admin.get(path).content.decode()
        assert "Nobody is on call" in text
        assert "Legal lead" in text
    FunctionDesk.objects.create(function="legal", roster=cast.duty)
    for path in paths:
        assert "Nobody is on call" not in admin.get(path).content.decode()


def test_it_is_a_warning_and_no_refusal(admin, cast):
    told = {"name": "Counsel", "version": "1", "minutes": ["5"], "who-0": ["function:legal"]}
    looked = admin.post("/admin/policies/add/", told | {"press": "look"}).content.decode()
    assert "Nobody is on call for these functions: Legal lead." in looked
    saved = admin.post("/admin/policies/add/", told | {"press": "save"}, follow=True)
    assert EscalationPolicy.objects.filter(name="Counsel").exists()
    assert "Nobody is on call for these functions: Legal lead." in saved.content.decode()


def test_a_policy_that_asks_for_none_says_nothing(admin, cast):
    other = EscalationPolicy.objects.get(slug="others")
    assert "Nobody is on call" not in admin.get(f"/admin/policies/{other.pk}/").content.decode()


def test_the_form_that_pages_a_function_says_which_nobody_is_on_call_for(cast, signed_in):
    incident = cast.report()
    FunctionDesk.objects.create(function="comms", roster=cast.duty)
    text = signed_in(cast.manager).get(incident.get_absolute_url()).content.decode()
    assert "Legal lead (nobody is on call)" in text
    assert ">Communications lead<" in text
