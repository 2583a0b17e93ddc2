"""Each door keeps its senders' contract: what they send unmodified is understood, and they are answered so that they
try again exactly when they should."""

import base64
import json

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import AccessProfile
from incidents.actions import lifecycle
from incidents.choices import IntakeOutcome, StageName
from incidents.doors import BadEventError, alertmanager, events_v1, events_v2, notification
from incidents.models import Incident, IntakeRecord, Report
from tests.cast import ROUTING_KEY

ALERTMANAGER, GRAFANA, NOTIFICATION = "/intake/alertmanager", "/intake/grafana", "/intake/notification"
V1 = "/generic/2010-04-15/create_event.json"


def send(path, body, key=ROUTING_KEY, **headers):
    if key and not headers:
        headers = {"Authorization": f"Bearer {key}"}
    data = body if isinstance(body, bytes | str) else json.dumps(body)
    return Client().post(path, data, content_type="application/json", headers=headers)


def alert(name="Swarm", status="firing", annotations=None, **labels):
    return {
        "status": status,
        "labels": {"alertname": name, **labels},
        "annotations": annotations or {},
        "startsAt": "2026-03-02T09:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus/graph",
        "fingerprint": name,
    }


def group(*alerts, status="firing", key='{}:{alertname="Swarm"}', **more):
    told = {"version": "4", "groupKey": key, "status": status, "receiver": "wf", "truncatedAlerts": 0}
    return told | {"commonLabels": {}, "alerts": list(alerts or [alert()])} | more


def v1(**changes):
    return {"service_key": ROUTING_KEY, "event_type": "trigger", "description": "Spike"} | changes


def notice(**changes):
    told = {"version": "1.0", "title": "Spike", "message": "Forty uploads", "attachments": []}
    return told | {"type": "failure"} | changes


# -- Events v1 -----------------------------------------------------------------------------------------------------


def test_the_first_version_of_the_events_api_triggers_and_resolves(cast):
    opened = send(V1, v1(incident_key="k", details={"severity": "critical", "harm_type": "FR1"}), key="")
    assert (opened.status_code, opened.json()["incident_key"]) == (200, "k")
    assert opened.json()["status"] == "success"
    incident = Incident.objects.get()
    assert (incident.harm_type, incident.severity, incident.title) == ("FR1", 1, "Spike")
    assert send(V1, v1(incident_key="k", event_type="resolve"), key="").status_code == 200
    incident.refresh_from_db()
    assert incident.stage == StageName.RESOLVED


def test_the_first_version_is_told_that_it_is_too_much_with_the_status_it_tries_again_after(cast):
    cast.integration.triggers_per_minute = 1
    cast.integration.save()
    send(V1, v1(), key="")
    refused = send(V1, v1(), key="")
    assert (refused.status_code, refused["Retry-After"]) == (403, "60")
    assert Incident.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (v1(service_key="x" * 32), "service_key"),
        (v1(service_key=None), "service_key"),
        (v1(event_type="shout"), "event_type"),
        (v1(description=""), "description"),
        (v1(description="x" * 1025), "description"),
        (v1(event_type="resolve"), "incident_key"),
        (v1(incident_key="k" * 256), "incident_key"),
        (v1(details={"harm_type": "ZZ9"}), "harm_type"),
    ],
)
def test_what_is_wrong_with_an_event_of_the_first_version_is_said(cast, body, named):
    refused = send(V1, body, key="")
    assert (refused.status_code, named in " ".join(refused.json()["errors"])) == (400, True)
    assert not Report.objects.exists()


# -- Alertmanager and Grafana ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "source"), [(ALERTMANAGER, "alertmanager"), (GRAFANA, "grafana")])
def test_a_firing_group_is_one_report_under_the_groups_key(cast, path, source):
    body = group(
        alert(annotations={"summary": "Uploads swarm", "description": "Since nine."}, severity="critical"),
        alert("Another", severity="warning"),
    )
    assert send(path, body).status_code == 200
    report = Report.objects.get()
    assert (report.source, report.title) == (source, "Uploads swarm (and 1 more)")
    assert (report.dedup_key, report.description, report.severity) == (body["groupKey"], "Since nine.", 1)
    assert [one["labels"]["alertname"] for one in report.raw["alerts"]] == ["Swarm", "Another"]


