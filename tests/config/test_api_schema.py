"""`/api/schema/` and the page of it: everything the API can do, described without a warning, for whoever signed in."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.api.permissions import Holds
from config import api_schema
from config.access import ACCESS
from tests.architecture.test_access import ROUTES
from tests.oracle.api import DECIDERS, KEEPERS


@pytest.fixture
def schema(cast):
    headers = {"Authorization": f"Bearer {cast.token(cast.outsider)}"}
    answer = Client().get("/api/schema/", headers=headers)
    assert answer.status_code == 200
    return answer.json()


def operations(schema):
    return [operation for path in schema["paths"].values() for operation in path.values()]


def test_the_schema_is_valid_and_made_without_a_warning(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", file=str(tmp_path / "schema.yaml"))


def test_every_address_for_tokens_is_described_with_every_method(schema):
    described = sum(len(path) for path in schema["paths"].values())
    asked = [method for rule in ACCESS.values() if rule.who == "token" for method in rule.methods - {"HEAD"}]
    assert described == len(asked)
    assert len({operation["operationId"] for operation in operations(schema)}) == described
    assert all(operation["description"] for operation in operations(schema))


def test_it_says_whose_token_opens_what(schema):
    assert set(schema["paths"]["/api/rosters/"]["post"]["x-roles"]) == KEEPERS
    assert set(schema["paths"]["/api/overrides/"]["post"]["x-roles"]) == DECIDERS
    assert "x-roles" not in schema["paths"]["/api/incidents/"]["get"]
    assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_everything_that_goes_wrong_has_one_shape(schema):
    for operation in operations(schema):
        [(kind, content)] = operation["responses"]["default"]["content"].items()
        assert (kind, content["schema"]) == (
            "application/problem+json", {"$ref": "#/components/schemas/Problem"}
        )  # fmt: skip


def test_views_of_the_api_keep_to_the_access_table():
    views = [route.callback.view_class for name, route in ROUTES.items() if name.startswith("api_")
             and hasattr(route.callback, "view_class")]  # fmt: skip
    assert len(views) > 20
    assert all(view.permission_classes == (Holds,) for view in views)


def test_the_description_is_english_whoever_asks_first(cast):
    api_schema.schema.cache_clear()
    headers = {"Authorization": f"Bearer {cast.token(cast.outsider)}", "Accept-Language": "ru"}
    answer = Client().get("/api/schema/", headers=headers)
    assert not any("\u0400" <= letter <= "\u04ff" for letter in answer.content.decode())


def test_the_page_tells_every_operation_and_asks_for_nothing_from_elsewhere(cast, signed_in, schema):
    page = signed_in(cast.outsider).get(reverse("api_reference"))
    assert page.status_code == 200
    told = page.content.decode()
    for operation in operations(schema):
        assert f'id="{operation["operationId"]}"' in told
    assert "http://" not in told.replace("http://www.w3.org", "")
    assert "https://" not in told


def test_the_page_costs_no_query_of_its_own(cast, signed_in, django_assert_num_queries):
    client = signed_in(cast.outsider)
    client.get(reverse("tokens"))
    with django_assert_num_queries(12):
        client.get(reverse("api_reference"))
