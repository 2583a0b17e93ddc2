"""What lies ahead of the rosters: somebody away, somebody standing in, a skill that not everybody has, and a temporary
roster with nights that nobody took. So that there is something to see before it is too late."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import User
from oncall import rota
from oncall.actions import layers, overrides, rosters, time_off
from oncall.coverage import Requirement
from oncall.models import RequiredSkill, Roster
from oncall.spans import Span
from oncall.wallclock import instant

LANGUAGES = {
    "Aisling": ["en", "ru"],
    "Jonas": ["en", "de"],
    "Priya": ["en", "hi"],
    "Sofia": ["en", "it"],
    "Hannah": ["en", "de", "ru"],
    "Nadia": ["en", "ru"],
    "Ruslan": ["ru", "kk"],
    "Wei": ["en", "zh"],
}
WEEKDAYS = frozenset(range(5))


def seed(people: dict[str, User], *, at: datetime) -> None:
    for name, languages in LANGUAGES.items():
        User.objects.filter(pk=people[name].pk).update(languages=languages)
    duty = Roster.objects.get(slug="duty")
    RequiredSkill.objects.create(roster=duty, kind="clearance", code="terror", count=1)
    told: dict[str, Any] = {"by": people["Tomas"], "at": at}
    today = at.astimezone(duty.tz).date()

    def morning(days: int) -> datetime:
        return instant(today + timedelta(days=days), time(9), duty.tz)

    time_off.enter(person=people["Wei"], starts_at=morning(9), ends_at=morning(11), note="Family", **told)
    _stand_in(duty, people["Aisling"], (morning(16), morning(17)), told)
    _election(people, at)


def _stand_in(duty: Roster, stand_in: User, span: Span, told: dict[str, Any]) -> None:
    """Whoever is primary that morning, unless they are away or it is the stand-in's own."""
    known = rota.schedule(Roster.objects.filter(pk=duty.pk).rules(span)[duty.pk], *span)
    there = {one for shift in known.shifts if shift.duty == "primary" for one in shift.people}
    if found := User.objects.filter(pk__in=there - {stand_in.pk}).first():
        overrides.make(
            roster=duty,
            kind="replace",
            person=found,
            stand_in=stand_in,
            duty="primary",
            starts_at=span[0],
            ends_at=span[1],
            reason="Court date",
            acknowledged=True,
            **told,
        )


def _election(people: dict[str, User], at: datetime) -> None:
    """Three weeks around the clock from Dublin, from the day after tomorrow; nobody has the weekends' nights yet."""
    zone = ZoneInfo("Europe/Dublin")
    told: dict[str, Any] = {"by": people["Tomas"], "at": at}
    first = at.astimezone(zone).date() + timedelta(days=2)
    watch = rosters.create(
        name="Election watch",
        zone=zone.key,
        depth=1,
        owner=people["Jonas"],
        begins_at=instant(first, time(8), zone),
        ends_at=instant(first + timedelta(days=21), time(8), zone),
        skills=[Requirement("language:ru", 1, rota.Window(time(10), time(12)))],
        **told,
    )
    for name, hours, days, turn, names in (
        ("Days", (8, 20), None, rota.Turn(2, "day"), ["Nadia", "Hannah"]),
        ("Nights", (20, 8), WEEKDAYS, rota.Turn(1, "week"), ["Kenji", "Grace", "Claire"]),
    ):
        watch.refresh_from_db()
        start, end = (time(hour) for hour in hours)
        layer = rota.Layer(
            name=name,
            rank=1,
            anchor_on=first,
            handoff_time=start,
            turn=turn,
            working_days=days,
            window=rota.Window(start, end),
            groups=tuple((people[one].pk,) for one in names),
        )
        layers.put(roster=watch, version=watch.version, layer=layer, **told)
