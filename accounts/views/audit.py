"""Who changed what: narrowed from the address, newest first, and as a file for a spreadsheet."""

import json
from collections.abc import Iterator

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.filters import AuditFilter
from accounts.models import AuditEvent
from accounts.requests import PersonRequest
from accounts.spreadsheets import lines

A_PAGE, MOST_EXPORTED = 50, 10_000


def audit(request: PersonRequest) -> HttpResponse:
    found = AuditFilter(request.GET, queryset=AuditEvent.objects.all())
    events, older = found.qs.page(before=_mark(request), size=A_PAGE)
    context = {
        "events": events,
        "older": _address(request, before=older) if older else None,
        "newest": _address(request) if _mark(request) else None,
        "query": _address(request),
        "form": found.form,
        "most": f"{MOST_EXPORTED:,}",
    }
    return render(request, "accounts/audit.html", context)


def export(request: PersonRequest) -> HttpResponse:
    """The same list as CSV, its newest `MOST_EXPORTED` rows."""
    found = AuditFilter(request.GET, queryset=AuditEvent.objects.all())
    events, _older = found.qs.page(before=None, size=MOST_EXPORTED)
    response = HttpResponse(lines(_rows(events)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


def _rows(events: list[AuditEvent]) -> Iterator[list[object]]:
    yield [
        _("Number"),
        _("Time"),
        _("By whom"),
        _("What"),
        _("About"),
        _("Name"),
        _("Before"),
        _("After"),
        _("Reason"),
    ]
    for event in events:
        changes = [
            json.dumps(side, ensure_ascii=False) if side else "" for side in (event.before, event.after)
        ]
        when, actor = event.occurred_at.isoformat(timespec="seconds"), event.actor or ""
        yield [
            event.pk,
            when,
            actor,
            event.action,
            event.object_type,
            event.object_name,
            *changes,
            event.reason,
        ]


def _mark(request: PersonRequest) -> int | None:
    """Where the page begins; anything but a number is the newest."""
    told = request.GET.get("before", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else None


def _address(request: PersonRequest, **changed: int) -> str:
    query = request.GET.copy()
    query.pop("before", None)
    for name, value in changed.items():
        query[name] = str(value)
    return "?" + query.urlencode()
