"""What was changed about people, policies, integrations and keys, by whom and why. Rows are facts: a trigger
refuses to change or remove them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.people import User
from accounts.querysets import AuditQuerySet


class AuditAction(models.TextChoices):
    SIGNED_IN = "signed_in", _("Signed in")
    SIGNED_OUT = "signed_out", _("Signed out")
    SIGN_IN_FAILED = "sign_in_failed", _("Sign-in failed")
    PASSWORD_CHANGED = "password_changed", _("Password changed")
    PERSON_ADDED = "person_added", _("Person added")
    PERSON_INVITED = "person_invited", _("Invitation sent")
    PERSON_EDITED = "person_edited", _("Person edited")
    PERSON_DEACTIVATED = "person_deactivated", _("Person deactivated")
    PERSON_REACTIVATED = "person_reactivated", _("Person reactivated")
    ROLE_GIVEN = "role_given", _("Role given")
    ROLE_TAKEN = "role_taken", _("Role taken")
    CLEARANCE_GIVEN = "clearance_given", _("Clearance given")
    CLEARANCE_ENDED = "clearance_ended", _("Clearance ended")
    CONTACT_DISABLED = "contact_disabled", _("Contact method disabled")
    CONTACT_ENABLED = "contact_enabled", _("Contact method enabled")
    CONTACT_ADDED = "contact_added", _("Contact method added")
    CONTACT_VERIFIED = "contact_verified", _("Contact method verified")
    CONTACT_REMOVED = "contact_removed", _("Contact method removed")
    TOKEN_MADE = "token_made", _("API token made")
    TOKEN_REVOKED = "token_revoked", _("API token revoked")
    POLICY_CREATED = "policy_created", _("Policy created")
    POLICY_CHANGED = "policy_changed", _("Policy changed")
    POLICY_REMOVED = "policy_removed", _("Policy removed")
    ROUTE_CREATED = "route_created", _("Route created")
    ROUTE_CHANGED = "route_changed", _("Route changed")
    ROUTE_MOVED = "route_moved", _("Route moved")
    ROUTE_REMOVED = "route_removed", _("Route removed")
    DESK_CHANGED = "desk_changed", _("Function on call changed")
    INTEGRATION_CREATED = "integration_created", _("Integration created")
    INTEGRATION_CHANGED = "integration_changed", _("Integration changed")
    INTEGRATION_REVOKED = "integration_revoked", _("Integration revoked")
    KEY_ROTATED = "key_rotated", _("Key rotated")
    OLD_KEY_ENDED = "old_key_ended", _("Old key ended")
    ROSTER_CREATED = "roster_created", _("Roster created")
    ROSTER_CHANGED = "roster_changed", _("Roster changed")
    LAYER_ADDED = "layer_added", _("Layer added")
    LAYER_CHANGED = "layer_changed", _("Layer changed")
    LAYER_ENDED = "layer_ended", _("Layer ended")
    OVERRIDE_MADE = "override_made", _("Override made")
    OVERRIDE_ENDED = "override_ended", _("Override ended")
    SWAP_OFFERED = "swap_offered", _("Swap offered")
    SWAP_ACCEPTED = "swap_accepted", _("Swap accepted")
    SWAP_DECLINED = "swap_declined", _("Swap declined")
    SWAP_WITHDRAWN = "swap_withdrawn", _("Swap withdrawn")
    TIME_OFF_ENTERED = "time_off_entered", _("Time off entered")
    TIME_OFF_ENDED = "time_off_ended", _("Time off ended")
    FEED_MADE = "feed_made", _("Calendar feed made")
    FEED_REVOKED = "feed_revoked", _("Calendar feed revoked")


class AuditObject(models.TextChoices):
    """What an event is about, by the name of its model; those above accounts are known here by name alone."""

    PERSON = "user", pgettext_lazy("audit", "Person")
    TOKEN = "apitoken", pgettext_lazy("audit", "API token")
    POLICY = "escalationpolicy", pgettext_lazy("audit", "Policy")
    ROUTE = "route", pgettext_lazy("audit", "Route")
    DESK = "functiondesk", pgettext_lazy("audit", "Function on call")
    INTEGRATION = "integration", pgettext_lazy("audit", "Integration")
    ROSTER = "roster", pgettext_lazy("audit", "Roster")


class AuditEvent(models.Model):
    """One change. `before` and `after` hold the changed fields only: codes, names, times as text; never a
    secret, never what anybody wrote about an incident. Roles, clearances and contact methods are about their
    person. `object_name` is what it was called then."""

    occurred_at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    action = models.CharField(max_length=32, choices=AuditAction.choices)
    object_type = models.CharField(max_length=32, choices=AuditObject.choices, blank=True)
    object_id = models.BigIntegerField(null=True, blank=True)
    object_name = models.CharField(max_length=200, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["action", "-id"], name="audit_by_action"),
            models.Index(fields=["actor", "-id"], name="audit_by_actor"),
            models.Index(fields=["object_type", "object_id", "-id"], name="audit_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_name}"
