from accounts.models.access import AccessProfile, Clearance, Compartment, CompartmentMembership
from accounts.models.audit import AuditAction, AuditEvent, AuditObject
from accounts.models.exposure import OptOut
from accounts.models.outbox import Delivery, Message
from accounts.models.people import ApiToken, RoleAssignment, Site, User
from accounts.models.reach import ContactMethod, NotificationRule, Urgency, VerificationCode
from accounts.models.running import ClockOffset, Heartbeat, SweepFailure

__all__ = [
    "AccessProfile",
    "ApiToken",
    "AuditAction",
    "AuditEvent",
    "AuditObject",
    "Clearance",
    "ClockOffset",
    "Compartment",
    "CompartmentMembership",
    "ContactMethod",
    "Delivery",
    "Heartbeat",
    "Message",
    "NotificationRule",
    "OptOut",
    "RoleAssignment",
    "Site",
    "SweepFailure",
    "Urgency",
    "User",
    "VerificationCode",
]
