"""The demo's company is whole: every role, two on duty, both rosters with a past, incidents of every kind."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from accounts import clock
from accounts.models import Delivery, User
from accounts.roles import Role
from escalations import engine_screen
from escalations.actions import escalations
from escalations.models import Escalation, Page
from incidents.choices import Severity, StageName
from incidents.models import Incident
from incidents.transitions import STAGES
from oncall.models import HandledPage, Handover, Roster, WorkedShift
from oncall.people import barred_on, on_rosters
from postmortems.choices import ImprovementState, ReviewState
from postmortems.models import Improvement, Review

SECRETS = {"password": "one-two-three-4", "api_token": "token", "routing_key": "k" * 32}


@pytest.fixture
def seeded(db, monkeypatch, tmp_path):
    monkeypatch.setenv("WATCHFLOOR_DEMO_STATE", str(tmp_path))
    (tmp_path / "secrets.json").write_text(json.dumps(SECRETS))
    call_command("seed_demo")


def test_there_are_incidents_of_every_stage_severity_and_many_harm_types(seeded):
    everything = Incident._base_manager.all()
    assert everything.count() >= 40
    assert set(everything.values_list("stage", flat=True)) == set(StageName.values) == set(STAGES)
    assert set(everything.values_list("severity", flat=True)) == set(Severity.values)
    assert len(set(everything.values_list("harm_type", flat=True))) >= 6
    oldest = everything.order_by("declared_at").first().declared_at
    assert timedelta(days=55) < clock.now() - oldest < timedelta(days=61)


def test_somebody_raised_a_severity_and_two_lowered_one(seeded):
    everything = Incident._base_manager.all()
    by_hand = everything.filter(explanation__contains=[{"kind": "person"}])
    kinds = {entry.kind for incident in by_hand for entry in incident.timeline.exclude(actor=None)}
    assert {"severity_raised", "severity_lowered"} <= kinds


def test_the_engine_of_a_new_demo_was_quick_and_has_more_to_do(seeded):
    at = clock.now()
    assert Page.objects.waiting().exists()
    assert Escalation.objects.filter(state="running", due_at__gt=at).exists(), (
        "the next steps are still to come"
    )
    assert not Escalation.objects.unanswered().exists()
    escalations.fire_due()
    Delivery.objects.open().filter(due_at__lte=clock.now()).update(
        state="sent", handed_at=clock.now(), ended_at=clock.now()
    )
    screen = engine_screen.read(at=clock.now())
    assert screen.first.count > 0
    assert not screen.is_slow, screen.first


def test_every_role_is_somebodys_and_the_rosters_have_people_and_a_past(seeded):
    at = clock.now()
    roles = [person.subject(at=at).roles for person in User.objects.all()]
    assert set().union(*roles) == set(Role.values)
    assert roles.count(frozenset()) == 1, "the outsider"

    duties = Roster.objects.on_duty(at=at)
    on_duty = duties[Roster.objects.get(slug="duty").pk]
    assert {duty: len(people) for duty, people in on_duty.items()} == {"primary": 1, "secondary": 1}
    assert on_duty["primary"] != on_duty["secondary"]
    assert len(duties[Roster.objects.get(is_manager_on_duty=True).pk]["primary"]) == 1

    for slug in ("duty", "working-week"):
        oldest = WorkedShift.objects.filter(roster__slug=slug).order_by("ends_at").first()
        assert at - oldest.ends_at > timedelta(days=20)

    handovers = {it.duty: (bool(it.accepted_at), bool(it.lapsed_at)) for it in Handover.objects.all()}
    assert handovers == {"primary": (False, True), "secondary": (True, False)}
    assert HandledPage.objects.exists()

    before = Incident._base_manager.count()
    call_command("seed_demo")
    assert Incident._base_manager.count() == before, "seeding again changes nothing"


def test_everybody_on_a_roster_can_open_on_duty_and_somebody_who_speaks_russian_watches(seeded):
    at = clock.now()
    for roster in Roster.objects.all():
        assert not barred_on(roster, at=at), roster
        assert "duty.view" in roster.owner.subject(at=at).permissions
    watch = on_rosters([Roster.objects.get(name="Election watch")], at=at)
    assert not watch.filter(role_assignments__role=Role.REPORTER)
    assert [it.name for it in watch.filter(site="dublin", languages__contains=["ru"])] == ["Nadia Orlova"]


def test_reviews_are_in_every_state_and_improvements_too(seeded):
    states = Review.objects.values_list("state", flat=True)
    assert set(states) == set(ReviewState.values)
    assert list(states).count("in_review") == 2
    today = clock.now().date()
    assert Review.objects.overdue(on=today).exists()
    assert set(Improvement.objects.values_list("state", flat=True)) == set(ImprovementState.values)
    assert Improvement.objects.overdue(on=today).exists()


def test_every_roster_goes_out_and_in_and_out_the_same(seeded, tmp_path):
    def exported(slug):
        out = StringIO()
        call_command("roster_export", slug, stdout=out)
        return out.getvalue()

    path = tmp_path / "roster.json"
    for slug in Roster.objects.values_list("slug", flat=True):
        first = exported(slug)
        path.write_text(first)
        call_command("roster_import", str(path), stdout=StringIO())
        assert exported(slug) == first
        other = {"slug": f"{slug}-2", "name": f"Another {slug}", "is_manager_on_duty": False}
        path.write_text(json.dumps(json.loads(first) | other))
        call_command("roster_import", str(path), stdout=StringIO())
        assert json.loads(exported(f"{slug}-2")) == json.loads(first) | other
