"""Policies as administrators write them: rows that come and go without losing a word, what is refused, and two
people at one policy."""

import pytest

from accounts.models import AuditEvent
from escalations.actions import policies
from escalations.ladder import Step, Target
from escalations.models import Escalation, EscalationPolicy
from incidents.models import Incident
from tests.cast import START


@pytest.fixture
def admin(cast, signed_in):
    return signed_in(cast.admin)


@pytest.fixture
def duty(cast) -> str:
    return f"roster:{cast.duty.pk}"


def sheet(duty: str, **changes) -> dict:
    told = {
        "press": "save",
        "name": "Night",
        "version": "1",
        "minutes": ["5", "2.5"],
        "who-0": [f"{duty}:primary", f"{duty}:secondary"],
        "who-1": [f"{duty}:secondary"],
    }
    return told | changes


def shape(policy: EscalationPolicy) -> list:
    return [(step.delay, len(step.targets)) for step in policy.ladder()]


def test_a_policy_is_written_read_as_sentences_and_in_the_audit(admin, duty):
    answer = admin.post("/admin/policies/add/", sheet(duty))
    policy = EscalationPolicy.objects.get(name="Night")
    assert (answer.status_code, answer["Location"]) == (302, f"/admin/policies/{policy.pk}/")
    assert (policy.slug, shape(policy)) == ("night", [(300, 2), (150, 1)])
    text = admin.get(answer["Location"]).content.decode()
    assert "First, Duty (primary) and Duty (secondary)." in text
    assert "After 5 min, Duty (secondary)." in text
    assert "After 2 min 30 s more the manager on duty, then everyone" in text
    event = AuditEvent.objects.latest("pk")
    assert event.after["steps"] == ["5 min: Duty, primary; Duty, secondary", "2 min 30 s: Duty, secondary"]


@pytest.mark.parametrize(
    ("button", "minutes"),
    [
        ("add-step", ["seven", "2.5", "5"]),
        ("remove-step:0", ["2.5"]),
        ("down:0", ["2.5", "seven"]),
        ("up:1", ["2.5", "seven"]),
        ("up:0", ["seven", "2.5"]),
        ("remove-step:99", ["seven", "2.5"]),
        ("nonsense:1:2:3", ["seven", "2.5"]),
    ],
)
def test_the_buttons_of_the_sheet_lose_nothing_and_save_nothing(admin, duty, button, minutes):
    told = sheet(duty, press=button, name="Half a na", minutes=["seven", "2.5"])
    answer = admin.post("/admin/policies/add/", told)
    form = answer.context["form"]
    assert (answer.status_code, [row.typed.minutes for row in form.rows]) == (200, minutes)
    assert 'value="Half a na"' in answer.content.decode()
    assert 'class="refusal"' not in answer.content.decode(), "a button blames nobody"
    assert EscalationPolicy.objects.count() == 2


def test_targets_come_and_go_within_their_step(admin, duty):
    for button, who in (
        ("add-target:0", [f"{duty}:primary", f"{duty}:secondary", ""]),
        ("remove-target:0:0", [f"{duty}:secondary"]),
    ):
        answer = admin.post("/admin/policies/add/", sheet(duty, press=button))
        assert answer.context["form"].rows[0].typed.who == who


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Name the policy"),
        ({"name": "OTHERS"}, "Another policy has this name"),
        ({"minutes": []}, "Add at least one step"),
        ({"minutes": ["0", "5"]}, "More than 0 minutes"),
        ({"minutes": ["10081", "5"]}, "at most 7 days"),
        ({"minutes": ["-1", "5"]}, "More than 0 minutes"),
        ({"minutes": ["nan", "5"]}, "More than 0 minutes"),
        ({"who-1": []}, "Choose at least one"),
        ({"who-1": ["roster:999999:primary"]}, "Choose at least one"),
        ({"who-1": ["person:x"]}, "Choose at least one"),
    ],
)
def test_what_is_no_policy_is_refused_where_it_is_wrong(admin, duty, changes, words):
    answer = admin.post("/admin/policies/add/", sheet(duty, **changes))
    text = answer.content.decode()
    assert (answer.status_code, words in text) == (422, True)
    assert f'value="{duty}:primary" selected' in text or "minutes" in changes
    assert not EscalationPolicy.objects.filter(name="Night").exists()


