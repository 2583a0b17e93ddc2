"""Writing routes. The list is read from the top and the first that fits wins; no change may leave an incident
that had a route without one, for a report that fits none is refused."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import audit
from accounts.models import AuditAction, AuditEvent, User
from accounts.refusals import Refused
from escalations import coverage, words
from escalations.models import EscalationPolicy, Route
from incidents.querysets import serialise_on

CONDITIONS = ("severities", "harm_types", "regions", "languages", "sources")


class UncoveredError(Refused):
    """Something would fit no route any more, and nobody would be paged for it."""


class ChangedMeanwhileError(Refused):
    """Somebody changed the route, or the order, while it was looked at."""


@transaction.atomic
def create(
    *,
    policy: EscalationPolicy,
    after: Route | None,
    by: User | None,
    at: datetime,
    speaks_language: bool = False,
    **conditions: list,
) -> Route:
    """A route below `after`, or at the top. `conditions`: any of `CONDITIONS`."""
    routes = _locked()
    last = routes[-1].position + 1 if routes else 0
    route = Route.objects.create(position=last, policy=policy, speaks_language=speaks_language, **conditions)
    place = next((n + 1 for n, other in enumerate(routes) if after and other.pk == after.pk), 0)
    _renumber([*routes[:place], route, *routes[place:]])
    audit.record(action=AuditAction.ROUTE_CREATED, by=by, at=at, about=route, after=told(route))
    return route


@transaction.atomic
def change(
    *,
    route: Route,
    version: int,
    policy: EscalationPolicy,
    by: User,
    at: datetime,
    speaks_language: bool = False,
    **conditions: list,
) -> Route:
    """Other conditions or another policy, in the same place. Raises `ChangedMeanwhileError`, `UncoveredError`."""
    routes = _locked()
    found = next((other for other in routes if other.pk == route.pk), None)
    if found is None or found.version != version:
        raise ChangedMeanwhileError(_who_was_first(route))
    rules, before = [rule(other) for other in routes], told(found)
    found.policy, found.version, found.speaks_language = policy, version + 1, speaks_language
    for field in CONDITIONS:
        setattr(found, field, conditions.get(field, []))
    _check(rules, [rule(other) for other in routes])
    found.save(update_fields=["policy", "version", "speaks_language", *CONDITIONS])
    audit.record(
        action=AuditAction.ROUTE_CHANGED, by=by, at=at, about=found, before=before, after=told(found)
    )
    return found


@transaction.atomic
def move(*, route: Route, by_places: int, seen: Sequence[int], by: User, at: datetime) -> None:
    """Up (-1) or down (1) in the list that was `seen`, as ids. At an end it stays. Raises
    `ChangedMeanwhileError` when the list has changed since."""
    routes = _locked()
    if [other.pk for other in routes] != list(seen):
        raise ChangedMeanwhileError(
            _("Somebody changed the list meanwhile. It is shown as it is now; move again.")
        )
    place = next(n for n, other in enumerate(routes) if other.pk == route.pk)
    to = min(max(place + by_places, 0), len(routes) - 1)
    if to == place:
        return
    moved = routes.pop(place)
    routes.insert(to, moved)
    _renumber(routes)
    audit.record(
        action=AuditAction.ROUTE_MOVED,
        by=by,
        at=at,
        about=moved,
        before={"position": place + 1},
        after={"position": to + 1},
    )


@transaction.atomic
def remove(*, route: Route, by: User, at: datetime) -> None:
    """Raises `UncoveredError`. Removing twice changes nothing."""
    routes = _locked()
    found = next((other for other in routes if other.pk == route.pk), None)
    if found is None:
        return
    rest = [other for other in routes if other.pk != found.pk]
    _check([rule(other) for other in routes], [rule(other) for other in rest])
    audit.record(action=AuditAction.ROUTE_REMOVED, by=by, at=at, about=found, before=told(found))
    found.delete()
    _renumber(rest)


def rule(route: Route) -> coverage.Conditions:
    """A route's conditions as the pure core judges them."""
    return tuple(frozenset(getattr(route, field)) for field in CONDITIONS)


def told(route: Route) -> dict:
    return {"policy": route.policy.name} | audit.state(route, [*CONDITIONS, "speaks_language"])


def _locked() -> list[Route]:
    """The whole list, in order; one change to it at a time."""
    serialise_on("routes")
    return list(Route.objects.select_related("policy").order_by("position"))


def _renumber(routes: Sequence[Route]) -> None:
    for position, route in enumerate(routes):
        route.position = position
    Route.objects.bulk_update(routes, ["position"])


def _check(before: list[coverage.Conditions], after: list[coverage.Conditions]) -> None:
    gaps = coverage.lost(before, after, Route.objects.space(before + after))
    if gaps:
        severities, harm_types, regions, languages, sources = gaps[0].values
        left = words.conditions(severities[:1], harm_types[:3], regions[:1], languages[:1], sources[:1])
        raise UncoveredError(
            _(
                "Then no route would fit %(left)s, and such a report would be refused. "
                "Keep a last route without conditions."
            )
            % {"left": left}
        )


def _who_was_first(route: Route) -> str:
    last: AuditEvent | None = AuditEvent.objects.last_change(route)
    return _(
        "%(name)s changed this route while you had it open. Yours is still below; save again to put it in the place "
        "of theirs."
    ) % {"name": last.actor if last and last.actor else _("Somebody")}
