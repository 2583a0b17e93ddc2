"""What a review says: its sections with every wording they had, contributing factors, remarks of readers."""

import uuid

from django.db import models

from accounts.models import User
from postmortems.choices import FactorCategory, SectionKind
from postmortems.models.review import Review
from postmortems.querysets import SectionQuerySet


class Section(models.Model):
    """One part of the narrative, as Markdown. `version` counts its wordings; the first is the draft's own."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="sections")
    kind = models.CharField(max_length=12, choices=SectionKind.choices)
    position = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    updated_at = models.DateTimeField()

    objects = SectionQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["review", "kind"], name="section_once_per_review")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.review_id}"


class SectionRevision(models.Model):
    """One wording a section had. Append-only; a trigger refuses everything else."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    restores = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["section", "version"], name="revision_once")]

    def __str__(self) -> str:
        return f"wording {self.version} of section {self.section_id}"


class ContributingFactor(models.Model):
    """Something that made the incident possible, or worse, or longer. Never a person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(Review, models.PROTECT, related_name="factors")
    position = models.PositiveSmallIntegerField()
    category = models.CharField(max_length=16, choices=FactorCategory.choices)
    text = models.TextField()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.category} in {self.review_id}"


class ReviewRemark(models.Model):
    """What a reader has to say about a review or one section of it, until somebody settles it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(Review, models.PROTECT, related_name="remarks")
    section = models.CharField(max_length=12, choices=SectionKind.choices, blank=True)
    text = models.TextField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"remark on {self.review_id}"
