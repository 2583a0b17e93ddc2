"""People, their roles and clearances: who may change what about whom, and what it leaves in the audit."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import clock
from accounts.actions import clearances, people
from accounts.models import ApiToken, AuditEvent, Clearance, ContactMethod, RoleAssignment, User

NEW = {
    "name": "Nour Haddad",
    "email": "nour@cast.example",
    "site": "dublin",
    "region": "EMEA",
    "time_zone": "Europe/Dublin",
    "language": "en",
    "roles": ["responder"],
}
PROFILE = {name: value for name, value in NEW.items() if name != "roles"}


@pytest.fixture
def admin(cast, signed_in) -> Client:
    return signed_in(cast.admin)


@pytest.fixture
def officer(cast, signed_in) -> Client:
    return signed_in(cast.security)


def page(person: User, rest: str = "") -> str:
    return f"/admin/people/{person.pk}/{rest}"


def last_event() -> AuditEvent:
    return AuditEvent.objects.exclude(action__in=["signed_in", "signed_out"]).latest("pk")


def test_somebody_added_chooses_their_own_password_by_mail(cast, admin, mailbox):
    answer = admin.post("/admin/people/add/", NEW)
    added = User.objects.get(email=NEW["email"])
    assert (answer.status_code, answer["Location"]) == (302, page(added))
    assert not added.has_usable_password()
    kept = AuditEvent.objects.filter(object_id=added.pk).order_by("pk").values_list("action", "actor")
    assert list(kept) == [("person_added", cast.admin.pk), ("person_invited", cast.admin.pk)]

    mail = mailbox.take_one()
    assert mail.to == [NEW["email"]]
    newcomer, link = Client(), re.search(r"http\S+(/account/password/reset/key/\S+)", mail.text)[1]
    choosing = newcomer.get(link, follow=True)
    told = {"password1": "three-plain-words", "password2": "three-plain-words"}
    newcomer.post(choosing.request["PATH_INFO"], told)
    mailbox.take()  # that the password was set
    signed = Client().post("/account/login/", {"login": NEW["email"], "password": "three-plain-words"})
    assert signed["Location"] == "/"
    assert added.subject(at=clock.now()).roles == {"responder"}


def test_a_mail_server_that_is_away_costs_the_mail_and_not_the_person(admin, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answer = admin.post("/admin/people/add/", NEW, follow=True)
    assert "Send the link again" in answer.content.decode()
    assert last_event().action == "person_added"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Give their name"),
        ({"email": "no address"}, "valid email"),
        ({"email": "ON-DUTY@cast.example"}, "has this address"),
        ({"time_zone": "Mars/Olympus"}, "Choose a zone"),
        ({"language": "tlh"}, "valid choice"),
        ({"site": "atlantis"}, "valid choice"),
        ({"roles": ["superuser"]}, "valid choice"),
        ({"name": "a\x00b"}, "Null characters"),
    ],
)
def test_bad_input_is_said_at_the_field_and_nothing_typed_is_lost(admin, changes, words):
    answer = admin.post("/admin/people/add/", NEW | changes)
    text = answer.content.decode()
    assert (answer.status_code, words in text) == (422, True)
    assert 'value="Europe/Dublin"' in text or "time_zone" in changes
    assert not User.objects.filter(email=NEW["email"]).exists()


def test_a_new_address_is_where_they_sign_in_and_are_reached(cast, admin):
    admin.post(page(cast.on_duty, "edit/"), PROFILE)
    cast.on_duty.refresh_from_db()
    assert cast.on_duty.email == NEW["email"]
    assert cast.on_duty.contact_methods.get().address == NEW["email"]
    event = last_event()
    assert (event.before["email"], event.after["email"]) == ("on-duty@cast.example", NEW["email"])
    old = Client().post("/account/login/", {"login": "on-duty@cast.example", "password": cast.password})
    assert old.status_code == 200


def test_nobody_takes_over_a_cleared_account_by_changing_its_address(cast, admin):
    answer = admin.post(page(cast.specialist, "edit/"), PROFILE)
    assert (answer.status_code, "security officer" in answer.content.decode()) == (422, True)
    cast.specialist.refresh_from_db()
    assert cast.specialist.email == "specialist@cast.example"


def test_roles_are_given_and_taken_and_each_is_in_the_audit(cast, admin):
    admin.post(page(cast.on_duty, "roles/"), {"roles": ["analyst", "reporter"]})
    held = RoleAssignment.objects.filter(person=cast.on_duty).values_list("role", flat=True)
    assert set(held) == {"analyst", "reporter"}
    kept = AuditEvent.objects.filter(object_id=cast.on_duty.pk).order_by("pk")
    assert [(event.action, event.before, event.after) for event in kept] == [
        ("role_taken", {"role": "responder"}, {}),
        ("role_given", {}, {"role": "analyst"}),
        ("role_given", {}, {"role": "reporter"}),
    ]


@pytest.mark.parametrize("rest", ["roles/", "deactivate/"])
def test_nobody_changes_what_they_themselves_may_do(cast, admin, rest):
    answer = admin.post(page(cast.admin, rest), {"roles": [], "reason": "x"})
    assert (answer.status_code, "Somebody else has to" in answer.content.decode()) == (422, True)
    assert cast.admin.subject(at=clock.now()).may("people.manage")


def test_the_right_is_asked_for_again_under_the_lock(cast):
    """Two administrators who take each other's role at once leave one of them."""
    other = User.objects.create(email="other@cast.example", name="Other")
    RoleAssignment.objects.create(person=other, role="administrator")
    people.choose_roles(person=other, roles=[], by=cast.admin, at=clock.now())
    with pytest.raises(people.NotOpenError):
        people.choose_roles(person=cast.admin, roles=[], by=other, at=clock.now())


