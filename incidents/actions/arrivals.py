"""From an event that a door has read to what it means here: harm types, the severity it is at least, one report for
each harm type it tells of. `look` only looks; `take` acts on it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from incidents import mapping, severity, titles
from incidents.actions import events
from incidents.actions.submission import Submission, assess
from incidents.choices import Severity
from incidents.doors import BadEventError, Event, Part
from incidents.models import Integration, MappingRule
from incidents.taxonomy import HARM_TYPES

LONGEST_TITLE, LONGEST_DESCRIPTION = 1024, 20_000


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one part means. `rule` is the mapping rule that held, if one did; it gave `harm_type` unless `named`,
    that is, unless the event named its harm type itself."""

    part: Part
    harm_type: str
    named: bool
    rule: MappingRule | None

    @property
    def by_rule(self) -> bool:
        return self.rule is not None and bool(self.rule.harm_type) and not self.named


@dataclass(frozen=True, slots=True)
class Reading:
    """One report that an event would make; `meaning` is its first part's."""

    submission: Submission
    meaning: Meaning
    assessment: severity.Assessment

    @property
    def label(self) -> str:
        return str(Severity(self.assessment.severity).label)


def meanings(*, event: Event, integration: Integration) -> list[Meaning]:
    """Raises `BadEventError` for a harm type that does not exist, where the door is strict; elsewhere such a name is
    passed over, for an alert that came must not be lost over a label."""
    rules = list(integration.mapping_rules.order_by("position")) if event.parts else []
    return [_meaning(part, event, integration, rules) for part in event.parts]


def take(
    *,
    event: Event,
    integration: Integration,
    source: str,
    at: datetime,
    mode: str = "",
    by: User | None = None,
) -> tuple[events.Result, str]:
    """Do what the event asks; returns what became of it and its key, a new one where it had none. `mode` in place of
    the integration's and `by` are for whoever tries it out. Raises `BadEventError`, `TooManyTriggersError`, and
    whatever refuses an incident."""
    key = event.dedup_key or uuid.uuid4().hex
    mode = mode or integration.mode
    if event.action == "acknowledge":
        return events.acknowledge(integration=integration, dedup_key=event.dedup_key, at=at, mode=mode), key
    if event.action == "resolve":
        return events.resolve(integration=integration, dedup_key=event.dedup_key, at=at, mode=mode), key
    submissions = [
        _submission(found, event, integration, source=source, mode=mode, key=key, by=by)
        for found in _by_harm_type(meanings(event=event, integration=integration))
    ]
    return events.trigger(submissions=submissions, integration=integration, at=at), key


def look(*, event: Event, integration: Integration, source: str, at: datetime) -> list[Reading]:
    """What `take` would make of it, without doing it. Raises `BadEventError`."""
    readings = []
    for found in _by_harm_type(meanings(event=event, integration=integration)):
        told = _submission(found, event, integration, source=source, mode=integration.mode, key="", by=None)
        readings.append(Reading(submission=told, meaning=found[0], assessment=assess(told, at=at)))
    return readings


def _by_harm_type(found: Sequence[Meaning]) -> list[list[Meaning]]:
    """Parts of one harm type are told in one report: who may know of them is the same."""
    groups: dict[str, list[Meaning]] = {}
    for meaning in found:
        groups.setdefault(meaning.harm_type, []).append(meaning)
    return list(groups.values())


def _meaning(part: Part, event: Event, integration: Integration, rules: list[MappingRule]) -> Meaning:
    named = part.harm_type
    if named is not None and named not in HARM_TYPES:
        if event.strict:
            raise BadEventError([f"harm_type: Unknown. Use one of {', '.join(HARM_TYPES)}."])
        named = None
    rule = mapping.first(rules, part.told, event.body, {"alerts": part.told})
    harm_type = named or (rule.harm_type if rule else "") or integration.harm_type
    return Meaning(part=part, harm_type=harm_type, named=named is not None, rule=rule)


def _submission(
    found: list[Meaning],
    event: Event,
    integration: Integration,
    *,
    source: str,
    mode: str,
    key: str,
    by: User | None,
) -> Submission:
    parts = tuple(meaning.part for meaning in found)
    return Submission(
        source=source,
        principal=integration.principal,
        reporter=by,
        integration=integration,
        dedup_key=key,
        title=_title(parts, integration),
        description="\n\n".join(part.description for part in parts if part.description)[:LONGEST_DESCRIPTION],
        harm_type=found[0].harm_type,
        region=integration.region,
        language=integration.language,
        mode=mode,
        least_severity=min((part.severity for part in parts if part.severity is not None), default=None),
        rule_floor=_rule_floor(found),
        raw=event.kept_for(parts),
    )


def _title(parts: tuple[Part, ...], integration: Integration) -> str:
    """The first part's, and how many more there are. What is in no words is reported all the same: a machine that
    means harm is worth a look."""
    title = titles.readable(parts[0].title)
    if not title:
        title = _("%(name)s sent an event without a readable summary") % {"name": integration.name}
    if len(parts) == 1:
        return title
    return _("%(title)s (and %(n)s more)") % {"title": title[: LONGEST_TITLE - 40], "n": len(parts) - 1}


def _rule_floor(found: list[Meaning]) -> tuple[int, str] | None:
    asked = [
        (meaning.rule.severity, str(meaning.rule))
        for meaning in found
        if meaning.rule is not None and meaning.rule.severity is not None
    ]
    return min(asked) if asked else None
