"""Calendar feeds: a person's own, made and revoked here, and the address that calendar apps read."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _

from accounts import clock
from accounts.querysets import digest
from accounts.refusals import Refused
from accounts.requests import PersonRequest
from accounts.site import absolute
from oncall import ical
from oncall.actions import feeds as actions
from oncall.feeds import title
from oncall.forms.feeds import FeedForm
from oncall.models import Feed, Roster

FRESH = 300  # seconds in which an app need not ask again


def feeds(request: PersonRequest) -> HttpResponse:
    """The address of a new one is in the one answer to the press that made it and nowhere else."""
    may_see = request.subject.may("duty.view")
    choices = {"rosters": Roster.objects.all() if may_see else Roster.objects.none()}
    form, made, address = FeedForm(request.POST or None, **choices), None, ""
    if request.method == "POST" and form.is_valid():
        at, told = request.subject.at, {name: form.cleaned_data[name] for name in ("label", "roster")}
        try:
            made, secret = actions.make(person=request.user, expires_at=form.expires_at(at), at=at, **told)
            address = absolute(reverse("feed", args=[secret]))
        except Refused as refusal:
            form.add_error("label", str(refusal))
    standing = Feed.objects.standing().filter(person=request.user).select_related("roster")
    shown = {"form": FeedForm(**choices) if made else form, "made": made, "address": address}
    return render(
        request, "oncall/feeds.html", shown | {"feeds": standing}, status=422 if form.errors else 200
    )


def revoke(request: PersonRequest, feed_id: int) -> HttpResponse:
    feed = get_object_or_404(Feed, pk=feed_id, person=request.user)
    actions.revoke(feed=feed, by=request.user, at=request.subject.at)
    messages.success(request, _("“%(name)s” is revoked and shows nothing any more.") % {"name": feed.label})
    return redirect("feeds")


@login_not_required
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """What the feed behind this secret tells now. An app that has it already gets 304 and nothing else."""
    at = clock.now()
    found = Feed.objects.for_secret(token, at=at)
    if found is None or (found.roster and not found.person.subject(at=at).may("duty.view")):
        raise Http404
    entries = actions.read(feed=found, at=at)
    with translation.override(found.person.language):
        name = found.roster.name if found.roster else _("My shifts")
        titled = [(entry, title(entry.lane, entry.summary)) for entry in entries]
        body = ical.written(name, titled, address=absolute(reverse("on_duty")))
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = f"private, max-age={FRESH}"
    response.headers["ETag"] = quote_etag(digest(body.decode()))
    return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response
