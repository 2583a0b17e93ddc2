"""What reviews do about facts from below. One call each."""

from django.dispatch import receiver

from incidents.signals import incident_resolved
from postmortems.actions import reviews


@receiver(incident_resolved)
def draft(sender, incident, at, by, **kwargs):
    reviews.after_resolving(incident=incident, by=by, at=at)
