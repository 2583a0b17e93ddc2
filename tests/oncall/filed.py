"""Roster files for the oracle's own tests, short to write by hand, and its answers short to read."""

from datetime import UTC, datetime

from tests.oracle.roster_file import preview

DAY = "2026-03-02"  # a Monday


def layer(people, name="L", **more):
    """A layer with one group, on from the day's midnight to midnight in UTC."""
    return {
        "name": name,
        "rank": 1,
        "anchor_on": "2026-03-01",
        "handoff_time": "00:00",
        "turn": {"n": 1, "unit": "day"},
        "participants": [people.split()],
        **more,
    }


def hours(start, end):
    """A daily window, or the ends of a span on the day itself."""
    return {"start": f"{start:02}:00", "end": f"{end:02}:00"}


def span(start, end):
    """A span of the day between two clock times in UTC."""
    return {"starts_at": f"{DAY}T{start}:00Z", "ends_at": f"{DAY}T{end}:00Z"}


def replace(person, by, start="10:00", end="11:00", **more):
    """An override of one person, or of everyone, by another."""
    return {"kind": "replace", "person": person, "by": by, **span(start, end), **more}


def remove(person, start="10:00", end="11:00", **more):
    """An override that takes somebody, or everybody, off duty."""
    return {"kind": "remove", "person": person, **span(start, end), **more}


def add(person, start="10:00", end="11:00", **more):
    """An override that puts somebody on duty beside the others."""
    return {"kind": "add", "person": None, "by": person, **span(start, end), **more}


def swap(giver, taker, start="10:00", end="11:00", accepted=True):
    """A swap, accepted unless said otherwise."""
    return {"from": giver, "to": taker, "accepted": accepted, **span(start, end)}


def away(person, start="10:00", end="11:00"):
    """Time off."""
    return {"person": person, **span(start, end)}


def utc(clock, day=DAY):
    """An instant of the day, or of another."""
    return datetime.fromisoformat(f"{day}T{clock}:00").replace(tzinfo=UTC)


def asked(*layers, start="10:00", end="11:00", at=None, **more):
    """What the oracle answers for a part of the day."""
    data = {"zone": "UTC", "layers": list(layers), **more}
    return preview(data, utc(start), utc(end), at=at and utc(at))


def lines(entries, *facts):
    """The entries as "start-end fact fact", short enough to be read in a test."""
    return [
        " ".join(
            [
                f"{it['starts_at'][11:16]}-{it['ends_at'][11:16]}",
                *(",".join(it[fact]) if isinstance(it[fact], list) else str(it[fact]) for fact in facts),
            ]
        )
        for it in entries
    ]


def on(answer):
    """The shifts in short."""
    return lines(answer["shifts"], "people", "layer")


def empty(answer):
    """The empty slots in short."""
    return lines(answer["empty"], "layer", "person", "reason")


def duties(answer):
    """The shifts with their duties, the span left out."""
    return [line[12:] for line in lines(answer["shifts"], "people", "layer", "duty")]
