"""Where the links of notices lead. A token says which notice it came with, and opens nothing by itself."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts import links
from accounts.models import Message
from accounts.requests import PersonRequest
from oncall.models import Roster


def coverage_link(request: PersonRequest, token: str) -> HttpResponse:
    """The roster that a notice about its coverage was about."""
    message_id = links.message_id_from(token)
    if message_id is None:
        raise Http404
    message = get_object_or_404(Message, pk=message_id, to=request.user, dedupe_key__startswith="coverage:")
    roster = get_object_or_404(Roster, pk=message.dedupe_key.split(":")[1])
    return redirect(f"{reverse('on_duty')}?view=month&roster={roster.slug}")