def test_two_people_at_one_policy_the_second_sees_both_and_decides(admin, cast, duty, signed_in):
    policy = EscalationPolicy.objects.get(slug="others")
    edit = f"/admin/policies/{policy.pk}/edit/"
    admin.post(edit, sheet(duty, name="Others, quicker"))
    late = admin.post(edit, sheet(duty, name="Others, mine", minutes=["9", "9"]))
    text = late.content.decode()
    assert (late.status_code, "Admin saved another version" in text) == (422, True)
    assert ('value="Others, mine"' in text, "After 2 min 30 s more" in text) == (True, True)
    assert EscalationPolicy.objects.get(pk=policy.pk).name == "Others, quicker"

    version = late.context["form"].head["version"].value()
    admin.post(edit, sheet(duty, name="Others, mine", version=version))
    assert EscalationPolicy.objects.get(pk=policy.pk).name == "Others, mine"


def test_what_runs_keeps_the_steps_it_began_with(admin, cast, duty):
    incident: Incident = cast.report()
    before = Escalation.objects.get(incident=incident).steps
    policy = Escalation.objects.get(incident=incident).policy
    admin.post(f"/admin/policies/{policy.pk}/edit/", sheet(duty))
    assert shape(EscalationPolicy.objects.get(pk=policy.pk)) == [(300, 2), (150, 1)]
    assert Escalation.objects.get(incident=incident).steps == before
    assert (
        "keep the steps they began with" in admin.get(f"/admin/policies/{policy.pk}/edit/").content.decode()
    )


def test_a_policy_in_use_stays(admin, cast, duty):
    policy = EscalationPolicy.objects.get(slug="others")
    refused = admin.post(f"/admin/policies/{policy.pk}/remove/", follow=True)
    assert "A route leads to this policy" in refused.content.decode()
    admin.post("/admin/policies/add/", sheet(duty))
    idle = EscalationPolicy.objects.get(name="Night")
    admin.post(f"/admin/policies/{idle.pk}/remove/")
    assert not EscalationPolicy.objects.filter(pk=idle.pk).exists()
    assert AuditEvent.objects.latest("pk").action == "policy_removed"


def test_the_form_shows_a_policy_as_it_is_and_saving_it_changes_nothing(admin, duty):
    policy = EscalationPolicy.objects.get(slug="others")
    form = admin.get(f"/admin/policies/{policy.pk}/edit/").context["form"]
    told = {
        "press": "save",
        "name": "others",
        "version": "1",
        "minutes": [row.typed.minutes for row in form.rows],
    }
    told |= {f"who-{n}": row.typed.who for n, row in enumerate(form.rows)}
    before = policy.ladder()
    assert admin.post(f"/admin/policies/{policy.pk}/edit/", told).status_code == 302
    assert EscalationPolicy.objects.get(pk=policy.pk).ladder() == before


@pytest.mark.parametrize("path", ["policies/", "policies/add/", "routes/", "routes/add/"])
def test_only_administrators_set_up_paging(cast, signed_in, path):
    for person in (cast.outsider, cast.manager, cast.security):
        assert signed_in(person).get(f"/admin/{path}").status_code == 403


ASKS = {
    "who-0": ["function:legal"],
    "clearance-0": "csea",
    "language-0": "RU",
    "days-0": ["0", "4"],
    "opens-0": "22:00",
    "closes-0": "06:00",
    "repeats": "2",
    "repeat_from": "2",
}


