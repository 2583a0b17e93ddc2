"""Handing over: offered by whoever goes off duty, accepted by whoever comes on, told to the manager when it is not.
Never a word about who is paged."""

from datetime import timedelta

import pytest
from django.template import engines
from django.test import RequestFactory

from accounts import clock
from accounts.models import ContactMethod, Message
from oncall import handoffs
from oncall.actions import handovers, overrides
from oncall.models import Handover, Roster
from tests.oncall.rosters import utc
from tests.oncall.rows import roster

HANDOFF = utc("2026-03-02T09:00")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NINE = {"handoff_time": "09:00"}


@pytest.fixture
def daily(cast):
    """Specialist until the handoff, then second, then partner; a manager on duty and an owner beside."""
    roster("m", [cast.manager], is_manager_on_duty=True)
    return roster("r", [cast.partner, cast.specialist, cast.second], owner=cast.admin, layer=NINE)


@pytest.fixture
def offered(cast, daily):
    """Offer it an hour before, or when told."""

    def offer(at=HANDOFF - HOUR, taker=cast.second, by=cast.specialist, text="WF-ABC123 waits for legal."):
        return handovers.offer(
            roster=daily, duty="primary", taker=taker, handoff_at=HANDOFF, text=text, by=by, at=at
        )

    return offer


def heard(key):
    return sorted(it.to.name for it in Message.objects.filter(dedupe_key__startswith=key))


def on_duty(daily, at):
    return [it.name for it in Roster.objects.on_duty(at=at)[daily.pk]["primary"]]


def test_somebody_going_off_duty_knows_to_whom(cast, daily):
    [handoff] = handoffs.of_person(cast.specialist, at=HANDOFF - HOUR)
    assert (handoff.roster, handoff.duty, handoff.takers, handoff.at) == (
        daily,
        "primary",
        [cast.second],
        HANDOFF,
    )
    assert handoffs.of_person(cast.specialist, at=HANDOFF + 8 * HOUR) == []
    assert handoffs.of_person(cast.manager, at=HANDOFF) == [], "their duty does not end"


def test_where_nobody_follows_there_is_nobody_to_hand_over_to(cast):
    alone = roster("alone", [cast.specialist], layer=NINE | {"effective_until": HANDOFF})
    assert handoffs.of_person(cast.specialist, at=HANDOFF - HOUR) == []
    roster("", [cast.second, cast.partner], of=alone, name="M", layer=NINE | {"turn_unit": "week"})
    [handoff] = handoffs.of_person(cast.specialist, at=HANDOFF - HOUR)
    assert handoff.takers == [cast.second], "nobody comes on; whoever stays takes it"


def test_the_taker_is_told_and_the_words_stay_in_the_house(cast, offered):
    handover = offered()
    assert heard("handover:") == ["Second"]
    assert "WF-ABC123" not in Message.objects.get(dedupe_key=f"handover:{handover.pk}").text


def test_offering_again_puts_other_words_and_tells_nobody_twice(offered):
    offered()
    handover = offered(text="Nothing is open.", at=HANDOFF)
    assert Handover.objects.get() == handover
    assert (handover.text, heard("handover:")) == ("Nothing is open.", ["Second"])


@pytest.mark.parametrize(
    ("by", "taker"), [("second", "partner"), ("specialist", "partner"), ("outsider", "second")]
)
def test_only_a_real_handoff_can_be_offered(cast, offered, by, taker):
    with pytest.raises(handovers.NoHandoffError):
        offered(by=getattr(cast, by), taker=getattr(cast, taker))
    assert not Handover.objects.exists()


def test_accepting_it_is_enough_and_the_second_time_nothing(cast, offered):
    handover = offered()
    for at in (HANDOFF, HANDOFF + MINUTE):
        assert handovers.accept(handover=handover, by=cast.second, at=at).accepted_at == HANDOFF
    assert handovers.lapse_due(at=HANDOFF + HOUR) == 0
    with pytest.raises(handovers.AcceptedError):
        offered(text="One thing more.", at=HANDOFF + MINUTE)


@pytest.mark.parametrize("who", ["specialist", "partner", "manager"])
def test_nobody_else_accepts_it(cast, offered, who):
    with pytest.raises(handovers.NotOnDutyError):
        handovers.accept(handover=offered(), by=getattr(cast, who), at=HANDOFF)


