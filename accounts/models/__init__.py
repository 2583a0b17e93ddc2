from accounts.models.access import AccessProfile, Clearance, Compartment, CompartmentMembership
from accounts.models.audit import AuditAction, AuditEvent, AuditObject
from accounts.models.outbox import Delivery, Message
from accounts.models.people import ApiToken, ContactMethod, RoleAssignment, Site, User
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
    "RoleAssignment",
    "Site",
    "SweepFailure",
    "User",
]
