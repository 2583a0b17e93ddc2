"""The engine against Postgres: what a step asks, rounds and last resorts, duties that change hands, what was
acknowledged and not picked up, and what is late."""

from datetime import timedelta

import pytest

from accounts.models import Clearance, ContactMethod, Message
from escalations.actions import escalations
from escalations.ladder import RESORT_WAIT
from escalations.models import (
    Escalation,
    EscalationPolicy,
    FunctionDesk,
    Page,
    PolicyStep,
    Route,
    StepTarget,
)
from incidents.actions import triage
from incidents.choices import EntryKind
from incidents.models import TimelineEntry
from oncall.models import Layer, Override, Participant, Roster
from tests.cast import START, STEP_SECONDS, person

STEP, RESORT = timedelta(seconds=STEP_SECONDS), timedelta(seconds=RESORT_WAIT)
SECOND = timedelta(seconds=1)


def climb(at):
    while escalations.advance(at=at):
        pass


def paged(incident=None):
    """Everybody paged so far, in order."""
    pages = Page.objects.filter(incident=incident) if incident else Page.objects.all()
    return [page.responder for page in pages.order_by("created_at", "step", "pk")]


def told(kind):
    entries = TimelineEntry.objects.filter(kind=kind).order_by("pk")
    return [(entry.data.get("step"), entry.data.get("because")) for entry in entries]


@pytest.fixture
def policy(cast) -> EscalationPolicy:
    return EscalationPolicy.objects.get(slug="others")


def steps_of(policy, *targets, **conditions):
    """In place of its own, five minutes apart; the conditions are the first step's."""
    policy.steps.all().delete()
    for position, target in enumerate(targets):
        asks = conditions if position == 0 else {}
        step = PolicyStep.objects.create(policy=policy, position=position, delay=STEP_SECONDS, **asks)
        StepTarget.objects.create(step=step, **target)


def roster(slug, owner, *people, duty="primary", **told):
    made = Roster.objects.create(slug=slug, name=slug.title(), zone="UTC", owner=owner, **told)
    for number, one in enumerate(people):
        layer = Layer.objects.create(
            roster=made, name=f"{duty} {number}", duty=duty, rank=len(people) - number, anchor_on="2020-01-06",
            handoff_time="09:00",
        )  # fmt: skip
        Participant.objects.create(layer=layer, group=0, person=one)
    return made


def relieve(cast, at, by=None):
    """The specialist has the primary's duty from `at` on."""
    return Override.objects.create(
        roster=cast.duty, kind="replace", person=cast.on_duty, by=cast.specialist, duty="primary",
        starts_at=at, ends_at=at + timedelta(days=1), made_at=by or START, made_by=cast.on_duty,
    )  # fmt: skip


# -- What a step asks -------------------------------------------------------------------------------


def test_a_step_asks_for_a_clearance(cast, policy):
    steps_of(policy, {"person": cast.on_duty}, {"person": cast.second}, clearance="csea")
    cast.report(at=START)
    climb(START)
    assert paged() == [cast.second]
    assert told(EntryKind.STEP_EMPTY) == [(1, "clearance")]


def test_a_step_asks_for_a_language_people_work_in(cast, policy):
    cast.manager.languages = ["ru"]
    cast.manager.save()
    steps_of(policy, {"person": cast.on_duty}, {"person": cast.manager}, language="ru")
    cast.report(at=START)
    climb(START)
    assert paged() == [cast.manager]
    assert told(EntryKind.STEP_EMPTY) == [(1, "language")]


def test_it_is_said_whether_a_duty_had_nobody_or_nobody_who_can_be_reached(cast, policy):
    steps_of(policy, {"roster": cast.duty, "duty": "primary"}, {"person": cast.manager})
    ContactMethod.objects.filter(person__in=[cast.on_duty, cast.second]).update(disabled_at=START)
    cast.report(at=START)
    climb(START)
    Layer.objects.all().delete()
    cast.report(at=START + SECOND)
    climb(START + SECOND)
    assert told(EntryKind.STEP_EMPTY) == [(1, "unreachable"), (1, "gap")]


@pytest.mark.parametrize(("weekdays", "found"), [([0], "on_duty"), ([1, 2], "second")])
def test_a_step_is_passed_over_on_other_days(cast, policy, weekdays, found):
    steps_of(policy, {"person": cast.on_duty}, {"person": cast.second}, weekdays=weekdays)
    cast.report(at=START)  # a Monday
    climb(START)
    assert paged() == [getattr(cast, found)]
    assert told(EntryKind.STEP_EMPTY) == ([] if found == "on_duty" else [(1, "hours")])


def test_a_function_is_asked_where_it_is_on_call_and_empty_without_a_desk(cast, policy):
    steps_of(policy, {"function": "legal"}, {"function": "comms"}, {"person": cast.manager})
    FunctionDesk.objects.create(function="legal", roster=roster("counsel", cast.admin, cast.partner))
    cast.report(at=START)
    climb(START)
    assert paged() == [cast.partner]
    climb(START + STEP)
    assert (paged(), told(EntryKind.STEP_EMPTY)) == ([cast.partner, cast.manager], [(2, "gap")])


def test_everyone_with_a_place_is_asked_whoever_is_on(cast, policy):
    steps_of(policy, {"roster": cast.duty, "everyone": True})
    gone = person("gone", "responder", "")
    ContactMethod.objects.filter(person=gone).update(verified_at=None)
    layer = cast.duty.layers.get(duty="primary")
    for group, one in enumerate([cast.specialist, gone], 1):
        Participant.objects.create(layer=layer, group=group, person=one)
    cast.report(at=START)
    climb(START)
    assert set(paged()) == {cast.on_duty, cast.second, cast.specialist}


def test_the_roster_that_stands_in_is_asked_where_nobody_is_on(cast, policy):
    cast.duty.fallback = roster("spare", cast.admin, cast.partner, fallback=cast.duty)
    cast.duty.save()
    ContactMethod.objects.filter(person=cast.on_duty).update(disabled_at=START)
    cast.report(at=START)
    climb(START)
    assert (paged(), told(EntryKind.STEP_EMPTY)) == ([cast.partner], [])


def test_rosters_that_stand_in_for_each_other_and_have_nobody_end(cast, policy):
    spare = roster("spare", cast.admin, fallback=cast.duty)
    cast.duty.fallback = spare
    cast.duty.save()
    ContactMethod.objects.filter(person__in=[cast.on_duty, cast.second]).update(disabled_at=START)
    cast.report(at=START)
    climb(START)
    assert paged() == [cast.manager]


@pytest.mark.parametrize(
    ("language", "speaks", "found"),
    [("ru", True, "second"), ("pt-BR", True, "second"), ("ru", False, "on_duty"), ("", True, "on_duty")],
)
def test_a_route_asks_for_whoever_speaks_the_language_of_the_report(cast, language, speaks, found):
    Route.objects.filter(severities=[]).update(speaks_language=speaks)
    cast.second.languages = ["ru", "pt"]
    cast.second.save()
    cast.report(at=START, language=language)
    climb(START)
    assert paged() == [getattr(cast, found)]


def test_nobody_speaks_the_language_and_the_last_resort_is_asked_all_the_same(cast):
    Route.objects.filter(severities=[]).update(speaks_language=True)
    roster("managers", cast.admin, cast.manager, is_manager_on_duty=True)
    cast.report(at=START, language="fi")
    climb(START)
    assert (paged(), told(EntryKind.PAGED)) == ([cast.manager], [(4, "resort")])


