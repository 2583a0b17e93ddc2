"""`/api/`: the receipt of a report, what the caller may see, problems that say what to do."""

import pytest
from django.test import Client

from incidents.models import Incident, Report

REPORT = {"title": "Threat against a school", "harm_type": "VT3"}


@pytest.fixture
def call(cast):
    def caller(method, path, body=None, *, by=None, **headers):
        person = by or cast.manager
        headers = {"Authorization": f"Bearer {cast.token(person)}"} | headers
        data = {"data": body or {}, "content_type": "application/json"} if method == "post" else {}
        return getattr(Client(), method)(f"/api/{path}", headers=headers, **data)

    return caller


def test_a_report_is_answered_with_its_receipt(call):
    answer = call("post", "reports/", REPORT)
    told = answer.json()
    assert (answer.status_code, told["severity"]) == (201, "SEV1")
    assert told["incident"] == Incident.objects.get().code
    assert any("assumed" in sentence for sentence in told["explanation"])


def test_the_reporter_sees_the_receipt_and_never_the_incident_by_it(call, cast):
    told = call("post", "reports/", REPORT, by=cast.reporter).json()
    assert told["incident"] is None
    receipt = call("get", f"reports/{told['report']}/", by=cast.reporter)
    assert (receipt.status_code, receipt.json()["state"]) == (200, "waiting")
    assert call("get", f"incidents/{Incident.objects.get().code}/", by=cast.reporter).status_code == 404
    assert call("get", f"reports/{told['report']}/", by=cast.partner).status_code == 404