def test_a_group_that_goes_on_firing_joins_its_incident_and_ends_it_once_all_are_resolved(cast):
    send(ALERTMANAGER, group(alert()))
    send(ALERTMANAGER, group(alert(), alert("Another"), alert("Past", status="resolved")))
    incident = Incident.objects.get()
    assert incident.reports.count() == 2
    assert len(incident.reports.first().raw["alerts"]) == 2, "what is over already is not told again"
    assert send(ALERTMANAGER, group(alert(status="resolved"), status="resolved")).status_code == 200
    incident.refresh_from_db()
    assert incident.stage == StageName.RESOLVED


def test_once_people_have_accepted_it_a_resolved_group_is_news(cast):
    send(ALERTMANAGER, group())
    incident = Incident.objects.get()
    lifecycle.accept(incident=incident, manager=cast.manager, by=cast.manager, at=incident.declared_at)
    send(ALERTMANAGER, group(alert(status="resolved"), status="resolved"))
    incident.refresh_from_db()
    assert (incident.stage, IntakeRecord.objects.latest("pk").outcome) == ("active", IntakeOutcome.NOTED)


def test_alerts_of_other_harm_types_in_one_group_are_told_apart(cast):
    body = group(
        alert("Open", annotations={"summary": "Fraud ring"}, harm_type="FR1"),
        alert("Closed", annotations={"summary": "New material"}, harm_type="CS2"),
        title="[FIRING:2] Fraud ring, New material",
        message="New material",
        commonAnnotations={"note": "New material"},
    )
    send(GRAFANA, body)
    told = {report.harm_type: report for report in Report.objects.all()}
    assert told["FR1"].incident != told["CS2"].incident
    assert told["CS2"].profile == AccessProfile.objects.get(slug="csea")
    assert "New material" not in json.dumps(told["FR1"].raw), "the open report says nothing of the other"
    assert told["FR1"].title == "Fraud ring"
    send(GRAFANA, group(status="resolved"))
    assert set(Incident.objects.values_list("stage", flat=True)) == {StageName.RESOLVED}


def test_a_label_nobody_knows_costs_no_alert(cast):
    assert send(ALERTMANAGER, group(alert(harm_type="ZZ9", severity="dreadful"))).status_code == 200
    assert Incident.objects.get().harm_type == cast.integration.harm_type


def test_a_groups_key_may_be_of_any_length(cast):
    long = "{}:{" + ",".join(f'label{n}="value"' for n in range(200)) + "}"
    send(ALERTMANAGER, group(key=long))
    send(ALERTMANAGER, group(key=long))
    assert (len(Report.objects.first().dedup_key), Incident.objects.count()) == (64, 1)


def test_an_alert_over_the_rate_is_refused_so_that_it_comes_again(cast):
    """Alertmanager drops whatever it hears 4xx about, 429 too."""
    cast.integration.triggers_per_minute = 1
    cast.integration.save()
    send(ALERTMANAGER, group(key="a"))
    refused = send(ALERTMANAGER, group(key="b"))
    assert (refused.status_code, refused["Retry-After"]) == (503, "60")
    assert send(ALERTMANAGER, group(key="a")).status_code == 200, "an open key never counts"


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (group() | {"groupKey": ""}, "groupKey"),
        (group() | {"status": "pending"}, "status"),
        (group() | {"alerts": None}, "alerts"),
        (group() | {"alerts": ["text"]}, "alerts"),
        (group(alert(status="resolved")), "alerts"),
        (group(alert(annotations={"summary": "data:image/png;base64,iVBO"})), "Content cannot be stored"),
    ],
)
def test_what_is_no_group_of_alerts_is_refused_with_what_is_wrong(cast, body, named):
    refused = send(ALERTMANAGER, body)
    assert (refused.status_code, named in " ".join(refused.json()["errors"])) == (400, True)
    assert not Report.objects.exists()


