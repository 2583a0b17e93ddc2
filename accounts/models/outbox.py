"""The outbox: what must reach a person, and each attempt to get it there."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from accounts.models.reach import ContactMethod, Urgency
from accounts.querysets import DeliveryQuerySet


class Message(models.Model):
    """Something one person must or should hear. Content-free: a code, a severity, where to act.

    `link_to` names the route whose one argument is this message's signed token; the token itself is never
    stored. While `settled_at` is null and the urgency is that of a page, attempts go on. A page carries its incident's
    `severity`: 0 waits for nothing, 0 and 1 pass quiet hours. A check goes to `only_method` alone.
    """

    Urgency = Urgency

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    to = models.ForeignKey(User, models.PROTECT, related_name="messages")
    urgency = models.CharField(max_length=8, choices=Urgency.choices)
    severity = models.PositiveSmallIntegerField(null=True, blank=True)
    exercise = models.BooleanField(
        default=False, help_text="A test or a drill: what is real is told before it."
    )
    only_method = models.ForeignKey(ContactMethod, models.PROTECT, null=True, blank=True, related_name="+")
    subject = models.CharField(max_length=200)
    text = models.TextField()
    link_to = models.CharField(max_length=80)
    link_label = models.CharField(max_length=80)
    dedupe_key = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_because = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(urgency="check", only_method__isnull=False)
                | (~Q(urgency="check") & Q(only_method=None)),
                name="message_check_names_its_method",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Delivery(models.Model):
    """One attempt on one channel. A crash is taken over in the same row under the same idempotency key;
    a failure is followed by a new row with the next attempt number.

    All attempts that a person's rules ask for are written with the message, each with its `due_at`. Where the provider
    tells what became of it, `confirm_by` is how long that may take; `provider_status` is the provider's last word.
    Several that left in one message share a `bundle`; what is `pressing` waits for no other and leaves alone.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Not needed")

    message = models.ForeignKey(Message, models.PROTECT, related_name="deliveries")
    method = models.ForeignKey(ContactMethod, models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=16, choices=ContactMethod.Kind.choices)
    attempt = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    due_at = models.DateTimeField()
    fence = models.PositiveIntegerField(
        default=0, help_text=_("Counts claims; an older claim's outcome is refused.")
    )
    lease_until = models.DateTimeField(null=True, blank=True)
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True)
    provider_id = models.CharField(max_length=200, blank=True)
    provider_status = models.CharField(max_length=40, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)
    confirm_by = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    bundle = models.UUIDField(null=True, blank=True)
    pressing = models.BooleanField(default=False)
    outcome = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["channel", "due_at"],
                name="delivery_due",
                condition=Q(state__in=["queued", "sending"]),
            ),
            models.Index(
                fields=["channel", "due_at"],
                name="delivery_pressing",
                condition=Q(state__in=["queued", "sending"], pressing=True),
            ),
            models.Index(
                fields=["channel"],
                name="delivery_claimed_before",
                condition=Q(state__in=["queued", "sending"], fence__gt=0),
            ),
            models.Index(
                fields=["confirm_by"],
                name="delivery_unconfirmed",
                condition=Q(state="sent", confirmed_at=None, confirm_by__isnull=False),
            ),
            models.Index(fields=["provider_id"], name="delivery_of_provider", condition=~Q(provider_id="")),
            models.Index(
                fields=["channel", "state", "ended_at"],
                name="delivery_ended",
                condition=Q(ended_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["method", "message"],
                name="delivery_one_open_attempt",
                condition=Q(state__in=["queued", "sending"]),
            ),
            models.CheckConstraint(
                condition=Q(state="sending", lease_until__isnull=False) | ~Q(state="sending"),
                name="delivery_sending_has_lease",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sending"], ended_at=None)
                | Q(state__in=["sent", "failed", "cancelled"], ended_at__isnull=False),
                name="delivery_ended_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} attempt {self.attempt}: {self.state}"
