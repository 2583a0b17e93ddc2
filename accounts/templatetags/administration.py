"""Administration's own words: its sections, and what an audit event changed."""

from datetime import datetime
from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from accounts.models import AuditEvent, Clearance, Site, User
from accounts.regions import Region
from accounts.roles import Role

register = template.Library()

FIELDS = {
    "name": gettext_lazy("Name"),
    "email": gettext_lazy("E-mail"),
    "site": gettext_lazy("Site"),
    "time_zone": gettext_lazy("Time zone"),
    "language": gettext_lazy("Language"),
    "languages": gettext_lazy("Languages"),
    "region": gettext_lazy("Region"),
    "regions": gettext_lazy("Regions"),
    "role": gettext_lazy("Role"),
    "roles": gettext_lazy("Roles"),
    "kind": gettext_lazy("Clearance"),
    "evidence": gettext_lazy("Evidence"),
    "valid_from": gettext_lazy("From"),
    "valid_until": gettext_lazy("Until"),
    "contact_method": gettext_lazy("Contact method"),
    "tokens": gettext_lazy("API tokens"),
    "expires_at": gettext_lazy("Works until"),
    "steps": gettext_lazy("Steps"),
    "repeats": gettext_lazy("Start again"),
    "sources": gettext_lazy("Sources"),
    "speaks_language": gettext_lazy("Page only who speaks the language of the report"),
    "policy": pgettext_lazy("audit", "Policy"),
    "severities": gettext_lazy("Severities"),
    "harm_type": gettext_lazy("Harm type"),
    "harm_types": gettext_lazy("Harm types"),
    "position": gettext_lazy("Place in the list"),
    "mode": gettext_lazy("Mode"),
    "triggers_per_minute": gettext_lazy("Events a minute"),
    "old_key_until": gettext_lazy("Old key works until"),
    "zone": gettext_lazy("Time zone"),
    "owner": gettext_lazy("Owner"),
    "depth": gettext_lazy("On at once"),
    "is_paged": gettext_lazy("Policies page it"),
    "is_manager_on_duty": gettext_lazy("It is the manager on duty"),
    "fallback": gettext_lazy("When nobody is on"),
    "holiday_site": gettext_lazy("Public holidays of"),
    "holiday_depth": gettext_lazy("On at once on those days"),
    "begins_at": gettext_lazy("Begins"),
    "ends_at": gettext_lazy("Ends"),
    "skills": gettext_lazy("Required skills"),
    "duty": gettext_lazy("Duty"),
    "rank": gettext_lazy("Rank"),
    "turn_n": gettext_lazy("A turn lasts"),
    "turn_unit": gettext_lazy("Counted in"),
    "anchor_on": gettext_lazy("First turn on"),
    "handoff_time": gettext_lazy("Handoff at"),
    "working_days": gettext_lazy("Working days"),
    "window_start": gettext_lazy("On from"),
    "window_end": gettext_lazy("On until"),
    "ends_on": gettext_lazy("Ends on"),
    "participants": gettext_lazy("Who takes turns"),
}
YES_OR_NO = {True: gettext_lazy("Yes"), False: gettext_lazy("No")}
WORDS: dict[str, dict] = {
    "role": dict(Role.choices),
    "roles": dict(Role.choices),
    "kind": dict(Clearance.Kind.choices),
    "site": dict(Site.choices),
    "region": dict(Region.choices),
    "regions": dict(Region.choices),
    "language": dict(settings.LANGUAGES),
    "holiday_site": dict(Site.choices),
    "is_paged": YES_OR_NO,
    "is_manager_on_duty": YES_OR_NO,
}
TIMES = frozenset({"valid_from", "valid_until", "expires_at", "old_key_until", "begins_at", "ends_at"})
# Where the screen of an object is, and what opens it; what can be removed has no link to lead nowhere.
SCREENS = {
    "user": ("person", "people.view"),
    "integration": ("integration", "integrations.manage"),
    "roster": ("roster", "duty.view"),
}


@register.filter
def changes(event: AuditEvent) -> list[dict[str, Any]]:
    """What an event changed, field by field: its label, and each side as lines to read."""
    names = [name for name in FIELDS if name in event.before or name in event.after]
    names += sorted((event.before.keys() | event.after.keys()) - set(names))
    sides = [
        (name, _lines(name, event.before.get(name)), _lines(name, event.after.get(name))) for name in names
    ]
    return [
        {"label": FIELDS.get(name, name), "before": before, "after": after, "long": name == "steps"}
        for name, before, after in sides
        if before or after
    ]


@register.filter
def region_name(code: str) -> str:
    return str(Region(code).label) if code in Region.values else code


@register.simple_tag(takes_context=True)
def about_url(context: dict[str, Any], event: AuditEvent) -> str:
    """The screen of what an event is about, if there is one and the viewer may open it."""
    route, permission = SCREENS.get(event.object_type, ("", ""))
    return reverse(route, args=[event.object_id]) if route and context["subject"].may(permission) else ""


@register.inclusion_tag("accounts/_section.html")
def people_section() -> dict[str, Any]:
    count, alone = User.objects.active().count(), User.objects.active().filter(role_assignments=None).count()
    words = ngettext(
        "%(alone)s of them has no role and sees nothing.",
        "%(alone)s of them have no role and see nothing.",
        alone,
    )
    about = words % {"alone": alone} if alone else _("Everybody has a role.")
    return {"url": reverse("people"), "icon": "people", "title": _("People"), "count": count, "about": about}


@register.inclusion_tag("accounts/_section.html", takes_context=True)
def audit_section(context: dict[str, Any]) -> dict[str, Any]:
    last = AuditEvent.objects.exclude(action__in=["signed_in", "signed_out", "sign_in_failed"]).last()
    words = _("Last change: %(what)s, %(when)s.")
    about = _("Nothing has been changed yet.")
    if last:
        about = words % {"what": last.get_action_display(), "when": _absolute(last.occurred_at)}
    return {"url": reverse("audit"), "icon": "audit", "title": _("Audit"), "count": None, "about": about}


def _lines(name: str, value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    said = [_said(name, one) for one in values if one not in (None, "")]
    return said if name == "steps" else [", ".join(said)] if said else []


def _said(name: str, value: Any) -> str:
    if name in TIMES:
        at = parse_datetime(str(value))
        return _absolute(at) if at else str(value)
    if name == "severities":
        return f"SEV{value}"
    return str(WORDS.get(name, {}).get(value, value))


def _absolute(at: datetime) -> str:
    return date_format(localtime(at), pgettext("date format", "j M Y, H:i"))
