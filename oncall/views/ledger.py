"""Who worked how much: for a roster admin everybody, for everybody else themselves. On a page and as a file."""

from collections.abc import Iterator

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.requests import PersonRequest
from accounts.spreadsheets import lines
from oncall import worked
from oncall.forms.ledger import LedgerForm


def ledger(request: PersonRequest) -> HttpResponse:
    form = _asked(request)
    context = {
        "form": form,
        "rows": _rows(request, form) if form.is_valid() else [],
        "sees_all": request.subject.may("rosters.manage"),
        "query": request.GET.urlencode(),
    }
    return render(request, "oncall/ledger.html", context, status=200 if form.is_valid() else 422)


def ledger_csv(request: PersonRequest) -> HttpResponse:
    """The same rows. What cannot be asked for makes no file."""
    form = _asked(request)
    if not form.is_valid():
        sentences = [str(error) for errors in form.errors.values() for error in errors]
        return HttpResponseBadRequest("\n".join(sentences), content_type="text/plain; charset=utf-8")
    response = HttpResponse(lines(_written(_rows(request, form))), content_type="text/csv; charset=utf-8")
    since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    response["Content-Disposition"] = f'attachment; filename="ledger-{since}-{until}.csv"'
    return response


def _asked(request: PersonRequest) -> LedgerForm:
    return LedgerForm(request.GET, today=request.subject.at.astimezone(request.user.zone).date())


def _rows(request: PersonRequest, form: LedgerForm) -> list[worked.Row]:
    person = None if request.subject.may("rosters.manage") else request.user
    return worked.within(form.window(request.user.zone), roster=form.chosen, person=person)


def _written(rows: list[worked.Row]) -> Iterator[list[object]]:
    yield [
        _("Person"),
        _("E-mail"),
        _("Shifts"),
        _("Hours"),
        _("Nights"),
        _("Weekends"),
        _("Holidays"),
        pgettext("calls", "Pages"),
        _("Pages at night"),
    ]
    for row in rows:
        it = row.tally
        counts = (it.nights, it.weekends, it.holidays, it.pages, it.night_pages)
        yield [row.person.name, row.person.email, it.shifts, f"{it.hours:.2f}", *counts]
