"""Nobody is asked about a kind of harm they opted out of, by whatever way a page comes; and nobody else can tell."""

from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.actions import deliveries, exposure
from accounts.models import AuditEvent, ContactMethod, Delivery, Message, OptOut
from escalations import forecast
from escalations.actions import by_hand, desks, escalations, pages
from escalations.actions.responders import Responders
from escalations.coverage import Case
from escalations.ladder import Step, Target
from escalations.models import Escalation, EscalationPolicy, FunctionDesk, Page
from incidents.actions import lifecycle
from incidents.choices import EntryKind
from incidents.models import Incident
from oncall.models import Roster
from tests.cast import START
from tests.escalations.test_engine import SECOND, STEP, climb, paged, relieve, roster, steps_of

PEOPLE = ("on_duty", "second", "manager", "specialist", "partner")


def opt_out(*people, kind="VT3", **more):
    for one in people:
        exposure.opt_out(person=one, harm_types=[kind], at=START, **more)


def to_the_end(incident):
    run = incident.escalations.get()
    while run.state == Escalation.State.RUNNING:
        climb(run.due_at)
        run.refresh_from_db()
    return paged(incident)


@pytest.fixture
def policy(cast) -> EscalationPolicy:
    """Every kind of target there is, twice, and the last resorts after them."""
    policy = EscalationPolicy.objects.get(slug="others")
    roster("managers", cast.admin, cast.manager, cast.specialist, is_manager_on_duty=True)
    FunctionDesk.objects.create(function="legal", roster=roster("counsel", cast.admin, cast.partner))
    steps_of(
        policy,
        {"roster": cast.duty, "duty": "primary"},
        {"roster": cast.duty, "duty": "secondary"},
        {"person": cast.manager},
        {"function": "legal"},
        {"roster": cast.duty, "everyone": True},
    )
    EscalationPolicy.objects.filter(pk=policy.pk).update(repeats=1)
    return policy


@pytest.mark.parametrize("who", PEOPLE)
def test_no_step_no_round_and_no_last_resort_asks_them(cast, policy, who):
    one = getattr(cast, who)
    incident = cast.report(at=START)
    opt_out(one)
    asked = to_the_end(incident)
    assert one not in asked
    assert set(asked) == {getattr(cast, name) for name in PEOPLE} - {one}


def test_with_everybody_out_it_stays_red_and_nobody_was_asked(cast, policy):
    incident = cast.report(at=START)
    opt_out(*(getattr(cast, name) for name in PEOPLE))
    assert to_the_end(incident) == []
    assert incident.escalations.get().state == Escalation.State.EXHAUSTED


def test_another_kind_is_asked_as_before(cast, policy):
    opt_out(*(getattr(cast, name) for name in PEOPLE), kind="VT4")
    incident = cast.report(at=START)
    assert to_the_end(incident)[0] == cast.on_duty


@settings(max_examples=40, deadline=None, suppress_health_check=[])
@given(
    chosen=st.lists(
        st.tuples(
            st.sampled_from(PEOPLE),
            st.sampled_from(["VT3", "VT4", "CS1"]),
            st.sampled_from([None, -1, 1, STEP.total_seconds() + 1, 86400]),
        ),
        max_size=8,
        unique_by=lambda row: row[:2],
    ),
    kind=st.sampled_from(["VT3", "VT4"]),
)
def _never_asked(cast, chosen, kind):
    """Of a run's forecast, which asks what the engine asks, so that many worlds cost little."""
    OptOut.objects.all().delete()
    for name, harm, seconds in chosen:
        until = None if seconds is None else START + timedelta(seconds=seconds)
        OptOut.objects.create(person=getattr(cast, name), harm_type=harm, until=until)
    run = cast.report(at=START, harm_type=kind, title=str(chosen)).escalations.get()
    for moment in forecast.of_run(run, most=50):
        out = {
            getattr(cast, name)
            for name, harm, seconds in chosen
            if harm == kind and (seconds is None or moment.at < START + timedelta(seconds=seconds))
        }
        assert not out & {one.person for one in moment.asked}


def test_in_no_world_is_anybody_asked_who_opted_out_at_that_moment(cast, policy):
    _never_asked(cast)


def test_the_simulator_says_what_it_would_if_nobody_had_opted_out(cast, policy):
    """Otherwise sixteen looks tell an administrator all that somebody has opted out of."""
    case = Case(severity=1, harm_type="VT3", source="form")
    before = forecast.of_report(case, at=START).moments
    opt_out(cast.on_duty, cast.partner)
    opt_out(cast.second, today=True)
    assert forecast.of_report(case, at=START).moments == before


def test_whoever_stands_in_is_asked_in_their_place_and_not_if_out_as_well(cast):
    aside = roster("aside", cast.admin, cast.partner)
    Roster.objects.filter(pk=cast.duty.pk).update(fallback=aside)
    opt_out(cast.on_duty)
    step = Step(0, (Target(roster=cast.duty.pk, duty="primary"),))
    incident = cast.report(at=START)
    assert Responders(incident.profile, "VT3", START).at_step(step) == [cast.partner]
    opt_out(cast.partner)
    assert Responders(incident.profile, "VT3", START).at_step(step) == []


def test_whoever_comes_on_duty_and_is_out_is_not_asked(cast):
    cast.report(at=START)
    climb(START)
    relieve(cast, START + SECOND)
    opt_out(cast.specialist)
    climb(START + STEP - SECOND)
    assert paged() == [cast.on_duty]


def test_from_the_end_of_not_today_they_are_asked(cast):
    opt_out(cast.on_duty, today=True)
    end = OptOut.objects.get().until
    before, after = cast.report(at=end - SECOND), cast.report(at=end)
    for at in (end - SECOND, end):
        escalations.advance(at=at, most=16)
    assert (paged(before), paged(after)) == ([cast.second], [cast.on_duty])


