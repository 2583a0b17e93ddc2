"""Policies as administrators write them: rows that come and go without losing a word, what is refused, and two
people at one policy."""

import pytest

from accounts.models import AuditEvent
from escalations.models import Escalation, EscalationPolicy
from incidents.models import Incident


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
    assert "After 2 min 30 s more nobody is left" in text
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
