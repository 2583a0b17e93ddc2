"""A roster file with something in every list, and rosters as their files, for the tests of going out and in."""

from copy import deepcopy
from datetime import timedelta
from io import StringIO

from django.core.management import call_command

from accounts.models import AuditEvent, Message
from oncall.models import Layer, Override, Roster, Swap, TimeOff
from tests.oncall.rosters import utc

# None of them is on a roster before.
A, B, C = "reporter@cast.example", "partner@cast.example", "specialist@cast.example"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def span(start, days=1):
    return {"starts_at": start.isoformat(), "ends_at": (start + days * DAY).isoformat()}


def whole_file(now):
    """A file with something in every list, past and to come."""
    return {
        "slug": "desk",
        "name": "Desk",
        "zone": "America/Chicago",
        "depth": 2,
        "owner": C,
        "is_paged": True,
        "is_manager_on_duty": True,
        "fallback": "duty",
        "holidays": {"site": "dublin", "depth": 1},
        "begins_at": None,
        "ends_at": None,
        "require": [
            {"skill": "language:ru", "count": 1, "window": {"start": "08:00", "end": "20:00"}},
            {"skill": "clearance:csea", "count": 2, "window": None},
        ],
        "layers": deepcopy(LAYERS),
        **lists(now),
    }


LAYERS = [
    {
        "name": "Night",
        "rank": 2,
        "duty": "primary",
        "anchor_on": "2024-08-05",
        "handoff_time": "09:00",
        "turn": {"n": 2, "unit": "working_day"},
        "working_days": ["MO", "SU"],
        "window": {"start": "20:00", "end": "08:30"},
        "ends_on": "2030-01-01",
        "participants": [[A], [B, C]],
    },
    {
        "name": "Day",
        "rank": 1,
        "duty": "primary",
        "anchor_on": "2024-08-05",
        "handoff_time": "09:00",
        "turn": {"n": 1, "unit": "day"},
        "working_days": None,
        "window": None,
        "ends_on": None,
        "participants": [[C], [B], [A]],
    },
]


def lists(now):
    """What people changed, past and to come."""
    return {
        "overrides": [
            {"kind": "replace", "person": A, "by": B, **span(utc("2026-03-02"))},
            {"kind": "remove", "person": None, "by": None, **span(now - DAY, 4), "duty": "primary"},
            {"kind": "add", "person": None, "by": C, **span(now + DAY)},
        ],
        "swaps": [
            {"from": A, "to": B, **span(now - DAY, 20), "accepted": True},
            {"from": B, "to": C, **span(now + DAY, 3), "accepted": True},
            {"from": A, "to": None, **span(now + 9 * DAY), "accepted": False},
            {"from": B, "to": A, **span(now + 20 * DAY), "accepted": False, "bundle": "1"},
            {"from": A, "to": B, **span(now + 10 * DAY), "accepted": False, "bundle": "1"},
        ],
        "time_off": [
            {"person": B, **span(utc("2026-03-04"))},
            {"person": A, **span(now + 2 * DAY, 5)},
        ],
    }


def exported(slug="desk"):
    out = StringIO()
    call_command("roster_export", slug, stdout=out)
    return out.getvalue()


def forgotten(slug="desk"):
    """As if the roster had never been here."""
    roster = Roster.objects.get(slug=slug)
    Swap.objects.all().delete()
    Override.objects.all().delete()
    TimeOff.objects.all().delete()
    roster.delete()


def everything():
    """Every row that an import could write."""
    tables = (Roster, Layer, Override, Swap, TimeOff, AuditEvent, Message)
    return {table.__name__: list(table.objects.order_by("pk").values()) for table in tables}


def plain(span):
    return {"starts_at": utc(span["starts_at"]), "ends_at": utc(span["ends_at"])}
