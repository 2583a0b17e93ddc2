"""The first wording of a review, told from the timeline in its owner's language and zone. Says no more than the
timeline says."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts.models import User
from incidents.models import Incident
from incidents.querysets import Names
from postmortems.choices import SectionKind
from postmortems.evidence import story

# The sections a timeline can begin; the others wait for people.
TOLD = {
    SectionKind.HAPPENED: "postmortems/drafts/happened.txt",
    SectionKind.FOUND: "postmortems/drafts/found.txt",
}


def texts(*, incident: Incident, reader: User | None) -> dict[str, str]:
    """Markdown by section kind, for every kind; empty where people have to begin."""
    entries = story(incident.timeline.select_related("actor", "curation"))
    context = {
        "entries": entries,
        "names": Names.in_entries(entries, incident.tasks.all()),
        "first": incident.reports.order_by("received_at", "pk").first(),
    }
    language, zone = (reader.language, reader.zone) if reader else (settings.LANGUAGE_CODE, ZoneInfo("UTC"))
    with translation.override(language), timezone.override(zone):
        told = {kind: render_to_string(template, context).strip() for kind, template in TOLD.items()}
    return {kind: told.get(SectionKind(kind), "") for kind in SectionKind.values}