def test_whoever_came_on_duty_in_their_place_may_accept_and_the_first_is_told(cast, daily, offered):
    handover = offered()
    overrides.make(
        roster=daily, kind="replace", person=cast.second, stand_in=cast.reporter, starts_at=HANDOFF,
        ends_at=HANDOFF + DAY, acknowledged=True, by=cast.manager, at=HANDOFF - MINUTE,
    )  # fmt: skip
    assert list(handoffs.to_stand_in(cast.reporter, at=HANDOFF)) == [handover]
    handovers.accept(handover=handover, by=cast.reporter, at=HANDOFF)
    with pytest.raises(handovers.AcceptedError, match="Reporter"):
        handovers.accept(handover=handover, by=cast.second, at=HANDOFF)
    assert list(handoffs.to_stand_in(cast.reporter, at=HANDOFF)) == []


def test_after_fifteen_minutes_the_manager_is_told_once_and_the_giver_keeps_it(cast, offered):
    handover = offered()
    assert handovers.lapse_due(at=HANDOFF + 15 * MINUTE - timedelta(seconds=1)) == 0
    assert [handovers.lapse_due(at=HANDOFF + 15 * MINUTE) for _ in range(2)] == [1, 0]
    assert heard(f"handover:{handover.pk}:lapsed") == ["Manager"]
    assert heard(f"handover:{handover.pk}:kept") == ["Specialist"]


def test_a_lapsed_one_can_still_be_accepted(cast, offered):
    handover = offered()
    handovers.lapse_due(at=HANDOFF + HOUR)
    accepted = handovers.accept(handover=handover, by=cast.second, at=HANDOFF + 2 * HOUR)
    assert (accepted.accepted_by, accepted.lapsed_at) == (cast.second, HANDOFF + HOUR)


def test_one_written_late_gets_its_fifteen_minutes_all_the_same(offered):
    offered(at=HANDOFF + HOUR)
    assert handovers.lapse_due(at=HANDOFF + HOUR + 14 * MINUTE) == 0
    assert handovers.lapse_due(at=HANDOFF + HOUR + 15 * MINUTE) == 1


def test_of_several_who_come_on_one_acceptance_is_enough(cast):
    pair = roster("pair", [[cast.second, cast.partner], cast.specialist], layer=NINE)
    made = [
        handovers.offer(
            roster=pair,
            duty="primary",
            taker=taker,
            handoff_at=HANDOFF,
            text="x",
            by=cast.specialist,
            at=HANDOFF,
        )
        for taker in (cast.second, cast.partner)
    ]
    handovers.accept(handover=made[0], by=cast.second, at=HANDOFF)
    assert handovers.lapse_due(at=HANDOFF + HOUR) == 0
    assert list(Handover.objects.open_of(cast.partner.pk, at=HANDOFF)) == []


def test_without_a_manager_who_can_be_reached_the_owner_is_told(cast, offered):
    handover = offered()
    ContactMethod.objects.filter(person=cast.manager).update(disabled_at=HANDOFF)
    handovers.lapse_due(at=HANDOFF + HOUR)
    assert heard(f"handover:{handover.pk}:lapsed") == ["Admin"]


@pytest.mark.parametrize("accepted", [True, False])
def test_who_is_on_duty_is_the_schedules_alone_to_say(cast, daily, offered, accepted):
    handover = offered()
    if accepted:
        handovers.accept(handover=handover, by=cast.second, at=HANDOFF - MINUTE)
    handovers.lapse_due(at=HANDOFF + HOUR)
    assert on_duty(daily, HANDOFF - timedelta(microseconds=1)) == ["Specialist"]
    assert on_duty(daily, HANDOFF) == on_duty(daily, HANDOFF + HOUR) == ["Second"]


def test_a_sweep_looks_after_so_many_and_comes_again(cast, offered):
    offered()
    row = Handover.objects.values("roster_id", "duty", "giver_id", "taker_id", "text", "offered_at").get()
    for hours in (1, 2):
        Handover.objects.create(**row, handoff_at=HANDOFF - hours * HOUR)
    assert [handovers.lapse_due(at=HANDOFF + HOUR, most=2) for _ in range(3)] == [2, 1, 0]


# -- Screens ---------------------------------------------------------------------------------------


@pytest.fixture
def now(daily, pass_time):
    pass_time(HANDOFF - HOUR - clock.now())
    return clock.now()


def fragment(tag, person, at):
    request = RequestFactory().get("/")
    request.user = person
    context = {"subject": person.subject(at=at), "user": person, "request": request}
    return engines["django"].from_string("{% load handing_over %}{% " + tag + " %}").render(context)


def the_only_choice(page):
    return page.content.decode().partition('<option value="')[2].partition('"')[0]


def test_the_form_offers_the_handoff_and_posts_it(cast, now, signed_in):
    giver, taker = signed_in(cast.specialist), signed_in(cast.second)
    to = the_only_choice(giver.get("/handovers/"))
    assert giver.post("/handovers/", {"to": to, "text": "WF-ABC123 waits."}).status_code == 302
    handover = Handover.objects.get()
    assert "WF-ABC123 waits." in taker.get("/handovers/").content.decode()
    assert taker.post(f"/handovers/{handover.pk}/accept/").status_code == 302
    assert Handover.objects.get().accepted_by == cast.second


