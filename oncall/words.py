"""What a layer does and what a roster asks for, as sentences."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from django.utils import translation
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from accounts.models import Clearance, User
from oncall.coverage import Requirement
from oncall.models import DutyName, Layer, Roster
from oncall.problems import Problem

WEEK = 7
# What people speak and Django has no name for under the code that people write.
LANGUAGES = {
    "am": gettext_lazy("Amharic"),
    "fil": gettext_lazy("Filipino"),
    "ha": gettext_lazy("Hausa"),
    "ku": gettext_lazy("Kurdish"),
    "lo": gettext_lazy("Lao"),
    "ps": gettext_lazy("Pashto"),
    "si": gettext_lazy("Sinhala"),
    "so": gettext_lazy("Somali"),
    "ti": gettext_lazy("Tigrinya"),
    "tl": gettext_lazy("Tagalog"),
    "yo": gettext_lazy("Yoruba"),
    "yue": gettext_lazy("Cantonese"),
    "zh": gettext_lazy("Chinese"),
    "zu": gettext_lazy("Zulu"),
}
FEWEST_IN_A_RUN = 3


def together(names: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}


def post(roster: Roster, duties: Iterable[str]) -> str:
    """`Desk · Primary`; of a roster that is presence alone its name."""
    labels = [str(DutyName(duty).label) for duty in sorted(duties) if roster.is_paged]
    return " · ".join([roster.name, together(labels)] if labels else [roster.name])


def hours(starts_at: datetime, ends_at: datetime | None, reader: User) -> str:
    """`Thu 5 Mar, 00:00 – 09:00 (Europe/Dublin)`: in the reader's own zone with its name, since a mail does not say
    whose clock it means. No end: `from …`."""
    form = pgettext("date format", "D j M, H:i")
    start = starts_at.astimezone(reader.zone)
    said = date_format(start, form)
    if ends_at is None:
        said = _("from %(time)s") % {"time": said}
    else:
        end = ends_at.astimezone(reader.zone)
        said = f"{said} – {date_format(end, 'H:i' if start.date() == end.date() else form)}"
    return f"{said} ({reader.time_zone})"


def layer(it: Layer) -> list[str]:
    """When it is on, how long its turns are, and its end if it has one; who takes turns is told beside it."""
    said = [_on(it), _turn(it)]
    if it.ends_on:
        said.append(
            _("It ends on %(day)s at %(clock)s.") % {"day": _day(it.ends_on), "clock": clock(it.handoff_time)}
        )
    return said


def turn(n: int, unit: str) -> str:
    """`1 week`, `4 working days`."""
    counted = {
        "hour": ngettext("%(n)s hour", "%(n)s hours", n),
        "day": ngettext("%(n)s day", "%(n)s days", n),
        "working_day": ngettext("%(n)s working day", "%(n)s working days", n),
        "week": ngettext("%(n)s week", "%(n)s weeks", n),
        "month": ngettext("%(n)s month", "%(n)s months", n),
    }
    return counted[unit] % {"n": n}


def weekdays(days: Iterable[int]) -> str:
    """`Tue – Sat` where three or more follow one another, over the end of the week too; else `Mon and Fri`."""
    days = sorted(set(days))
    starts = [day for day in days if (day - 1) % WEEK not in days]
    if len(starts) == 1 and len(days) >= FEWEST_IN_A_RUN:
        first, last = starts[0], (starts[0] + len(days) - 1) % WEEK
        return f"{WEEKDAYS_ABBR[first]} – {WEEKDAYS_ABBR[last]}"
    return together([str(WEEKDAYS_ABBR[day]) for day in days])


def skill(code: str) -> str:
    """`Russian`, `Clearance: Terrorism`, by the code a requirement has."""
    kind, _colon, name = code.partition(":")
    if kind == "language":
        return language(name)
    label = Clearance.Kind(name).label if name in Clearance.Kind.values else name
    return _("clearance %(name)s") % {"name": label}


def language(code: str) -> str:
    """Its name; of one that nobody here has a name for, the code."""
    try:
        return str(translation.get_language_info(code)["name_translated"])
    except KeyError:
        return str(LANGUAGES.get(code, code))


def required(it: Requirement) -> str:
    """`At least 1 with Russian, 08:00 – 20:00`."""
    said = ngettext("At least %(count)s person: %(skill)s", "At least %(count)s people: %(skill)s", it.count)
    said %= {"count": it.count, "skill": skill(it.skill)}
    if it.window is None:
        return said
    return f"{said}, {clock(it.window.start)} – {clock(it.window.end)}"


def clock(at: time) -> str:
    return at.strftime("%H:%M")


def strain(rule: str, have: int, need: int) -> str:
    """Which rule about rest is not kept, in numbers."""
    rules = {
        "daily": _("%(have)s h of rest within a day, %(need)s h are owed"),
        "weekly": _("%(have)s h of rest within a week, %(need)s h are owed"),
        "run": _("%(have)s days at work in a row, %(need)s at most"),
        "nights": _("%(have)s nights on call within two weeks, %(need)s at most"),
        "holidays": _("%(have)s holidays in a row, %(need)s at most"),
    }
    return rules[rule] % {"have": have, "need": need}


def posts(those: Iterable[tuple[str, str]]) -> str:
    """Where somebody is on duty at once: `Duty (primary) and Manager on duty (primary)`."""
    return together([f"{roster} ({str(DutyName(duty).label).lower()})" for roster, duty in those])


def problem(it: Problem) -> str:
    """What is wrong, as the roster's page says it: `Primary: nobody`, `Wei Ling Tan is away · Nights`."""
    duty = str(DutyName(it.duty).label) if it.duty else ""
    if it.kind == "gap":
        return _("%(duty)s: nobody") % {"duty": duty}
    if it.kind == "thin":
        return _("%(duty)s: %(have)s of %(need)s") % {"duty": duty, "have": it.have, "need": it.need}
    if it.kind == "unskilled":
        skills = ", ".join(skill(code) for code in it.missing.split(", "))
        return _("%(duty)s: too few with %(skills)s") % {"duty": duty, "skills": skills}
    if it.kind == "double":
        return f"{it.name}: {posts(it.posts)}"
    if it.is_breach:
        return f"{it.name}: {strain(it.kind, it.have, it.need)}"
    why = _("is away") if it.kind == "empty" else _("cannot be reached")
    return f"{it.name} {why} · {it.layer}"


def _on(it: Layer) -> str:
    is_daily = it.working_days is None
    days = weekdays(it.working_days or [])
    if it.window_start is None or it.window_end is None:
        return _("On around the clock.") if is_daily else _("On around the clock: %(days)s.") % {"days": days}
    told = {"days": days, "start": clock(it.window_start), "end": clock(it.window_end)}
    if it.window_start < it.window_end:
        words = (
            _("On every day, %(start)s – %(end)s.") if is_daily else _("On %(days)s, %(start)s – %(end)s.")
        )
    elif is_daily:
        words = _("On every day, %(start)s – %(end)s the next day.")
    else:
        words = _("On %(days)s, %(start)s – %(end)s the next day.")
    return words % told


def _turn(it: Layer) -> str:
    words = _("Turns of %(turn)s, handed over at %(clock)s, counted from %(day)s.")
    return words % {
        "turn": turn(it.turn_n, it.turn_unit),
        "clock": clock(it.handoff_time),
        "day": _day(it.anchor_on),
    }


def _day(day: date) -> str:
    return date_format(day, pgettext("date format", "j F Y"))
