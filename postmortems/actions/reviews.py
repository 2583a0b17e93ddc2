"""A review from its draft to its approval. Callers have found it through `visible_to` or `editable_by`; every verb
locks, checks, writes and records a step in one transaction."""

from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.refusals import Refused
from incidents.models import Incident
from incidents.response import TARGETS
from postmortems.actions import drafting, live
from postmortems.choices import ReviewState, SectionKind, StepKind
from postmortems.due import due_on, is_owed
from postmortems.measures import MEASURED, Measure, measure
from postmortems.models import Review, ReviewStep, Section, SectionRevision


class NotEndedError(Refused):
    """An incident under way cannot be looked back on."""


class NotADraftError(Refused):
    """What was submitted or approved is not written any more."""


class IncompleteError(Refused):
    """Too little is written for somebody to approve it. `missing` names each gap."""

    def __init__(self, missing: list[str]):
        super().__init__(_("Not submitted yet: %(missing)s") % {"missing": " ".join(missing)})
        self.missing = missing


class NotYoursToApproveError(Refused):
    """Approving takes somebody who neither owns nor submitted the review."""


class WrongStateError(Refused):
    """Somebody else moved the review meanwhile."""


@transaction.atomic
def after_resolving(*, incident: Incident, by: User | None, at: datetime) -> Review | None:
    """Draft the review that is owed, if one is. Resolving again after a reopen keeps the review there is; while
    it is a draft, its due date counts from the later end."""
    existing = Review.objects.filter(incident=incident).first()
    if existing is not None:
        return _resolved_again(Review.objects.locked(existing.pk), at=at)
    if not is_owed(severity=incident.severity, mode=incident.mode):
        return None
    return draft(incident=incident, by=by, at=at)


@transaction.atomic
def start(*, incident: Incident, by: User, at: datetime) -> Review:
    """A review nobody is owed but somebody wants. One that is there already is given back. Raises
    `NotEndedError`."""
    locked = Incident.objects.locked(incident.pk)
    existing = Review.objects.filter(incident=locked).first()
    if existing is not None:
        return existing
    if locked.stage_flags.is_open or locked.decline_reason or locked.merged_into_id:
        raise NotEndedError(_("A review can start once the incident is resolved."))
    return draft(incident=locked, by=by, at=at)


@transaction.atomic
def draft(*, incident: Incident, by: User | None, at: datetime) -> Review:
    """Write the first wording. It belongs to the incident manager; where there is none, to whoever ended the
    incident."""
    owner = incident.incident_manager or by
    review = Review.objects.create(
        incident=incident, owner=owner, due_on=_due(incident, owner, incident.ended_at or at)
    )
    told = drafting.texts(incident=incident, reader=owner)
    sections = [
        Section(review=review, kind=kind, position=position, text=told[kind], updated_at=at)
        for position, kind in enumerate(SectionKind.values)
    ]
    Section.objects.bulk_create(sections)
    SectionRevision.objects.bulk_create(
        SectionRevision(section=section, version=1, text=section.text, at=at) for section in sections
    )
    _step(review, StepKind.DRAFTED, by=by, at=at, owner=owner, due_on=review.due_on)
    return review


@transaction.atomic
def hand_over(
    *, review: Review, owner: User, due_on: date, by: User, at: datetime, reason: str = ""
) -> Review:
    """Another owner, another due date, or both. The caller has made sure that `owner` may know of the incident.
    Raises `NotADraftError` once it is approved."""
    locked = Review.objects.locked(review.pk)
    if locked.is_approved:
        raise NotADraftError(_("This review is approved. Reopen it for changes first."))
    if (locked.owner_id, locked.due_on) == (owner.pk, due_on):
        return locked
    locked.owner, locked.due_on, locked.version = owner, due_on, locked.version + 1
    locked.save(update_fields=["owner", "due_on", "version"])
    _step(locked, StepKind.HANDED_OVER, by=by, at=at, owner=owner, due_on=due_on, reason=reason)
    return locked


