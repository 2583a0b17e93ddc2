"""Screens and answers that belong to no app: home, health, and what is shown when something is refused."""

import sys

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
from config import colours
from config.back import page_sent_from
from config.machines import is_for_machines, problem_json
from escalations import engine


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
    """200 while web, database and worker live, no sweep keeps failing and nothing is overdue; 503 with the reason
    otherwise. Both say how long the oldest due has waited."""
    try:
        standing = engine.look(at=clock.now())
    except DatabaseError:
        return JsonResponse({"status": "failing", "reason": "database: does not answer"}, status=503)
    told = {
        "oldest_due_seconds": round(standing.oldest_due.total_seconds(), 3),
        "oldest_delivery_seconds": round(standing.oldest_delivery.total_seconds(), 3),
        "oldest_step_seconds": round(standing.oldest_step.total_seconds(), 3),
    }
    if reason := _what_is_wrong(standing):
        return JsonResponse({"status": "failing", "reason": reason} | told, status=503)
    return JsonResponse({"status": "ok"} | told)


def _what_is_wrong(standing: engine.Standing) -> str:
    if not standing.has_beaten(engine.WORKER):
        seconds = int(engine.SILENCE.total_seconds())
        return (
            f"worker: no sweep for {seconds} s (worker, scheduler or Redis is down; the watchdog carries on)"
        )
    if standing.failing:
        return f"sweeps: {', '.join(standing.failing)} keep failing (the log says on what; some pages wait)"
    if standing.is_overdue:
        return f"overdue: something due {int(standing.oldest_due.total_seconds())} s ago waits still"
    return ""


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
