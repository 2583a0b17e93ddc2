"""What becomes of what came in at a door: a line in the log, and a meaning by the integration's rules."""

from incidents.actions import intake
from incidents.models import Incident, IntakeRecord, MappingRule, Report
from tests.incidents.test_doors import ALERTMANAGER, NOTIFICATION, V1, alert, group, notice, send, v1

# -- Rates and the log -------------------------------------------------------------------------------------------------


def test_whatever_shows_a_key_of_ours_gets_a_line_in_its_log(cast):
    send(ALERTMANAGER, group())
    send(ALERTMANAGER, group())
    send(ALERTMANAGER, group(status="resolved"))
    send(ALERTMANAGER, group(status="resolved"))
    send(NOTIFICATION, notice(type="loud"))
    send(ALERTMANAGER, group(), key="x" * 32)
    told = list(IntakeRecord.objects.order_by("pk").values_list("door", "status", "outcome"))
    assert told == [
        ("alertmanager", 200, "opened"),
        ("alertmanager", 200, "joined"),
        ("alertmanager", 200, "resolved"),
        ("alertmanager", 200, "ignored"),
        ("notification", 400, "invalid"),
    ]
    assert IntakeRecord.objects.first().report == Report.objects.order_by("pk").first()
    assert IntakeRecord.objects.latest("pk").detail.startswith("type: Must be one of")


def test_what_cannot_be_read_gets_a_line_too_where_the_key_came_beside_it(cast):
    for body in ("{bad", "null", b'{"a": "\xff"}', "[" * 20_000, '"' + "x" * 600_000 + '"'):
        send(ALERTMANAGER, body)
        send(ALERTMANAGER, body, key="x" * 32)
    lines = IntakeRecord.objects.order_by("pk")
    assert [(line.door, line.status, line.outcome) for line in lines] == [
        ("alertmanager", status, "invalid") for status in (400, 400, 400, 400, 413)
    ]
    assert all(line.detail for line in lines)
    assert not Incident.objects.exists()


def test_a_key_that_is_missing_is_said_to_be(cast):
    assert "missing" in send(ALERTMANAGER, group(), key="").json()["errors"][0]
    assert "not known here" in send(ALERTMANAGER, group(), key="x" * 32).json()["errors"][0]


def test_a_line_that_cannot_be_kept_changes_no_answer(cast, monkeypatch):
    from django.db import OperationalError

    def locked(**_):
        raise OperationalError("canceling statement due to lock timeout")

    monkeypatch.setattr(IntakeRecord.objects, "create", locked)
    assert send(ALERTMANAGER, group()).status_code == 200
    assert Incident.objects.count() == 1


def test_what_cannot_be_kept_is_never_accepted(cast, monkeypatch):
    from django.db import OperationalError

    def cut_off(*_):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(intake, "_keep", cut_off)
    for path, body in ((ALERTMANAGER, group()), (NOTIFICATION, notice()), (V1, v1())):
        assert send(path, body).status_code == 503
    assert not Incident.objects.exists()
    assert set(IntakeRecord.objects.values_list("outcome", flat=True)) == {"not_kept"}


def test_the_log_forgets_after_a_month_and_reports_stay(cast, pass_time):
    from datetime import timedelta

    from incidents.tasks import forget_calls

    send(ALERTMANAGER, group())
    pass_time(timedelta(days=29))
    forget_calls()
    assert IntakeRecord.objects.count() == 1
    pass_time(timedelta(days=2))
    forget_calls()
    assert (IntakeRecord.objects.count(), Report.objects.count()) == (0, 1)


# -- What it means -----------------------------------------------------------------------------------------------------


def rule(cast, path, value, **says):
    position = cast.integration.mapping_rules.count()
    return MappingRule.objects.create(
        integration=cast.integration, position=position, path=path, value=value, **says
    )


def test_the_first_rule_that_holds_says_harm_type_and_severity(cast):
    rule(cast, "labels.team", "fraud", harm_type="FR1", severity=0)
    rule(cast, "labels.team", "Child-Safety", harm_type="CS4")
    rule(cast, "commonLabels.env", "prod", severity=0)
    send(ALERTMANAGER, group(alert(team="child-safety"), commonLabels={"env": "prod"}))
    incident = Incident.objects.get()
    assert (incident.harm_type, incident.severity) == ("CS4", 2)
    send(ALERTMANAGER, group(alert(team="fraud"), key="other"))
    incident = Incident.objects.latest("pk")
    assert (incident.harm_type, incident.severity) == ("FR1", 0)
    assert {"kind": "floor", "reason": "rule", "severity": 0, "detail": "labels.team = fraud"}.items() <= (
        incident.explanation[-1].items()
    )


def test_a_harm_type_the_event_names_goes_before_a_rules(cast):
    rule(cast, "message", "forty uploads", harm_type="CS1", severity=1)
    send(NOTIFICATION, notice(harm_type="FR1"))
    incident = Incident.objects.get()
    assert (incident.harm_type, incident.severity) == ("FR1", 1)


def test_rules_of_another_integration_mean_nothing_here(cast):
    from incidents.models import Integration

    other = Integration.objects.create(name="Other", key_hash="x", harm_type="UN1")
    MappingRule.objects.create(integration=other, position=0, path="title", value="Spike", severity=0)
    send(NOTIFICATION, notice(type="info"))
    assert Incident.objects.get().severity == 1
