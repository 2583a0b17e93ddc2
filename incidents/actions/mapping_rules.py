"""Writing an integration's mapping rules. They are read from the top and the first that holds counts."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import audit
from accounts.models import AuditAction, User
from accounts.refusals import Refused
from incidents.actions.integrations import locked_for
from incidents.choices import Severity
from incidents.models import Integration, MappingRule

MOST_RULES = 100


class TooManyRulesError(Refused):
    """More than anybody could keep an eye on, and each event is held against all of them."""


class OrderChangedError(Refused):
    """Somebody changed the list while it was looked at."""


@transaction.atomic
def add(*, integration: Integration, by: User, at: datetime, **says) -> MappingRule:
    """Below the others. `says`: path, value, and harm_type or severity or both. Raises `RevokedError`,
    `TooManyRulesError`."""
    rules = _rules(integration)
    if len(rules) >= MOST_RULES:
        raise TooManyRulesError(_("An integration has at most %(n)s rules.") % {"n": MOST_RULES})
    rule = MappingRule.objects.create(integration=integration, position=len(rules), **says)
    _record(integration, rules, [*rules, rule], by, at)
    return rule


@transaction.atomic
def change(*, rule: MappingRule, by: User, at: datetime, **says) -> None:
    """In its place in the list. Raises `RevokedError`; a rule removed meanwhile stays so."""
    rules = _rules(rule.integration)
    found = next((other for other in rules if other.pk == rule.pk), None)
    if found is None:
        raise OrderChangedError(
            _("Somebody removed this rule meanwhile. Add it again if it is still wanted.")
        )
    before = told(rules)
    for name, value in says.items():
        setattr(found, name, value)
    found.save(update_fields=list(says))
    _record(rule.integration, before, rules, by, at)


@transaction.atomic
def move(*, rule: MappingRule, by_places: int, seen: Sequence[int], by: User, at: datetime) -> None:
    """Up (-1) or down (1) in the list that was `seen`, as ids; at an end it stays. Raises `RevokedError`,
    `OrderChangedError`."""
    rules = _rules(rule.integration)
    if [other.pk for other in rules] != list(seen):
        raise OrderChangedError(
            _("Somebody changed the list meanwhile. It is shown as it is now; move again.")
        )
    before, place = told(rules), next(n for n, other in enumerate(rules) if other.pk == rule.pk)
    to = min(max(place + by_places, 0), len(rules) - 1)
    rules.insert(to, rules.pop(place))
    _renumber(rules)
    _record(rule.integration, before, rules, by, at)


@transaction.atomic
def remove(*, rule: MappingRule, by: User, at: datetime) -> None:
    """Removing twice changes nothing. Raises `RevokedError`."""
    rules = _rules(rule.integration)
    before, rest = told(rules), [other for other in rules if other.pk != rule.pk]
    MappingRule.objects.filter(pk=rule.pk).delete()
    _renumber(rest)
    _record(rule.integration, before, rest, by, at)


def told(rules: Sequence[MappingRule]) -> list[str]:
    """The rules as the audit keeps them."""
    return [
        f"{rule} → {' '.join(filter(None, (rule.harm_type, _label(rule))))}"
        for rule in sorted(rules, key=lambda rule: rule.position)
    ]


def _label(rule: MappingRule) -> str:
    return "" if rule.severity is None else str(Severity(rule.severity).label)


def _rules(integration: Integration) -> list[MappingRule]:
    """In order, with the integration locked: one change to them at a time."""
    locked_for(integration)
    return list(integration.mapping_rules.order_by("position"))


def _renumber(rules: Sequence[MappingRule]) -> None:
    for position, rule in enumerate(rules):
        rule.position = position
    MappingRule.objects.bulk_update(rules, ["position"])


def _record(
    integration: Integration,
    before: Sequence[MappingRule] | list[str],
    after: Sequence[MappingRule],
    by: User,
    at: datetime,
) -> None:
    were = [one if isinstance(one, str) else told([one])[0] for one in before]
    if (now := told(after)) != were:
        audit.record(
            action=AuditAction.INTEGRATION_CHANGED,
            by=by,
            at=at,
            about=integration,
            before={"mapping_rules": were},
            after={"mapping_rules": now},
        )