# -- Notifications ---------------------------------------------------------------------------------------------------


def test_a_notification_is_a_report_as_bad_as_it_says(cast):
    cast.integration.harm_type = "HA1"
    cast.integration.save()
    assert send(NOTIFICATION, notice()).status_code == 200
    report = Report.objects.get()
    assert (report.source, report.title, report.description) == ("notification", "Spike", "Forty uploads")
    assert report.severity == 2


def test_what_is_attached_to_a_notification_stays_at_the_door(cast):
    picture = {"filename": "a.png", "base64": base64.b64encode(b"bytes").decode(), "mimetype": "image/png"}
    send(NOTIFICATION, notice(title="", attachments=[picture]))
    report = Report.objects.get()
    assert (report.title, report.raw["attachments_left_out"]) == ("Forty uploads", 1)
    assert picture["base64"] not in json.dumps(report.raw)


def test_good_news_resolves_what_stands_under_its_key_and_pages_nobody(cast):
    send(NOTIFICATION, notice(dedup_key="k"))
    assert send(NOTIFICATION, notice(type="success", dedup_key="k")).status_code == 200
    assert send(NOTIFICATION, notice(type="success")).status_code == 200
    assert [incident.stage for incident in Incident.objects.all()] == [StageName.RESOLVED]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (notice(type="loud"), "type"),
        (notice(title="", message=" "), "message"),
        (notice(event_action="acknowledge"), "dedup_key"),
        (notice(event_action="shout"), "event_action"),
        (notice(title=["a"]), "title"),
    ],
)
def test_what_is_no_notification_is_refused_with_what_is_wrong(cast, body, named):
    refused = send(NOTIFICATION, body)
    assert (refused.status_code, named in " ".join(refused.json()["errors"])) == (400, True)
    assert not Report.objects.exists()


# -- Keys, and everything a stranger may send --------------------------------------------------------------------------


def basic(name, password=""):
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


@pytest.mark.parametrize(
    ("path", "authorization", "status"),
    [
        (ALERTMANAGER, f"Bearer {ROUTING_KEY}", 200),
        (ALERTMANAGER, basic("anybody", ROUTING_KEY), 200),
        (ALERTMANAGER, basic(ROUTING_KEY), 200),
        (f"{ALERTMANAGER}/{ROUTING_KEY}", "", 200),
        (ALERTMANAGER, "", 401),
        (ALERTMANAGER, "Bearer " + "x" * 32, 401),
        (ALERTMANAGER, "Basic not-base64", 401),
        (ALERTMANAGER, "Basic " + base64.b64encode(b"\xff\xfe").decode(), 401),
        (ALERTMANAGER, f"Digest {ROUTING_KEY}", 401),
        (f"{ALERTMANAGER}/{'x' * 32}", "", 401),
        (f"{ALERTMANAGER}/x\x00y", "", 401),
    ],
)
def test_a_key_is_taken_from_a_header_or_the_address(cast, path, authorization, status):
    answer = send(path, group(), key="", Authorization=authorization)
    assert answer.status_code == status
    assert Report.objects.exists() == (status == 200)


@pytest.mark.parametrize("path", [ALERTMANAGER, GRAFANA, NOTIFICATION])
def test_a_slash_at_the_end_of_an_address_changes_nothing(cast, path):
    body = notice() if path == NOTIFICATION else group()
    assert send(f"{path}/", body).status_code == send(path, body).status_code == 200
    assert send(f"{path}/{ROUTING_KEY}/", body, key="").status_code == 200
    assert send(f"{path}/{'x' * 32}/", body, key="").status_code == 401
    assert send(f"{path}/{ROUTING_KEY}/more", body, key="").status_code == 404
    assert Report.objects.count() == 3


def test_a_slash_at_the_end_of_an_event_address_changes_nothing(cast):
    told = {"summary": "Spike", "source": "s", "severity": "info"}
    event = {"routing_key": ROUTING_KEY, "event_action": "trigger", "payload": told}
    assert send("/v2/enqueue/", event, key="").status_code == 202
    assert send("/events/v2/enqueue/", event, key="").status_code == 202
    assert send(f"{V1}/", v1(), key="").status_code == 200
    assert reverse("events") == "/v2/enqueue"
    assert reverse("alertmanager_keyed", args=["k"]) == "/intake/alertmanager/k"


@pytest.mark.parametrize("path", [ALERTMANAGER, GRAFANA, NOTIFICATION, V1, "/v2/enqueue"])
@pytest.mark.parametrize(
    ("raw", "named"),
    [
        (b'{"routing_key": "a", "routing_key": "b"}', '"routing_key"'),
        (b'{"a": [{"b": {"\\u0441": 1, "c": 2, "\xd1\x81": 3}}]}', '"\\u0441"'),
        (b'{"\\u0000": 1, "\\u0000": 2}', '"\\u0000"'),
    ],
)
def test_a_key_that_is_there_twice_is_named_and_nothing_is_kept(cast, path, raw, named):
    answer = send(path, raw)
    assert (answer.status_code, answer.json()["status"]) == (400, "invalid event")
    [error] = answer.json()["errors"]
    assert f"The key {named} is there more than once" in error
    assert not Report.objects.exists()


def test_a_revoked_key_opens_no_door(cast):
    cast.integration.revoked_at = cast.integration.created_at
    cast.integration.save()
    assert send(ALERTMANAGER, group()).status_code == 401
    assert send(V1, v1(), key="").status_code == 400


def test_a_key_in_an_address_is_never_logged(cast, caplog):
    from config.logs import WithoutTokens

    caplog.handler.addFilter(WithoutTokens())
    send(f"{GRAFANA}/{'5ecre7' * 5}xx", group(), key="")
    assert "/intake/grafana/…" in caplog.text
    assert "5ecre7" not in caplog.text


@pytest.mark.parametrize("path", [ALERTMANAGER, GRAFANA, NOTIFICATION, V1, "/v2/enqueue"])
@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"\xff\xfe", 400),
        (b'{"a": "\\u0000"}', 400),
        (b'{"a": "\\ud800"}', 400),
        (b'{"a": NaN}', 400),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, 400),
        (b'{"a": "' + b"x" * 600 * 1024 + b'"}', 413),
    ],
)
def test_what_is_no_json_for_us_is_refused_at_every_door(cast, path, raw, status):
    assert send(path, raw).status_code == status


def test_content_is_refused_however_it_is_written(cast):
    """PHP writes a slash as `\\/`."""
    raw = json.dumps(notice(message="data:image/png;base64,iVBO")).replace("/", "\\/")
    assert send(NOTIFICATION, raw).status_code == 400
    assert send(NOTIFICATION, notice(**{"data:image/png;base64,iVBO": 1})).status_code == 400


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def bent(sample):
    """A sample with some of its fields replaced by anything."""
    return st.fixed_dictionaries({name: st.just(value) | JSON for name, value in sample.items()})


@pytest.mark.parametrize(
    "door", [events_v2, events_v1, alertmanager, notification], ids=lambda door: door.__name__.split(".")[-1]
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_anything_is_an_event_or_is_refused_with_reasons(door, data):
    body = data.draw(bent(door.SAMPLE) | st.dictionaries(st.text(max_size=6), JSON, max_size=4))
    try:
        event = door.read(body)
    except BadEventError as error:
        refused = error.errors
    else:
        refused = []
        _is_an_event(event)
    assert all(isinstance(line, str) for line in refused)


def _is_an_event(event):
    assert event.action in {"trigger", "acknowledge", "resolve"}
    assert (event.action == "trigger") == bool(event.parts)
    assert len(event.dedup_key) <= 255
    for part in event.parts:
        assert 0 < len(part.title) <= 1024
        assert part.severity in {None, 0, 1, 2, 3, 4}
