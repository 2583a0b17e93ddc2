"""What a roster file means, found the slow way: each minute of the window is worked out on its own.

Written from docs/rosters.md, apart from the engine; standard library only. For one minute it lays out the slots
that the layers show, lets every override and then every accepted swap act on them in the order of the file, and
says of each duty what is wrong with it. Nothing is carried from one minute to the next: only at the end are
minutes that say the same joined into spans.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from tests.oracle.rota import MINUTE, Walked, days_near, marks, shows, spans, uncovered

OVERRIDE = "override"


def preview(data, starts_at, ends_at, at=None):
    """What `roster_preview` prints of this file for the window: a dict that is ready for JSON."""
    roster = Filed(data)
    told = spans(
        ((minute, roster.findings(*clocks)) for minute, clocks in walk(data, starts_at, ends_at)), ends_at
    )
    found = {section: sorted(entries(section, told), key=order) for section, order in ORDERS.items()}
    answer = {section: [shown(entry, section) for entry in rows] for section, rows in found.items()}
    if at is not None:
        [(_, clocks)] = walk(data, at, at + MINUTE)
        answer["on_duty"] = {"at": iso(at), "people": sorted(roster.everybody(*clocks))}
    return answer


def walk(data, starts_at, ends_at):
    """(minute, the marks of that minute) for every minute of the window."""
    for clocks in marks(data["zone"], starts_at, ends_at):
        yield clocks[0], clocks


def entries(section, told):
    """The spans of one section, each as a dict of all that is known of it."""
    for start, end, (where, *facts) in told:
        if where == section:
            yield {"starts_at": start, "ends_at": end, **dict(facts)}


# What each section is sorted by. Two duties may have the same to say; then their entries are alike.
ORDERS = {
    "shifts": lambda it: (it["starts_at"], it["layer"], it["duty"]),
    "gaps": lambda it: it["starts_at"],
    "thin": lambda it: (it["starts_at"], it["ends_at"], it["have"]),
    "unskilled": lambda it: (it["starts_at"], it["ends_at"], it["missing"]),
    "empty": lambda it: (it["starts_at"], it["layer"], it["person"], it["duty"]),
}


def shown(entry, section):
    """The entry as it is printed: lists and texts, and the duty named for shifts alone."""
    printed = {key: list(value) if isinstance(value, tuple) else value for key, value in entry.items()}
    if section != "shifts":
        printed.pop("duty", None)
    return {**printed, "starts_at": iso(entry["starts_at"]), "ends_at": iso(entry["ends_at"])}


def iso(at):
    """An instant as the answer writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def covers(span, at):
    """Whether a half-open span of the file contains the minute."""
    return datetime.fromisoformat(span["starts_at"]) <= at < datetime.fromisoformat(span["ends_at"])


def fact(section, **details):
    """Something to be told of a minute; equal in the next minute, it is the same thing going on."""
    return (section, *sorted(details.items()))


@dataclass
class Slot:
    """A place on a duty: whose it is by the layers, who holds it now, and whether somebody decided that."""

    duty: str
    holder: str | None
    layer: str | None = None  # as is `assigned`, where an override made a place that no layer has
    assigned: str | None = None
    decided: bool = False

    def give(self, person):
        """An override or a swap lets this person, or nobody, hold the place."""
        self.holder, self.decided = person, True

    def belongs_to(self):
        """The name under which it is told: given back to the one assigned, it is the layer's again."""
        return self.layer if self.layer and self.holder == self.assigned else OVERRIDE


