"""What an API view may ask of its caller. The default is no."""

from django.http import Http404
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission


class Denied(BasePermission):
    """Stands wherever a view forgot to say who may use it."""

    def has_permission(self, request, view):
        return False


class Holds(BasePermission):
    """The caller has a token, and the roles that the access table asks of this route (the middleware left its
    rule on the request). Lacking the role on a route about an incident is the same 404 as an absent one."""

    def has_permission(self, request, view):
        if request.auth is None:
            raise NotAuthenticated
        needed = request.rule.asks(request.method)
        if needed is None or request.subject.may(needed):
            return True
        if "code" in view.kwargs:
            raise Http404
        return False
