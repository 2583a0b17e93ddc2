"""Where Twilio calls back: what became of a text or call, a text somebody sent, a key somebody pressed. Each is
signed with our token over its whole address; anything else is 403."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID
from xml.sax.saxutils import escape

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from accounts import clock
from accounts.actions import answers, provider_reports
from accounts.channels import twilio, voice
from accounts.site import absolute


def signed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        url, told = absolute(request.get_full_path()), dict(request.POST.lists())
        if not twilio.is_signed(url, told, request.headers.get("X-Twilio-Signature", "")):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return csrf_exempt(login_not_required(checked))


@signed
def status(request: HttpRequest, call: UUID) -> HttpResponse:
    told = request.POST
    provider_reports.report(
        key=call,
        status=told.get("MessageStatus") or told.get("CallStatus") or "",
        provider_id=told.get("MessageSid") or told.get("CallSid") or "",
        code=told.get("ErrorCode", ""),
        at=clock.now(),
    )
    return HttpResponse(status=204)


@signed
def text(request: HttpRequest) -> HttpResponse:
    """Somebody sent a text to our number. Strangers get no answer."""
    words = request.POST.get("Body", "").replace("\x00", "")
    said = answers.by_text(sender=request.POST.get("From", ""), words=words, at=clock.now())
    return _twiml(f"<Message>{escape(said)}</Message>" if said else "")


@signed
def key_pressed(request: HttpRequest, call: UUID) -> HttpResponse:
    said = answers.by_key(key=call, pressed=request.POST.get("Digits", ""), at=clock.now())
    return _twiml(voice.say(said, _language_of(said)) + "<Hangup/>" if said else "<Hangup/>")


def _language_of(words: str) -> str:
    return "ru" if any("а" <= letter.lower() <= "я" for letter in words) else "en"


def _twiml(inside: str) -> HttpResponse:
    return HttpResponse(f"<Response>{inside}</Response>", content_type="text/xml")
