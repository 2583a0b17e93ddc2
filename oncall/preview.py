"""A roster file's final schedule and holes as plain data: what `roster_preview` prints and the API
answers. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from oncall import site_holidays
from oncall.coverage import Hole, gaps, holes, of_presence
from oncall.files import read
from oncall.rota import Person, Schedule, on_duty, schedule


def preview(
    data: Any, starts_at: datetime, ends_at: datetime, *, at: datetime | None = None
) -> dict[str, Any]:
    """What a file comes to within [starts_at, ends_at), and who is on duty `at` an instant.

    The shape is the one docs/rosters.md gives; RotaError, naming the field, for what cannot be meant.
    """
    file = read(data)
    head, span = file.head, (starts_at, ends_at)
    known = schedule(file.rota, starts_at, ends_at, unavailable=file.unreachable)
    depths = site_holidays.depths(head.holiday_site or "", head.holiday_depth, file.rota.tz, span)
    found = holes(file.rota, known, span, replace(file.needs, depths=depths), skills=file.skills)
    plain = told(known, found if head.is_paged else of_presence(found, known))
    if at is not None:
        plain["on_duty"] = told_on_duty(on_duty(file.rota, at, unavailable=file.unreachable), at)
    return plain


def told(known: Schedule, found: list[Hole], *, name: Callable[[Person], str] = str) -> dict[str, Any]:
    """A final schedule and its holes as plain data, people by their `name`."""
    return {
        "shifts": [
            {"people": sorted(map(name, it.people)), **_span(it), "layer": it.layer, "duty": it.duty}
            for it in known.shifts
            if it.people
        ],
        "gaps": [{"starts_at": written(start), "ends_at": written(end)} for start, end in gaps(found)],
        "thin": [{**_span(it), "have": it.have, "need": it.need} for it in found if it.kind == "thin"],
        "unskilled": [{**_span(it), "missing": list(it.missing)} for it in found if it.kind == "unskilled"],
        "empty": [
            {**_span(it), "layer": it.layer, "person": name(it.person), "reason": it.reason}
            for it in sorted(known.empty, key=lambda it: (it.starts_at, it.layer, name(it.person)))
        ],
    }


def told_on_duty(
    on: Mapping[Any, Iterable[Person]], at: datetime, *, name: Callable[[Person], str] = str
) -> dict[str, Any]:
    people = {name(one) for people in on.values() for one in people}
    return {"at": written(at), "people": sorted(people)}


def _span(it: Any) -> dict[str, str]:
    return {"starts_at": written(it.starts_at), "ends_at": written(it.ends_at)}


def written(moment: datetime) -> str:
    """An instant as files and the API have it: UTC, with Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
