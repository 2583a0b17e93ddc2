"""What happens to every request: who is asking, in which words and zone, whether the route is open to them,
and the headers no response goes without."""

from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseNotAllowed
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject

from accounts import clock
from accounts.subject import Subject
from config.access import READ, rule_for
from config.back import page_sent_from
from config.machines import is_for_machines, problem_json

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics")
)


class IdleSessionMiddleware(SessionMiddleware):
    """What a page asks for by itself is no sign of a person: an unattended screen is signed out in time,
    however much happens on it."""

    def process_response(self, request, response):
        if "X-Live" in request.headers and not request.session.modified:
            patch_vary_headers(response, ["Cookie"])
            return response
        return super().process_response(request, response)


def viewer(get_response):
    """Set `request.subject` (read when first needed) and put words and times in the viewer's own."""

    def middleware(request):
        request.subject = SimpleLazyObject(lambda: _subject_of(request.user))
        if not request.user.is_authenticated:
            return get_response(request)
        translation.activate(request.user.language)
        request.LANGUAGE_CODE = request.user.language
        with timezone.override(request.user.zone):
            return get_response(request)

    return middleware


def _subject_of(user) -> Subject:
    at = clock.now()
    return user.subject(at=at) if user.is_authenticated else Subject(at=at)


class RoutePolicyMiddleware:
    """Holds every request against the access table. What the table does not name does not exist; a person
    who lacks the role for a route about an incident gets the same 404 as for an incident that is not there."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        rule = rule_for(request.resolver_match.view_name)
        if rule is None:
            raise Http404
        if request.method not in rule.methods:
            return _not_allowed(request, sorted(rule.methods))
        request.rule = rule  # the API's permission class reads it once it knows the token
        if rule.who != "person":
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(_back_to(request))
        needed = rule.asks(request.method)
        if needed and not request.subject.may(needed):
            raise Http404 if "code" in kwargs else PermissionDenied
        return None


def _back_to(request) -> str:
    """Where signing in leads: this address; after something sent with an expired session, whose address nobody
    can open, the page it was sent from."""
    if request.method in READ:
        return request.get_full_path()
    return page_sent_from(request) or "/"


def _not_allowed(request, methods: list[str]):
    if not is_for_machines(request):
        return HttpResponseNotAllowed(methods)
    response = problem_json(405, f"Use {' or '.join(methods)} here.")
    response["Allow"] = ", ".join(methods)
    return response


def response_headers(get_response):
    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response

    return middleware
