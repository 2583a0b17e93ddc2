"""What the address of the on-duty page asks for. Whatever it cannot mean is answered with the usual and a
sentence that says so: an address that somebody shortened or typed still opens."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.http import QueryDict
from django.utils.translation import gettext as _

from oncall import calendars

VIEWS = ("now", "week", "month")
LONGEST_ECHO = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """A view of the roster with this slug (empty: all) around a date, of the viewer's own shifts or everybody's;
    `misread` are the sentences about what could not be meant."""

    today: date
    view: str = "now"
    on: date = date.min
    roster: str = ""
    only_mine: bool = False
    misread: list[str] = field(default_factory=list)

    @property
    def query(self) -> QueryDict:
        """The same question again, without what is usual."""
        query = QueryDict(mutable=True)
        if self.view != VIEWS[0]:
            query["view"] = self.view
            if self.on != self.today:
                query["on"] = self.on.isoformat()
        if self.roster:
            query["roster"] = self.roster
        if self.only_mine:
            query["person"] = "me"
        return query

    @property
    def is_current(self) -> bool:
        """Whether today is among the days asked for."""
        if self.view == "week":
            return calendars.monday(self.on) == calendars.monday(self.today)
        return (self.on.year, self.on.month) == (self.today.year, self.today.month)

    @property
    def previous(self) -> date | None:
        if self.view == "week":
            return _kept(self.on, -timedelta(days=calendars.WEEK))
        first = self.on.replace(day=1)
        return calendars.previous_month(first) if first > calendars.FIRST else None

    @property
    def next(self) -> date | None:
        if self.view == "week":
            return _kept(self.on, timedelta(days=calendars.WEEK))
        first = calendars.next_month(self.on)
        return first if first <= calendars.LAST else None


def asked(query: Mapping[str, str], *, today: date, rosters: Collection[str]) -> Asked:
    """Read `view`, `on`, `roster` and `person`; `rosters` are the slugs there are."""
    found = Asked(today=today, on=today)
    if view := query.get("view", "").strip():
        if view in VIEWS:
            found = replace(found, view=view)
        else:
            found.misread.append(_("There is no view “%(name)s”. This is who is on duty now.") % _echo(view))
    if on := query.get("on", "").strip():
        if (day := _date(on)) is not None:
            found = replace(found, on=day)
        else:
            found.misread.append(
                _("“%(name)s” is not a date to show. Write it as 2026-03-08; today is shown.") % _echo(on)
            )
    if roster := query.get("roster", "").strip():
        if roster in rosters:
            found = replace(found, roster=roster)
        else:
            found.misread.append(_("There is no roster “%(name)s”. All are shown.") % _echo(roster))
    if person := query.get("person", "").strip():
        if person == "me":
            found = replace(found, only_mine=True)
        else:
            found.misread.append(_("Only your own shifts can be picked out, with “me”. All are shown."))
    return found


def _date(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if calendars.FIRST <= day <= calendars.LAST else None


def _kept(on: date, step: timedelta) -> date | None:
    """`on` moved, if a calendar can show that."""
    day = on + step
    return day if calendars.FIRST <= day <= calendars.LAST else None


def _echo(text: str) -> dict[str, str]:
    return {"name": text if len(text) <= LONGEST_ECHO else text[:LONGEST_ECHO] + "…"}
