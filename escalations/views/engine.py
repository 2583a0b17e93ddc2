"""How the engine does, for whoever runs it; and what somebody outside may ask every minute."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from accounts import clock
from accounts.requests import PersonRequest
from escalations import engine, engine_screen

GONE = {
    engine.WORKER: "no worker has begun a sweep lately: workers, scheduler or Redis are down",
    engine.SCHEDULER: "the scheduler is silent",
    engine.WATCHDOG: "the watchdog is silent",
}


def engine_page(request: PersonRequest) -> HttpResponse:
    return render(request, "escalations/engine.html", {"engine": engine_screen.read(at=request.subject.at)})


@login_not_required
def heartbeat(request: HttpRequest) -> JsonResponse:
    """200 only while all that pages is well: worker, scheduler and watchdog gave a sign lately, nothing is overdue and
    nothing keeps failing; 503 with every reason otherwise. For a monitor outside, which calls somebody when this does
    not answer 200."""
    try:
        standing = engine.look(at=clock.now())
    except DatabaseError:
        return _answer(["the database does not answer"])
    wrong = [why for process, why in GONE.items() if not standing.has_beaten(process)]
    if standing.is_overdue:
        wrong.append(
            f"what was due {int(standing.oldest_due.total_seconds())} s ago has not been sent or fired"
        )
    if standing.failing:
        wrong.append(f"sweeps keep failing: {', '.join(standing.failing)}")
    return _answer(wrong)


def _answer(wrong: list[str]) -> JsonResponse:
    told = {"status": "failing", "reasons": wrong} if wrong else {"status": "ok"}
    return JsonResponse(told, status=503 if wrong else 200)