class Filed:
    """A roster file, asked about one minute at a time."""

    def __init__(self, data):
        self.layers = [Walked(layer, data["zone"]) for layer in data["layers"]]
        self.depth, self.people = data.get("depth", 1), data.get("people", {})
        self.overrides, self.time_off = data.get("overrides", []), data.get("time_off", [])
        self.swaps = [swap for swap in data.get("swaps", []) if swap["accepted"]]
        self.require = data.get("require", [])

    def findings(self, *clocks):
        """Everything there is to tell of the minute."""
        slots = self.slots(*clocks)
        on = {
            duty: {it.holder for it in slots if it.duty == duty and self.is_on(it, clocks[0])}
            for duty in self.duties(clocks[0])
        }
        found = self.shifts(slots, clocks[0]) | self.empty(slots, clocks[0])
        for duty, people in on.items():
            if not people:
                found |= {fact("gaps")} if self.depth else set()
                continue
            if len(people) < self.depth:
                found.add(fact("thin", duty=duty, have=len(people), need=self.depth))
            if missing := self.missing(people, *clocks):
                found.add(fact("unskilled", duty=duty, missing=missing))
        return found

    def everybody(self, *clocks):
        """All who are on any duty in the minute."""
        return {slot.holder for slot in self.slots(*clocks) if self.is_on(slot, clocks[0])}

    def slots(self, at, latest, now, coming):
        """The places of the minute, after layers, ranks, overrides and swaps."""
        on = []
        for layer in self.layers:
            if layer.is_on(at, latest, now, coming):
                group = set(layer.group(at, latest))
                on.append((layer, {person for person in group if not self.is_off(person, at)}))
        slots = [
            Slot(layer.duty, person, layer.name, person)
            for layer, _ in uncovered(on)
            for person in set(layer.group(at, latest))
        ]
        for override in self.overrides:
            if covers(override, at):
                slots += self.override(slots, at, **override)
        for swap in self.swaps:
            if covers(swap, at):
                for slot in slots:
                    if slot.holder == swap["from"]:
                        slot.give(swap["to"])
        return slots

    def duties(self, at):
        """What the roster asks for in the minute: the duties of the versions that speak for it."""
        speaking = {layer.duty for layer in self.layers if layer.valid_from <= at < layer.valid_until}
        return speaking or {"primary"}

    def override(self, slots, at, kind, person=None, by=None, duty=None, **_):
        """Changes the slots as one override says, and returns those that it makes."""
        if kind == "add":
            return [Slot(duty or "primary", by or person, decided=True)]
        for slot in slots:
            theirs = person is None or person in (slot.assigned, slot.holder)
            if theirs and duty in (None, slot.duty):
                slot.give(by if kind == "replace" else None)
        if kind == "remove" or person is not None:
            return []
        meant = {duty} if duty else self.duties(at)
        return [Slot(bare, by, decided=True) for bare in meant - {slot.duty for slot in slots}]

    def is_off(self, person, at):
        """Whether the layers must do without this person."""
        return not self.is_reachable(person) or self.is_away(person, at)

    def is_reachable(self, person):
        """Reachable is who is not said to be otherwise."""
        return self.people.get(person, {}).get("reachable", True)

    def is_away(self, person, at):
        """Whether this person has time off."""
        return any(span["person"] == person and covers(span, at) for span in self.time_off)

    def is_on(self, slot, at):
        """Whether the slot has somebody: time off counts only against what nobody decided."""
        if slot.holder is None or not self.is_reachable(slot.holder):
            return False
        return slot.decided or not self.is_away(slot.holder, at)

    def shifts(self, slots, at):
        """Who is on, together for each layer and duty."""
        together = {}
        for slot in slots:
            if self.is_on(slot, at):
                together.setdefault((slot.belongs_to(), slot.duty), set()).add(slot.holder)
        return {
            fact("shifts", layer=layer, duty=duty, people=tuple(sorted(people)))
            for (layer, duty), people in together.items()
        }

    def empty(self, slots, at):
        """The slots whose holder is absent, and why; a slot that was emptied has no holder."""
        return {
            fact(
                "empty",
                layer=slot.belongs_to(),
                duty=slot.duty,
                person=slot.holder,
                reason="time_off" if self.is_reachable(slot.holder) else "unreachable",
            )
            for slot in slots
            if slot.holder is not None and not self.is_on(slot, at)
        }

    def missing(self, people, _, *clocks):
        """The skills that too few of these people have, of those required at this hour."""
        return tuple(
            sorted(
                {
                    rule["skill"]
                    for rule in self.require
                    if required_now(rule, *clocks)
                    and sum(rule["skill"] in self.skills(person) for person in people) < rule.get("count", 1)
                }
            )
        )

    def skills(self, person):
        """A person's clearances and languages, named as requirements name them."""
        known = self.people.get(person, {})
        return {f"clearance:{name}" for name in known.get("clearances", [])} | {
            f"language:{name}" for name in known.get("languages", [])
        }


def required_now(rule, latest, now, coming):
    """Whether the rule's daily window is on, by the marks of the minute."""
    window = rule.get("window")
    return not window or any(shows(window, day, latest, now, coming) for day in days_near(latest, coming))
