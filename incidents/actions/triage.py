"""Ending an incident in triage, and the way back: declined for a reason, merged into the one that goes on, or
put back as it was."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.refusals import Refused
from incidents.actions import lifecycle, rating, timeline
from incidents.choices import EntryKind
from incidents.models import Incident
from incidents.signals import incident_left_triage, incident_reopened

ENDED = ["stage", "stage_since", "ended_at", "decline_reason", "merged_into"]


class MergeRefusedError(Refused):
    """These two incidents cannot become one."""


@transaction.atomic
def decline(*, incident: Incident, reason: str, by: User, at: datetime) -> Incident:
    """Not an incident, for one of the ten reasons. Nothing more is sent about it (`incident_left_triage`).
    Raises `lifecycle.WrongStageError`."""
    locked = lifecycle.moved(incident, "decline", at)
    locked.decline_reason, locked.ended_at = reason, at
    locked.save(update_fields=ENDED)
    timeline.record(incident=locked, kind=EntryKind.DECLINED, at=at, by=by, reason=reason)
    incident_left_triage.send(sender=Incident, incident=locked, at=at, outcome=locked.stage)
    return locked


@transaction.atomic
def merge(*, incident: Incident, into: Incident, by: User, at: datetime) -> Incident:
    """The same thing as another open incident, which takes over its reports. Nothing more is sent about this
    one (`incident_left_triage`). Raises `MergeRefusedError` when the two differ in who may know or in mode,
    `lifecycle.WrongStageError` when this one has left triage."""
    merged, survivor = _both_locked(incident, into)
    _check_merge(merged, survivor)
    merged = lifecycle.moved(incident, "merge", at)
    merged.merged_into, merged.ended_at = survivor, at
    merged.save(update_fields=ENDED)
    moving = list(merged.reports.values_list("number", flat=True))
    merged.reports.update(incident=survivor)
    # What moved is written down, so that the way back knows what to bring home.
    timeline.record(incident=merged, kind=EntryKind.MERGED, at=at, by=by, into=survivor.code, reports=moving)
    timeline.record(incident=survivor, kind=EntryKind.ABSORBED, at=at, by=by, merged=merged.code)
    incident_left_triage.send(sender=Incident, incident=merged, at=at, outcome=merged.stage)
    # The survivor carries on for both: what was severe enough to wake somebody still is.
    rating.raise_to(incident=survivor, rated=merged, at=at)
    return merged


@transaction.atomic
def restore(*, incident: Incident, by: User, at: datetime) -> Incident:
    """Back in triage after it was declined or merged; the reports a merge moved come home. Whoever is on duty
    is asked again unless it had been acknowledged (`incident_reopened`). A severity the merge raised stays, for
    what is known of the survivor. Raises `lifecycle.WrongStageError`."""
    survivor = incident.merged_into
    if survivor is not None:
        _both_locked(incident, survivor)
    locked = lifecycle.moved(incident, "restore", at)
    locked.ended_at, locked.decline_reason, locked.merged_into = None, "", None
    locked.save(update_fields=ENDED)
    if survivor is not None:
        left = locked.timeline.filter(kind=EntryKind.MERGED).latest("pk")
        survivor.reports.filter(number__in=left.data["reports"]).update(incident=locked)
    timeline.record(incident=locked, kind=EntryKind.RESTORED, at=at, by=by)
    incident_reopened.send(sender=Incident, incident=locked, at=at, by=by)
    return locked


def _both_locked(one: Incident, other: Incident) -> tuple[Incident, Incident]:
    """Both rows, locked in one order, so that two people merging two incidents into each other cannot hang."""
    locked = {pk: Incident.objects.locked(pk) for pk in sorted({one.pk, other.pk})}
    return locked[one.pk], locked[other.pk]


def _check_merge(incident: Incident, survivor: Incident) -> None:
    if incident.pk == survivor.pk:
        raise MergeRefusedError(
            _("An incident cannot be merged into itself. Enter the code of the other one.")
        )
    if not survivor.stage_flags.is_open:
        raise MergeRefusedError(_("%(code)s has ended. Choose an open incident.") % {"code": survivor.code})
    if incident.profile_id != survivor.profile_id or incident.mode != survivor.mode:
        raise MergeRefusedError(
            _("%(code)s has another access profile or mode. Only incidents of one kind can become one.")
            % {"code": survivor.code}
        )
