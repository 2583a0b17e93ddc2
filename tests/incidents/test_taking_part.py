"""What a grant on one incident lets somebody do, and what takes a role; who can be asked for at all."""

import pytest
from django.urls import reverse

from accounts import clock
from escalations.actions import by_hand
from incidents import people
from incidents.actions import functions, grants, lifecycle, rating, tasks
from incidents.actions.ended import EndedError
from tests.cast import START, person


@pytest.fixture
def incident(cast):
    return lifecycle.accept(incident=cast.report(at=START), manager=cast.manager, by=cast.manager, at=START)


@pytest.fixture
def paged(cast, incident, signed_in):
    """The partner, asked by hand and so let in."""
    by_hand.ask(incident=incident, responder=cast.partner, by=cast.manager, at=clock.now())
    return signed_in(cast.partner)


def test_whoever_is_let_in_reads_notes_and_settles_tasks(cast, incident, paged):
    task = tasks.add(incident=incident, title="Call the registrar", by=cast.manager, at=START)
    assert paged.get(incident.get_absolute_url()).status_code == 200
    assert paged.post(reverse("note", args=[incident.code]), {"text": "They answer."}).status_code == 302
    settled = {"state": "done", "outcome": "Called"}
    assert paged.post(reverse("settle_task", args=[incident.code, task.pk]), settled).status_code == 302
    assert paged.post(reverse("acknowledge", args=[incident.code])).status_code == 302


def test_whoever_is_let_in_decides_no_downgrade_and_is_shown_none_at_home(cast, incident, paged):
    asked = rating.change(incident=incident, severity=3, reason="Calm", by=cast.manager, at=START)
    answer = paged.post(
        reverse("downgrade", args=[incident.code]), {"downgrade": asked.pk, "word": "approve"}
    )
    assert answer.status_code == 404
    assert "Waiting for your word" not in paged.get("/").content.decode()
    assert 'name="word"' not in paged.get(incident.get_absolute_url()).content.decode()


def test_the_room_offers_them_nothing_else(cast, incident, paged):
    task = tasks.add(incident=incident, title="Call", by=cast.manager, at=START)
    tasks.settle(task=task, state="done", outcome="", by=cast.manager, at=START)
    tasks.add(incident=incident, title="Write", by=cast.manager, at=START)
    functions.assign(incident=incident, function="scribe", person=cast.on_duty, by=cast.manager, at=START)
    tabs = ["tasks", "updates", "decisions", "people", "reports"]
    screens = [incident.get_absolute_url(), *(reverse("room_tab", args=[incident.code, tab]) for tab in tabs)]
    shown = [paged.get(screen).content.decode() for screen in screens]
    actions = {
        part.split('"')[0]
        for page in shown
        for part in page.split(f'action="{incident.get_absolute_url()}')[1:]
    }
    assert {action.strip("/").split("/")[-1] for action in actions} == {"note", "settle"}


def test_a_page_by_hand_says_on_whose_word_it_let_them_in(cast, incident, paged):
    grant = incident.user_grants.get(user=cast.partner)
    assert (grant.source, grant.reason, grant.granted_by) == ("manual", "Paged by Manager", cast.manager)


def test_the_form_says_that_it_opens_the_incident(cast, incident, signed_in):
    page = signed_in(cast.manager).get(incident.get_absolute_url()).content.decode()
    assert "This opens the incident to them." in page


def test_only_those_with_a_responding_role_can_be_asked_for(cast, incident):
    offered = people.who_may_respond(incident, at=START)
    assert set(offered) == {cast.on_duty, cast.second, cast.manager, cast.specialist, cast.partner}
    lead = person("lead", "review_lead", cast.manager.password)
    assert lead in people.who_may_respond(incident, at=START)
    told = {"incident": incident, "by": cast.manager, "at": START}
    task = tasks.add(title="Open", **told)
    for nobody in (cast.outsider, cast.reporter, cast.admin, cast.security):
        for ask in (
            lambda who: by_hand.ask(responder=who, **told),
            lambda who: functions.assign(function="legal", person=who, **told),
            lambda who: tasks.add(title="Do it", assignee=who, **told),
            lambda who: tasks.take(task=task, assignee=who, at=START),
        ):
            with pytest.raises(grants.NoRespondingRoleError):
                ask(nobody)
    assert not incident.user_grants.exists()


def test_the_screens_offer_nobody_else(cast, incident, signed_in):
    at_desk = signed_in(cast.manager)
    told = {"function": "legal", "person": cast.outsider.pk}
    refused = at_desk.post(reverse("assign", args=[incident.code]), told)
    assert refused.status_code == 422
    for screen in (incident.get_absolute_url(), reverse("room_tab", args=[incident.code, "people"])):
        assert f">{cast.outsider.name}</option>" not in at_desk.get(screen).content.decode()
    assert (
        "Choose a function or a person from the list"
        in at_desk.post(
            reverse("page_by_hand", args=[incident.code]), {"who": f"person:{cast.outsider.pk}"}, follow=True
        ).content.decode()
    )


def test_what_has_ended_pages_nobody_and_gets_no_work(cast, incident):
    lifecycle.resolve(incident=incident, by=cast.manager, at=START)
    told = {"incident": incident, "by": cast.manager, "at": START}
    for ask in (
        lambda: by_hand.ask(responder=cast.partner, **told),
        lambda: functions.assign(function="legal", person=cast.partner, **told),
        lambda: tasks.add(title="One more", **told),
        lambda: tasks.start_playbook(playbook=None, **told),
    ):
        with pytest.raises(EndedError, match="has ended: it is resolved"):
            ask()
    assert not incident.pages.exclude(asked_by=None).exists()


def test_the_screens_say_that_it_has_ended_and_keep_what_was_typed(cast, incident, signed_in):
    lifecycle.resolve(incident=incident, by=cast.manager, at=START)
    at_desk = signed_in(cast.manager)
    asked = at_desk.post(
        reverse("page_by_hand", args=[incident.code]), {"who": f"person:{cast.second.pk}"}, follow=True
    )
    assert "has ended" in asked.content.decode()
    added = at_desk.post(reverse("add_task", args=[incident.code]), {"title": "kept words"})
    page = added.content.decode()
    assert (added.status_code, "has ended" in page, "kept words" in page) == (422, True, True)
    told = {"function": "legal", "person": cast.second.pk}
    given = at_desk.post(reverse("assign", args=[incident.code]), told)
    assert (given.status_code, "has ended" in given.content.decode()) == (422, True)
    people_tab = at_desk.get(reverse("room_tab", args=[incident.code, "people"])).content.decode()
    assert "Give a function" not in people_tab
    begun = at_desk.post(reverse("start_playbook", args=[incident.code]), {"playbook": "attack"}, follow=True)
    assert "has ended" in begun.content.decode()
