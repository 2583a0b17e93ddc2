"""Tokens of every role × every address of the API × its methods, against a table that knows nothing of the product."""

import pytest
from django.test import Client

from accounts.roles import Role
from config.access import ACCESS
from tests.architecture.test_access import address
from tests.cast import HASHED, person
from tests.oracle.api import ANYBODY, ROUTES, STRANGERS, SUBJECTS, expected


def headers_of(cast, subject: str) -> dict:
    """The token somebody of this kind calls with."""
    if subject == "no token":
        return {}
    if subject == "wrong token":
        return {"Authorization": "Bearer wrong"}
    role = {"no role": "", "deactivated": "roster_admin"}.get(subject, subject)
    caller = person(f"caller-{subject.replace(' ', '-')}", role, HASHED)
    token = cast.token(caller)
    if subject == "deactivated":
        caller.is_active = False
        caller.save()
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_token_gets_what_the_table_says(cast, subject):
    headers, wrong = headers_of(cast, subject), []
    for route, method in ROUTES:
        answer = Client().generic(
            method, address(route), "{}", content_type="application/json", headers=headers
        )
        if answer.status_code != (should := expected(subject, route, method)):
            wrong.append(f"{method} {route}: {answer.status_code}, not {should}")
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json"
    assert not wrong, f"{subject}: " + "; ".join(wrong)


def test_the_table_has_every_address_of_the_api_and_every_role():
    asked = {
        (name, method)
        for name, rule in ACCESS.items()
        if rule.who == "token"
        for method in rule.methods - {"HEAD"}
    }
    assert set(ROUTES) == asked
    assert ANYBODY - {"no role"} == set(Role.values)
    assert len(SUBJECTS) == len(ANYBODY | STRANGERS)
