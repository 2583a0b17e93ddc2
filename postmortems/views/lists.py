"""Every review one may see: what is owed first, soonest due first."""

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate

from accounts.requests import PersonRequest
from postmortems.choices import UNSETTLED
from postmortems.filters import ReviewFilter
from postmortems.models import Review

ROWS = 50


def reviews(request: PersonRequest) -> HttpResponse:
    visible = Review.objects.visible_to(request.subject)
    asked = {"show": request.GET.get("show") or "open"}
    narrowed = ReviewFilter(asked, visible, person_id=request.user.pk, on=localdate(request.subject.at))
    unsettled = Count("improvements", filter=Q(improvements__state__in=UNSETTLED))
    rows = narrowed.qs.with_names().annotate(unsettled=unsettled).due_order()
    context = {
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "shown": narrowed.form.cleaned_data.get("show"),
        "choices": narrowed.filters["show"].extra["choices"],
    }
    return render(request, "postmortems/reviews.html", context)
