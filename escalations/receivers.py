"""What escalations does about facts from below. One call each."""

from django.dispatch import receiver

from accounts import answering, guards
from accounts.signals import message_failed, message_failing
from escalations.actions import answers, escalations, last_look, pages
from incidents.signals import (
    incident_accepted,
    incident_acknowledged,
    incident_declared,
    incident_left_triage,
    incident_reopened,
    incident_resolved,
    severity_changed,
)

guards.register(last_look.objections)
answering.register(answers.answer)


@receiver(incident_declared)
def start(sender, incident, at, **kwargs):
    escalations.start(incident=incident, at=at)


@receiver(incident_acknowledged)
def stop_when_acknowledged(sender, incident, at, by, **kwargs):
    escalations.stop(incident=incident, at=at, because="acknowledged", answered_by=by)


@receiver(incident_accepted)
def ask_no_more(sender, incident, **kwargs):
    escalations.picked_up(incident=incident)


@receiver(incident_left_triage)
def stop_when_left_triage(sender, incident, at, outcome, **kwargs):
    escalations.stop(incident=incident, at=at, because=outcome, by_hand_too=True)


@receiver(incident_resolved)
def stop_when_resolved(sender, incident, at, **kwargs):
    escalations.stop(incident=incident, at=at, because="resolved", by_hand_too=True)


@receiver(incident_reopened)
def ask_again(sender, incident, at, **kwargs):
    if incident.stage_flags.awaits_triage:
        escalations.resume(incident=incident, at=at)


@receiver(severity_changed)
def reroute(sender, incident, at, before, **kwargs):
    if incident.severity < before:  # a lower number is worse; one that falls changes nothing that runs
        escalations.reroute(incident=incident, at=at)


@receiver(message_failed)
def give_up(sender, message, at, because, **kwargs):
    pages.give_up(message=message, at=at, because=because)


@receiver(message_failing)
def hold(sender, message, **kwargs):
    last_look.hold(message=message)
