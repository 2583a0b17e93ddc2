"""What each role may do. A role opens kinds of work; it never stands in for a clearance."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    INCIDENT_MANAGER = "incident_manager", _("Incident manager")
    RESPONDER = "responder", _("On-call responder")
    REVIEW_LEAD = "review_lead", _("Review lead")
    ROSTER_ADMIN = "roster_admin", _("Roster admin")
    PARTNER = "partner", _("Partner")
    REPORTER = "reporter", _("Reporter")
    SECURITY_OFFICER = "security_officer", _("Security officer")
    ANALYST = "analyst", _("Analyst")
    ADMINISTRATOR = "administrator", _("Administrator")


# `incident.<permission>` here means "in general"; without it a person needs a grant for each incident, and a grant
# alone lets them read, acknowledge, write notes and settle tasks. `incident.respond` is to be asked for: paged by
# hand, given a function or a task. `review.edit` writes every review one sees, `review.write` one's own.
PERMISSIONS: dict[str, frozenset[str]] = {
    Role.INCIDENT_MANAGER: frozenset(
        {
            "report.make",
            "duty.view",
            "incident.view",
            "incident.edit",
            "incident.respond",
            "incident.triage",
            "incident.export",
            "incident.reveal",
            "review.edit",
            "review.write",
            "review.approve",
            "rosters.override",
        }
    ),
    Role.RESPONDER: frozenset(
        {
            "report.make",
            "duty.view",
            "incident.view",
            "incident.edit",
            "incident.respond",
            "incident.reveal",
            "review.write",
        }
    ),
    Role.REVIEW_LEAD: frozenset(
        {
            "report.make",
            "duty.view",
            "incident.view",
            "incident.respond",
            "incident.export",
            "review.edit",
            "review.write",
            "review.approve",
        }
    ),
    Role.ROSTER_ADMIN: frozenset({"report.make", "duty.view", "rosters.override", "rosters.manage"}),
    Role.PARTNER: frozenset({"report.make", "duty.view", "incident.respond"}),
    Role.REPORTER: frozenset({"report.make"}),
    # Whoever gives clearances sees no incident and hands out no role: two people for one door.
    Role.SECURITY_OFFICER: frozenset(
        {"report.make", "duty.view", "people.view", "clearances.manage", "audit.view"}
    ),
    Role.ANALYST: frozenset({"report.make", "duty.view", "incident.view"}),
    Role.ADMINISTRATOR: frozenset(
        {
            "report.make",
            "duty.view",
            "people.view",
            "people.manage",
            "paging.manage",
            "integrations.manage",
            "audit.view",
        }
    ),
}


def permissions_of(roles: frozenset[str]) -> frozenset[str]:
    return frozenset().union(*(PERMISSIONS[role] for role in roles))
