"""What an API view may ask of its caller. The default is no."""

from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission


class Denied(BasePermission):
    """Stands wherever a view forgot to say who may use it."""

    def has_permission(self, request, view):
        return False


class Holds(BasePermission):
    """The caller is signed in and, where the view names `permission`, holds it."""

    def has_permission(self, request, view):
        if request.auth is None:
            raise NotAuthenticated
        needed = view.permission
        return needed is None or request.subject.may(needed)
