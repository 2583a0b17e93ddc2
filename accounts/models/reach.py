"""How to reach a person: their contact methods, the codes that verify them, and which are used how soon."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from accounts.querysets import ContactMethodQuerySet


class Urgency(models.TextChoices):
    """How a message asks. *High* and *low* are pages; a *notice* asks for nothing now; a *check* goes to one method
    alone, because its owner wants to see that it arrives."""

    HIGH = "high", _("High")
    LOW = "low", _("Low")
    NOTICE = "notice", _("Notice")
    CHECK = "check", _("Check")


class ContactMethod(models.Model):
    """One way to reach a person. It counts only once they have shown that it reaches them.

    `address` may be shown to its owner and to administrators. What would let anybody else write there (a webhook's
    secret, the whole address of a chat) is in `sealed`, which only `accounts.sealed` opens.
    """

    class Kind(models.TextChoices):
        EMAIL = "email", _("E-mail")
        SMS = "sms", _("Text message")
        VOICE = "voice", _("Phone call")
        PUSH = "push", _("Browser notification")
        WEBHOOK = "webhook", _("Webhook")
        CHAT = "chat", _("Chat")

    person = models.ForeignKey(User, models.PROTECT, related_name="contact_methods")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    label = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=500)
    sealed = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0, help_text=_("Tried in this order."))
    verified_at = models.DateTimeField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    # Nobody uses it any more, and only what was sent there still names it. Added again, it begins anew.
    removed_at = models.DateTimeField(null=True, blank=True)
    # Until then nothing but the most severe goes there: what comes meanwhile leaves together.
    paced_until = models.DateTimeField(null=True, blank=True)

    objects = ContactMethodQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "address"], name="contact_method_once"),
            models.CheckConstraint(
                condition=Q(removed_at=None) | Q(disabled_at__isnull=False, verified_at=None),
                name="contact_method_removed_is_unused",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"

    @property
    def is_usable(self) -> bool:
        return self.verified_at is not None and self.disabled_at is None


class VerificationCode(models.Model):
    """A code that was sent to a method, to be typed in by whoever reads it there. Only its digest is kept."""

    method = models.OneToOneField(ContactMethod, models.CASCADE, related_name="code")
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    wrong_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("sent_at")), name="verification_code_expires_later"
            )
        ]

    def __str__(self) -> str:
        return f"code for {self.method_id}"


class NotificationRule(models.Model):
    """Which of a person's methods a page of one urgency uses, and how many seconds after it was sent. A method without
    a rule for that urgency is used only when all those with one have failed."""

    person = models.ForeignKey(User, models.CASCADE, related_name="notification_rules")
    urgency = models.CharField(
        max_length=8,
        choices=[(Urgency.HIGH.value, Urgency.HIGH.label), (Urgency.LOW.value, Urgency.LOW.label)],
    )
    method = models.ForeignKey(ContactMethod, models.CASCADE, related_name="rules")
    delay = models.PositiveSmallIntegerField(default=0, help_text=_("Seconds."))

    class Meta:
        ordering = ["delay", "method__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "urgency", "method"], name="notification_rule_once"),
            models.CheckConstraint(condition=Q(delay__lte=3600), name="notification_rule_within_an_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.urgency}: {self.method_id} after {self.delay} s"
