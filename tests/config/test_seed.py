"""The demo's company is whole: every role, two on duty, both rosters with a past, incidents of every kind."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command

from accounts import clock
from accounts.models import User
from accounts.roles import Role
from incidents.choices import Severity, StageName
from incidents.models import Incident
from incidents.transitions import STAGES
from oncall.models import Roster, WorkedShift

SECRETS = {"password": "one-two-three-4", "api_token": "token", "routing_key": "k" * 32}


@pytest.fixture
def seeded(db, settings, tmp_path):
    settings.DEMO_STATE = str(tmp_path)
    (tmp_path / "secrets.json").write_text(json.dumps(SECRETS))
    call_command("seed_demo")


@pytest.fixture
def everything(seeded):
    """What somebody with every clearance and a grant for whatever else there is would see."""
    return Incident._base_manager.all()


def test_there_are_incidents_of_every_stage_severity_and_many_harm_types(everything):
    assert everything.count() >= 40
    assert set(everything.values_list("stage", flat=True)) == set(StageName.values) == set(STAGES)
    assert set(everything.values_list("severity", flat=True)) == set(Severity.values)
    assert len(set(everything.values_list("harm_type", flat=True))) >= 6
    oldest = everything.order_by("declared_at").first().declared_at
    assert timedelta(days=55) < clock.now() - oldest < timedelta(days=61)


def test_every_role_is_somebodys_and_one_person_holds_none(seeded):
    at = clock.now()
    roles = [person.subject(at=at).roles for person in User.objects.all()]
    assert set().union(*roles) == set(Role.values)
    assert roles.count(frozenset()) == 1


def test_two_people_and_a_manager_are_on_duty(seeded):
    duties = Roster.objects.on_duty(at=clock.now())
    by_slug = {roster.slug: duties[roster.pk] for roster in Roster.objects.all()}
    assert {duty: len(people) for duty, people in by_slug["duty"].items()} == {"primary": 1, "secondary": 1}
    assert by_slug["duty"]["primary"] != by_slug["duty"]["secondary"]
    assert len(by_slug["manager"]["primary"]) == 1


@pytest.mark.parametrize("roster", ["duty", "working-week"])
def test_four_weeks_of_shifts_have_been_worked(seeded, roster):
    worked = WorkedShift.objects.filter(roster__slug=roster)
    oldest = worked.order_by("ends_at").first().ends_at
    assert clock.now() - oldest > timedelta(days=20)


def test_seeding_again_changes_nothing(everything):
    before = everything.count()
    call_command("seed_demo")
    assert everything.count() == before
