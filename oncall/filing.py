"""Rules as a roster file's plain data: `files.read` the other way. Pure; the same rules are always the same data."""

from datetime import UTC, datetime, time
from typing import Any

from oncall.changes import Override
from oncall.coverage import Requirement
from oncall.files import WEEKDAYS, Facts, Offer, RosterFile
from oncall.layers import Layer, Window


def told(file: RosterFile) -> dict[str, Any]:
    """The file as it is written: every field by name, so that whoever reads it sees what could be said. What one
    roster in a hundred has (versions of a layer, a duty of an override, linked offers) is left out where it is not."""
    head, rota = file.head, file.rota
    holidays = {"site": head.holiday_site, "depth": head.holiday_depth} if head.holiday_site else None
    return {
        "slug": head.slug,
        "name": head.name,
        "zone": rota.zone,
        "depth": rota.depth,
        "owner": head.owner,
        "is_paged": head.is_paged,
        "is_manager_on_duty": head.is_manager_on_duty,
        "fallback": head.fallback,
        "holidays": holidays,
        "begins_at": moment(rota.begins_at),
        "ends_at": moment(rota.ends_at),
        "require": [_requirement(it) for it in file.needs.skills],
        "layers": [_layer(it) for it in rota.layers],
        "overrides": [_override(it) for it in rota.overrides],
        "swaps": [_offer(it) for it in file.offers],
        "time_off": [{"person": it.person, **_span(it)} for it in rota.time_off],
        "people": {name: _facts(facts) for name, facts in file.people.items()},
    }


def moment(at: datetime | None) -> str | None:
    """In UTC, as 2026-03-08T10:00:00Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def _layer(layer: Layer) -> dict[str, Any]:
    days = None if layer.working_days is None else [WEEKDAYS[day] for day in sorted(layer.working_days)]
    versions = {"effective_from": layer.effective_from, "effective_until": layer.effective_until}
    return {
        "name": layer.name,
        "rank": layer.rank,
        "duty": layer.duty,
        "anchor_on": layer.anchor_on.isoformat(),
        "handoff_time": _clock(layer.handoff_time),
        "turn": {"n": layer.turn.n, "unit": layer.turn.unit},
        "working_days": days,
        "window": _window(layer.window),
        "ends_on": layer.ends_on.isoformat() if layer.ends_on else None,
        **{name: moment(at) for name, at in versions.items() if at},
        "participants": [sorted(group) for group in layer.groups],
    }


def _override(override: Override) -> dict[str, Any]:
    more = {"duty": override.duty} if override.duty else {}
    return {
        "kind": override.kind,
        "person": override.person,
        "by": override.by,
        **_span(override),
        **more,
    }


def _offer(offer: Offer) -> dict[str, Any]:
    more = {"bundle": offer.bundle} if offer.bundle else {}
    return {
        "from": offer.swap.giver,
        "to": offer.swap.taker,
        **_span(offer.swap),
        "accepted": offer.accepted,
        **more,
    }


def _requirement(asked: Requirement) -> dict[str, Any]:
    return {"skill": asked.skill, "count": asked.count, "window": _window(asked.window)}


def _facts(facts: Facts) -> dict[str, Any]:
    return {
        "clearances": list(facts.clearances),
        "languages": list(facts.languages),
        "reachable": facts.reachable,
    }


def _window(window: Window | None) -> dict[str, str] | None:
    return {"start": _clock(window.start), "end": _clock(window.end)} if window else None


def _clock(clock: time) -> str:
    return clock.isoformat("seconds" if clock.second else "minutes")


def _span(it: Any) -> dict[str, str | None]:
    return {"starts_at": moment(it.starts_at), "ends_at": moment(it.ends_at)}
