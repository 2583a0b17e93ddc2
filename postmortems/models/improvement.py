"""Improvements: what we said we would change, by whom and by when."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from accounts.subject import Subject
from postmortems.choices import UNSETTLED, ImprovementKind, ImprovementState, Priority
from postmortems.models.review import Review
from postmortems.querysets import ImprovementQuerySet


class Improvement(models.Model):
    """One tracked change. `outcome` is what was done, or why it was dropped. It lives on after its review is
    approved."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(Review, models.PROTECT, related_name="improvements")
    title = models.CharField(max_length=200)
    detail = models.TextField(blank=True)
    kind = models.CharField(max_length=12, choices=ImprovementKind.choices)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.MEDIUM)
    owner = models.ForeignKey(User, models.PROTECT, related_name="improvements")
    due_on = models.DateField()
    state = models.CharField(max_length=12, choices=ImprovementState.choices, default=ImprovementState.OPEN)
    outcome = models.TextField(blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = ImprovementQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "priority", "pk"]
        indexes = [
            models.Index(
                fields=["owner", "due_on"],
                name="improvement_owed",
                condition=Q(state__in=["open", "in_progress"]),
            ),
            models.Index(fields=["state", "due_on"], name="improvement_board"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "in_progress"], settled_at=None)
                | Q(state__in=["done", "dropped"], settled_at__isnull=False),
                name="improvement_settled_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "dropped"]) | ~Q(outcome=""),
                name="improvement_settled_has_outcome",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("improvement", args=[self.pk])

    def may_be_moved_by(self, subject: Subject) -> bool:
        """Asked of somebody who sees it: their own, or one of a review they may write."""
        return self.owner_id == subject.person_id or self.review.may_be_written_by(subject)

    @property
    def is_settled(self) -> bool:
        return self.state not in UNSETTLED
