"""Pages: asking one responder, and what ends the asking."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.actions import messages
from accounts.models import Message, User
from accounts.poke import poke_on_commit
from accounts.refusals import Refused
from escalations.models import Escalation, Page
from escalations.tiers import TIERS
from incidents.actions import grants, lifecycle, timeline
from incidents.actions.ended import check_open
from incidents.choices import EntryKind, Mode
from incidents.models import Incident, IncidentUserGrant, TimelineEntry
from oncall.actions import ledger


class NoWayToReachError(Refused):
    """The person has no verified way to be reached."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The page after the attempt, and whether this attempt was the one that counted."""

    page: Page
    won: bool


def send(
    *,
    escalation: Escalation,
    step: int,
    responder: User,
    at: datetime,
    because: str = "",
    due_at: datetime | None = None,
) -> Page | None:
    """Ask `responder` inside the caller's transaction, once in a round of the run; None when they have no way to be
    reached any more. A page of an earlier round that still waits for them ends with it. `due_at` is given where the
    page comes late. On a need-to-know incident the page brings the grant with it."""
    incident = escalation.incident
    tier = TIERS[incident.severity]
    words = _asking(incident, responder, after=_acknowledged_before(escalation), due_at=due_at)
    message = _message(
        incident,
        responder,
        words,
        urgency=tier.urgency,
        dedupe_key=f"escalation:{escalation.pk}:{escalation.repeats_left}:{responder.pk}",
        at=at,
    )
    if message is None:
        return None
    if escalation.round_at is not None:
        earlier = Page.objects.waiting().filter(escalation=escalation, responder=responder)
        end(waiting=earlier, at=at, because="asked_again")
    page = Page.objects.create(
        incident=incident,
        escalation=escalation,
        step=step,
        responder=responder,
        urgency=tier.urgency,
        message=message,
        created_at=at,
    )
    _let_know(incident, responder, at)
    timeline.record(
        incident=incident,
        kind=EntryKind.PAGED,
        at=at,
        responder=responder.pk,
        step=step + 1,
        because=because,
    )
    poke_on_commit(responder.pk, "pages")
    return page


@transaction.atomic
def send_by_hand(*, incident: Incident, responder: User, by: User, at: datetime) -> Page:
    """Ask one person because somebody in the room wants them there, which opens the incident to them. Asking
    again while the first page still waits returns that one. Raises `ended.EndedError`, `NoWayToReachError` and
    what `grants.check_may_respond` raises."""
    locked = Incident.objects.locked(incident.pk)
    check_open(locked)
    grants.check_may_respond(incident=locked, person=responder, at=at)
    asked = Page.objects.waiting().filter(incident=locked, responder=responder).first()
    if asked is not None:
        return asked
    message = _message(
        locked,
        responder,
        _asking_to_join(locked, responder, by),
        urgency=Message.Urgency.HIGH,
        dedupe_key=f"hand:{uuid.uuid4()}",
        at=at,
    )
    if message is None:
        raise NoWayToReachError(
            _("%(name)s has no verified way to be reached. Choose somebody else.") % {"name": responder}
        )
    page = Page.objects.create(
        incident=locked, responder=responder, message=message, created_at=at, asked_by=by
    )
    _let_know(locked, responder, at, by=by)
    timeline.record(incident=locked, kind=EntryKind.PAGED_BY_HAND, at=at, by=by, responder=responder.pk)
    poke_on_commit(responder.pk, "pages")
    return page


@transaction.atomic
def acknowledge(*, page: Page, by: User, at: datetime, via: str) -> Acknowledged:
    """The responder has it. A page of the escalation acknowledges the incident, and with it ends every other
    attempt; a page made by hand ends alone. Too late is an answer, not an error."""
    # The incident is locked first, as everywhere, so that two acknowledgements queue up instead of hanging.
    Incident.objects.locked(page.incident_id)
    rows = Page.objects.select_for_update(of=("self",)).select_related("incident", "message", "responder")
    page = rows.get(pk=page.pk)
    if not page.is_waiting:
        return Acknowledged(page, won=False)
    page.state, page.ended_at, page.ended_because = Page.State.ACKNOWLEDGED, at, "acknowledged"
    page.save(update_fields=["state", "ended_at", "ended_because"])
    messages.settle(messages=[page.message], at=at, because="acknowledged")
    _report_handled(page, at)
    poke_on_commit(page.responder_id, "pages")
    if page.asked_by_id is None:
        lifecycle.acknowledge(incident=page.incident, by=by, at=at, via=via)
    else:
        timeline.record(incident=page.incident, kind=EntryKind.PAGE_ANSWERED, at=at, by=by, via=via)
    return Acknowledged(page, won=True)


