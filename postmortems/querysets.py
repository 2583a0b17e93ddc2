"""Reads of reviews and improvements. Whoever may know of the incident may know of what was learnt from it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, F, Q, When

from accounts.subject import Subject
from postmortems.choices import UNSETTLED, ReviewState

if TYPE_CHECKING:
    from postmortems.models import Improvement, Review


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, subject: Subject) -> ReviewQuerySet:
        incident: Any = self.model._meta.get_field("incident").related_model
        return self.filter(incident__in=incident.objects.visible_to(subject))

    def editable_by(self, subject: Subject) -> ReviewQuerySet:
        """Those a subject may write: every one they see with `review.edit`, their own with `review.write`. A grant
        on the incident alone lets nobody write."""
        visible = self.visible_to(subject) if subject.may("review.write") else self.none()
        return visible if subject.may("review.edit") else visible.filter(owner=subject.person_id)

    def unapproved(self):
        return self.exclude(state=ReviewState.APPROVED)

    def owed_by(self, person_id: int | None):
        return self.unapproved().filter(owner=person_id)

    def overdue(self, *, on: date):
        return self.unapproved().filter(due_on__lt=on)

    def approvable_by(self, subject: Subject):
        """Those that wait for somebody like `subject`: neither their own nor submitted by them."""
        if not subject.may("review.approve"):
            return self.none()
        theirs = Q(owner=subject.person_id) | Q(submitted_by=subject.person_id)
        return self.filter(state=ReviewState.IN_REVIEW).exclude(theirs)

    def due_order(self):
        """What is still owed first, soonest due first; then the approved, newest first."""
        approved_last = Case(When(state=ReviewState.APPROVED, then=1), default=0)
        return self.order_by(approved_last, F("approved_at").desc(nulls_last=True), "due_on", "pk")

    def with_names(self):
        return self.select_related("incident", "owner", "approved_by", "submitted_by")

    def locked(self, pk: int) -> Review:
        """One row, locked for a write by an action whose caller has already found it."""
        return (
            self.select_for_update(no_key=True, of=("self",)).select_related("incident", "owner").get(pk=pk)
        )


class ImprovementQuerySet(models.QuerySet["Improvement"]):
    def visible_to(self, subject: Subject) -> ImprovementQuerySet:
        return self.filter(review__in=self._reviews().visible_to(subject))

    def editable_by(self, subject: Subject) -> ImprovementQuerySet:
        """Those of every review they may write, and their own where they write reviews at all."""
        return self.movable_by(subject) if subject.may("review.write") else self.none()

    def movable_by(self, subject: Subject) -> ImprovementQuerySet:
        """Their own, whatever their role: it is work they were given; and those of every review they may write."""
        mine = Q(owner=subject.person_id) | Q(review__in=self._reviews().editable_by(subject))
        return self.visible_to(subject).filter(mine)

    def unsettled(self):
        return self.filter(state__in=UNSETTLED)

    def overdue(self, *, on: date):
        return self.unsettled().filter(due_on__lt=on)

    def board_order(self):
        return self.order_by("due_on", "priority", "pk")

    def with_names(self):
        return self.select_related("review__incident", "owner", "settled_by")

    def locked(self, pk) -> Improvement:
        locked = self.select_for_update(no_key=True, of=("self",))
        return locked.select_related("review__incident").get(pk=pk)

    def _reviews(self) -> ReviewQuerySet:
        review: Any = self.model._meta.get_field("review").related_model
        return review.objects.all()


class SectionQuerySet(models.QuerySet):
    def locked(self, pk: int):
        return self.select_for_update(no_key=True).get(pk=pk)
