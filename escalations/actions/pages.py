"""Pages: asking one responder, and what ends the asking."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.actions import messages
from accounts.models import Message, User
from accounts.poke import poke_on_commit
from escalations.actions import page_words
from escalations.actions.page_words import Words
from escalations.models import Escalation, Page
from escalations.tiers import TIERS
from incidents.actions import grants, lifecycle, timeline
from incidents.choices import EntryKind, Mode
from incidents.models import Incident, IncidentUserGrant


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
    ways: messages.Ways | None = None,
) -> Page | None:
    """Ask `responder` inside the caller's transaction, once in a round of the run; None when they have no way to be
    reached any more. A page of an earlier round that still waits for them ends with it. `due_at` is given where the
    page comes late, `ways` where the caller has read them. On a need-to-know incident the page brings the grant with
    it."""
    incident = escalation.incident
    tier = TIERS[incident.severity]
    page = make(
        incident=incident,
        responder=responder,
        words=page_words.asking(
            incident, responder, after=page_words.acknowledged_before(escalation), due_at=due_at
        ),
        urgency=tier.urgency,
        dedupe_key=f"escalation:{escalation.pk}:{escalation.repeats_left}:{responder.pk}",
        at=at,
        known_ways=ways,
        escalation=escalation,
        step=step,
    )
    if page is None:
        return None
    if escalation.round_at is not None:
        earlier = Page.objects.waiting().filter(escalation=escalation, responder=responder)
        end(waiting=earlier.exclude(pk=page.pk), at=at, because="asked_again")
    timeline.record(
        incident=incident,
        kind=EntryKind.PAGED,
        at=at,
        responder=responder.pk,
        step=step + 1,
        because=because,
    )
    return page


def make(
    *,
    incident: Incident,
    responder: User,
    words: Words,
    urgency: str,
    dedupe_key: str,
    at: datetime,
    by: User | None = None,
    known_ways: messages.Ways | None = None,
    **about: Any,
) -> Page | None:
    """A page with its message and the grant it brings, inside the caller's transaction; None, and nothing written, when
    the responder cannot be reached. `by` is whose word it comes on, None for the policy's; `about` is what else the
    page says of itself."""
    message = _message(
        incident, responder, words, urgency=urgency, dedupe_key=dedupe_key, at=at, known_ways=known_ways
    )
    if message is None:
        return None
    page = Page.objects.create(
        incident=incident, responder=responder, urgency=urgency, message=message, created_at=at, **about
    )
    _let_know(incident, responder, at, by=by)
    poke_on_commit(responder.pk, "pages")
    return page


@transaction.atomic
def acknowledge(*, page: Page, by: User, at: datetime, via: str) -> Acknowledged:
    """The responder has it. A page of the escalation acknowledges the incident, and with it ends every other
    attempt; a page made by hand ends alone. Too late is an answer, not an error."""
    # The incident is locked first, then the run, as everywhere, so that two who act queue up instead of hanging.
    Incident.objects.locked(page.incident_id)
    Escalation.objects.hold(page.escalation_id)
    rows = Page.objects.select_for_update(of=("self",)).select_related("incident", "message", "responder")
    page = rows.get(pk=page.pk)
    if not page.is_waiting:
        return Acknowledged(page, won=False)
    page.state, page.ended_at, page.ended_because = Page.State.ACKNOWLEDGED, at, "acknowledged"
    page.save(update_fields=["state", "ended_at", "ended_because"])
    messages.settle(messages=[page.message], at=at, because="acknowledged")
    poke_on_commit(page.responder_id, "pages")
    if page.asked_by_id is None:
        lifecycle.acknowledge(incident=page.incident, by=by, at=at, via=via)
    else:
        timeline.record(incident=page.incident, kind=EntryKind.PAGE_ANSWERED, at=at, by=by, via=via)
    return Acknowledged(page, won=True)


def end(*, waiting: QuerySet[Page], at: datetime, because: str, answered_by: User | None = None) -> None:
    """Stop asking these pages' responders, inside the caller's transaction. Whoever ended them by an answer of their
    own, from the room say, has acknowledged theirs."""
    ended = list(waiting.select_related("message").select_for_update(of=("self",)))
    messages.settle(messages=[page.message for page in ended], at=at, because=because)
    own = [page.pk for page in ended if answered_by is not None and page.responder_id == answered_by.pk]
    for state, pks in (
        (Page.State.ACKNOWLEDGED, own),
        (Page.State.ENDED, [page.pk for page in ended if page.pk not in own]),
    ):
        if pks:
            Page.objects.filter(pk__in=pks).update(state=state, ended_at=at, ended_because=because)
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


def _message(incident: Incident, responder: User, words: Words, **told: Any) -> Message | None:
    """The page on its way; None when the responder cannot be reached."""
    with translation.override(responder.language):
        label = _("Acknowledge")
    try:
        return messages.send(
            to=responder,
            severity=incident.severity,
            exercise=incident.mode != Mode.LIVE,
            subject=words.subject,
            text=words.text,
            link_to="page_link",
            link_label=label,
            **told,
        )
    except messages.UnreachableError:
        return None


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
