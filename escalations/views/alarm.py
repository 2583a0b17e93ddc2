"""The link in an alarm's message. It works without signing in, says what the message says, and acts only on POST."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import clock, links
from accounts.models import Message
from accounts.requests import PersonRequest
from escalations import alarm_words
from escalations.actions import alarms
from escalations.models import Alarm


@login_not_required
def alarm_link(request: HttpRequest, token: str) -> HttpResponse:
    alarm, message = _alarm_for(token)
    if request.method == "POST":
        alarms.acknowledge(alarm=alarm, by=message.to, at=clock.now())
        return redirect("alarm_link", token)
    with translation.override(message.to.language), timezone.override(message.to.zone):
        context = {"alarm": alarm, "person": message.to, "words": alarm_words.told(alarm)}
        status = 410 if alarm.ended_at else 200
        return render(request, "escalations/alarm_link.html", context, status=status)


def alarm_acknowledge(request: PersonRequest, alarm_id: str) -> HttpResponse:
    alarm = get_object_or_404(Alarm, pk=alarm_id)
    if alarms.acknowledge(alarm=alarm, by=request.user, at=request.subject.at):
        messages.success(request, _("You have it. Nobody else is called about it."))
    else:
        messages.info(request, _("Somebody has it already, or it is over."))
    return redirect("engine")


def _alarm_for(token: str) -> tuple[Alarm, Message]:
    """404 for what was not signed for an alarm, or for somebody who has been deactivated."""
    message_id = links.message_id_from(token)
    if message_id is None:
        raise Http404
    message = get_object_or_404(Message.objects.select_related("to"), pk=message_id, to__is_active=True)
    alarm = alarms.alarm_of(message)
    if alarm is None:
        raise Http404
    return alarm, message
