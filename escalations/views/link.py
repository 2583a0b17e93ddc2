"""The link in a page's mail. It works without signing in, shows what the mail shows, acts only on POST (so a
mail scanner that follows it acknowledges nothing), and ends with its page."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation

from accounts import clock, links
from escalations.actions import pages
from escalations.models import Page


@login_not_required
def page_link(request: HttpRequest, token: str) -> HttpResponse:
    page = _page_for(token)
    if request.method == "POST":
        pages.acknowledge(page=page, by=page.responder, at=clock.now(), via="link")
        return redirect("page_link", token)
    status = 200 if page.is_waiting else 410
    # Nobody is signed in here; the link stands for its responder, so it speaks their language and zone.
    with translation.override(page.responder.language), timezone.override(page.responder.zone):
        return render(request, "escalations/page_link.html", {"page": page}, status=status)


def _page_for(token: str) -> Page:
    """The page a token was signed for; 404 when it was not, or its person has been deactivated."""
    message_id = links.message_id_from(token)
    told = Page.objects.told_by(message_id) if message_id else Page.objects.none()
    asked = told.select_related("incident", "responder", "asked_by", "handed_on__responder")
    page = asked.filter(responder__is_active=True).first()
    if page is None:
        raise Http404
    return page