def test_a_route_asks_by_which_door_a_report_came(cast):
    quick = EscalationPolicy.objects.get(slug="sev0")
    Route.objects.filter(severities=[0]).update(severities=[], sources=["events"], policy=quick)
    assert cast.report(at=START).escalations.get().policy.slug == "others"
    Route.objects.filter(sources=["events"]).update(sources=["api", "form"])
    assert cast.report(at=START).escalations.get().policy == quick


# -- Nobody at a step ------------------------------------------------------------------------------


def test_a_gap_is_told_to_the_owner_of_the_roster_once_an_hour_and_without_the_incident(cast):
    cast.duty.owner = cast.admin
    cast.duty.save()
    ContactMethod.objects.filter(person=cast.on_duty).update(disabled_at=START)
    for at in (START, START + SECOND, START + timedelta(hours=1)):
        incident = cast.report(at=at)
        climb(at)
    notices = Message.objects.filter(to=cast.admin, urgency="notice")
    assert [notice.subject for notice in notices] == ["Duty (primary): nobody could be paged"] * 2
    assert incident.code not in "".join(f"{it.subject} {it.text}" for it in notices)


@pytest.mark.parametrize("told", [{"harm_type": "CS2"}, {"mode": "test"}, {"mode": "drill"}])
def test_no_owner_hears_of_what_they_may_not_know_of_nor_of_an_exercise(cast, told):
    """Somebody is on and could be reached: that they were passed over would say that there is something."""
    if "mode" in told:
        ContactMethod.objects.filter(person=cast.on_duty).update(disabled_at=START)
    cast.report(at=START, **told)
    climb(START)
    assert EntryKind.STEP_EMPTY in set(TimelineEntry.objects.values_list("kind", flat=True))
    assert not Message.objects.filter(urgency="notice").exists()


def test_the_owner_is_led_to_the_roster(cast, signed_in):
    from accounts import links

    ContactMethod.objects.filter(person=cast.on_duty).update(verified_at=None)
    cast.duty.owner = cast.manager
    cast.duty.save()
    cast.report(at=START)
    climb(START)
    notice = Message.objects.get(to=cast.manager, urgency="notice")
    answer = signed_in(cast.manager).get(f"/c/{links.token_for(notice.pk)}/")
    assert (answer.status_code, "roster=duty" in answer["Location"]) == (302, True)


def test_somebody_at_two_steps_is_asked_once_and_the_next_comes_sooner(cast, policy):
    steps_of(policy, {"person": cast.on_duty}, {"person": cast.on_duty}, {"person": cast.second})
    cast.report(at=START)
    climb(START)
    climb(START + STEP)
    assert (paged(), told(EntryKind.STEP_EMPTY)) == ([cast.on_duty, cast.second], [(2, "asked")])


# -- Rounds and last resorts -----------------------------------------------------------------------


def test_it_starts_again_at_its_step_and_the_earlier_page_gives_way(cast, policy):
    policy.repeats, policy.repeat_from = 1, 1
    policy.save()
    incident = cast.report(at=START)
    for number in range(6):
        climb(START + number * STEP)
    again = [cast.second, cast.manager]
    assert paged() == [cast.on_duty, cast.second, cast.manager, *again]
    assert Page.objects.waiting().count() == 3
    assert set(Page.objects.exclude(state="waiting").values_list("ended_because", flat=True)) == {
        "asked_again"
    }
    assert told(EntryKind.PAGED)[3:] == [(2, "again"), (3, "again")]
    assert incident.escalations.get().state == "exhausted"


def test_an_exhausted_policy_falls_to_the_manager_on_duty_then_to_everybody_there_and_stays_red(cast, policy):
    steps_of(policy, {"person": cast.on_duty})
    managers = roster("managers", cast.admin, cast.manager, is_manager_on_duty=True)
    Participant.objects.create(layer=managers.layers.get(), group=1, person=cast.specialist)
    Layer.objects.filter(roster=managers).update(turn_n=5200, turn_unit="week")
    incident = cast.report(at=START)
    for at in (START, START + STEP, START + STEP + RESORT - SECOND):
        climb(at)
    assert paged() == [cast.on_duty, cast.manager]
    climb(START + STEP + RESORT)
    assert paged() == [cast.on_duty, cast.manager, cast.specialist]
    assert incident.escalations.get().state == "running"
    climb(START + STEP + 2 * RESORT)
    assert incident.escalations.get().state == "exhausted"
    assert Page.objects.waiting().count() == 3