def end(*, waiting: QuerySet[Page], at: datetime, because: str, answered_by: User | None = None) -> None:
    """Stop asking these pages' responders, inside the caller's transaction. Whoever ended them by an answer of their
    own, from the room say, has handled theirs."""
    ended = list(waiting.select_related("message", "responder").select_for_update(of=("self",)))
    for page in ended:
        if answered_by is not None and page.responder_id == answered_by.pk:
            _report_handled(page, at)
    messages.settle(messages=[page.message for page in ended], at=at, because=because)
    Page.objects.filter(pk__in=[page.pk for page in ended]).update(
        state=Page.State.ENDED, ended_at=at, ended_because=because
    )
    for page in ended:
        poke_on_commit(page.responder_id, "pages")


@transaction.atomic
def give_up(*, message: Message, at: datetime, because: str) -> None:
    """A page's responder cannot be asked, being *unreachable* or the page *withheld*: record it, and let the
    next step come at once unless somebody else of this step is still being asked."""
    page = Page.objects.waiting().filter(message=message).select_related("incident").first()
    if page is None:
        return
    end(waiting=Page.objects.filter(pk=page.pk), at=at, because=because)
    kind = EntryKind.WITHHELD if because == "withheld" else EntryKind.UNREACHABLE
    timeline.record(incident=page.incident, kind=kind, at=at, responder=page.responder_id)
    if not Page.objects.waiting().filter(escalation=page.escalation, step=page.step).exists():
        Escalation.objects.filter(pk=page.escalation_id, state=Escalation.State.RUNNING).update(due_at=at)


def _report_handled(page: Page, at: datetime) -> None:
    minutes = int((at - page.created_at).total_seconds() // 60)
    ledger.page_handled(person=page.responder, at=at, minutes=max(minutes, 0), key=f"page:{page.pk}")


@dataclass(frozen=True, slots=True)
class Words:
    """Subject and text of a page, content-free: a code, a severity, whether it is real, and who asks if a person
    does."""

    subject: str
    text: str


def _message(
    incident: Incident, responder: User, words: Words, *, urgency: str, dedupe_key: str, at: datetime
) -> Message | None:
    """The page on its way; None when the responder cannot be reached."""
    with translation.override(responder.language):
        label = _("Acknowledge")
    try:
        return messages.send(
            to=responder,
            urgency=urgency,
            severity=incident.severity,
            subject=words.subject,
            text=words.text,
            link_to="page_link",
            link_label=label,
            dedupe_key=dedupe_key,
            at=at,
        )
    except messages.UnreachableError:
        return None


def _asking(
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


def _asking_to_join(incident: Incident, responder: User, by: User) -> Words:
    with translation.override(responder.language):
        told = _told(incident) | {"name": by.name}
        return Words(
            _("%(label)s%(severity)s %(code)s: %(name)s asks for you") % told,
            _("%(label)s%(severity)s, incident %(code)s. %(name)s asks you to join.") % told,
        )


def _told(incident: Incident) -> dict[str, str]:
    label = "" if incident.mode == Mode.LIVE else f"[{incident.get_mode_display().upper()}] "
    return {"label": label, "severity": incident.get_severity_display(), "code": incident.code}


def _clock(moment: datetime, person: User) -> str:
    return f"{moment.astimezone(person.zone):%H:%M}"


def _acknowledged_before(escalation: Escalation) -> TimelineEntry | None:
    """The acknowledgement that came to nothing, so that this run asks again."""
    if escalation.follows_id is None:
        return None
    entries = escalation.incident.timeline.filter(kind=EntryKind.ACKNOWLEDGED).select_related("actor")
    return entries.order_by("-pk").first()


def _let_know(incident: Incident, responder: User, at: datetime, by: User | None = None) -> None:
    """The grant a page brings, saying on whose word: the policy's, or somebody's in the room."""
    grants.give_if_needed(
        incident=incident,
        person=responder,
        permission="edit",
        source=IncidentUserGrant.Source.MANUAL if by else IncidentUserGrant.Source.ON_CALL,
        reason=_("Paged by %(name)s") % {"name": by} if by else _("Paged while on duty"),
        by=by,
        at=at,
    )