def test_what_is_given_is_not_asked_for_again_and_its_words_can_be_changed(cast, now, signed_in):
    giver = signed_in(cast.specialist)
    to = the_only_choice(giver.get("/handovers/"))
    giver.post("/handovers/", {"to": to, "text": "WF-ABC123 waits."})
    page = giver.get("/handovers/").content.decode()
    assert "What, and to whom" not in page
    assert "You have handed over every duty of yours that ends within a day." in page
    assert f'name="to" value="{to}"' in page
    assert fragment("handover_form", cast.specialist, now).strip() == ""
    refused = giver.post("/handovers/", {"to": to, "text": " "})
    assert refused.status_code == 422
    assert "to Second at" in refused.content.decode()
    giver.post("/handovers/", {"to": to, "text": "Nothing is open."})
    assert Handover.objects.get().text == "Nothing is open."
    handovers.accept(handover=Handover.objects.get(), by=cast.second, at=now)
    assert "Change what you wrote" not in giver.get("/handovers/").content.decode()


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (timedelta(0), "What is open is yours from Mon 2 Mar, 09:00, when your duty begins."),
        (HOUR, "What was open is yours now."),
    ],
)
def test_accepting_says_from_when_what_is_open_is_theirs(
    cast, now, offered, signed_in, pass_time, after, said
):
    handover = offered()
    pass_time(after)
    answer = signed_in(cast.second).post(f"/handovers/{handover.pk}/accept/", follow=True)
    assert said in answer.content.decode()


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"to": "1:primary:1:1", "text": "x"}, "The schedule has changed."),
        ({"text": "x"}, "Choose what you hand over"),
        ({"to": "real", "text": " "}, "Say what is open"),
        ({"to": "real", "text": "x" * 4001}, "at most 4000"),
    ],
)
def test_what_cannot_be_handed_over_is_told_at_its_field(cast, now, signed_in, sent, told):
    client = signed_in(cast.specialist)
    if sent.get("to") == "real":
        sent = sent | {"to": the_only_choice(client.get("/handovers/"))}
    answer = client.post("/handovers/", sent)
    assert (answer.status_code, told in answer.content.decode()) == (422, True)
    assert not Handover.objects.exists()


def test_anybody_elses_handover_does_not_exist_for_them(cast, now, offered, signed_in):
    handover = offered()
    for stranger in (cast.outsider, cast.manager, cast.partner):
        client = signed_in(stranger)
        assert "WF-ABC123" not in client.get("/handovers/").content.decode()
        assert client.post(f"/handovers/{handover.pk}/accept/").status_code == 404
    answer = signed_in(cast.specialist).post(f"/handovers/{handover.pk}/accept/", follow=True)
    assert "for whoever comes on duty" in answer.content.decode()
    assert Handover.objects.get().accepted_at is None


def test_both_homes_show_it_until_it_is_accepted(cast, now, offered):
    handover = offered()
    assert "Accept the handover" in fragment("open_handovers", cast.second, now)
    giver = fragment("open_handovers", cast.specialist, now)
    assert "You keep what is open until then." in giver
    assert "Accept the handover" not in giver
    handovers.lapse_due(at=HANDOFF + HOUR)
    assert "The manager on duty knows." in fragment("open_handovers", cast.specialist, HANDOFF + HOUR)
    handovers.accept(handover=handover, by=cast.second, at=HANDOFF + HOUR)
    assert fragment("open_handovers", cast.second, now).strip() == ""


def test_the_form_as_a_fragment_says_nothing_to_others(cast, now):
    assert "What is open" in fragment("handover_form", cast.specialist, now)
    assert fragment("handover_form", cast.outsider, now).strip() == ""


@pytest.mark.parametrize("count", [1, 4])
def test_the_page_costs_the_same_however_many_there_are(
    cast, now, offered, signed_in, count, django_assert_num_queries
):
    offered()
    row = Handover.objects.values("roster_id", "duty", "giver_id", "taker_id", "text", "offered_at").get()
    for number in range(1, count):
        Handover.objects.create(**row, handoff_at=HANDOFF - number * DAY)
    client = signed_in(cast.second)
    client.get("/handovers/")
    with django_assert_num_queries(24):
        client.get("/handovers/")


def test_home_asks_once(cast, now, offered, django_assert_num_queries):
    offered()
    with django_assert_num_queries(5):  # of which four are the subject's
        fragment("open_handovers", cast.second, now)
