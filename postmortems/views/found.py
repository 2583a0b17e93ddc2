"""How views about one review find it: hidden, absent and not yours to write are the same 404."""

from django.shortcuts import get_object_or_404

from accounts.requests import PersonRequest
from postmortems.models import Review


def visible(request: PersonRequest, code: str) -> Review:
    reviews = Review.objects.visible_to(request.subject).select_related("incident__profile", "owner")
    return get_object_or_404(reviews, incident__code=code)


def editable(request: PersonRequest, code: str) -> Review:
    reviews = Review.objects.editable_by(request.subject).select_related("incident__profile", "owner")
    return get_object_or_404(reviews, incident__code=code)
