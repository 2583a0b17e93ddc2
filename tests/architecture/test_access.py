"""Default deny, proved by walking the resolver: every route × method has its entry in the one table, and does
for a stranger exactly what the entry says."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.urls.converters import IntConverter

from config.access import ACCESS, SIGN_IN_ROUTES, rule_for

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
SAMPLES = {
    "code": "WF-ABC123",
    "number": "R-ABC12345",
    "ref": "00000000-0000-4000-8000-000000000000",
    "pk": "00000000-0000-4000-8000-000000000000",
    "token": "no-such-token",
    "section": "summary",
    "uidb36": "1",
    "key": "x",
    "tab": "tasks",
    "slug": "duty",
    "call": "00000000-0000-4000-8000-000000000000",
    "kind": "email",
    "bundle": "00000000-0000-4000-8000-000000000000",
    "alarm_id": "00000000-0000-4000-8000-000000000000",
} | dict.fromkeys(
    [
        "person_id",
        "method_id",
        "clearance_id",
        "token_id",
        "policy_id",
        "route_id",
        "integration_id",
        "rule_id",
    ],
    999_999,
)


def routes() -> Iterator[tuple[str, URLPattern]]:
    pending = list(get_resolver().url_patterns)
    while pending:
        entry = pending.pop()
        if isinstance(entry, URLPattern):
            assert entry.name, f"{entry.pattern} has no name, so no rule can be about it"
            yield entry.name, entry
        else:
            pending += entry.url_patterns


ROUTES = dict(routes())
# The library's routes that nobody is meant to reach.
CLOSED = {name for name in ROUTES if name.startswith("account_")} - SIGN_IN_ROUTES


def address(name: str) -> str:
    pattern = ROUTES[name].pattern
    wanted = {argument: pattern.converters.get(argument) for argument in pattern.regex.groupindex}
    samples = {a: 1 if isinstance(c, IntConverter) else SAMPLES[a] for a, c in wanted.items()}
    return reverse(name, kwargs=samples)


def test_every_route_has_a_rule_and_every_rule_a_route():
    without = [name for name in ROUTES if rule_for(name) is None and name not in CLOSED]
    assert not without, f"no rule in config/access.py for {without}"
    assert {name for name in ACCESS if name != "account_*"} <= set(ROUTES)


def test_anonymous_routes_are_a_closed_list_and_say_why():
    public = {name for name, rule in ACCESS.items() if rule.who == "anonymous"}
    assert public == {
        "healthz",
        "heartbeat",
        "alarm_link",
        "page_link",
        "feed",
        "check_link",
        "service_worker",
        "twilio_status",
        "twilio_text",
        "twilio_voice",
        "events",
        "events_prefixed",
        "events_v1",
        "alertmanager",
        "alertmanager_keyed",
        "grafana",
        "grafana_keyed",
        "notification",
        "notification_keyed",
        "set_language",
        "account_*",
    }
    assert all(ACCESS[name].reason for name in public)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", sorted(name for name in ROUTES if not name.startswith("account_")))
def test_a_stranger_gets_what_the_table_says(cast, name, method):
    rule, answer = rule_for(name), Client().generic(method, address(name))
    if method not in rule.methods:
        assert answer.status_code == 405
    elif rule.who == "person":
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("account_login"))
    elif rule.who == "token":
        assert answer.status_code == 401


@pytest.mark.parametrize("name", sorted(name for name, rule in ACCESS.items() if rule.who == "token"))
def test_a_session_opens_no_api_route(cast, signed_in, name):
    client = signed_in(cast.manager)
    method = "GET" if "GET" in ACCESS[name].methods else "POST"
    assert client.generic(method, address(name)).status_code == 401


@pytest.mark.parametrize("name", sorted(name for name in ROUTES if name.startswith("account_")))
def test_the_sign_in_library_answers_on_its_open_routes_only(cast, signed_in, name):
    for client in (Client(), signed_in(cast.on_duty)):
        assert (client.get(address(name)).status_code == 404) == (name in CLOSED)


def test_a_route_that_is_not_in_the_table_does_not_answer(cast, monkeypatch):
    monkeypatch.delitem(ACCESS, "healthz")
    assert Client().get("/healthz").status_code == 404
