"""What administrators see and set of an integration's doors: rules, the log, trying an event."""

import json

import pytest
from django.test import Client

from accounts.models import AuditEvent
from incidents.choices import Mode
from incidents.entrances import ENTRANCES
from incidents.models import Incident, IntakeRecord, MappingRule
from tests.cast import ROUTING_KEY

RULE = {"path": "labels.team", "value": "child-safety", "harm_type": "CS1", "severity": "1"}


@pytest.fixture
def admin(cast, signed_in):
    return signed_in(cast.admin)


@pytest.fixture
def base(cast):
    return f"/admin/integrations/{cast.integration.pk}"


def paths(cast):
    return list(cast.integration.mapping_rules.order_by("position").values_list("path", flat=True))


def test_every_address_of_a_key_is_shown_and_with_the_key_in_it_once(admin, base):
    page = admin.get(f"{base}/").content.decode()
    for entrance in ENTRANCES.values():
        assert entrance.name in page
    for address in ("/v2/enqueue", "/generic/2010-04-15/create_event.json", "/intake/alertmanager/KEY"):
        assert f"{address}</li>" in page
    seen = admin.get(f"{base}/").context["rotate_form"]["seen"].value()
    made = admin.post(f"{base}/rotate/", {"hours": "1", "seen": seen})
    key = made.context["key"]
    assert f"/intake/grafana/{key}</li>" in made.content.decode()
    assert key not in admin.get(f"{base}/").content.decode()


def test_rules_are_added_moved_changed_and_removed(admin, base, cast):
    for path in ("a", "b", "c"):
        assert admin.post(f"{base}/rules/", RULE | {"path": path}).status_code == 302
    first, _, last = cast.integration.mapping_rules.order_by("position")
    order = admin.get(f"{base}/rules/").context["order"]
    admin.post(f"{base}/rules/{last.pk}/move/", {"to": "up", "order": order})
    assert paths(cast) == ["a", "c", "b"]
    stale = admin.post(f"{base}/rules/{last.pk}/move/", {"to": "up", "order": order}, follow=True)
    assert "Somebody changed the list meanwhile" in stale.content.decode()
    admin.post(f"{base}/rules/{first.pk}/", RULE | {"path": "d", "severity": ""})
    first.refresh_from_db()
    assert (first.path, first.severity, first.harm_type) == ("d", None, "CS1")
    admin.post(f"{base}/rules/{last.pk}/remove/")
    assert paths(cast) == ["d", "b"]
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.actor) == ("integration_changed", cast.admin)
    assert event.before["mapping_rules"][1] == "c = child-safety → CS1 SEV1"
    assert len(event.after["mapping_rules"]) == 2


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"path": ""}, "path", "Say where"),
        ({"path": "labels..team"}, "path", "one dot"),
        ({"path": "labels."}, "path", "one dot"),
        ({"path": "x" * 201}, "path", "200"),
        ({"value": ""}, "value", "Say what"),
        ({"harm_type": "ZZ9"}, "harm_type", "valid choice"),
        ({"severity": "9"}, "severity", "valid choice"),
        ({"harm_type": "", "severity": ""}, "harm_type", "a severity, or both"),
        ({"path": "a\x00b"}, "path", "Null characters"),
    ],
)
def test_a_rule_that_says_nothing_is_refused_at_its_field(admin, base, changes, field, words):
    answer = admin.post(f"{base}/rules/", RULE | changes)
    assert answer.status_code == 422
    assert words in " ".join(answer.context["form"].errors[field])
    assert not MappingRule.objects.exists()


def test_rules_of_a_revoked_integration_stay_as_they_are(admin, base, cast):
    admin.post(f"{base}/rules/", RULE)
    rule = MappingRule.objects.get()
    admin.post(f"{base}/revoke/", {"reason": "Gone"})
    assert admin.post(f"{base}/rules/", RULE).status_code == 422
    admin.post(f"{base}/rules/{rule.pk}/remove/")
    assert admin.post(f"{base}/rules/{rule.pk}/", RULE | {"path": "z"}).status_code == 422
    assert paths(cast) == ["labels.team"]
    assert "Add a rule" not in admin.get(f"{base}/rules/").content.decode()
    assert admin.get(f"{base}/try/").status_code == 404


def test_a_rule_is_found_under_its_own_integration_only(admin, base, cast):
    admin.post(f"{base}/rules/", RULE)
    rule = MappingRule.objects.get()
    other = f"/admin/integrations/{cast.integration.pk + 1}/rules/{rule.pk}"
    for answer in (admin.get(f"{other}/"), admin.post(f"{other}/remove/")):
        assert answer.status_code == 404


def test_the_log_says_what_came_and_what_became_of_it(admin, base, cast):
    event = {"routing_key": ROUTING_KEY, "event_action": "trigger"}
    payload = {"summary": "Spike", "source": "detector", "severity": "error"}
    for body in (event | {"payload": payload}, event):
        Client().post("/v2/enqueue", json.dumps(body), content_type="application/json")
    kept, refused = IntakeRecord.objects.order_by("pk")
    page = admin.get(f"{base}/log/").content.decode()
    assert kept.report.number in page
    assert kept.report.get_absolute_url() not in page, "an administrator may not open it"
    assert "Spike" not in page
    assert "payload: Must be a JSON object." in page
    assert admin.get(f"{base}/log/?refused").context["lines"] == [refused]