def test_deactivating_ends_sessions_and_tokens_at_once_and_reactivating_brings_the_roles_back(
    cast, admin, signed_in
):
    gone, token = signed_in(cast.on_duty), cast.token(cast.on_duty)
    assert admin.post(page(cast.on_duty, "deactivate/"), {"reason": ""}).status_code == 422
    admin.post(page(cast.on_duty, "deactivate/"), {"reason": "Left the company"})
    assert gone.get("/")["Location"].startswith("/account/login/")
    assert gone.get("/api/pages/", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert (last_event().action, last_event().reason) == ("person_deactivated", "Left the company")

    admin.post(page(cast.on_duty, "reactivate/"), {"reason": "Came back"})
    cast.on_duty.refresh_from_db()
    assert cast.on_duty.subject(at=clock.now()).roles == {"responder"}
    assert ApiToken.objects.get(person=cast.on_duty).revoked_at is not None


def test_a_clearance_names_its_evidence_and_giver_and_counts_its_last_day_in_full(cast, officer):
    given = {"kind": "csea", "evidence": "File 12", "starts_on": "2026-01-01", "ends_on": "2099-03-04"}
    assert officer.post(page(cast.on_duty, "clearances/"), given).status_code == 302
    clearance = Clearance.objects.get(person=cast.on_duty)
    assert (clearance.granted_by, clearance.evidence) == (cast.security, "File 12")
    assert clearance.valid_from == datetime(2026, 1, 1, tzinfo=UTC)
    assert clearance.valid_until == datetime(2099, 3, 5, tzinfo=UTC)
    assert last_event().after["kind"] == "csea"
    again = officer.post(page(cast.on_duty, "clearances/"), given | {"evidence": "kept as typed"})
    assert (again.status_code, "has this clearance" in again.content.decode()) == (422, True)
    assert "kept as typed" in again.content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": ""}, "Choose which"),
        ({"evidence": ""}, "Say where"),
        ({"starts_on": "9999-12-31"}, "between 2000 and 2100"),
        ({"ends_on": "0001-01-01"}, "between 2000 and 2100"),
        ({"ends_on": "2020-01-01"}, "That day is over"),
        ({"starts_on": "2098-01-02", "ends_on": "2098-01-01"}, "before the first"),
        ({"starts_on": "soon"}, "valid date"),
    ],
)
def test_a_clearance_that_cannot_be_is_refused_at_its_field(cast, officer, changes, words):
    answer = officer.post(page(cast.on_duty, "clearances/"), {"kind": "csea", "evidence": "x"} | changes)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not Clearance.objects.filter(person=cast.on_duty).exists()


