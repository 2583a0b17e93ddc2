"""Telling open screens that an incident changed."""

from incidents.models import Incident


def changed(incident: Incident) -> None:
    """Called once by every write; what follows is in `accounts.poke`."""