def test_a_repeated_idempotency_key_is_answered_200_with_the_first_receipt(call):
    first = call("post", "reports/", REPORT, **{"Idempotency-Key": "k"})
    again = call("post", "reports/", REPORT, **{"Idempotency-Key": "k"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()


def test_a_key_reused_for_another_report_is_a_conflict(call):
    call("post", "reports/", REPORT, **{"Idempotency-Key": "k"})
    answer = call("post", "reports/", REPORT | {"title": "Other"}, **{"Idempotency-Key": "k"})
    assert answer.status_code == 409
    assert "Idempotency-Key" in answer.json()["detail"]


def test_everything_a_report_may_say_is_kept(call):
    call(
        "post",
        "reports/",
        REPORT
        | {
            "description": "As told",
            "region": "EMEA",
            "language": "ru",
            "severity_inputs": {"G": 4, "R": 2},
            "content": [{"platform_id": "v1"}, {"url": "https://example.com/v/2"}],
            "deadline_at": "2030-01-01T00:00:00+02:00",
            "deadline_words": "within a day",
            "mode": "drill",
        },
    )
    report = Report.objects.get()
    assert (report.mode, report.severity_inputs, report.language) == ("drill", {"G": 4, "R": 2}, "ru")
    assert [str(content) for content in report.content.all()] == ["v1", "https://example.com/v/2"]


# Positions are base 64 inside a cursor: "p=2026", "p=%00", "r=1&p=" and many nines.
BAD_QUERIES = ["stage=nowhere", "stage=%00", "colour=red", "severity=4", "cursor=zzz", "cursor=cD0yMDI2"]
BAD_QUERIES += ["cursor=cD0lMDA%3D", "cursor=cj0xJnA9OTk5OTk5OTk5OTk5"]

BAD = {
    "no title": ({"harm_type": "VT3"}, "title"),
    "blank title": (REPORT | {"title": "  "}, "title"),
    "NUL in the title": (REPORT | {"title": "a\x00b"}, None),
    "long title": (REPORT | {"title": "x" * 201}, "title"),
    "unknown harm type": (REPORT | {"harm_type": "ZZ9"}, "harm_type"),
    "unknown field": (REPORT | {"severity_input": {}}, "severity_input"),
    "input out of range": (REPORT | {"severity_inputs": {"G": 5}}, "severity_inputs"),
    "unknown input": (REPORT | {"severity_inputs": {"Q": 1}}, "severity_inputs"),
    "input of a wrong kind": (REPORT | {"severity_inputs": [1]}, "severity_inputs"),
    "naive deadline": (REPORT | {"deadline_at": "2026-12-01T10:00:00"}, "deadline_at"),
    "impossible deadline": (REPORT | {"deadline_at": "2026-13-45T10:00:00Z"}, "deadline_at"),
    "deadline at the end of the calendar": (
        REPORT | {"deadline_at": "9999-12-31T23:00:00-08:00"},
        "deadline_at",
    ),
    "deadline after the bound": (REPORT | {"deadline_at": "2101-01-01T00:00:00Z"}, "deadline_at"),
    "deadline before the bound": (REPORT | {"deadline_at": "1999-12-31T23:59:59Z"}, "deadline_at"),
    "deadline in the year 1": (REPORT | {"deadline_at": "0001-01-01T00:00:00+14:00"}, "deadline_at"),
    "wrong region": (REPORT | {"region": "EMEAA"}, "region"),
    "wrong language": (REPORT | {"language": "!!"}, "language"),
    "wrong mode": (REPORT | {"mode": "rehearsal"}, "mode"),
    "content with both": (REPORT | {"content": [{"platform_id": "a", "url": "https://b"}]}, "content"),
    "content as a script": (REPORT | {"content": [{"url": "javascript:alert(1)"}]}, "content"),
    "a picture as link": (REPORT | {"content": [{"url": "data:image/png;base64,AAAA"}]}, "content"),
    "a picture in the text": (REPORT | {"description": "see data:image/png;base64,AAAA"}, "description"),
    "too much content": (REPORT | {"content": [{"platform_id": "a"}] * 201}, "content"),
    "a list": ([REPORT], None),
}


def test_a_report_that_gives_a_field_twice_is_told_which(cast):
    raw = '{"title": "A", "harm_type": "VT3", "title": "B"}'
    headers = {"Authorization": f"Bearer {cast.token(cast.reporter)}", "Idempotency-Key": "k"}
    answer = Client().post("/api/reports/", raw, content_type="application/json", headers=headers)
    assert (answer.status_code, '"title" is there more than once' in answer.json()["detail"]) == (400, True)
    assert not Report.objects.exists()


@pytest.mark.parametrize(("body", "field"), BAD.values(), ids=BAD.keys())
def test_a_bad_report_names_the_field_and_keeps_nothing(call, body, field):
    answer = call("post", "reports/", body)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert field is None or field in answer.json()["errors"]
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("raw", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "application/json", 400),
        (b'{"title": "' + b"x" * 600 * 1024 + b'"}', "application/json", 413),
        (b"title=x", "application/x-www-form-urlencoded", 415),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(cast, raw, content_type, status):
    headers = {"Authorization": f"Bearer {cast.token(cast.manager)}"}
    assert (
        Client().post("/api/reports/", raw, content_type=content_type, headers=headers).status_code == status
    )


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer wrong", "Basic eDp5", "Bearer \x7f\xff"])
def test_a_wrong_token_is_told_so(cast, header):
    headers = {} if header is None else {"Authorization": header}
    answer = Client().post("/api/reports/", REPORT, content_type="application/json", headers=headers)
    assert (answer.status_code, "Bearer" in answer["WWW-Authenticate"]) == (401, True)


def test_a_deactivated_persons_token_is_dead(call, cast):
    cast.manager.is_active = False
    cast.manager.save()
    assert call("get", "incidents/").status_code == 401


def test_the_list_shows_what_the_caller_may_see_in_a_constant_number_of_queries(
    call, cast, django_assert_num_queries
):
    for harm_type in ("VT3", "CS2", "VT3"):
        cast.report(harm_type=harm_type)
    cast.token(cast.on_duty)
    with django_assert_num_queries(8):
        answer = call("get", "incidents/", by=cast.on_duty)
    assert [row["harm_type"] for row in answer.json()["results"]] == ["VT3", "VT3"]


@pytest.mark.parametrize("query", BAD_QUERIES)
def test_a_bad_query_is_refused(call, query):
    answer = call("get", f"incidents/?{query}")
    assert (answer.status_code in {400, 404}, answer["Content-Type"]) == (True, "application/problem+json")


def test_the_list_is_narrowed_by_what_was_asked(call, cast):
    for harm_type in ("VT3", "UN1"):
        cast.report(harm_type=harm_type)
    rows = call("get", "incidents/?severity=SEV1&stage=triage").json()["results"]
    assert [row["harm_type"] for row in rows] == ["VT3"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("get", "/api/reports/", 405), ("get", "/v2/enqueue", 405), ("options", "/v2/enqueue", 405),
     ("get", "/api/incidents/NOPE/", 404), ("post", "/v2/enqueued", 404)],
)  # fmt: skip
def test_a_machine_is_never_answered_with_a_page(cast, method, path, status):
    answer = getattr(Client(), method)(path)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["detail"]


def test_the_verbs_do_what_the_console_does(call, cast):
    incident = cast.report()
    assert call("post", f"incidents/{incident.code}/acknowledge/").json()["won"] is True
    assert call("post", f"incidents/{incident.code}/acknowledge/").json()["won"] is False
    assert call("post", f"incidents/{incident.code}/accept/").json()["stage"] == "active"
    declined = call("post", f"incidents/{incident.code}/decline/", {"reason": "spam"})
    assert (declined.status_code, "already active" in declined.json()["detail"]) == (409, True)


@pytest.mark.parametrize("verb", ["acknowledge", "accept"])
def test_a_verb_that_takes_nothing_refuses_a_field(call, cast, verb):
    incident = cast.report()
    answer = call("post", f"incidents/{incident.code}/{verb}/", {"incident_manager": "x"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["incident_manager"])
    incident.refresh_from_db()
    assert (incident.stage, incident.acknowledged_at) == ("triage", None)
    assert call("post", f"incidents/{incident.code}/{verb}/", ["x"]).status_code == 400
    headers = {"Authorization": f"Bearer {cast.token(cast.manager)}"}
    bare = Client().generic("POST", f"/api/incidents/{incident.code}/{verb}/", "", "", headers=headers)
    assert bare.status_code == 200, "no body at all is nothing"


def test_merging_into_what_one_cannot_see_is_the_same_as_into_nothing(call, cast):
    clearance = cast.manager.clearances.get(kind="csea")
    clearance.delete()
    incident, hidden = cast.report(), cast.report(harm_type="CS2")
    to_hidden = call("post", f"incidents/{incident.code}/merge/", {"into": hidden.code})
    assert call("get", f"incidents/{hidden.code}/").status_code == 404
    to_nothing = call("post", f"incidents/{incident.code}/merge/", {"into": "WF-000000"})
    assert (to_hidden.status_code, to_hidden.content) == (to_nothing.status_code, to_nothing.content)
