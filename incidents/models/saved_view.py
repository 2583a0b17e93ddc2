"""A person's own names for filters of the queue."""

from django.db import models
from django.urls import reverse

from accounts.models import User


class SavedView(models.Model):
    """Filters somebody comes back to. `query` is the part of the queue's address after the question mark."""

    person = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=1000)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="saved_view_name_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('incidents')}?{self.query}"
