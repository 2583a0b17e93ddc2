"""Functions and tasks: who gets to know, what a playbook sets up, what settling needs."""

from datetime import timedelta

import pytest

from incidents import playbooks
from incidents.actions import functions, grants, lifecycle, tasks
from incidents.models import Incident
from tests.cast import START


@pytest.fixture
def attack(cast):
    incident = cast.report(harm_type="VT2", at=START)
    return lifecycle.accept(incident=incident, manager=cast.manager, by=cast.manager, at=START)


def sees(person, incident) -> bool:
    return Incident.objects.visible_to(person.subject(at=START), "edit").filter(pk=incident.pk).exists()


def test_accepting_starts_the_playbook_of_its_harm_type(cast, attack):
    plan = playbooks.for_harm_type("VT2")
    assert [task.title for task in attack.tasks.all()] == [step.title for step in plan.steps]
    first = attack.tasks.first()
    assert first.due_at == START + timedelta(minutes=plan.steps[0].due)
    assert set(attack.tasks.filter(function="").values_list("assignee", flat=True)) == {cast.manager.pk}


def test_a_running_incident_keeps_the_version_it_began_with(attack, monkeypatch):
    newer = playbooks.Playbook(
        "attack", 2, "Attack", frozenset({"VT2"}), playbooks.PLAYBOOKS["attack", 1].steps[:1]
    )
    monkeypatch.setitem(playbooks.PLAYBOOKS, ("attack", 2), newer)
    assert playbooks.for_harm_type("VT2").version == 2
    assert {task.playbook_version for task in attack.tasks.all()} == {1}
    assert all(task.plan for task in attack.tasks.all())


def test_starting_a_playbook_again_changes_nothing(cast, attack):
    before = attack.tasks.count()
    tasks.start_playbook(incident=attack, playbook=playbooks.for_harm_type("VT2"), by=cast.manager, at=START)
    assert attack.tasks.count() == before


def test_a_function_brings_need_to_know_and_takes_it_away(cast):
    incident = cast.report(at=START)
    assert not sees(cast.partner, incident)
    given = functions.assign(
        incident=incident, function="legal", person=cast.partner, by=cast.manager, at=START
    )
    assert sees(cast.partner, incident)
    functions.end(assignment=given, by=cast.manager, at=START)
    assert not sees(cast.partner, incident)


def test_a_function_never_stands_in_for_a_clearance(cast, attack):
    with pytest.raises(grants.NotClearedError, match="Partner"):
        functions.assign(incident=attack, function="legal", person=cast.partner, by=cast.manager, at=START)
    assert not attack.assignments.exists()


def test_a_function_has_one_person_and_its_open_tasks_are_theirs(cast, attack):
    functions.assign(incident=attack, function="detection", person=cast.specialist, by=cast.manager, at=START)
    assert attack.tasks.filter(function="detection").exclude(assignee=cast.specialist).count() == 0
    functions.assign(incident=attack, function="detection", person=cast.manager, by=cast.manager, at=START)
    assert [a.person for a in attack.assignments.standing()] == [cast.manager]


def test_there_is_always_exactly_one_incident_manager(cast, attack):
    functions.name_manager(
        incident=attack, manager=cast.specialist, by=cast.manager, at=START, reason="Shift ends"
    )
    attack.refresh_from_db()
    assert attack.incident_manager == cast.specialist
    with pytest.raises(grants.NotClearedError):
        functions.name_manager(incident=attack, manager=cast.on_duty, by=cast.manager, at=START, reason="x")


def test_evidence_is_asked_for_where_the_step_needs_it(cast, attack):
    step = next(task for task in attack.tasks.all() if task.wants_evidence)
    with pytest.raises(tasks.OutcomeMissingError):
        tasks.settle(task=step, state="done", outcome="", by=cast.manager, at=START)
    tasks.settle(task=step, state="done", outcome="Log 17", by=cast.manager, at=START)
    assert attack.timeline.get(kind="task_done").reason == "Log 17"


def test_what_does_not_apply_says_why(cast, attack):
    with pytest.raises(tasks.OutcomeMissingError):
        tasks.settle(task=attack.tasks.first(), state="not_applicable", outcome="", by=cast.manager, at=START)


def test_the_second_to_settle_learns_who_was_first(cast, attack):
    task = attack.tasks.first()
    tasks.settle(task=task, state="done", outcome="", by=cast.manager, at=START)
    with pytest.raises(tasks.AlreadySettledError, match="Manager"):
        tasks.settle(task=task, state="done", outcome="", by=cast.specialist, at=START)
    assert tasks.reopen(task=task, by=cast.specialist, at=START).state == "open"
