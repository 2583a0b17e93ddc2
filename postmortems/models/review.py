"""The post-incident review of one incident, and what became of it."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import User
from accounts.subject import Subject
from incidents.models import Incident
from postmortems.choices import ReviewState, StepKind
from postmortems.querysets import ReviewQuerySet


class Review(models.Model):
    """What an incident taught us. `measures` is kept when it is approved; until then they are read from the
    incident. `version` counts changes of state, owner and due date."""

    incident = models.OneToOneField(Incident, models.PROTECT, related_name="review")
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="reviews")
    due_on = models.DateField()
    state = models.CharField(max_length=12, choices=ReviewState.choices, default=ReviewState.DRAFT)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    measures = models.JSONField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "due_on"], name="review_owed", condition=~Q(state="approved"))
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft") | Q(submitted_by__isnull=False, submitted_at__isnull=False),
                name="review_submitted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", approved_by__isnull=False, approved_at__isnull=False)
                | (~Q(state="approved") & Q(approved_by=None, approved_at=None)),
                name="review_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("submitted_by")),
                name="review_approved_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"review of {self.incident_id}"

    def get_absolute_url(self) -> str:
        return reverse("review", args=[self.incident.code])

    def may_be_written_by(self, subject: Subject) -> bool:
        """Asked of somebody who sees it: with `review.edit`, or with `review.write` because it is their own."""
        own = self.owner_id is not None and self.owner_id == subject.person_id
        return subject.may("review.edit") or (own and subject.may("review.write"))

    def may_be_approved_by(self, subject: Subject) -> bool:
        own = {self.owner_id, self.submitted_by_id}
        return subject.may("review.approve") and subject.person_id not in own

    def may_be_sent_back_by(self, subject: Subject) -> bool:
        """While it is read, by whoever writes or approves it; once approved, by whoever approves."""
        may_approve = subject.may("review.approve")
        if self.state == ReviewState.IN_REVIEW:
            return may_approve or self.may_be_written_by(subject)
        return self.is_approved and may_approve

    @property
    def is_writable(self) -> bool:
        """Only a draft is written: what is approved is what was submitted."""
        return self.state == ReviewState.DRAFT

    @property
    def is_approved(self) -> bool:
        return self.state == ReviewState.APPROVED


class ReviewStep(models.Model):
    """One thing that became of a review. Append-only; a trigger refuses everything else."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=16, choices=StepKind.choices)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.review_id}"