def test_the_log_goes_back_by_pages(admin, base, cast):
    line = {"integration": cast.integration, "door": "grafana", "status": 200, "outcome": "opened"}
    IntakeRecord.objects.bulk_create(
        IntakeRecord(at=cast.integration.created_at, detail=str(n), **line) for n in range(120)
    )
    seen, mark = [], ""
    while mark is not None:
        context = admin.get(f"{base}/log/{mark}").context
        seen += [int(line.detail) for line in context["lines"]]
        mark = f"?before={context['older']}" if context["older"] else None
    assert seen == list(range(119, -1, -1))
    for odd in ("x", "-1", "9" * 30, "%00"):
        assert admin.get(f"{base}/log/?before={odd}").status_code == 200


@pytest.mark.parametrize("code", ENTRANCES)
def test_an_event_can_be_looked_at_without_anything_happening(admin, base, cast, code):
    path = "labels.team" if code in {"alertmanager", "grafana"} else "dedup_key"
    MappingRule.objects.create(
        integration=cast.integration, position=0, path=path, value="child-safety", harm_type="CS1"
    )
    sample = admin.get(f"{base}/try/?door={code}").context["form"]["body"].value()
    answer = admin.post(f"{base}/try/?door={code}", {"body": sample, "press": "look"})
    [reading] = answer.context["readings"]
    assert reading.meaning.by_rule == (path == "labels.team")
    assert "Known material uploaded again" in answer.content.decode()
    assert not Incident.objects.exists()
    assert not IntakeRecord.objects.exists()


@pytest.mark.parametrize("code", ENTRANCES)
def test_sending_it_goes_the_whole_way_as_a_test(admin, base, cast, code):
    sample = admin.get(f"{base}/try/?door={code}").context["form"]["body"].value()
    answer = admin.post(f"{base}/try/?door={code}", {"body": sample, "press": "send"}, follow=True)
    incident = Incident.objects.get()
    assert (incident.mode, incident.escalations.count()) == (Mode.TEST, 1)
    report = incident.reports.get()
    assert (report.reporter, report.integration) == (cast.admin, cast.integration)
    assert (IntakeRecord.objects.get().report, report.number in answer.content.decode()) == (report, True)
    assert report.get_absolute_url() in answer.content.decode(), "who tried it may see the receipt"


def test_a_test_never_touches_what_is_live(admin, base, cast):
    live = {"routing_key": ROUTING_KEY, "event_action": "trigger", "dedup_key": "k"}
    live["payload"] = {"summary": "Spike", "source": "detector", "severity": "error"}
    Client().post("/v2/enqueue", json.dumps(live), content_type="application/json")
    resolve = json.dumps({"event_action": "resolve", "dedup_key": "k"})
    admin.post(f"{base}/try/", {"body": resolve, "press": "send"})
    assert Incident.objects.get().stage == "triage"


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "{}", '{"a": "\\u0000"}', "x" * 100_001, '{"event_action": "trigger"}',
     '{"event_action":"trigger","payload":{"summary":"a","source":"b","severity":"info",'
     '"custom_details":{"harm_type":"ZZ9"}}}',
     '{"event_action":"trigger","payload":{"summary":"data:image/png;base64,iVBO"}}'],
)  # fmt: skip
@pytest.mark.parametrize("press", ["look", "send"])
def test_what_is_no_event_is_said_at_its_field_and_stays_typed(admin, base, body, press):
    answer = admin.post(f"{base}/try/", {"body": body, "press": press})
    assert (answer.status_code, bool(answer.context["form"].errors["body"])) == (422, True)
    assert answer.context["form"]["body"].value() == body
    assert not Incident.objects.exists()


@pytest.mark.parametrize("path", ["rules/", "log/", "try/"])
def test_these_screens_are_for_administrators(cast, signed_in, base, path):
    for person in (cast.outsider, cast.manager, cast.security):
        assert signed_in(person).get(f"{base}/{path}").status_code == 403


@pytest.mark.parametrize(("path", "most"), [("", 13), ("rules/", 14), ("log/", 15), ("try/", 13)])
def test_a_screen_asks_the_database_as_often_however_much_there_is(
    admin, base, cast, path, most, django_assert_max_num_queries
):
    for n in range(20):
        MappingRule.objects.create(
            integration=cast.integration, position=n, path=f"p{n}", value="x", severity=1
        )
        line = {"integration": cast.integration, "door": "grafana", "status": 200, "outcome": "opened"}
        IntakeRecord.objects.create(at=cast.integration.created_at, **line)
    admin.get(f"{base}/{path}")
    with django_assert_max_num_queries(most):
        admin.get(f"{base}/{path}")
