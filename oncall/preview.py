"""A roster file's final schedule and holes as plain data: what `roster_preview` prints. Pure."""

from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from oncall.coverage import gaps, holes
from oncall.files import read
from oncall.rota import on_duty, schedule


def preview(
    data: Any, starts_at: datetime, ends_at: datetime, *, at: datetime | None = None
) -> dict[str, Any]:
    """What a file comes to within [starts_at, ends_at), and who is on duty `at` an instant.

    The shape is the one docs/rosters.md gives; RotaError, naming the field, for what cannot be meant.
    """
    file = read(data)
    known = schedule(file.rota, starts_at, ends_at, unavailable=file.unreachable)
    found = holes(file.rota, known, (starts_at, ends_at), file.needs, skills=file.skills)
    told: dict[str, Any] = {
        "shifts": [
            {"people": list(it.people), **_span(it), "layer": it.layer, "duty": it.duty}
            for it in known.shifts
            if it.people
        ],
        "gaps": [{"starts_at": _written(start), "ends_at": _written(end)} for start, end in gaps(found)],
        "thin": [{**_span(it), "have": it.have, "need": it.need} for it in found if it.kind == "thin"],
        "unskilled": [{**_span(it), "missing": list(it.missing)} for it in found if it.kind == "unskilled"],
        "empty": [
            {**_span(it), "layer": it.layer, "person": it.person, "reason": it.reason}
            for it in sorted(known.empty, key=attrgetter("starts_at", "layer", "person"))
        ],
    }
    if at is not None:
        on = on_duty(file.rota, at, unavailable=file.unreachable)
        told["on_duty"] = {
            "at": _written(at),
            "people": sorted({one for people in on.values() for one in people}),
        }
    return told


def _span(it: Any) -> dict[str, str]:
    return {"starts_at": _written(it.starts_at), "ends_at": _written(it.ends_at)}


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
