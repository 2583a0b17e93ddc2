"""Rosters for the rota tests: short to write by hand, or as a roster file's dicts."""

from datetime import UTC, date, datetime, time

from oncall.rota import Layer, Rota, Turn, Window, final_schedule

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def weekdays(names):
    """{0, 4} for "MO FR"."""
    return frozenset(WEEKDAYS.index(name) for name in names.split())


def layer(
    groups, anchor_on, handoff="00:00", n=1, unit="day", *, name="L", rank=1, days=None, window=None, **more
):
    """A layer whose groups are words and whose people are letters: "AB C" is A with B, then C."""
    return Layer(
        name=name,
        rank=rank,
        anchor_on=date.fromisoformat(anchor_on),
        handoff_time=time.fromisoformat(handoff),
        turn=Turn(n, unit),
        working_days=weekdays(days) if days else None,
        window=Window(*map(time.fromisoformat, window.split("-"))) if window else None,
        groups=tuple(tuple(group) for group in groups.split()),
        **more,
    )


def rota(*layers, zone="UTC", **more):
    """A rota of depth 1."""
    return Rota(zone=zone, depth=1, layers=layers, **more)


def utc(text):
    """An instant from its ISO text, UTC where that names no offset."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def local(rota, text):
    """An instant from a wall time of the rota's zone."""
    return datetime.fromisoformat(text).replace(tzinfo=rota.tz)


def told(rota, starts, ends, form="%d %H:%M", **more):
    """The final schedule between two local times, as "people start-end" lines in local time."""
    return [
        f"{''.join(it.people) or 'nobody'} {shown(rota, it.starts_at, form)}-{shown(rota, it.ends_at, form)}"
        for it in final_schedule(rota, local(rota, starts), local(rota, ends), **more)
    ]


def shown(rota, at, form):
    """What the rota's clocks and calendar show at an instant."""
    return at.astimezone(rota.tz).strftime(form)


def of_file(roster):
    """The engine's rota for a roster file's dicts."""
    return Rota(roster["zone"], roster["depth"], tuple(of_file_layer(layer) for layer in roster["layers"]))


def of_file_layer(layer):
    """The engine's layer for a roster file's."""
    moments = ((field, layer.get(field)) for field in ("effective_from", "effective_until"))
    return Layer(
        name=layer["name"],
        rank=layer["rank"],
        duty=layer["duty"],
        anchor_on=date.fromisoformat(layer["anchor_on"]),
        handoff_time=time.fromisoformat(layer["handoff_time"]),
        turn=Turn(**layer["turn"]),
        working_days=weekdays(" ".join(layer["working_days"])) if layer["working_days"] else None,
        window=Window(**{edge: time.fromisoformat(at) for edge, at in layer["window"].items()})
        if layer["window"]
        else None,
        ends_on=date.fromisoformat(layer["ends_on"]) if layer["ends_on"] else None,
        groups=tuple(map(tuple, layer["participants"])),
        **{field: utc(at) for field, at in moments if at},
    )
