"""Where something that was sent came from."""

from urllib.parse import urlsplit, urlunsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from config.access import rule_for


def page_sent_from(request: HttpRequest) -> str:
    """The address of the page a form was sent from, if it is one of ours that can be opened; empty otherwise. What
    was refused stands at an address nobody can open."""
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure()):
        return ""
    address = urlsplit(came_from)
    try:
        rule = rule_for(resolve(address.path).view_name)
    except Resolver404:
        return ""
    if rule is None or "GET" not in rule.methods:
        return ""
    return urlunsplit(("", "", address.path, address.query, ""))
