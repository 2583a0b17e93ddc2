"""Pages: asking one responder, and what ends the asking."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet, prefetch_related_objects
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.actions import messages
from accounts.models import Message, User
from accounts.poke import poke_on_commit
from accounts.querysets import HOLDINGS
from accounts.refusals import Refused
from escalations.models import Escalation, Page
from incidents.actions import grants, lifecycle, timeline
from incidents.actions.ended import check_open
from incidents.choices import EntryKind, Mode
from incidents.models import Incident, IncidentUserGrant
from oncall.actions import ledger


class NoWayToReachError(Refused):
    """The person has no verified way to be reached."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The page after the attempt, and whether this attempt was the one that counted."""

    page: Page
    won: bool


def send(*, escalation: Escalation, step: int, responder: User, at: datetime) -> Page | None:
    """Ask `responder` inside the caller's transaction; None when they have no way to be reached any more. On
    a need-to-know incident the page brings the grant with it."""
    incident = escalation.incident
    key = f"escalation:{escalation.pk}:{step}:{responder.pk}"
    message = _message(incident, responder, dedupe_key=key, at=at)
    if message is None:
        return None
    page = Page.objects.create(
        incident=incident,
        escalation=escalation,
        step=step,
        responder=responder,
        message=message,
        created_at=at,
    )
    _let_know(incident, responder, at)
    timeline.record(incident=incident, kind=EntryKind.PAGED, at=at, responder=responder.pk, step=step + 1)
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
    message = _message(locked, responder, dedupe_key=f"hand:{uuid.uuid4()}", at=at, by=by)
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


def objections(asked: Sequence[Message], at: datetime) -> dict[UUID, str]:
    """Which pages' messages must not leave any more: the page has ended, or its responder may no longer know."""
    found = list(Page.objects.filter(message__in=asked).select_related("responder"))
    reasons = {page.message_id: "the page has ended" for page in found if not page.is_waiting}
    waiting: dict[User, list[Page]] = defaultdict(list)
    for page in found:
        if page.is_waiting:
            waiting[page.responder].append(page)
    prefetch_related_objects(list(waiting), *HOLDINGS)
    for responder, theirs in waiting.items():
        known = Incident.objects.visible_to(responder.subject(at=at)).filter(
            pk__in=[page.incident_id for page in theirs]
        )
        known_ids = set(known.values_list("pk", flat=True))
        reasons |= {
            page.message_id: "the responder may no longer know of the incident"
            for page in theirs
            if page.incident_id not in known_ids
        }
    return reasons


def hold(*, message: Message) -> None:
    """Lock the incident a page's message is about, before anything of the page is."""
    page = Page.objects.filter(message=message).first()
    if page is not None:
        Incident.objects.locked(page.incident_id)


def _report_handled(page: Page, at: datetime) -> None:
    minutes = int((at - page.created_at).total_seconds() // 60)
    ledger.page_handled(person=page.responder, at=at, minutes=max(minutes, 0), key=f"page:{page.pk}")


def _message(
    incident: Incident, responder: User, *, dedupe_key: str, at: datetime, by: User | None = None
) -> Message | None:
    """The words of a page on their way, in the responder's language; None when they cannot be reached."""
    with translation.override(responder.language):
        subject, text = _words(incident, by)
        try:
            return messages.send(
                to=responder,
                urgency=Message.Urgency.HIGH,
                severity=incident.severity,
                subject=subject,
                text=text,
                link_to="page_link",
                link_label=_("Acknowledge"),
                dedupe_key=dedupe_key,
                at=at,
            )
        except messages.UnreachableError:
            return None


def _words(incident: Incident, by: User | None) -> tuple[str, str]:
    """Subject and text, content-free: a code, a severity, whether it is real, and who asks if a person does."""
    label = "" if incident.mode == Mode.LIVE else f"[{incident.get_mode_display().upper()}] "
    words = {"label": label, "severity": incident.get_severity_display(), "code": incident.code}
    if by is not None:
        words["name"] = by.name
        return (
            _("%(label)s%(severity)s %(code)s: %(name)s asks for you") % words,
            _("%(label)s%(severity)s, incident %(code)s. %(name)s asks you to join.") % words,
        )
    return (
        _("%(label)s%(severity)s %(code)s: you are being paged") % words,
        _("%(label)s%(severity)s, incident %(code)s. Nobody has acknowledged it yet: you are asked to.")
        % words,
    )


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
