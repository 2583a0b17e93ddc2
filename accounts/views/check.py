"""The link in a test page, which works without signing in and says only that it arrived; and the service worker that
shows browser notifications."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation

from accounts import clock
from accounts.actions import reach

WORKER = Path(settings.BASE_DIR) / "static" / "sw.js"


@login_not_required
def check_link(request: HttpRequest, token: str) -> HttpResponse:
    message = reach.check_for(token)
    if message is None or not message.to.is_active:
        raise Http404
    if request.method == "POST":
        reach.arrived(token=token, at=clock.now())
        return redirect("check_link", token)
    with translation.override(message.to.language):
        return render(request, "accounts/reach/check.html", {"message": message})


@login_not_required
def service_worker(request: HttpRequest) -> HttpResponse:
    """From the root, because a service worker serves what lies below its own address."""
    answer = HttpResponse(WORKER.read_bytes(), content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer
