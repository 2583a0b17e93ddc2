"""Screens and answers that belong to no app: home, health, and what is shown when something is refused."""

import sys
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views import i18n

from accounts import clock
from accounts.actions import people
from accounts.models import Heartbeat, SweepFailure
from config import colours
from config.back import page_sent_from
from config.machines import is_for_machines, problem_json

# A worker sweeps every second; this long without a sign of life is no hiccup.
WORKER_SILENCE = timedelta(seconds=15)


def home(request: HttpRequest) -> HttpResponse:
    """My pages, my incidents, who is on duty: each section asks its own app."""
    return render(request, "home.html")


def styleguide(request: HttpRequest) -> HttpResponse:
    """Every piece in every state, for whoever works on the console; no part of a running one."""
    if not settings.DEBUG:
        raise Http404
    return render(
        request, "styleguide/styleguide.html", {"colours": colours.every(), "icons": colours.icons()}
    )


@login_not_required
def set_language(request: HttpRequest) -> HttpResponse:
    """Django's own switch, kept on the person as well: whoever is signed in reads their own language, not
    the cookie's."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        people.choose_language(person=request.user, language=language)
    return i18n.set_language(request)


@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while web, database and worker live and no sweep keeps failing; 503 with the reason otherwise."""
    try:
        at = clock.now()
        working = Heartbeat.objects.alive("worker", at=at, within=WORKER_SILENCE)
        failing = list(SweepFailure.objects.going_on(at=at).values_list("sweep", flat=True))
    except DatabaseError:
        return _unhealthy("database: does not answer")
    if not working:
        seconds = int(WORKER_SILENCE.total_seconds())
        return _unhealthy(
            f"worker: no sweep for {seconds} s (worker, scheduler or Redis is down; the watchdog carries on)"
        )
    if failing:
        return _unhealthy(
            f"sweeps: {', '.join(failing)} keep failing (the log says on what; some pages wait)"
        )
    return JsonResponse({"status": "ok"})


def _unhealthy(reason: str) -> JsonResponse:
    return JsonResponse({"status": "failing", "reason": reason}, status=503)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Nearly always a form from before somebody signed in again in another tab. Its page keeps what was typed."""
    explanation = _(
        "Nothing was sent. You signed in again after this form was opened, perhaps in another tab, or it did not come"
        " from this site. Open its page again and send it from there."
    )
    told = {"back": page_sent_from(request), "may_be_kept": True}
    return _problem(request, 403, _("The form was not accepted"), explanation, icon="clock", **told)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    explanation = _("The browser sent something that cannot be read. Go back and try again.")
    return _problem(request, 400, _("The request was not understood"), explanation)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    explanation = _("Your roles do not open this page. An administrator can change that.")
    return _problem(request, 403, _("Not open to you"), explanation, icon="lock")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    explanation = _("It does not exist, or it is not for you. The address may be mistyped.")
    return _problem(request, 404, _("Nothing here"), explanation, icon="search")


def failed(request: HttpRequest) -> HttpResponse:
    """500; or 503 while the database is away, so that whoever sent something knows to send it again."""
    away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    status = 503 if away else 500
    if is_for_machines(request):
        again = "The database does not answer. Nothing was kept; send it again."
        return problem_json(status, again if away else "This is our fault.")
    return HttpResponse(render_to_string("500.html"), status=status)


def _problem(
    request: HttpRequest, status: int, title: str, explanation: str, *, icon: str = "warning", **more
) -> HttpResponse:
    if is_for_machines(request):
        return problem_json(status, explanation)
    context = {"title": title, "explanation": explanation, "icon": icon}
    return render(request, "problem.html", context | more, status=status)