def test_a_policys_own_fallback_comes_before_the_manager_on_duty(cast, policy):
    steps_of(policy, {"person": cast.on_duty})
    roster("managers", cast.admin, cast.manager, is_manager_on_duty=True)
    policy.fallback = roster("spare", cast.admin, cast.second)
    policy.save()
    cast.report(at=START)
    climb(START)
    climb(START + STEP)
    assert paged() == [cast.on_duty, cast.second]


def test_the_last_resort_is_cleared_too(cast):
    roster("managers", cast.admin, cast.partner, is_manager_on_duty=True)
    cast.report(harm_type="CS2", at=START)
    for number in range(5):
        climb(START + number * STEP)
    assert paged() == [cast.manager]


# -- Late ------------------------------------------------------------------------------------------


def test_after_an_outage_whoever_is_on_duty_now_is_paged_once_and_told_it_is_late(cast):
    relieve(cast, START + timedelta(hours=1))
    open_one, declined = cast.report(at=START), cast.report(at=START)
    triage.decline(incident=declined, reason="spam", by=cast.manager, at=START + SECOND)
    back = START + timedelta(hours=3)
    climb(back)
    assert paged() == [cast.specialist]
    message = Page.objects.get(incident=open_one).message
    assert message.subject.startswith("Delayed: ")
    assert "it was due at 09:00" in message.text
    assert open_one.escalations.get().due_at == back + STEP, "the next step waits its time"


def test_an_outage_between_two_steps_goes_on_at_the_step_it_had_come_to(cast):
    incident = cast.report(at=START)
    climb(START)
    back = START + timedelta(hours=3)
    climb(back)
    assert paged() == [cast.on_duty, cast.second]
    assert incident.escalations.get().next_step == 2


@pytest.mark.parametrize(
    ("late", "says"), [(timedelta(minutes=5), False), (timedelta(minutes=5, seconds=1), True)]
)
def test_up_to_five_minutes_are_not_called_late(cast, late, says):
    cast.report(at=START)
    climb(START + late)
    assert Message.objects.get().subject.startswith("Delayed: ") is says


# -- Tiers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("severity", "urgency"), [(0, "high"), (1, "high"), (2, "high"), (3, "low"), (4, "low")]
)
def test_a_page_is_as_urgent_as_its_incident_is_severe(cast, severity, urgency):
    incident = cast.report(at=START)
    incident.severity = severity
    incident.save()
    climb(START)
    page = Page.objects.get()
    assert (page.urgency, page.message.urgency, page.message.severity) == (urgency, urgency, severity)


# -- What it costs ---------------------------------------------------------------------------------


def test_a_step_costs_so_many_questions(cast, django_assert_num_queries):
    cast.report(at=START)
    with django_assert_num_queries(20):
        escalations.advance(at=START)


def test_a_look_at_a_handoff_costs_so_many_questions(cast, django_assert_num_queries):
    cast.report(at=START)
    climb(START)
    with django_assert_num_queries(9):
        assert escalations.advance(at=START + timedelta(minutes=5) - SECOND) == 0
    Escalation.objects.update(due_at=START + timedelta(hours=1))
    with django_assert_num_queries(18):
        assert escalations.advance(at=START + timedelta(minutes=5))


def test_clearances_count_as_they_are_when_the_step_fires(cast):
    cast.report(harm_type="CS2", at=START)
    Clearance.objects.filter(person=cast.manager).update(valid_until=START)
    climb(START)
    assert paged() == []
