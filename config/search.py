"""Finding an incident from anywhere: by its code, however it was typed, or by words of its title."""

from django.db.models import Case, Q, QuerySet, Value, When
from django.http import HttpResponse
from django.shortcuts import render

from accounts.codes import as_written
from accounts.requests import PersonRequest
from accounts.subject import Subject
from incidents.models import Incident
from incidents.transitions import OPEN_STAGES

MOST_FOUND = 8
LONGEST_QUESTION = 200


def search(request: PersonRequest) -> HttpResponse:
    """A page of its own; for the palette, which says so in `X-Fragment`, the findings alone."""
    question = " ".join(request.GET.get("q", "").replace("\0", "").split())[:LONGEST_QUESTION]
    found = list(matching(question, request.subject)) if question else []
    fragment = "X-Fragment" in request.headers
    template = "search/_found.html" if fragment else "search/search.html"
    return render(request, template, {"question": question, "found": found})


def matching(question: str, subject: Subject) -> QuerySet[Incident]:
    """What `subject` may see of it: the very code first, then open before ended, then the newest."""
    code = code_meant(question)
    titled = Q()
    for word in set(question.split()):
        titled &= Q(title__icontains=word)
    exact = Case(When(code=code, then=Value(0)), default=Value(1))
    is_open = Case(When(stage__in=OPEN_STAGES, then=Value(0)), default=Value(1))
    visible = Incident.objects.visible_to(subject).filter(Q(code=code) | titled)
    return visible.order_by(exact, is_open, "-declared_at", "-pk")[:MOST_FOUND]


def code_meant(question: str) -> str:
    """`wf-abc 12o`, `WF ABC120` and `abc120` all mean WF-ABC120."""
    written = question.upper().replace(" ", "").removeprefix("WF").removeprefix("-")
    return as_written(f"WF-{written}")
