"""Who is on duty, found the slow way: minute by minute, from what the wall clock has shown.

Written from the rules, apart from the engine; standard library only. It takes a roster as its file has it
(plain dicts, "HH:MM", ISO dates, MO..SU, participants) and never converts a wall time to an instant. It walks
the UTC minutes and keeps two marks instead: the latest wall time shown so far, which tells what has begun (a
skipped time is passed at the jump, a repeated one the first time round), and the earliest still to be shown,
which tells what is not over yet (a time that will be shown once more).
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import accumulate, count
from zoneinfo import ZoneInfo

MINUTE, DAY, NONE = timedelta(minutes=1), timedelta(days=1), timedelta(0)
LONGEST_SET_BACK = timedelta(hours=8)  # Vostok in Antarctica, 1994: seven; no zone more since 1970
FOREVER = datetime(2970, 1, 1)  # noqa: DTZ001 -- a wall time has no zone
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def schedule(roster, starts_at, ends_at, unavailable=frozenset()):
    """[(starts_at, ends_at, layer, duty, people)] within the window, in order."""
    told = spans(minutes(roster, starts_at, ends_at, unavailable), ends_at)
    return sorted(
        ((start, end, *key) for start, end, key in told), key=lambda shift: (shift[0], shift[2], shift[3])
    )


def spans(shown_at, ends_at):
    """[(starts_at, ends_at, key)]: the longest spans in which each key is among those shown minute by minute."""
    since, closed = {}, []
    for at, shown in shown_at:
        closed += [(since.pop(key), at, key) for key in since.keys() - shown]
        for key in shown:
            since.setdefault(key, at)
    return closed + [(start, ends_at, key) for key, start in since.items()]


def minutes(roster, starts_at, ends_at, unavailable=frozenset()):
    """(minute, {(layer, duty, people)}) for every minute of the window."""
    layers = [Walked(layer, roster["zone"]) for layer in roster["layers"]]
    for at, latest, now, coming in marks(roster["zone"], starts_at, ends_at):
        on = [
            (layer, tuple(sorted(set(layer.group(at, latest)) - set(unavailable))))
            for layer in layers
            if layer.is_on(at, latest, now, coming)
        ]
        yield at, {(layer.name, layer.duty, people) for layer, people in uncovered(on)}


def uncovered(on):
    """Those no higher rank with anyone in it covers, within their duty."""
    for layer, people in on:
        if not any(it.rank > layer.rank and it.duty == layer.duty and present for it, present in on):
            yield layer, people


def marks(zone, starts_at, ends_at):
    """(minute, latest wall time shown by then, wall time now, earliest still to be shown) over the window."""
    first, beyond = starts_at - LONGEST_SET_BACK, ends_at + LONGEST_SET_BACK
    walls = [wall(zone, first + number * MINUTE) for number in range(int((beyond - first) / MINUTE))]
    latest = list(accumulate(walls, max))
    earliest = list(accumulate(reversed(walls), min))[::-1]
    margin = int(LONGEST_SET_BACK / MINUTE)
    for number in range(margin, len(walls) - margin):
        yield first + number * MINUTE, latest[number], walls[number], earliest[number + 1]


def wall(zone, at):
    """What the clocks show at a UTC instant: the direction that is never in doubt."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def days_near(latest, coming):
    """Every day whose hours may hold the minute of these marks: those of the marks, and those before them."""
    return {mark.date() - shift for mark in (latest, coming) for shift in (DAY, NONE)}


def shows(window, day, latest, now, coming):
    """Whether the minute of these marks lies in the window that belongs to `day`."""
    start, end = (datetime.combine(day, time.fromisoformat(window[edge])) for edge in ("start", "end"))
    if end <= start:
        end += DAY
    return start <= latest and (now < end or coming <= end)


class Walked:
    """One layer of the file, asked minute by minute."""

    def __init__(self, layer, zone):
        self.zone, self.participants = zone, layer["participants"]
        self.name, self.rank, self.duty = layer["name"], layer["rank"], layer.get("duty", "primary")
        self.days = layer.get("working_days") or WEEKDAYS
        self.handoff = time.fromisoformat(layer["handoff_time"])
        self.window = layer.get("window")
        self.unit, self.length = layer["turn"]["unit"], layer["turn"]["n"]
        self.first = date.fromisoformat(layer["anchor_on"])
        while not self.works(self.first):
            self.first += DAY
        self.begins = datetime.combine(self.first, self.handoff)
        self.ends = (
            datetime.combine(date.fromisoformat(layer["ends_on"]), self.handoff)
            if layer.get("ends_on")
            else FOREVER
        )
        self.turns_before, self.first_instant = cache(self.turns_before), cache(self.first_instant)
        self.valid_from = datetime.fromisoformat(layer.get("effective_from") or "1970-01-01T00:00:00Z")
        self.valid_until = datetime.fromisoformat(layer.get("effective_until") or "2970-01-01T00:00:00Z")

    def works(self, day):
        """Whether it is one of the layer's working days."""
        return WEEKDAYS[day.weekday()] in self.days

    def is_on(self, at, latest, now, coming):
        """Whether the layer has somebody's turn at this minute."""
        if not (self.begins <= latest < self.ends and self.valid_from <= at < self.valid_until):
            return False
        return any(
            self.works(day) and self.within(day, latest, now, coming) for day in days_near(latest, coming)
        )

    def within(self, day, latest, now, coming):
        """Whether this minute lies in the hours that belong to `day`."""
        if self.window is None:
            return datetime.combine(day, self.handoff) <= latest < datetime.combine(day + DAY, self.handoff)
        return shows(self.window, day, latest, now, coming)

    def group(self, at, latest):
        """The group whose turn it is."""
        if self.unit == "hour":
            number = int((at - self.first_instant()) / timedelta(hours=self.length))
        else:
            number = self.turns_before(
                latest.date() if latest.time() >= self.handoff else latest.date() - DAY
            )
        return self.participants[number % len(self.participants)]

    def turns_before(self, day):
        """How many turns are over at the handoff of `day`, counted up from the first day."""
        if self.unit == "month":
            return next(number for number in count() if self.months_after((number + 1) * self.length) > day)
        counted = {"day": WEEKDAYS, "week": (WEEKDAYS[self.first.weekday()],), "working_day": self.days}[
            self.unit
        ]
        later = (self.first + number * DAY for number in range(1, (day - self.first).days + 1))
        return sum(WEEKDAYS[it.weekday()] in counted for it in later) // self.length

    def months_after(self, months):
        """The first day's day of the month, so many months on, or the last day of a shorter month."""
        year, month = self.first.year, self.first.month
        for _ in range(months):
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        return date(year, month, min(self.first.day, monthrange(year, month)[1]))

    def first_instant(self):
        """The first minute by which the clocks had come to the first day's handoff."""
        due = datetime.combine(self.first, self.handoff)
        at = due.replace(tzinfo=UTC) - 2 * DAY
        while wall(self.zone, at) < due:
            at += MINUTE
        return at