@transaction.atomic
def submit(*, review: Review, by: User, at: datetime) -> Review:
    """Draft to in review. Raises `IncompleteError` when Summary, What happened or the factors are missing,
    `WrongStateError` when it is no draft."""
    locked = _in_state(review, ReviewState.DRAFT)
    gaps = missing(locked)
    if gaps:
        raise IncompleteError(gaps)
    locked.state, locked.submitted_by, locked.submitted_at = ReviewState.IN_REVIEW, by, at
    locked.version += 1
    locked.save(update_fields=["state", "submitted_by", "submitted_at", "version"])
    _step(locked, StepKind.SUBMITTED, by=by, at=at)
    return locked


@transaction.atomic
def send_back(*, review: Review, reason: str, by: User, at: datetime) -> Review:
    """Back to draft, from in review or from approved, saying why. Raises `WrongStateError`."""
    locked = _in_state(review, ReviewState.IN_REVIEW, ReviewState.APPROVED)
    locked.state, locked.approved_by, locked.approved_at = ReviewState.DRAFT, None, None
    locked.measures, locked.version = None, locked.version + 1
    locked.save(update_fields=["state", "approved_by", "approved_at", "measures", "version"])
    _step(locked, StepKind.RETURNED, by=by, at=at, reason=reason)
    return locked


@transaction.atomic
def approve(*, review: Review, by: User, at: datetime) -> Review:
    """In review to approved; the measures are kept as they are now. Raises `NotYoursToApproveError`,
    `WrongStateError`."""
    locked = _in_state(review, ReviewState.IN_REVIEW)
    if by.pk in {locked.owner_id, locked.submitted_by_id}:
        raise NotYoursToApproveError(
            _("You own or submitted this review. Somebody else who approves reviews has to read it.")
        )
    if locked.remarks.filter(settled_at=None).exists():
        raise NotYoursToApproveError(_("Some remarks are still open. Settle them, then approve."))
    locked.state, locked.approved_by, locked.approved_at = ReviewState.APPROVED, by, at
    locked.measures = [asdict(one) for one in measures(locked.incident)]
    locked.version += 1
    locked.save(update_fields=["state", "approved_by", "approved_at", "measures", "version"])
    _step(locked, StepKind.APPROVED, by=by, at=at)
    return locked


def missing(review: Review) -> list[str]:
    """What is left to write before it can be submitted, as sentences; empty when nothing is."""
    written = {section.kind for section in review.sections.all() if section.text.strip()}
    gaps = []
    if SectionKind.SUMMARY not in written:
        gaps.append(_("Write the summary."))
    if SectionKind.HAPPENED not in written:
        gaps.append(_("Write what happened."))
    if not review.factors.all():
        gaps.append(_("Add at least one contributing factor."))
    return gaps


def measures(incident: Incident) -> list[Measure]:
    """The incident's measures as they stand now."""
    moments = {field: getattr(incident, field) for field, _target in MEASURED.values()}
    return measure(declared_at=incident.declared_at, moments=moments, targets=TARGETS[incident.severity])


def writable(review: Review) -> Review:
    """The locked review, while it is a draft. Raises `NotADraftError`."""
    locked = Review.objects.locked(review.pk)
    if not locked.is_writable:
        raise NotADraftError(
            _("This review is no draft any more. Send it back to draft first; your words are below.")
        )
    return locked


def _resolved_again(review: Review, *, at: datetime) -> Review:
    if review.state != ReviewState.DRAFT:
        return review
    review.due_on = max(review.due_on, _due(review.incident, review.owner, at))
    review.save(update_fields=["due_on"])
    _step(review, StepKind.RESOLVED_AGAIN, by=None, at=at, due_on=review.due_on)
    return review


def _due(incident: Incident, owner: User | None, ended_at: datetime) -> date:
    """Counted from the day the incident ended where its owner lives."""
    local = ended_at.astimezone(owner.zone) if owner else ended_at
    return due_on(severity=incident.severity, ended_on=local.date())


def _in_state(review: Review, *states: str) -> Review:
    locked = Review.objects.locked(review.pk)
    if locked.state not in states:
        raise WrongStateError(
            _("This review is %(state)s by now. Reload to see who did what.")
            % {"state": ReviewState(locked.state).label.lower()}
        )
    return locked


def _step(review: Review, kind: str, *, by: User | None, at: datetime, **told) -> None:
    ReviewStep.objects.create(review=review, kind=kind, by=by, at=at, **told)
    live.moved(review)
