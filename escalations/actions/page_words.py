"""What a page says, and what its responder hears when it is taken back: content-free, in their language and on their
clock."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from escalations.models import Escalation
from incidents.choices import EntryKind, Mode
from incidents.models import Incident, TimelineEntry


@dataclass(frozen=True, slots=True)
class Words:
    """Subject and text of a page, content-free: a code, a severity, whether it is real, and who asks if a person
    does."""

    subject: str
    text: str


def asking(
    incident: Incident, responder: User, *, after: TimelineEntry | None, due_at: datetime | None
) -> Words:
    """In the responder's language and on their clock: what the policy asks, whose acknowledgement it comes `after`, and
    when it was due if that is long ago."""
    with translation.override(responder.language):
        told = _told(incident)
        subject = _("%(label)s%(severity)s %(code)s: you are being paged") % told
        if after is None:
            text = _(
                "%(label)s%(severity)s, incident %(code)s. Nobody has acknowledged it yet: you are asked to."
            )
        else:
            told["name"] = after.actor.name if after.actor else after.actor_name or _("somebody")
            told["time"] = _clock(after.occurred_at, responder)
            text = _(
                "%(label)s%(severity)s, incident %(code)s. Acknowledged by %(name)s at %(time)s, not picked up: you "
                "are asked to."
            )
        text %= told
        if due_at is not None:
            subject = _("Delayed: %(subject)s") % {"subject": subject}
            text += " " + _("This page is late: it was due at %(time)s.") % {
                "time": _clock(due_at, responder)
            }
    return Words(subject, text)


def asking_to_join(incident: Incident, responder: User, by: User) -> Words:
    with translation.override(responder.language):
        told = _told(incident) | {"name": by.name}
        return Words(
            _("%(label)s%(severity)s %(code)s: %(name)s asks for you") % told,
            _("%(label)s%(severity)s, incident %(code)s. %(name)s asks you to join.") % told,
        )


def handing_on(incident: Incident, responder: User, by: User) -> Words:
    with translation.override(responder.language):
        told = _told(incident) | {"name": by.name}
        return Words(
            _("%(label)s%(severity)s %(code)s: %(name)s hands this on to you") % told,
            _(
                "%(label)s%(severity)s, incident %(code)s. %(name)s was paged and hands it on: you are asked to "
                "acknowledge."
            )
            % told,
        )


def taken_back(incident: Incident, responder: User, by: User) -> Words:
    with translation.override(responder.language):
        told = _told(incident) | {"name": by.name}
        return Words(
            _("%(label)s%(severity)s %(code)s: the page was taken back") % told,
            _(
                "%(label)s%(severity)s, incident %(code)s. %(name)s took the page back. You need not answer it."
            )
            % told,
        )


def _told(incident: Incident) -> dict[str, str]:
    label = "" if incident.mode == Mode.LIVE else f"[{incident.get_mode_display().upper()}] "
    return {"label": label, "severity": incident.get_severity_display(), "code": incident.code}


def _clock(moment: datetime, person: User) -> str:
    return f"{moment.astimezone(person.zone):%H:%M}"


def acknowledged_before(escalation: Escalation) -> TimelineEntry | None:
    """The acknowledgement that came to nothing, so that this run asks again."""
    if escalation.follows_id is None:
        return None
    entries = escalation.incident.timeline.filter(kind=EntryKind.ACKNOWLEDGED).select_related("actor")
    return entries.order_by("-pk").first()