def test_what_a_step_asks_and_what_follows_the_last_is_written_and_read_back(admin, cast, duty):
    told = sheet(duty, **ASKS, fallback=cast.duty.pk) | {
        "who-1": [f"everyone:{cast.duty.pk}"],
        "days-1": ["6"],
    }
    answer = admin.post("/admin/policies/add/", told)
    policy = EscalationPolicy.objects.get(name="Night")
    first, second = policy.ladder()
    assert (first.clearance, first.language, first.weekdays, first.zone) == ("csea", "ru", (0, 4), "UTC")
    assert (first.window_start, first.window_end, first.targets[0].function) == ("22:00", "06:00", "legal")
    assert (second.weekdays, second.zone, second.targets[0].everyone) == ((6,), cast.duty.zone, True)
    assert (policy.repeats, policy.repeat_from, policy.fallback) == (2, 1, cast.duty)
    text = admin.get(answer["Location"]).content.decode()
    assert "Legal lead on call (only Mon and Fri, 22:00–06:00, UTC time, cleared for Child safety" in text
    assert "starts again at step 2, 2 times" in text
    assert "whoever is on Duty, then everyone with a place on it" in text
    form = admin.get(f"/admin/policies/{policy.pk}/edit/").context["form"]
    assert (form.steps, form.draft.repeats, form.draft.repeat_from) == (policy.ladder(), "2", "2")
    assert [row.open for row in form.rows] == [True, True]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"opens-0": "22:00"}, "Give both times"),
        ({"opens-0": "25:00", "closes-0": "06:00"}, "Give both times"),
        ({"opens-0": "22:00", "closes-0": "22:00"}, "an end that differs"),
        ({"opens-0": "9:00", "closes-0": "09:00"}, "an end that differs"),
        ({"clearance-0": "everything"}, "Choose a clearance"),
        ({"language-0": "russian"}, "two or three letters"),
        ({"zone-0": "Mars/Olympus"}, "Choose a time zone"),
        ({"who-0": ["function:king"]}, "Choose at least one"),
        ({"who-0": ["everyone:999999"]}, "Choose at least one"),
        ({"repeats": "10"}, "valid choice"),
        ({"repeats": "1", "repeat_from": "3"}, "There is no such step"),
        ({"repeats": "1", "repeat_from": "0"}, "greater than or equal to 1"),
        ({"fallback": "999999"}, "valid choice"),
    ],
)
def test_what_no_step_can_ask_is_refused_where_it_is_wrong(admin, duty, changes, words):
    answer = admin.post("/admin/policies/add/", sheet(duty, **changes))
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not EscalationPolicy.objects.filter(name="Night").exists()


def test_no_action_writes_a_step_whose_hours_end_when_they_begin(cast):
    step = Step(300, (Target(person=cast.second.pk),), window_start="22:00", window_end="22:00")
    with pytest.raises(policies.IncompleteError, match="another time"):
        policies.create(name="Night", steps=[step], by=None, at=START)
    assert not EscalationPolicy.objects.filter(name="Night").exists()


@pytest.mark.parametrize("garbage", ["", "x", "²", "-1", "99"])
def test_the_sentences_survive_whatever_is_typed(admin, duty, garbage):
    told = sheet(duty, press="look", repeats=garbage, repeat_from=garbage, fallback=garbage)
    assert admin.post("/admin/policies/add/", told | {"days-0": [garbage]}).status_code == 200


def test_a_route_asks_for_sources_and_for_the_language(admin):
    policy = EscalationPolicy.objects.get(slug="sev0")
    told = {"policy": policy.pk, "sources": ["events", "api"], "speaks_language": "on"}
    assert admin.post("/admin/routes/add/", told).status_code == 302
    from escalations.models import Route

    made = Route.objects.get(speaks_language=True)
    assert made.sources == ["events", "api"]
    text = admin.get("/admin/routes/").content.decode()
    assert "Events, API" in text
    assert "Pages who speaks its language" in text
    admin.post(f"/admin/routes/{made.pk}/edit/", {"policy": policy.pk, "version": "1", "sources": ["form"]})
    made.refresh_from_db()
    assert (made.sources, made.speaks_language) == (["form"], False)
