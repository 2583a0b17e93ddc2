"""Saying that a review changed, to whoever may know of its incident and has it open."""

from incidents.actions import live
from postmortems.models import Review

REVIEW = "review"


def written(review: Review) -> None:
    """What it says changed. Only screens of the review itself ask again: a section is saved every few seconds."""
    live.changed(review.incident, REVIEW)


def moved(review: Review) -> None:
    """Its state, owner or due date changed, which the room and home show as well."""
    live.changed(review.incident)
