"""Pages that somebody in the room asks for: of a person or of whoever is on call for a function; taking such a page
back; and handing a page on to somebody else."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.actions import messages
from accounts.models import Delivery, Message, Urgency, User
from accounts.refusals import Refused
from escalations import words
from escalations.actions import page_words, pages
from escalations.actions.responders import Responders
from escalations.ladder import Step, Target
from escalations.models import Escalation, FunctionDesk, Page
from incidents.actions import grants, timeline
from incidents.actions.ended import check_open
from incidents.choices import EntryKind, Function
from incidents.models import Incident

# A page that left, or may be leaving at this moment, has reached its responder as far as anybody can tell.
REACHED = (Delivery.State.SENT, Delivery.State.SENDING)


class CannotBeAskedError(Refused):
    """The person has no verified way to be reached, or has opted out of this kind of harm: one answer for both, as
    nobody may learn of the second."""


class NobodyOnCallError(Refused):
    """Nobody who can be asked is on call for the function."""


class BeingPagedError(Refused):
    """The person is being paged for this incident already."""


class PageEndedError(Refused):
    """The page waits for nobody any more: somebody was faster."""


class PolicyPageError(Refused):
    """The policy asks; only an acknowledgement ends that."""


@transaction.atomic
def ask(*, incident: Incident, responder: User, by: User, at: datetime, urgency: str = Urgency.HIGH) -> Page:
    """Ask one person because somebody in the room wants them there, which opens the incident to them. Asking
    again returns the page that still waits, or puts a new one in its place: where it is more urgent, or nothing of the
    first is left to be sent. Raises `ended.EndedError`, `CannotBeAskedError` and what `grants.check_may_respond`
    raises."""
    locked = _open(incident)
    _check_can_be_asked(locked, responder, at)
    return _ask(locked, responder, by, at, urgency)


@transaction.atomic
def ask_function(
    *, incident: Incident, function: str, by: User, at: datetime, urgency: str = Urgency.HIGH
) -> list[Page]:
    """Ask whoever is on call for the function at this moment, or on the roster that stands in for its own; each as
    `ask` would. Raises `NobodyOnCallError`, nothing stored, and `ended.EndedError`."""
    locked = _open(incident)
    people = [
        person
        for person in Responders(locked.profile, locked.harm_type, at).at_step(
            Step(0, (Target(function=function),))
        )
        if person.pk != by.pk and person.subject(at=at).may("incident.respond")
    ]
    if not people:
        raise NobodyOnCallError(_nobody(function))
    return [_ask(locked, person, by, at, urgency, function) for person in people]


@transaction.atomic
def take_back(*, page: Page, by: User, at: datetime) -> Page:
    """A page made by hand is not wanted any more: it ends, and its responder hears so if it had reached them. Raises
    `PageEndedError`, and `PolicyPageError` for a page of the policy."""
    incident, page = _held(page)
    _check_waiting(page)
    if page.asked_by_id is None:
        raise PolicyPageError(
            _("The policy asks %(name)s. That ends when somebody acknowledges the incident.")
            % {"name": page.responder}
        )
    reached = page.message.deliveries.filter(state__in=REACHED).exists()
    pages.end(waiting=Page.objects.filter(pk=page.pk), at=at, because="taken_back")
    if reached and page.responder_id != by.pk:
        page.notice = _tell_taken_back(incident, page, by, at)
        page.save(update_fields=["notice"])
    timeline.record(
        incident=incident, kind=EntryKind.PAGE_TAKEN_BACK, at=at, by=by, responder=page.responder_id
    )
    page.refresh_from_db()
    return page


@transaction.atomic
def hand_on(*, page: Page, to: User, by: User, at: datetime) -> Page:
    """Whoever is paged hands it to somebody who may know of the incident: they are paged as urgently, and the first
    page ends. A page of the policy stays one, so that the newcomer's acknowledgement counts for the incident, and the
    next step comes when it would have. Raises `PageEndedError`, `BeingPagedError`, `CannotBeAskedError`,
    `ended.EndedError` and what `grants.check_may_respond` raises."""
    incident, page = _held(page)
    _check_waiting(page)
    check_open(incident)
    _check_can_be_asked(incident, to, at)
    if Page.objects.waiting().filter(incident=incident, responder=to).exists():
        raise BeingPagedError(
            _("%(name)s is being paged for this already. Choose somebody else.") % {"name": to}
        )
    new = pages.make(
        incident=incident,
        responder=to,
        words=page_words.handing_on(incident, to, by),
        urgency=page.urgency,
        dedupe_key=f"handed-on:{page.pk}",
        at=at,
        by=by,
        escalation=page.escalation,
        step=page.step,
        asked_by=None if page.escalation_id else by,
        handed_on=page,
    )
    if new is None:
        raise _cannot_be_asked(to)
    pages.end(waiting=Page.objects.filter(pk=page.pk), at=at, because="handed_on")
    timeline.record(incident=incident, kind=EntryKind.PAGE_HANDED_ON, at=at, by=by, responder=to.pk)
    return new


def _ask(
    incident: Incident, responder: User, by: User, at: datetime, urgency: str, function: str = ""
) -> Page:
    standing = Page.objects.waiting().filter(incident=incident, responder=responder)
    asked = standing.select_for_update(of=("self",)).select_related("escalation").first()
    if asked is not None:
        louder = urgency == Urgency.HIGH != asked.urgency
        if not louder and Delivery.objects.open().filter(message=asked.message_id).exists():
            return asked
        urgency = urgency if louder else asked.urgency
    # In place of a page of the policy stands one of the policy: what answers it must go on counting.
    by_policy = asked is not None and asked.escalation_id is not None
    page = pages.make(
        incident=incident,
        responder=responder,
        words=page_words.asking_to_join(incident, responder, by),
        urgency=urgency,
        dedupe_key=f"hand:{uuid.uuid4()}",
        at=at,
        by=by,
        escalation=asked.escalation if asked and by_policy else None,
        step=asked.step if asked and by_policy else None,
        asked_by=None if by_policy else by,
        reminded_by=by if by_policy else None,
        function=function,
    )
    if page is None:
        raise _cannot_be_asked(responder)
    if asked is not None:
        pages.end(waiting=Page.objects.filter(pk=asked.pk), at=at, because="asked_again")
    about: dict[str, Any] = {"because": "function", "function": function} if function else {}
    timeline.record(
        incident=incident, kind=EntryKind.PAGED_BY_HAND, at=at, by=by, responder=responder.pk, **about
    )
    return page


def _open(incident: Incident) -> Incident:
    locked = Incident.objects.locked(incident.pk)
    check_open(locked)
    return locked


def _check_can_be_asked(incident: Incident, person: User, at: datetime) -> None:
    grants.check_may_respond(incident=incident, person=person, at=at)
    if person.has_opted_out(incident.harm_type, at=at):
        raise _cannot_be_asked(person)


def _held(page: Page) -> tuple[Incident, Page]:
    """The incident first, as everywhere; then the run, so that no step is fired meanwhile; then the page."""
    incident = Incident.objects.locked(page.incident_id)
    Escalation.objects.hold(page.escalation_id)
    rows = Page.objects.select_for_update(of=("self",)).select_related("message", "responder", "escalation")
    return incident, rows.get(pk=page.pk)


def _check_waiting(page: Page) -> None:
    if not page.is_waiting:
        raise PageEndedError(
            _("The page to %(name)s had ended before: %(because)s. Nothing was changed.")
            % {"name": page.responder, "because": words.ended(page.ended_because)}
        )


def _tell_taken_back(incident: Incident, page: Page, by: User, at: datetime) -> Message | None:
    told = page_words.taken_back(incident, page.responder, by)
    with translation.override(page.responder.language):
        label = _("See the page")
    try:
        return messages.send(
            to=page.responder,
            urgency=Urgency.NOTICE,
            severity=incident.severity,
            subject=told.subject,
            text=told.text,
            link_to="page_link",
            link_label=label,
            dedupe_key=f"taken-back:{page.pk}",
            at=at,
        )
    except messages.UnreachableError:
        return None


def _cannot_be_asked(person: User) -> CannotBeAskedError:
    return CannotBeAskedError(
        _("%(name)s cannot be asked for this incident right now. Choose somebody else.") % {"name": person}
    )


def _nobody(function: str) -> str:
    told = {"function": Function(function).label}
    desk = FunctionDesk.objects.filter(function=function).select_related("roster").first()
    if desk is None:
        return (
            _(
                "No roster is set up for %(function)s, so nobody was paged. Page somebody by name, and ask an "
                "administrator to say where the function is on call."
            )
            % told
        )
    return _(
        "Nobody on call for %(function)s (roster: %(roster)s) can be asked now: nobody else is on, or whoever is on is "
        "not cleared, not available or has no role that responds. Nobody was paged; page somebody by name."
    ) % (told | {"roster": desk.roster.name})
