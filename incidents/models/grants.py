"""Need-to-know for a single incident, in django-guardian's direct foreign key models. A grant never stands in
for a clearance: `visible_to` asks for both."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from accounts.models import User
from incidents.models.incident import Incident
from incidents.querysets import GrantQuerySet


class Grant(models.Model):
    """Why somebody needs to know, on whose word, and until when."""

    class Source(models.TextChoices):
        ASSIGNMENT = "assignment", _("Assignment")
        ON_CALL = "on_call", _("On call")
        MANUAL = "manual", _("Given by hand")
        BREAK_GLASS = "break_glass", _("Break-glass")

    source = models.CharField(max_length=16, choices=Source.choices)
    reason = models.CharField(max_length=200)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class IncidentUserGrant(Grant, UserObjectPermissionBase):
    content_object = models.ForeignKey(Incident, models.CASCADE, related_name="user_grants")

    objects = GrantQuerySet.as_manager()  # type: ignore[assignment,misc]  # in place of guardian's

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False


class IncidentGroupGrant(Grant, GroupObjectPermissionBase):
    content_object = models.ForeignKey(Incident, models.CASCADE, related_name="group_grants")

    objects = GrantQuerySet.as_manager()  # type: ignore[assignment,misc]  # in place of guardian's

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False
