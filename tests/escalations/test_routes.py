"""Routes: their order, what they leave out, and that no change takes an incident's route away."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import AuditEvent
from escalations import coverage
from escalations.models import EscalationPolicy, Route
from incidents.choices import Severity


@pytest.fixture
def admin(cast, signed_in):
    return signed_in(cast.admin)


@pytest.fixture
def policy(cast) -> EscalationPolicy:
    return EscalationPolicy.objects.get(slug="sev0")


def order() -> list[int]:
    return list(Route.objects.order_by("position").values_list("pk", flat=True))


def as_list(pks: list[int]) -> str:
    return ",".join(map(str, pks))


def test_a_new_route_stands_where_it_was_put(admin, policy):
    first, last = order()
    told = {
        "policy": policy.pk,
        "severities": [1],
        "harm_types": ["CS1"],
        "languages": "ru, uk",
        "after": first,
    }
    assert admin.post("/admin/routes/add/", told).status_code == 302
    made = Route.objects.get(harm_types=["CS1"])
    assert order() == [first, made.pk, last]
    assert (made.languages, AuditEvent.objects.latest("pk").action) == (["ru", "uk"], "route_created")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"policy": ""}, "Choose the policy"),
        ({"policy": "999999"}, "valid choice"),
        ({"severities": ["9"]}, "valid choice"),
        ({"harm_types": ["ZZ9"]}, "valid choice"),
        ({"languages": "russian"}, "two or three letters"),
    ],
)
def test_bad_input_is_said_at_its_field(admin, policy, changes, words):
    told = {"policy": policy.pk, "harm_types": ["CS1"]} | changes
    answer = admin.post("/admin/routes/add/", told)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert len(order()) == 2


def test_moving_changes_the_order_once_for_the_list_that_was_seen(admin):
    first, last = order()
    seen = as_list([first, last])
    admin.post(f"/admin/routes/{last}/move/", {"to": "up", "order": seen})
    assert order() == [last, first]
    late = admin.post(f"/admin/routes/{last}/move/", {"to": "up", "order": seen}, follow=True)
    assert (order(), "changed the list meanwhile" in late.content.decode()) == ([last, first], True)
    admin.post(f"/admin/routes/{last}/move/", {"to": "up", "order": as_list(order())})
    assert order() == [last, first]


def test_no_change_leaves_an_incident_without_a_route(admin, cast, policy):
    catch_all = Route.objects.get(severities=[])
    refused = admin.post(f"/admin/routes/{catch_all.pk}/remove/", follow=True)
    assert "no route would fit SEV1" in refused.content.decode()
    told = {"policy": policy.pk, "severities": [0, 1, 2], "version": "1", "languages": "ru"}
    narrowed = admin.post(f"/admin/routes/{catch_all.pk}/edit/", told)
    assert (narrowed.status_code, "such a report would be refused" in narrowed.content.decode()) == (
        422,
        True,
    )
    assert 'value="ru"' in narrowed.content.decode()
    assert cast.report().escalations.exists()


def test_every_severity_by_itself_covers_as_well_as_a_catch_all(admin, policy):
    for severity in Severity.values:
        admin.post("/admin/routes/add/", {"policy": policy.pk, "severities": [severity]})
    catch_all = Route.objects.get(severities=[])
    assert admin.post(f"/admin/routes/{catch_all.pk}/remove/").status_code == 302
    assert not Route.objects.filter(pk=catch_all.pk).exists()


def test_the_list_says_what_it_leaves_out_and_what_is_never_used(admin, policy):
    Route.objects.filter(severities=[]).update(severities=[1, 2, 3], regions=["EMEA"])
    Route.objects.create(position=9, policy=policy, severities=[0], harm_types=["VT2"])
    text = admin.get("/admin/routes/").content.decode()
    assert "Some incidents fit no route" in text
    assert "<strong>SEV4</strong>: every harm type" in text
    assert "in some regions or languages, or from some sources" in text
    assert "Everything it asks for goes to No. 1 before." in text
    assert "Some reports fit no route" in admin.get("/admin/").content.decode()


def test_two_people_at_one_route_the_second_is_told_and_loses_nothing(admin, policy):
    route = Route.objects.get(severities=[0])
    told = {"policy": policy.pk, "severities": [0], "version": "1"}
    admin.post(f"/admin/routes/{route.pk}/edit/", told | {"harm_types": ["VT2"]})
    late = admin.post(f"/admin/routes/{route.pk}/edit/", told | {"languages": "ru"})
    text = late.content.decode()
    assert (late.status_code, "Admin changed this route" in text, 'value="ru"' in text) == (422, True, True)
    again = told | {"languages": "ru", "version": late.context["form"]["version"].value()}
    assert admin.post(f"/admin/routes/{route.pk}/edit/", again).status_code == 302
    route.refresh_from_db()
    assert (route.harm_types, route.languages, route.version) == ([], ["ru"], 3)


ROUTES = st.lists(st.tuples(*(st.frozensets(st.integers(0, 3), max_size=3) for _ in range(2))), max_size=5)
SPACE = [(0, 1, 2, 3), (0, 1, 2, 3)]


def first_for(routes, cell) -> int | None:
    fits = (
        n for n, route in enumerate(routes) if all(not s or v in s for s, v in zip(route, cell, strict=True))
    )
    return next(fits, None)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROUTES, ROUTES)
def test_coverage_is_what_asking_about_every_single_incident_would_find(routes, others):
    cells = [(a, b) for a in SPACE[0] for b in SPACE[1]]

    def spread(gaps) -> set:
        return {(a, b) for gap in gaps for a in gap.values[0] for b in gap.values[1]}

    bare = {cell for cell in cells if first_for(routes, cell) is None}
    used = {first_for(routes, cell) for cell in cells}
    assert spread(coverage.gaps(routes, SPACE)) == bare
    assert set(coverage.swallowed(routes, SPACE)) == set(range(len(routes))) - used
    then_bare = {cell for cell in cells if first_for(others, cell) is None}
    assert spread(coverage.lost(routes, others, SPACE)) == then_bare - bare