def test_a_clearance_ends_with_a_reason_and_one_to_come_is_taken_back(cast, officer):
    at = clock.now()
    held = cast.specialist.clearances.get(kind="csea")
    ended = page(cast.specialist, f"clearances/{held.pk}/end/")
    assert officer.post(ended, {"reason": ""}).status_code == 422
    officer.post(ended, {"reason": "Screening ran out"})
    assert "csea" not in cast.specialist.subject(at=clock.now()).clearances
    assert (last_event().before["kind"], last_event().reason) == ("csea", "Screening ran out")
    assert officer.post(ended, {"reason": "again"}).status_code == 422

    coming = clearances.give(
        person=cast.on_duty,
        kind="csea",
        evidence="x",
        valid_from=at + timedelta(days=3),
        valid_until=None,
        by=cast.security,
        at=at,
    )
    clearances.end(clearance=coming, reason="A mistake", by=cast.security, at=at)
    assert not Clearance.objects.filter(pk=coming.pk).exists()


def test_nobody_clears_themselves(cast, officer):
    answer = officer.post(page(cast.security, "clearances/"), {"kind": "csea", "evidence": "x"})
    assert (answer.status_code, "Somebody else has to" in answer.content.decode()) == (422, True)
    assert not Clearance.objects.filter(person=cast.security).exists()


def test_administrators_give_no_clearance_and_security_officers_no_role(cast, admin, officer):
    assert admin.post(page(cast.on_duty, "clearances/"), {"kind": "csea", "evidence": "x"}).status_code == 403
    assert officer.post(page(cast.on_duty, "roles/"), {"roles": []}).status_code == 403
    assert "Give a clearance" not in admin.get(page(cast.on_duty)).content.decode()
    assert "Save roles" not in officer.get(page(cast.on_duty)).content.decode()


def test_a_contact_method_is_switched_off_and_on(cast, admin):
    method = ContactMethod.objects.get(person=cast.on_duty)
    switch = page(cast.on_duty, f"contact-methods/{method.pk}/")
    for to, usable, action in (("off", False, "contact_disabled"), ("on", True, "contact_enabled")):
        admin.post(switch, {"to": to})
        method.refresh_from_db()
        assert (method.is_usable, last_event().action) == (usable, action)
    assert admin.post(page(cast.second, f"contact-methods/{method.pk}/"), {"to": "off"}).status_code == 404


@pytest.mark.parametrize(
    "path", ["", "people/", "people/add/", "policies/", "routes/", "integrations/", "audit/"]
)
def test_the_outsider_gets_none_of_it(cast, signed_in, path):
    for person in (cast.outsider, cast.manager):
        assert signed_in(person).get(f"/admin/{path}").status_code == 403
    assert Client().get(f"/admin/{path}").status_code == 302


def test_the_overview_names_only_what_opens(admin, officer):
    told, fewer = admin.get("/admin/").content.decode(), officer.get("/admin/").content.decode()
    assert [href in told for href in ("/admin/people/", "/admin/routes/", "/admin/integrations/")] == [
        True
    ] * 3
    assert [href in fewer for href in ("/admin/people/", "/admin/audit/", "/admin/routes/")] == [
        True,
        True,
        False,
    ]


def test_people_are_found_by_name_address_role_and_state(cast, admin):
    def found(query: str) -> set[str]:
        text = admin.get(f"/admin/people/?{query}").content.decode()
        return set(re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', text))

    assert found("q=special cast.example") == {"Specialist"}
    assert found("role=incident_manager") == {"Manager"}
    assert found("role=none") == {"Outsider"}
    assert found("state=deactivated") == set()
    assert found("q=%25&page=x") == set()


def test_the_list_costs_as_much_for_many_as_for_few(cast, admin):
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            admin.get("/admin/people/")
        return len(asked)

    few = cost()
    for number in range(120):
        User.objects.create(email=f"p{number}@cast.example", name=f"Person {number}")
    assert (cost(), few <= 18) == (few, True)
    assert "Page 1 of 3" in admin.get("/admin/people/").content.decode()