# -- By hand ---------------------------------------------------------------------------------------


@pytest.fixture
def incident(cast):
    return lifecycle.accept(incident=cast.report(at=START), manager=cast.manager, by=cast.manager, at=START)


def refused(act) -> str:
    with pytest.raises(by_hand.CannotBeAskedError) as refusal:
        act()
    return str(refusal.value)


def test_somebody_picked_by_hand_is_refused_as_though_they_could_not_be_reached(cast, incident):
    def ask():
        by_hand.ask(incident=incident, responder=cast.partner, by=cast.manager, at=START)

    cast.partner.contact_methods.update(disabled_at=START)
    unreachable = refused(ask)
    cast.partner.contact_methods.update(disabled_at=None)
    opt_out(cast.partner)
    cast.partner.refresh_from_db()
    assert refused(ask) == unreachable
    assert not Page.objects.filter(responder=cast.partner).exists()


def test_a_page_is_not_handed_on_to_them_and_stays(cast, incident):
    mine = by_hand.ask(incident=incident, responder=cast.second, by=cast.manager, at=START)
    opt_out(cast.partner)
    refused(lambda: by_hand.hand_on(page=mine, to=cast.partner, by=cast.second, at=START))
    mine.refresh_from_db()
    assert mine.is_waiting


def test_a_function_passes_over_them(cast, incident):
    desks.assign(desks={"legal": roster("legal", cast.admin, cast.specialist)}, by=None, at=START)
    opt_out(cast.specialist)
    with pytest.raises(by_hand.NobodyOnCallError, match="not cleared, not available or has no role"):
        by_hand.ask_function(incident=incident, function="legal", by=cast.manager, at=START)
    assert not Page.objects.exclude(asked_by=None).exists()


# -- What was on its way ---------------------------------------------------------------------------


def test_a_page_that_waits_already_goes_on_so_that_nothing_tells_of_the_moment(cast, mailbox):
    incident = cast.report(at=START)
    climb(START)
    opt_out(cast.on_duty)
    [delivery] = Delivery.objects.open()
    call = deliveries.claim(channel=delivery.channel, at=START)
    assert deliveries.attempt(claimed=call, at=START, ended_at=lambda: START)
    assert (Page.objects.get().is_waiting, paged(incident)) == (True, [cast.on_duty])
    [mail] = mailbox.take()
    assert mail.to == [cast.on_duty.email]


def test_what_somebody_has_acknowledged_stays_theirs(cast):
    incident = cast.report(at=START)
    climb(START)
    pages.acknowledge(page=Page.objects.get(), by=cast.on_duty, at=START, via="console")
    opt_out(cast.on_duty)
    climb(START + STEP)
    incident.refresh_from_db()
    assert incident.acknowledged_by == cast.on_duty
    assert Incident.objects.visible_to(cast.on_duty.subject(at=START), "edit").filter(pk=incident.pk).exists()


# -- Nobody can tell ---------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["duty", "person", "function", "everyone", "cleared"])
def test_what_others_can_read_is_as_though_they_could_not_be_reached(cast, target):
    """The same report twice: its responder has opted out, then has no way to be reached."""
    policy = EscalationPolicy.objects.get(slug="others")
    desk = roster("desk", cast.admin, cast.specialist)
    FunctionDesk.objects.create(function="legal", roster=desk)
    asks = {"clearance": "csea"} if target == "cleared" else {}
    first = {
        "duty": {"roster": desk, "duty": "primary"},
        "cleared": {"roster": desk, "duty": "primary"},
        "person": {"person": cast.specialist},
        "function": {"function": "legal"},
        "everyone": {"roster": desk, "everyone": True},
    }[target]
    steps_of(policy, first, {"person": cast.second}, **asks)

    def play():
        incident = cast.report(at=START)
        climb(START)
        told = [(one.kind, one.data) for one in incident.timeline.order_by("pk") if one.kind != "declared"]
        return told, paged(incident)

    opt_out(cast.specialist)
    audited = AuditEvent.objects.count()
    out = play()
    assert {data["because"] for kind, data in out[0] if kind == EntryKind.STEP_EMPTY} <= {
        "unreachable",
        "gap",
    }
    assert AuditEvent.objects.count() == audited
    assert not Message.objects.filter(to=cast.admin).exists(), "the roster's owner hears of no gap"
    OptOut.objects.all().delete()
    ContactMethod.objects.filter(person=cast.specialist).update(disabled_at=START)
    assert out == play()


def test_whoever_would_not_be_asked_anyway_changes_no_reason(cast):
    """Not cleared, or not of the language: what is told of a step stays what it was."""
    incident = cast.report(at=START, harm_type="CS2")
    step = Step(0, (Target(person=cast.on_duty.pk),))
    before = Responders(incident.profile, "CS2", START).why_nobody(step)
    opt_out(cast.on_duty, kind="CS2")
    assert Responders(incident.profile, "CS2", START).why_nobody(step) == before == "clearance"


def test_a_refusal_in_the_room_names_no_reason(cast, signed_in):
    incident = cast.report()
    exposure.opt_out(person=cast.partner, harm_types=["VT3"], at=incident.declared_at)
    path = reverse("page_by_hand", args=[incident.code])
    told = (
        signed_in(cast.manager).post(path, {"who": f"person:{cast.partner.pk}"}, follow=True).content.decode()
    )
    assert "Partner cannot be asked for this incident right now. Choose somebody else." in told
    assert not incident.timeline.filter(kind=EntryKind.PAGED_BY_HAND).exists()
